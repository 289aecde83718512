package graph

import (
	"fmt"
	"strings"
	"testing"
)

// A filter is its member's alone: by no door does anybody else learn of it.
func TestFiltersArePrivate(t *testing.T) {
	s := newStage(t)
	saved := s.ok("loom", `mutation { saveFilter(input: {name: "Okapi watch", topics: ["customs"], keyword: "okapi", idempotencyKey: "f"}) { filter { id name topics jurisdictions sectors keyword } ledgerPosition } }`, nil)
	id := saved.id("saveFilter.filter.id")
	s.ok("loom", `{ viewer { savedFilters { nodes { name topics keyword } } } }`, nil).same(t, `{"viewer": {"savedFilters": {"nodes": [{"name": "Okapi watch", "topics": ["customs"], "keyword": "okapi"}]}}}`)
	for _, who := range []string{"", "clerk", "crane", "estonia", "ferry", "hub", "intern", "kim", "office"} {
		for _, query := range []string{
			`{ viewer { savedFilters { nodes { id name keyword } } } }`, `{ node(id: "$id") { __typename id } }`,
			`{ ledgerEntries(first: 100) { edges { node { statement node { __typename id } document { id } } } } }`,
			`{ ledgerEntries(filter: {subjectId: "$id"}) { edges { node { node { id } } } } }`,
			`{ search(query: "okapi") { edges { node { snippet { text } } } } }`,
			`mutation { saveFilter(input: {filterId: "$id", name: "x", topics: ["x"]}) { filter { name keyword } } }`,
			`mutation { deleteFilter(input: {filterId: "$id"}) { ledgerPosition } }`,
			`mutation { saveFilter(input: {name: "Mine", topics: ["x"], idempotencyKey: "f"}) { filter { name keyword } } }`,
		} {
			a := s.ask(who, strings.ReplaceAll(query, "$id", id), nil)
			if told := strings.ToLower(fmt.Sprint(a)); strings.Contains(told, "okapi") || strings.Contains(told, "savedfilter ") {
				t.Errorf("%q learns by %s: %+v", who, query, a)
			}
			if strings.Contains(query, "$id") && strings.HasPrefix(query, "mutation") {
				none := s.ask(who, strings.ReplaceAll(query, "$id", "flt_01h45ytscbebyvny4gc8cr8ma2"), nil)
				if len(a.Errors) != 1 || fmt.Sprint(a) != fmt.Sprint(none) {
					t.Errorf("%q tells a hidden filter from none: %+v, %+v", who, a, none)
				}
			}
		}
	}
	if strings.Contains(s.log.String(), "okapi") {
		t.Error("the log tells what is watched")
	}
	s.ok("loom", fmt.Sprintf(`mutation { deleteFilter(input: {filterId: %q}) { deletedFilterId viewer { savedFilters { nodes { name } } } } }`, id), nil).
		same(t, fmt.Sprintf(`{"deleteFilter": {"deletedFilterId": %q, "viewer": {"savedFilters": {"nodes": []}}}}`, id))
	s.ask("loom", fmt.Sprintf(`mutation { deleteFilter(input: {filterId: %q}) { ledgerPosition } }`, id), nil).refused(t, "CONFLICT", pathOf("input filterId"))
	s.ask("loom", `mutation { saveFilter(input: {name: "x"}) { ledgerPosition } }`, nil).refused(t, "INVALID", pathOf("input topics"))
	s.ask("loom", `mutation { markAnswersSeen(input: {until: "2030-01-01T00:00:00Z"}) { ledgerPosition } }`, nil).refused(t, "INVALID", pathOf("input until"))
	s.ok("intern", `mutation { markAnswersSeen(input: {}) { viewer { organisation { name } } } }`, nil).same(t, `{"markAnswersSeen": {"viewer": {"organisation": {"name": "The loom"}}}}`)
}
