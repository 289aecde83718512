package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits bound what a request may ask. A zero field means its default.
type Limits struct {
	Complexity int           // of an operation, an estimate of how many values it returns; 40,000
	Values     int           // of a response, as they are counted while it is made; 50,000
	Text       int           // bytes of all texts in a response, likewise; 16 MiB
	Time       time.Duration // to make a response; 20 s
	Depth      int           // of nested fields, those of fragments included; 15
	Fields     int           // of a document, those of a fragment counted at each spread; 1,000
	Aliases    int           // of a document, counted in the same way; 100
	Query      int           // bytes of the query's text, without variables; 64 KiB
	Tokens     int           // of the query's text; 8,000
	Body       int           // bytes of a request's body, with variables; 10 MiB
	Cache      int           // parsed queries kept; 500
}

func (l Limits) withDefaults() Limits {
	for _, x := range []struct {
		field *int
		value int
	}{
		{&l.Complexity, 40_000}, {&l.Values, 50_000}, {&l.Text, 16 << 20}, {&l.Depth, 15}, {&l.Fields, 1_000}, {&l.Aliases, 100},
		{&l.Query, 64 << 10}, {&l.Tokens, 8_000}, {&l.Body, 10 << 20}, {&l.Cache, 500},
	} {
		if *x.field == 0 {
			*x.field = x.value
		}
	}
	if l.Time == 0 {
		l.Time = 20 * time.Second
	}
	return l
}

// guard measures a query before it is validated, because validating a query that is deep and
// wide on purpose takes long. A text that doesn't parse passes: gqlgen says why it doesn't.
type guard struct {
	limits Limits
	known  graphql.Cache[*ast.QueryDocument] // queries that passed before and are valid
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = guard{}

// ExtensionName implements graphql.HandlerExtension.
func (guard) ExtensionName() string { return "Guard" }

// Validate implements graphql.HandlerExtension.
func (guard) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator. It changes nothing.
func (g guard) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if len(request.Query) > g.limits.Query {
		return tooLargeError("the query is %d bytes long, at most %d are taken; long texts belong into variables", len(request.Query), g.limits.Query)
	}
	if _, ok := g.known.Get(ctx, request.Query); ok {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: request.Query}, g.limits.Tokens)
	if err != nil {
		return nil
	}
	m := measure{doc: doc, fragments: map[string]extent{}}
	var all extent
	for _, op := range doc.Operations {
		all = all.beside(m.of(op.SelectionSet))
	}
	for _, f := range doc.Fragments { // unused ones are validated too
		all = all.beside(m.fragment(f.Name))
	}
	switch {
	case m.cycle != "":
		e := gqlerror.Errorf("fragment %q spreads itself", m.cycle)
		errcode.Set(e, errcode.ValidationFailed)
		return e
	case all.depth > g.limits.Depth:
		return tooLargeError("the query is %d fields deep, at most %d are taken", all.depth, g.limits.Depth)
	case all.fields > g.limits.Fields:
		return tooLargeError("the query selects more than %d fields", g.limits.Fields)
	case all.aliases > g.limits.Aliases:
		return tooLargeError("the query has more than %d aliases", g.limits.Aliases)
	}
	return nil
}

// tooLargeError refuses a query for the size of its text.
func tooLargeError(format string, args ...any) *gqlerror.Error {
	e := gqlerror.Errorf(format, args...)
	errcode.Set(e, codeTooLarge)
	return e
}

// An extent is the size of a selection, its fragments included.
type extent struct{ depth, fields, aliases int }

// maxExtent keeps sums from overflowing, as those of fragments that double 60 times would.
const maxExtent = 1 << 30

func (a extent) beside(b extent) extent {
	return extent{max(a.depth, b.depth), min(a.fields+b.fields, maxExtent), min(a.aliases+b.aliases, maxExtent)}
}

// measure finds extents. It looks at each fragment once, so that its work is linear in the text.
type measure struct {
	doc       *ast.QueryDocument
	fragments map[string]extent // depth -1 while it is being measured
	cycle     string
}

func (m *measure) of(set ast.SelectionSet) (e extent) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			f := m.of(s.SelectionSet)
			f.depth, f.fields = f.depth+1, f.fields+1
			if s.Alias != s.Name {
				f.aliases++
			}
			e = e.beside(f)
		case *ast.InlineFragment:
			e = e.beside(m.of(s.SelectionSet))
		case *ast.FragmentSpread:
			e = e.beside(m.fragment(s.Name))
		}
	}
	return e
}

func (m *measure) fragment(name string) extent {
	if e, ok := m.fragments[name]; ok {
		if e.depth < 0 {
			m.cycle = name
			return extent{}
		}
		return e
	}
	f := m.doc.Fragments.ForName(name)
	if f == nil {
		return extent{} // validation refuses it
	}
	m.fragments[name] = extent{depth: -1}
	e := m.of(f.SelectionSet)
	m.fragments[name] = e
	return e
}
