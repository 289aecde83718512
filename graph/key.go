package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// keyArgument is the name of the argument by which a thing is looked up: an input that is @oneOf.
const keyArgument = "by"

// byOneKey refuses a look-up that isn't given exactly one key. Validation looks at what is written in a query, and not at
// what variables bring.
func byOneKey(ctx context.Context, next graphql.Resolver) (any, error) {
	if !oneKey(graphql.GetFieldContext(ctx).Field.Field, graphql.GetOperationContext(ctx).Variables) {
		return nil, invalidField(keyArgument, "takes one of its keys, with a value, and no other")
	}
	return next(ctx)
}

// oneKey says whether a field that is asked by one of several keys was given one; it is true of other fields.
func oneKey(f *ast.Field, variables map[string]any) bool {
	if len(f.Arguments) == 0 || f.Arguments.ForName(keyArgument) == nil {
		return true
	}
	keys, _ := f.ArgumentMap(variables)[keyArgument].(map[string]any)
	for _, v := range keys {
		return len(keys) == 1 && v != nil
	}
	return false
}
