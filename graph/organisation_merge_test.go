package graph

import "testing"

// Two businesses become one in the middle of a ballot: the secretariat proposes it, both
// agree, and everybody sees what became of the one and how the other votes.
func TestMergeOrganisations(t *testing.T) {
	c := newChamber(t)
	c.open()
	c.cast("ferry", "DISCUSS", "It sinks us.")
	const fields = `organisation { name closing { reason mergedInto { name } } mergeProposed { into { name } reason agreed { name } } }`
	const input = `{"organisationId": "$ferry", "intoId": "$crane", "reason": "One firm."}`
	for _, x := range []struct{ who, input, code, field string }{
		{"loom", input, "FORBIDDEN", "input organisationId"},
		{"crane", input, "CONFLICT", "input organisationId"},
		{"office", `{"organisationId": "$ferry", "intoId": "$crane"}`, "INVALID", "input reason"},
		{"office", `{"organisationId": "$ferry", "intoId": "$estonia", "reason": "x"}`, "INVALID", "input intoId"},
		{"office", `{"organisationId": "$kenya", "intoId": "$estonia", "reason": "x"}`, "INVALID", "input intoId"},
		{"office", `{"organisationId": "$ferry", "intoId": "org_none", "reason": "x"}`, "NOT_FOUND", "input intoId"},
	} {
		c.mutate(x.who, "mergeOrganisations", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
	c.mutate("office", "mergeOrganisations", input, fields).same(t,
		`{"mergeOrganisations": {"organisation": {"name": "The ferry", "closing": null, "mergeProposed": {"into": {"name": "The crane"}, "reason": "One firm.", "agreed": null}}}}`)
	for who, edges := range map[string]string{"ferry": `[{"node": {"organisation": {"name": "The ferry"}}}]`, "loom": `[]`} {
		c.show(who, `{ needsMe(kinds: [MERGER]) { edges { node { organisation { name } } } } }`).same(t, `{"needsMe": {"edges": `+edges+`}}`)
	}
	c.mutate("ferry", "mergeOrganisations", `{"organisationId": "$ferry", "intoId": "$crane"}`, fields).same(t,
		`{"mergeOrganisations": {"organisation": {"name": "The ferry", "closing": null, "mergeProposed": {"into": {"name": "The crane"}, "reason": "One firm.", "agreed": {"name": "The ferry"}}}}}`)
	c.mutate("crane", "mergeOrganisations", `{"organisationId": "$ferry", "intoId": "$crane"}`, fields).same(t,
		`{"mergeOrganisations": {"organisation": {"name": "The ferry", "closing": {"reason": "One firm.", "mergedInto": {"name": "The crane"}}, "mergeProposed": null}}}`)
	c.show("crane", `{ node(id: "$ballot") { ... on Ballot { ownPosition { vote text inheritedFrom { name } } tallies { electorate } } } }`).same(t,
		`{"node": {"ownPosition": {"vote": "DISCUSS", "text": "It sinks us.", "inheritedFrom": {"name": "The ferry"}}, "tallies": null}}`)
	c.cast("ferry", "YES", "").refused(t, "FORBIDDEN", nil)
	c.cast("crane", "YES", "")
	c.clock.forward(9 * day)
	c.show("", `{ organisation(by: {id: "$ferry"}) { closing { mergedInto { name } } }
		node(id: "$ballot") { ... on Ballot { departures { organisation { name } mergedInto { name } counted } tallies { chamber electorate yes discuss } } } }`).same(t,
		`{"organisation": {"closing": {"mergedInto": {"name": "The crane"}}},
		"node": {"departures": [{"organisation": {"name": "The ferry"}, "mergedInto": {"name": "The crane"}, "counted": false}],
			"tallies": [{"chamber": "GOVERNMENT", "electorate": 2, "yes": 0, "discuss": 0}, {"chamber": "BUSINESS", "electorate": 2, "yes": 1, "discuss": 0}]}}`)
}
