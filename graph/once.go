package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// An onceEach has the costly fields of a response, those of extraCosts, computed once for all the
// names that they are asked by: a name costs nothing to write.
type onceEach struct {
	mu     sync.Mutex
	fields map[string]func() (any, error)
}

// once computes a field, unless it was, or is being, computed for another name of it.
func (e *onceEach) once(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if fc.Object == "Mutation" || !renamed(fc) || extraCosts[fc.Object+"."+fc.Field.Name] == 0 {
		return next(ctx)
	}
	return e.get(fc, func() (any, error) { return next(ctx) })
}

func (e *onceEach) get(fc *graphql.FieldContext, compute func() (any, error)) (any, error) {
	path := pathBelowNames(fc)
	e.mu.Lock()
	f, ok := e.fields[path]
	if !ok {
		if e.fields == nil {
			e.fields = map[string]func() (any, error){}
		}
		f = sync.OnceValues(compute)
		e.fields[path] = f
	}
	e.mu.Unlock()
	return f()
}

// renamed says whether a field, or one above it, is asked for by a name of the client's.
func renamed(fc *graphql.FieldContext) bool {
	for ; fc != nil; fc = fc.Parent {
		if fc.Field.Field != nil && fc.Field.Alias != fc.Field.Name {
			return true
		}
	}
	return false
}

// pathBelowNames is the same for all that has the same value in one response: the way to a field by
// the schema's names, with arguments and indexes.
func pathBelowNames(fc *graphql.FieldContext) string {
	var b strings.Builder
	for ; fc != nil; fc = fc.Parent {
		switch {
		case fc.Index != nil:
			fmt.Fprintf(&b, "[%d]", *fc.Index)
		case fc.Field.Field != nil:
			fmt.Fprintf(&b, "/%s.%s%s", fc.Object, fc.Field.Name, argumentsOf(fc))
		}
	}
	return b.String()
}

// argumentsOf spells a field's arguments, those that are pointers by what they point at.
func argumentsOf(fc *graphql.FieldContext) string {
	if len(fc.Args) == 0 {
		return ""
	}
	text, err := json.Marshal(fc.Args)
	if err != nil { // nobody else's
		return fmt.Sprintf("%p", fc)
	}
	return string(text)
}
