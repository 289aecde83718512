package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
)

// given are the fields of a mutation's input that its caller wrote, null among them. An edit changes these and no others: what
// is left out stays as it is, and null clears it.
type given []string

// givenBy returns those of the mutation at hand, in order: its fields are part of what an idempotency key stands for.
func givenBy(ctx context.Context) given {
	args := graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	input, _ := args["input"].(map[string]any)
	return slices.Sorted(maps.Keys(input))
}

// text returns what a text is to be: nil for what it is, "" where it is null.
func (g given) text(name string, value *string) *string {
	if value == nil && slices.Contains(g, name) {
		return new("")
	}
	return value
}

// list returns what a list is to be: nil for what it is, one without entries where it is null.
func (g given) list(name string, value []string) []string {
	if value == nil && slices.Contains(g, name) {
		return []string{}
	}
	return value
}
