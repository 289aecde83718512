package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// documentPage is what the page of a long document asks.
const documentPage = `query($id: ID!, $r: ID!) {
	document(by: {id: $id}) { number title phase sponsors { name } commentCounts { total byStance { stance count } }
		comments(first: 20) { edges { node { number text stance organisation { name } member { name } disposition { outcome reason at member { name } } replies(first: 5) { edges { node { text organisation { name } } } } } } } }
	revision: node(id: $r) { ... on Revision { number outline { clauseId citation }
		clauses(first: 500) { totalCount edges { node { clauseId citation kind html commentCounts { total byStance { stance count } } } } } } } }`

// A document's page: 500 clauses with their counts, and 20 comments.
func BenchmarkDocumentPage(b *testing.B) {
	w := newWorld(b)
	run(b, w, documentPage, longLaw(w))
}

// longLaw makes a law of 500 clauses, with comments, and returns the variables of documentPage.
func longLaw(w *world) map[string]any {
	var text strings.Builder
	text.WriteString("# A long law\n\n")
	for i := range 250 {
		fmt.Fprintf(&text, "## Part %d {#p%d}\n\nThe carrier declares every parcel of sort %d before it leaves.\n\n", i, i, i)
	}
	law, first := w.law("A long law", text.String())
	csn := w.open(law)
	for i := range 200 {
		w.comment([]string{"loom", "ferry", "crane"}[i%3], csn, fmt.Sprintf("p%d", i), "This is too much.")
	}
	return map[string]any{"id": law, "r": first}
}

// One clause's comments, the first page.
func BenchmarkClauseComments(b *testing.B) {
	w := newWorld(b)
	law, first := w.law("A law", lawText)
	csn := w.open(law)
	for range 10_000 {
		w.comment("loom", csn, "duties", "This is too much.")
	}
	run(b, w, `query($r: ID!) { revision: node(id: $r) { ... on Revision { clause(by: {clauseId: "duties"}) { comments(first: 20) { totalCount edges { node { number text stance organisation { name } } } } } } } }`,
		map[string]any{"r": first})
}

// run asks again and again, past the network.
func run(b *testing.B, w *world, query string, variables map[string]any) {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	ask := asking(b, w, string(body))
	b.ReportAllocs()
	for b.Loop() {
		ask()
	}
}

// asking returns what asks as the public, past the network.
func asking(t testing.TB, w *world, body string) func() {
	h := NewHandler(Options{Registry: w.registry})
	ctx := registry.NewContext(t.Context(), policies.Actor{})
	return func() {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), `"errors"`) {
			t.Fatalf("%d %.500s", answer.Code, answer.Body)
		}
	}
}
