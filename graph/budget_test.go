package graph

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
)

// aliases asks for a field by so many names.
func aliases(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: %s ", i, field)
	}
	return b.String()
}

// What is costly is computed once for all the names that it is asked by, whether the name is its own or
// that of something above it.
func TestNamesCostNothing(t *testing.T) {
	w := newWorld(t)
	law, first := w.law("A law", lawText)
	csn := w.open(law)
	for range 5 {
		w.comment("loom", csn, "duties", "This is too much.")
	}
	second := w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: first, Source: lawText + "\nMore.\n", Note: "More."}).Subject
	ask := func(query string) int64 {
		before := w.registry.Views().Statements()
		w.once("estonia", query, nil)
		return w.registry.Views().Statements() - before
	}
	for name, field := range map[string]string{
		"adoptionGate":       `adoptionGate { __typename }`,
		"unconsultedChanges": `unconsultedChanges { __typename }`,
		"whatWeHeard":        `whatWeHeard { comments }`,
	} {
		own, above := fmt.Sprintf(`document(by: {id: %q}) { %%s }`, law), fmt.Sprintf(`document(by: {id: %q}) { %s }`, law, field)
		one := ask("{ " + fmt.Sprintf(own, field) + " }")
		if many := ask("{ " + fmt.Sprintf(own, aliases(8, field)) + " }"); many > one {
			t.Errorf("%s: %d statements, by eight names %d", name, one, many)
		}
		if many := ask("{ " + aliases(8, above) + " }"); many > one+8 { // each document is looked up
			t.Errorf("%s of a document by eight names: %d statements, want %d", name, many, one)
		}
	}
	redline := fmt.Sprintf(`redline(fromId: %q, toId: %q) { counts { added } changes(first: 5) { totalCount } }`, first, second)
	if one, many := ask("{ "+redline+" }"), ask("{ "+aliases(30, redline)+" }"); many > one {
		t.Errorf("a redline: %d statements, by thirty names %d", one, many)
	}
}

// Arguments tell fields apart that have the same name.
func TestNamesThatDiffer(t *testing.T) {
	w := newWorld(t)
	law, first := w.law("A law", lawText)
	w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: first, Source: lawText + "\nMore.\n", Note: "More."})
	a := w.ok("estonia", fmt.Sprintf(`{ a: document(by: {id: %q}) { x: revision(number: 1) { source } y: revision(number: 2) { source } } }`, law), nil)
	if x, y := a.at("a.x.source"), a.at("a.y.source"); x == y || x == nil || y == nil {
		t.Errorf("%v and %v", x, y)
	}
}

// An answer has so much text and no more, however it is asked for.
func TestTextIsBounded(t *testing.T) {
	w := newWorld(t)
	_, first := w.law("A law", "# A law\n\n"+strings.Repeat("A paragraph of some words.\n\n", 2_000))
	limit := 500_000
	w.serve(NewHandler(Options{Registry: w.registry, Limits: Limits{Text: limit}}))
	one := w.ok("estonia", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { html } } }`, first), nil)
	if len(one.at("revision.html").(string)) > limit {
		t.Fatal("one alone is too long for this test")
	}
	for name, query := range map[string]string{
		"by many names":       fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { %s } } }`, first, aliases(90, "html")),
		"the sources":         fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { %s } } }`, first, aliases(90, "source")),
		"clauses by and by":   fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { %s } } }`, first, aliases(30, "clauses(first: 500) { edges { node { html } } }")),
		"of many names above": fmt.Sprintf(`{ %s }`, aliases(90, fmt.Sprintf("node(id: %q) { ... on Revision { html } }", first))),
	} {
		a := w.ask("estonia", query, nil)
		a.refused(t, codeTooCostly, nil)
		if a.Data != nil || !strings.Contains(a.Errors[0].Message, "bytes of text") {
			t.Errorf("%s: %v", name, a.Errors)
		}
	}
}

// A response that takes too long is given up, and says so.
func TestTimeIsBounded(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("A law", lawText)
	w.serve(NewHandler(Options{Registry: w.registry, Limits: Limits{Time: time.Nanosecond}}))
	a := w.ask("", fmt.Sprintf(`{ document(by: {id: %q}) { title } }`, law), nil)
	if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != string(policies.Unavailable) || !strings.Contains(a.Errors[0].Message, "too long") {
		t.Errorf("%v %v", a.Errors, a.Data)
	}
	if strings.Contains(w.log.String(), "ERROR") {
		t.Errorf("logged: %s", w.log)
	}
}

// What a response cost, and may cost, stands in its extensions and its header.
func TestCostIsTold(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("A law", lawText)
	status, header, body := w.send("POST", w.url, "estonia", fmt.Sprintf(`{"query": "{ document(by: {id: \"%s\"}) { id title } }"}`, law), "Content-Type", "application/json")
	want := `"extensions":{"cost":{"complexity":3,"complexityLimit":40000,"values":3,"valuesLimit":50000,"text":` + fmt.Sprint(len(law)+len("A law")) + `,"textLimit":16777216}}`
	if status != 200 || !strings.Contains(string(body), want) {
		t.Errorf("%d %s, want %s", status, body, want)
	}
	if got := header.Get("Entente-Cost"); !strings.HasPrefix(got, "complexity=3, complexity-limit=40000, values=3, ") {
		t.Errorf("header %q", got)
	}
}
