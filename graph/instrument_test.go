package graph

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// What was known, and what was in force, on each query that returns instruments.
func TestInstrumentsAreAsTheyWereKnown(t *testing.T) {
	s := newAdopted(t)
	at := func(name string) { s.ids[name] = s.clock.Now().Format("2006-01-02T15:04:05.000Z07:00") }
	at("adopted")
	s.clock.forward(2 * day) // in force
	next, _ := s.law("A new law", lawText)
	terms := policiestest.From(next, s.clock.Now().Add(63*day))
	terms.Terms.Amends = []string{fmt.Sprint(s.ids["ins"])}
	s.openOn(terms)
	s.clock.forward(62 * day)
	s.ids["next"] = s.do(s.actor("estonia"), policies.AdoptDocument{DocumentID: next}).Subject
	at("amended")
	s.clock.forward(2 * day)
	a := s.ok("estonia", s.fill(`mutation { repealInstrument(input: {instrumentId: "$ins", reason: "Overtaken."}) { instrument { id status repeal { reason } } } }`), nil)
	a.same(t, s.fill(`{"repealInstrument": {"instrument": {"id": "$ins", "status": "REPEALED", "repeal": {"reason": "Overtaken."}}}}`))
	s.clock.forward(day)
	at("now")
	for _, c := range []struct{ name, query, want string }{
		{"one", `{ now: instrument(by: {id: "$ins"}) { repeal { reason } amendedBy { nodes { id } } } then: instrument(by: {id: "$ins"}, knownAt: "$adopted") { repeal { reason } amendedBy { nodes { id } } status(at: "$now") }
			force: instrument(by: {id: "$ins"}, inForceAt: "$now") { id } believed: instrument(by: {id: "$ins"}, inForceAt: "$now", knownAt: "$amended") { id } early: instrument(by: {id: "$ins"}, knownAt: "$before") { id } none: instrument(by: {id: "ins_none"}) { id } }`,
			`{"now": {"repeal": {"reason": "Overtaken."}, "amendedBy": {"nodes": [{"id": "$next"}]}}, "then": {"repeal": null, "amendedBy": {"nodes": []}, "status": "IN_FORCE"}, "force": null, "believed": {"id": "$ins@amended"}, "early": null, "none": null}`},
		{"lists", `{ force: instruments(filter: {inForceAt: "$now"}) { edges { node { id amends { id } } } } then: instruments(filter: {knownAt: "$amended", inForceAt: "$now"}) { edges { node { id repeal { reason } amends { id repeal { reason } } } } } }`,
			`{"force": {"edges": [{"node": {"id": "$next", "amends": [{"id": "$ins"}]}}]}, "then": {"edges": [{"node": {"id": "$next@amended", "repeal": null, "amends": [{"id": "$ins@amended", "repeal": null}]}}, {"node": {"id": "$ins@amended", "repeal": null, "amends": []}}]}}`},
		{"of a document", `{ document(by: {id: "$law"}) { phase instrument { id } force: instrument(inForceAt: "$now") { id } then: instrument(inForceAt: "$now", knownAt: "$amended") { id } } then: document(by: {id: "$law"}, asOf: "$amended") { instrument { repeal { reason } amendedBy { nodes { id } } } } }`,
			`{"document": {"phase": "REPEALED", "instrument": {"id": "$ins"}, "force": null, "then": {"id": "$ins@amended"}}, "then": {"instrument": {"repeal": null, "amendedBy": {"nodes": [{"id": "$next@amended"}]}}}}`},
		{"of a release", `{ release: node(id: "$rel") { ... on Release { instruments { nodes { id } } force: instruments(inForceAt: "$now") { nodes { id } } then: instruments(knownAt: "$adopted") { nodes { repeal { reason } } } } } }`,
			`{"release": {"instruments": {"nodes": [{"id": "$ins"}]}, "force": {"nodes": []}, "then": {"nodes": [{"repeal": null}]}}}`},
		{"amended and amending", `{ instrument(by: {id: "$next"}) { amends { id } force: amends(inForceAt: "$now") { id } supersedes(inForceAt: "$now") { id } supersededBy(knownAt: "$now") { id } } old: instrument(by: {id: "$ins"}) { amendedBy(inForceAt: "$now") { nodes { id } } then: amendedBy(knownAt: "$adopted") { nodes { id } } } }`,
			`{"instrument": {"amends": [{"id": "$ins"}], "force": [], "supersedes": [], "supersededBy": null}, "old": {"amendedBy": {"nodes": [{"id": "$next"}]}, "then": {"nodes": []}}}`},
	} {
		t.Run(c.name, func(t *testing.T) { s.ok("", s.fill(c.query), nil).same(t, s.fill(c.want)) })
	}
}
