package graph

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
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

// Whatever has an ID is a node, so that its ID is of it alone.
func TestWhateverHasAnIDIsANode(t *testing.T) {
	for name, d := range theSchema().Types {
		f := d.Fields.ForName("id")
		if d.Kind != ast.Object || f == nil {
			continue
		}
		if f.Type.String() != "ID!" || !slices.Contains(d.Interfaces, "Node") {
			t.Errorf("%s has an id: %s, and is no Node", name, f.Type)
		}
	}
}

// Nodes that are a part of something, or one person's own, are found by those who may see them, and are for others as if
// they weren't there.
func TestPartsAndOwnThingsAreFoundByTheirOwn(t *testing.T) {
	s := newHistory(t)
	filter := s.done("loom", "saveFilter", `{"name": "Customs", "topics": ["customs"]}`, "filter { id }").id("saveFilter.filter.id")
	hidden := fmt.Sprint(s.ids["secretRevision"])
	plan := s.ok("estonia", fmt.Sprintf(`{ revision(id: %q) { outline { id } } }`, hidden), nil).id("revision.outline.0.id")
	question := s.ok("", s.fill(`{ node(id: "$asking") { ... on Consultation { questions { id } } } }`), nil).id("node.questions.0.id")
	viewer := s.ok("loom", `{ viewer { id } }`, nil).id("viewer.id")
	everybody := []string{"", "clerk", "crane", "estonia", "ferry", "hub", "intern", "kenya", "kim", "loom", "office"}
	for id, want := range map[string][]string{
		filter: {"loom"}, viewer: {"loom"}, plan: {"clerk", "estonia", "office"}, question: everybody, question + "0": nil, hidden + "/none": nil,
		fmt.Sprint(s.ids["invitation"]): {"clerk", "kim", "loom", "office"},
	} {
		var found []string
		for _, who := range everybody {
			a := s.ok(who, `query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`, map[string]any{"id": id})
			if (a.at("node") != nil) != (a.at("nodes.0") != nil) {
				t.Errorf("%q: node and nodes differ on %s", who, id)
			}
			if a.at("node") != nil {
				found = append(found, who)
			}
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s is found by (-want +got):\n%s", id, diff)
		}
	}
}
