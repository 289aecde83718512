package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
)

// A straight writes what is below a field straight, one field after the other: a page of a thousand
// objects takes no thousand goroutines then. Loaders know what a page refers to before any of it is
// asked for, so that nothing is gained by asking at once. What can't be written so, gqlgen executes.
type straight struct {
	gen.Straight
	on bool
}

// write returns the value of the present field as it is written, or as it is. It returns context.Canceled
// where the budget is spent.
func (s straight) write(ctx context.Context, b *budget, value any) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if !s.on || value == nil || fc.Field.Field == nil || !b.straight.is(ctx, s, fc.Field.Selections) || !momentOf(ctx).IsZero() {
		return value, nil
	}
	w := &wire.Straight{Values: b.values.Load(), Text: b.text.Load()}
	had := *w
	written := s.try(ctx, w, fc.Field, value)
	if !written && !w.Spent() {
		return value, nil
	}
	if b.spend(had.Values-w.Values, had.Text-w.Text) {
		return nil, context.Canceled
	}
	return w, nil
}

// try writes a value. It returns false where gqlgen must do it, because of an error, say, which has a path
// there and is logged.
func (s straight) try(ctx context.Context, w *wire.Straight, f graphql.CollectedField, value any) (written bool) {
	defer func() {
		if recover() != nil {
			written = false
		}
	}()
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	return s.Write(ctx, w, f.Definition.Type.Name(), f.Selections, value) && len(graphql.GetErrors(ctx)) == 0
}

// knows says whether all that is selected can be written straight. What shows the past, or is asked with
// an ID of it, can't: see inMoment.
func (s straight) knows(selected ast.SelectionSet, variables map[string]any) bool {
	for _, x := range selected {
		known := false
		switch x := x.(type) {
		case *ast.Field:
			known = x.Name == "__typename" || x.ObjectDefinition != nil && s.Knows(x.ObjectDefinition.Name, x.Name) &&
				extraCosts[x.ObjectDefinition.Name+"."+x.Name] == 0 && isPresent(x, variables) && oneKey(x, variables) && x.Arguments.ForName(languageArgument) == nil && s.knows(x.SelectionSet, variables)
		case *ast.InlineFragment:
			known = x.Directives.ForName("defer") == nil && s.knows(x.SelectionSet, variables)
		case *ast.FragmentSpread:
			known = x.Directives.ForName("defer") == nil && s.knows(x.Definition.SelectionSet, variables)
		}
		if !known {
			return false
		}
	}
	return true
}

// straightSelections are the selections of a response that can be written straight, and that can't.
type straightSelections struct {
	mu    sync.Mutex
	known map[*ast.Selection]bool // by the place of the first of those selected
}

// is says whether a field's selections can be written straight; those of a leaf can't.
func (k *straightSelections) is(ctx context.Context, s straight, selected ast.SelectionSet) bool {
	if len(selected) == 0 {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	known, ok := k.known[&selected[0]]
	if !ok {
		if k.known == nil {
			k.known = map[*ast.Selection]bool{}
		}
		known = s.knows(selected, graphql.GetOperationContext(ctx).Variables)
		k.known[&selected[0]] = known
	}
	return known
}
