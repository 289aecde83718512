package graph

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/registry"
)

// What is written straight is what gqlgen would have written, byte for byte: whatever names, fragments and
// directives ask for it, where something is missing, and where something can't be answered. (Each question that
// another test asks of a world is asked both ways too.)
func TestWrittenStraightIsTheSame(t *testing.T) {
	s := newAdopted(t)
	for name, query := range map[string]string{
		"names":       `{ a: documents { b: nodes { c: number c: number d: sponsors { e: name } } } }`,
		"merged":      `{ documents { nodes { sponsors { name } ... on Document { sponsors { id name } number } } nodes { title sponsors { kind } } } }`,
		"fragments":   `{ documents { ...page nodes { ...line ...line } } } fragment page on DocumentConnection { nodes { kind } } fragment line on Document { head { ... { number } ...text } number } fragment text on Revision { number title }`,
		"of a node":   `{ documents { nodes { ... on Node { id } id number } } node(id: "$law") { id ... on Document { sponsors { name ... on Node { id } } } } }`,
		"directives":  `query($yes: Boolean = true) { documents { nodes { number @skip(if: $yes) title @include(if: $yes) ... @skip(if: $yes) { id } sponsors @include(if: false) { name } head { number @skip(if: true) } } } }`,
		"type names":  `{ documents { __typename nodes { __typename t: __typename sponsors { __typename } } edges { __typename node { __typename } } } }`,
		"nothing":     `{ documents(filter: {title: "nowhere"}) { nodes { number } edges { node { id } } pageInfo { hasNextPage endCursor } } document(by: {id: "doc_none"}) { number sponsors { name } } }`,
		"null":        `{ document(by: {id: "$law"}) { correction { reason } withdrawal { reason } consultation { round cancelled { reason } } sponsors { correction { reason } } } }`,
		"arguments":   `{ document(by: {id: "$law"}, asOf: "$before") { phase consultations(first: 1) { nodes { round isOpen document { phase comments(first: 1) { nodes { text disposition { outcome } } } } } } } }`,
		"bad below":   `{ documents(first: 1) { nodes { number comments(first: -1) { nodes { id } } title } } }`,
		"bad twice":   `{ documents(first: 1) { nodes { a: comments(first: 1) { nodes { document { comments(first: -1) { nodes { id } } } } } sponsors { name } } } }`,
		"a page":      `{ revision: node(id: "$first") { ... on Revision { clauses { totalCount edges { cursor node { clauseId kind level citation html markdown parentId commentCounts { total answered byStance { stance count } } comments(first: 2) { totalCount nodes { text stance organisation { name } member { name } disposition { outcome reason } } } } } } } } }`,
		"enums":       `{ revision: node(id: "$first") { ... on Revision { document { kind phase topics parties } clauses { nodes { kind hash } } } } organisations { nodes { kind jurisdiction sector } } }`,
		"of a ballot": `{ document(by: {id: "$law"}) { ballots { nodes { carried quorum { numerator denominator } tallies { chamber yes } electorate { nodes { organisation { name } } } positions { nodes { organisation { name } } } } } instrument { number status effectiveFrom } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, who := range []string{"", "loom", "estonia", "office"} {
				s.sameBothWays(who, s.fill(query), nil)
			}
		})
	}
}

// A panic below a field that is written straight is told as any other, and once.
func TestPanicWhileWritingStraight(t *testing.T) {
	w := newWorld(t)
	w.law("A law", lawText)
	h := newHandler(Options{Registry: w.registry}, func(graphql.ExecutableSchema) straight {
		return straight{gen.NewStraight(gen.NewExecutableSchema(gen.Config{})), true} // which has no resolvers
	})
	ask := func() string {
		r := httptest.NewRequestWithContext(registry.NewContext(t.Context(), w.actor("estonia")), http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ documents { nodes { sponsors { name } } } }"}`))
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		return answer.Body.String()
	}
	if got := ask(); !strings.Contains(got, `"name":"The estonia"`) || strings.Contains(got, `"errors"`) {
		t.Error(got)
	}
}

// A page of 500 clauses takes neither a goroutine nor a context for each of its values.
func TestDocumentPageAllocates(t *testing.T) {
	w := newWorld(t)
	body, err := json.Marshal(map[string]any{"query": documentPage, "variables": longLaw(w)})
	if err != nil {
		t.Fatal(err)
	}
	ask := asking(t, w, string(body))
	if got := testing.AllocsPerRun(3, ask); got > 40_000 {
		t.Errorf("%v allocations", got)
	}
}

// The text of a response is what encoding/json makes of it.
func TestResponseText(t *testing.T) {
	for _, r := range []any{
		&graphql.Response{}, &graphql.Response{Data: json.RawMessage("null")}, &graphql.Response{Data: json.RawMessage(`{"a":[1]}`)},
		&graphql.Response{Data: json.RawMessage(`{}`), Extensions: map[string]any{"cost": cost{Values: 1}}},
		&graphql.Response{Data: json.RawMessage(`{"a":null}`), Errors: gqlerror.List{gqlerror.Errorf("no <b>")}, Extensions: map[string]any{"x": 1}},
		&graphql.Response{Errors: gqlerror.List{gqlerror.Errorf("no")}}, &graphql.Response{Data: json.RawMessage(`{}`), Label: "l", HasNext: new(bool)},
		map[string]any{"errors": 1},
	} {
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := responseText(r); err != nil || string(got) != string(want) {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}
