package graph

import "testing"

// A business says how large it is, what it said before is read as of then, and the
// secretariat sees who never did.
func TestDeclareSize(t *testing.T) {
	s := newStage(t)
	s.ids["before"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	const said = `organisation { size { class year declaredAt } }`
	s.done("loom", "declareSize", `{"organisationId": "$loom", "class": "SMALL", "year": 2025}`, said).
		same(t, `{"declareSize": {"organisation": {"size": {"class": "SMALL", "year": 2025, "declaredAt": "2026-03-03T09:00:00.000Z"}}}}`)
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	again := `{"organisationId": "$loom", "class": "MICRO", "year": 2025, "idempotencyKey": "k"}`
	for _, repeated := range []string{"false", "true"} {
		s.done("loom", "declareSize", again, `repeated organisation { size { class year } }`).
			same(t, `{"declareSize": {"repeated": `+repeated+`, "organisation": {"size": {"class": "MICRO", "year": 2025}}}}`)
	}
	s.ok("", s.fill(`{ before: organisation(by: {id: "$loom"}, asOf: "$before") { size { class } } then: organisation(by: {id: "$loom"}, asOf: "$then") { size { class } }
		now: organisation(by: {id: "$loom"}) { size { class } } government: organisation(by: {id: "$estonia"}) { size { class } } }`), nil).
		same(t, `{"before": {"size": null}, "then": {"size": {"class": "SMALL"}}, "now": {"size": {"class": "MICRO"}}, "government": {"size": null}}`)
	for _, x := range []struct{ who, input, code, field string }{
		{"", `{"organisationId": "$loom", "class": "MICRO", "year": 2026}`, "UNAUTHENTICATED", "input organisationId"},
		{"ferry", `{"organisationId": "$loom", "class": "MICRO", "year": 2026}`, "FORBIDDEN", "input organisationId"},
		{"office", `{"organisationId": "$loom", "class": "MICRO", "year": 2026}`, "FORBIDDEN", "input organisationId"},
		{"estonia", `{"organisationId": "$estonia", "class": "LARGE", "year": 2026}`, "CONFLICT", "input organisationId"},
		{"loom", `{"organisationId": "$loom", "class": "MICRO", "year": 2025}`, "CONFLICT", "input class"},
		{"loom", `{"organisationId": "$loom", "class": "MICRO", "year": 2027}`, "INVALID", "input year"},
	} {
		s.mutate(x.who, "declareSize", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
}

func TestWhoNeverSaidItsSize(t *testing.T) {
	s := newStage(t)
	s.done("loom", "declareSize", `{"organisationId": "$loom", "class": "MICRO", "year": 2026}`, `ledgerPosition`)
	s.done("ferry", "declareSize", `{"organisationId": "$ferry", "class": "LARGE", "year": 2026}`, `ledgerPosition`)
	s.ok("office", `query { never: organisations(filter: {sized: false}) { ...names } said: organisations(filter: {sized: true}) { ...names }
			small: organisations(filter: {sizes: [MICRO, SMALL]}) { ...names } both: organisations(filter: {sized: false, sizes: [MICRO]}) { ...names } }
		fragment names on OrganisationConnection { edges { node { name kind } } }`, nil).
		same(t, `{"never": {"edges": [{"node": {"name": "The crane", "kind": "BUSINESS"}}, {"node": {"name": "The hub", "kind": "HUB_OPERATOR"}}]},
			"said": {"edges": [{"node": {"name": "The ferry", "kind": "BUSINESS"}}, {"node": {"name": "The loom", "kind": "BUSINESS"}}]},
			"small": {"edges": [{"node": {"name": "The loom", "kind": "BUSINESS"}}]}, "both": {"edges": []}}`)
}
