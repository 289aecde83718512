package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

// A clause is found by its identity or its citation, and a comment by its number.
func TestThingsAreFoundByWhatPeopleCallThem(t *testing.T) {
	s := newStage(t)
	first, pay := fmt.Sprint(s.ids["first"]), fmt.Sprint(s.ids["pay"])
	s.ok("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { a: clause(by: {clauseId: %q}) { id citation } b: clause(by: {citation: "§2(2)"}) { id citation } c: clause(by: {citation: "§9"}) { id } d: clause(by: {clauseId: "none"}) { id } } } }`, first, pay), nil).
		same(t, fmt.Sprintf(`{"revision": {"a": {"id": %[1]q, "citation": "§2(2)"}, "b": {"id": %[1]q, "citation": "§2(2)"}, "c": null, "d": null}}`, first+"/"+pay))
	for _, by := range []string{"{}", `{clauseId: "scope", citation: "§1"}`, "{citation: null}"} {
		s.ask("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { clause(by: %s) { id } } } }`, first, by), nil).refused(t, "GRAPHQL_VALIDATION_FAILED", nil)
	}
	clause := fmt.Sprintf(`query($by: ClauseKey!) { nodes(ids: [%q]) { ... on Revision { clauses(first: 1) { nodes { revision { clause(by: $by) { id } } } } } } }`, first)
	s.ok("", clause, map[string]any{"by": map[string]any{"clauseId": pay}})
	for _, by := range []map[string]any{{}, {"clauseId": nil}, {"clauseId": pay, "citation": "§2(2)"}, {"clauseId": pay, "citation": nil}} {
		s.ask("", clause, map[string]any{"by": by}).refused(t, "INVALID", pathOf("by"))
	}
	s.ok("", s.fill(`{ document(by: {id: "$law"}) { language languages comment(number: 1) { id } none: comment(number: 2) { id } } __type(name: "ClauseKey") { isOneOf } }`), nil).
		same(t, s.fill(`{"document": {"language": "en", "languages": ["en"], "comment": {"id": "$cmt"}, "none": null}, "__type": {"isOneOf": true}}`))
	s.ok("", s.fill(`{ document(by: {id: "$law"}, asOf: "2026-03-02T08:59:00Z") { id } }`), nil).same(t, `{"document": null}`)
}

// What is asked for by one key or another is asked for alike: a field of Query that is called like its type takes `by`, whose type is named
// after it, is @oneOf and begins with the ID. What has only an ID has no such field: node finds it. Nothing else takes a key by other names.
func TestLookUpsFollowOneRule(t *testing.T) {
	s, lookUps := theSchema(), 0
	for name, d := range s.Types {
		isKey := strings.HasSuffix(name, "Key") && d.Kind == ast.InputObject
		if isOneOf := d.Directives.ForName("oneOf") != nil; isOneOf != isKey {
			t.Errorf("%s is a key: %t, and @oneOf: %t", name, isKey, isOneOf)
		}
		if isKey && len(d.Fields) < 2 {
			t.Errorf("%s has one key; it goes into an argument", name)
		}
		for _, f := range d.Fields {
			for _, a := range f.Arguments {
				if (a.Name == "by") != strings.HasSuffix(a.Type.Name(), "Key") {
					t.Errorf("%s.%s(%s) is %s", name, f.Name, a.Name, a.Type)
				}
				if a.Name == "by" && a.Type.String() != f.Type.Name()+"Key!" {
					t.Errorf("%s.%s is asked by %s", name, f.Name, a.Type)
				}
				if takesID := a.Name == "id" || a.Name == "ids"; takesID && (d != s.Query || f.Type.Name() != "Node") {
					t.Errorf("%s.%s takes %s; node and nodes alone do", name, f.Name, a.Name)
				}
			}
		}
	}
	for _, f := range s.Query.Fields {
		d := s.Types[f.Type.Name()]
		if !slices.Contains(d.Interfaces, "Node") || len(f.Arguments) == 0 {
			continue // a list, what is there once, what has no ID
		}
		lookUps++
		by := f.Arguments.ForName("by")
		if by == nil || !strings.EqualFold(f.Name, d.Name) || s.Types[by.Type.Name()].Fields[0].Name != "id" {
			t.Errorf("Query.%s isn't asked as the others are", f.Name)
		}
		if f.Arguments.ForName("asOf") == nil && f.Arguments.ForName("knownAt") == nil {
			t.Errorf("Query.%s has no moment", f.Name)
		}
	}
	if lookUps < 4 {
		t.Errorf("only %d look-ups were looked at", lookUps)
	}
}

// keysOf says of what each root look-up finds in newHistory how each of its keys is written, and what its moment is called.
var keysOf = map[string]struct {
	moment string
	id     string
	keys   map[string]string
}{
	"document":     {"asOf", "law", map[string]string{"id": `"$law"`, "number": `"EWTP-R-2026-001"`}},
	"organisation": {"asOf", "loom", map[string]string{"id": `"$loom"`, "name": `"  THE  ｌｏｏｍ "`}},
	"ruleSet":      {"asOf", "set", map[string]string{"id": `"$set"`, "slug": `"parcels"`}},
	"instrument":   {"knownAt", "ins", map[string]string{"id": `"$ins"`, "number": `"EWTP-R-2026-003"`}},
}

// Each key finds the thing, as node does; at a moment as it stood, which an ID with a moment names too; and one key is given.
func TestEachKeyFindsTheThing(t *testing.T) {
	s := newHistory(t)
	schema := theSchema()
	for _, f := range schema.Query.Fields {
		by := f.Arguments.ForName("by")
		if by == nil {
			continue
		}
		of := keysOf[f.Name]
		id := fmt.Sprint(s.ids[of.id])
		past := strings.Trim(s.fill(`"$`+of.id+`@then"`), `"`)
		all := ""
		for _, key := range schema.Types[by.Type.Name()].Fields {
			value, ok := of.keys[key.Name]
			if !ok {
				t.Errorf("say in keysOf how to ask for Query.%s by %s", f.Name, key.Name)
				continue
			}
			all += key.Name + ": " + value + " "
			query := fmt.Sprintf(`{ is: %[1]s(by: {%[2]s: %[3]s}) { id } was: %[1]s(by: {%[2]s: %[3]s}, %[4]s: "$then") { id } before: %[1]s(by: {%[2]s: %[3]s}, %[4]s: "2020-01-01T00:00:00Z") { id }
				none: %[1]s(by: {%[2]s: "nothing"}) { id } node(id: %[5]q) { id } }`, f.Name, key.Name, value, of.moment, id)
			s.ok("", s.fill(query), nil).same(t, fmt.Sprintf(`{"is": {"id": %[1]q}, "was": {"id": %[2]q}, "before": null, "none": null, "node": {"id": %[1]q}}`, id, past))
			for _, no := range []string{"", key.Name + ": null"} {
				s.ask("", fmt.Sprintf(`{ %s(by: {%s}) { id } }`, f.Name, no), nil).refused(t, "GRAPHQL_VALIDATION_FAILED", nil)
			}
			s.ok("", fmt.Sprintf(`query($by: %s!) { %s(by: $by) { id } }`, by.Type.Name(), f.Name), map[string]any{"by": map[string]any{key.Name: strings.Trim(s.fill(value), `"`)}}).
				same(t, fmt.Sprintf(`{%q: {"id": %q}}`, f.Name, id))
		}
		asked := fmt.Sprintf(`query($by: %s!) { %s(by: $by) { id } }`, by.Type.Name(), f.Name)
		for name, given := range map[string]map[string]any{"none": {}, "null": {"id": nil}, "two": {"id": id, schema.Types[by.Type.Name()].Fields[1].Name: "x"}, "one and null": {"id": id, schema.Types[by.Type.Name()].Fields[1].Name: nil}} {
			t.Log(f.Name, name)
			s.ask("", asked, map[string]any{"by": given}).refused(t, "INVALID", pathOf("by"))
		}
		s.ask("", s.fill(fmt.Sprintf(`{ %s(by: {%s}) { id } }`, f.Name, all)), nil).refused(t, "GRAPHQL_VALIDATION_FAILED", nil)
		s.ok("", fmt.Sprintf(`{ %s(by: {id: %q}) { id } }`, f.Name, past), nil).same(t, fmt.Sprintf(`{%q: {"id": %q}}`, f.Name, past))
	}
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
	plan := s.ok("estonia", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { outline { id } } } }`, hidden), nil).id("revision.outline.0.id")
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
