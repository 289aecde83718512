package graph

import "testing"

// A business that is closed in the middle of a ballot says nothing any more, is counted in it
// no more, is shown as closed wherever it is listed, and is read as of before.
func TestCloseOrganisation(t *testing.T) {
	c := newChamber(t)
	c.open()
	c.cast("ferry", "DISCUSS", "It sinks us.")
	c.ids["then"] = c.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	c.clock.forward(day)
	for _, x := range []struct{ who, input, code, field string }{
		{"crane", `{"organisationId": "$ferry", "reason": "x"}`, "FORBIDDEN", "input organisationId"},
		{"office", `{"organisationId": "$office", "reason": "x"}`, "FORBIDDEN", "input organisationId"},
		{"office", `{"organisationId": "$loom", "reason": "x"}`, "CONFLICT", "input organisationId"},  // the last sponsor
		{"office", `{"organisationId": "$ferry", "reason": "x"}`, "CONFLICT", "input organisationId"}, // it has a voice
		{"office", `{"organisationId": "$ferry", "reason": " "}`, "INVALID", "input reason"},
		{"office", `{"organisationId": "org_none", "reason": "x"}`, "NOT_FOUND", "input organisationId"},
	} {
		c.mutate(x.who, "closeOrganisation", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
	c.mutate("ferry", "closeOrganisation", `{"organisationId": "$ferry", "reason": "It went bankrupt."}`, `organisation { name closing { at reason } }`).same(t,
		`{"closeOrganisation": {"organisation": {"name": "The ferry", "closing": {"at": "2026-05-04T09:00:00.000Z", "reason": "It went bankrupt."}}}}`)
	c.cast("ferry", "YES", "").refused(t, "FORBIDDEN", nil)
	c.mutate("office", "registerOrganisation", `{"kind": "BUSINESS", "name": "THE FERRY", "jurisdiction": "EE"}`, `ledgerPosition`).refused(t, "CONFLICT", pathOf("input name"))
	c.clock.forward(9 * day)
	c.show("", `{ closed: organisations(filter: {closed: true}) { edges { node { name closing { reason } } } }
		open: organisations(filter: {closed: false, name: "the f"}) { edges { node { name } } }
		then: organisation(by: {id: "$ferry"}, asOf: "$then") { closing { reason } }
		node(id: "$ballot") { ... on Ballot { departures { organisation { name } at counted } tallies { chamber electorate yes discuss } positions { edges { node { vote organisation { closing { at } } } } } } } }`).same(t,
		`{"closed": {"edges": [{"node": {"name": "The ferry", "closing": {"reason": "It went bankrupt."}}}]}, "open": {"edges": []}, "then": {"closing": null},
		"node": {"departures": [{"organisation": {"name": "The ferry"}, "at": "2026-05-04T09:00:00.000Z", "counted": false}],
			"tallies": [{"chamber": "GOVERNMENT", "electorate": 2, "yes": 0, "discuss": 0}, {"chamber": "BUSINESS", "electorate": 2, "yes": 0, "discuss": 0}],
			"positions": {"edges": [{"node": {"vote": "DISCUSS", "organisation": {"closing": {"at": "2026-05-04T09:00:00.000Z"}}}}]}}}`)
}
