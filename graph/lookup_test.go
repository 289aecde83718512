package graph

import (
	"fmt"
	"testing"
)

// A clause is found by its identity or its citation, and a comment by its number.
func TestThingsAreFoundByWhatPeopleCallThem(t *testing.T) {
	s := newStage(t)
	first, pay := fmt.Sprint(s.ids["first"]), fmt.Sprint(s.ids["pay"])
	s.ok("", fmt.Sprintf(`{ revision(id: %q) { a: clause(by: {clauseId: %q}) { id citation } b: clause(by: {citation: "§2(2)"}) { id citation } c: clause(by: {citation: "§9"}) { id } d: clause(by: {clauseId: "none"}) { id } } }`, first, pay), nil).
		same(t, fmt.Sprintf(`{"revision": {"a": {"id": %[1]q, "citation": "§2(2)"}, "b": {"id": %[1]q, "citation": "§2(2)"}, "c": null, "d": null}}`, first+"/"+pay))
	for _, by := range []string{"{}", `{clauseId: "scope", citation: "§1"}`, "{citation: null}"} {
		s.ask("", fmt.Sprintf(`{ revision(id: %q) { clause(by: %s) { id } } }`, first, by), nil).refused(t, "GRAPHQL_VALIDATION_FAILED", nil)
	}
	s.ok("", s.fill(`{ document(id: "$law") { language languages comment(number: 1) { id } none: comment(number: 2) { id } } __type(name: "ClauseKey") { isOneOf } }`), nil).
		same(t, s.fill(`{"document": {"language": "en", "languages": ["en"], "comment": {"id": "$cmt"}, "none": null}, "__type": {"isOneOf": true}}`))
	s.ok("", s.fill(`{ document(id: "$law", asOf: "2026-03-02T08:59:00Z") { id } }`), nil).same(t, `{"document": null}`)
}
