package graph

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// expand counts what a selection comes to by putting every fragment in, until there
// are more than most fields.
func expand(doc *ast.QueryDocument, set ast.SelectionSet, depth, most int, deepest, fields *int) {
	*deepest = max(*deepest, depth)
	for _, s := range set {
		if *fields > most || depth > most {
			return
		}
		switch s := s.(type) {
		case *ast.Field:
			*fields++
			expand(doc, s.SelectionSet, depth+1, most, deepest, fields)
			*deepest = max(*deepest, depth+1)
		case *ast.InlineFragment:
			expand(doc, s.SelectionSet, depth, most, deepest, fields)
		case *ast.FragmentSpread:
			if f := doc.Fragments.ForName(s.Name); f != nil {
				expand(doc, f.SelectionSet, depth, most, deepest, fields)
			}
		}
	}
}

// What the guard lets pass to be validated is no deeper and no wider than it says,
// whatever spreads whatever.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		`{ a { b { c } } }`, `{ ...f } fragment f on Q { a ...g } fragment g on Q { b c: d }`, `{ ...f } fragment f on Q { ...f }`,
		`{ ...f } fragment f on Q { ...g } fragment g on Q { ...f }`, `query A { a } query B { b { c } }`, `{ ... on Q { a ... { b } } }`,
		`{ a { a { a { a { a { a } } } } } }`, `{ a:b c:d e:f g:h i:j }`, `{`, "", "\x00", `{ a(x: "\u0000") @skip(if: true) }`, `{ ...f ...f ...f } fragment f on Q { ...g ...g ...g } fragment g on Q { a b c }`,
		`fragment f on Q { a } { ...nowhere }`, `query($x: [[[[[[Int]]]]]] = [[[[1]]]]) { a }`, `{ a(x: {b: {c: {d: [[[{}]]]}}}) }`,
	} {
		f.Add(seed)
	}
	limits := Limits{Depth: 5, Fields: 12, Aliases: 3, Query: 4 << 10, Tokens: 200}.withDefaults()
	g := guard{limits: limits, known: graphql.NoCache[*ast.QueryDocument]{}}
	f.Fuzz(func(t *testing.T, query string) {
		if err := g.MutateOperationParameters(t.Context(), &graphql.RawParams{Query: query}); err != nil {
			return
		}
		doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, limits.Tokens)
		if err != nil {
			return // gqlgen says so
		}
		fields := 0
		for _, op := range doc.Operations {
			deepest := 0
			expand(doc, op.SelectionSet, 0, 10*limits.Fields, &deepest, &fields)
			if deepest > limits.Depth || fields > limits.Fields {
				t.Errorf("%q passes: %d deep, %d fields", query, deepest, fields)
			}
		}
	})
}
