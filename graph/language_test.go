package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLookUpLanguage(t *testing.T) {
	for _, c := range []struct{ asked, there, want string }{
		{"en", "en", "en"}, {"EN", "en", "en"}, {"en-GB", "en", "en"}, {"en", "en-GB", ""}, {"en-gb", "en en-GB", "en-GB"}, {"fr", "en", ""},
		{"zh-Hant-CN-x-private1-private2", "zh-Hant", "zh-Hant"}, {"zh-Hant-CN-x-private1", "zh-Hant-CN-x zh", "zh"}, {"zh-Hans", "zh-Hant", ""},
		{"", "en", ""}, {"-", "en", ""}, {"x-", "en", ""}, {"e", "en", ""}, {"*", "en", ""},
	} {
		if got := lookUpLanguage(c.asked, strings.Fields(c.there)); got != c.want {
			t.Errorf("of %s, %q finds %q, want %q", c.there, c.asked, got, c.want)
		}
	}
}

// Each text of a revision and of a clause is told in the language of its document, by whatever way it is come to, and not in
// another; without the argument, or with null, in the document's own.
func TestTextsAreAskedForByLanguage(t *testing.T) {
	s, asked := newStage(t), 0
	for of, way := range map[string]string{
		"Revision": `node(id: "$first") { ... on Revision { %s } }`,
		"Clause":   `node(id: "$first") { ... on Revision { clauses(first: 2) { nodes { revision { clause(by: {citation: "§2(2)"}) { %s } } } } } }`,
	} {
		for _, f := range theSchema().Types[of].Fields {
			if isText := slices.Contains([]string{"html", "markdown", "source"}, f.Name); isText != (f.Arguments.ForName("language") != nil) {
				t.Errorf("%s.%s is a text: %t, and doesn't say so", of, f.Name, isText)
			} else if !isText {
				continue
			}
			asked++
			query := "query($l: String) { " + s.fill(fmt.Sprintf(way, f.Name+" en: "+f.Name+`(language: "en") gb: `+f.Name+`(language: "en-GB") any: `+f.Name+"(language: $l)")) + " }"
			a := fmt.Sprint(s.ok("", query, nil).Data)
			if plain := fmt.Sprint(s.ok("", query, map[string]any{"l": "EN"}).Data); plain != a {
				t.Errorf("%s.%s is %s, and %s", of, f.Name, a, plain)
			}
			none := s.ask("", query, map[string]any{"l": "fr"})
			for _, e := range none.Errors {
				if e.Extensions["code"] != "NOT_FOUND" || fmt.Sprint(e.Extensions["field"]) != "[language]" {
					t.Errorf("%s.%s in French: %+v", of, f.Name, e)
				}
			}
			if len(none.Errors) == 0 || !strings.Contains(fmt.Sprint(none.Data), "gb:") {
				t.Errorf("%s.%s in French is %v, %v", of, f.Name, none.Data, none.Errors)
			}
		}
	}
	if asked != 4 {
		t.Errorf("%d texts were asked for", asked)
	}
	s.ok("", s.fill(`{ node(id: "$first") { ... on Revision { languages } } }`), nil).same(t, `{"node": {"languages": ["en"]}}`)
}
