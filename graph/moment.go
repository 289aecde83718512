package graph

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
)

// A moment is one of the record: asOf and knownAt say the same of whatever they are asked for, so an ID has one
// moment at most. When the law binds is another dimension, and no part of what a thing is: inForceAt and at are
// questions about it.

// momentArguments are the arguments that name a moment of the record.
var momentArguments = []string{"asOf", "knownAt"}

// momentOf returns the moment as of which a field shows the record: that of its own arguments or else of the nearest
// field around it; zero for now. A resolver asks here and leaves its own argument asOf.
func momentOf(ctx context.Context) time.Time {
	var index *int // in the list of the field that comes next
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if len(fc.Args) > 0 {
			if t := momentIn(fc, index); !t.IsZero() {
				return t
			}
		}
		index = fc.Index
	}
	return time.Time{}
}

// momentIn returns the moment that a field's arguments name: that of the ID at an index, where it takes several.
func momentIn(fc *graphql.FieldContext, index *int) (at time.Time) {
	for _, name := range momentArguments {
		if t, ok := fc.Args[name].(*time.Time); ok && t != nil {
			return *t
		}
	}
	if f, ok := fc.Args["filter"].(*gen.InstrumentFilter); ok && f != nil && f.KnownAt != nil {
		return *f.KnownAt
	}
	if ids, ok := fc.Args["ids"].([]string); ok && fc.Object == "Query" && index != nil && *index < len(ids) {
		_, at = wire.CutMoment(ids[*index])
	}
	return at
}

// momentFrom returns the argument at, else momentOf, else now.
func (r *resolver) momentFrom(ctx context.Context, at *time.Time) time.Time {
	if at != nil {
		return *at
	}
	if t := momentOf(ctx); !t.IsZero() {
		return t
	}
	return r.registry.Now()
}

// inMoment gives each ID below a moment that moment, whatever type it is of; leaves out, below one, the fields that tell
// of the present alone; lets a root field be asked by the ID of a past thing as if it were asked asOf; and
// refuses such an ID everywhere else, where something present is meant.
func inMoment(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if err := takeMoments(ctx, fc); err != nil {
		return nil, err
	}
	isID, present := namesNodes(fc.Field.Definition), isPresentOnly(fc.Field.Definition)
	if !isID && !present {
		return next(ctx)
	}
	at := momentOf(ctx)
	switch {
	case at.IsZero():
		return next(ctx)
	case present:
		return nil, nil
	}
	v, err := next(ctx)
	return idsAt(v, at), err
}

// identities are the fields whose IDs name no node: what a clause is called in all revisions of its document.
var identities = []string{"clauseId", "parentId"}

// namesNodes says whether a field has the IDs of nodes.
func namesNodes(f *ast.FieldDefinition) bool {
	return f.Type.Name() == "ID" && !slices.Contains(identities, f.Name)
}

// isPresentOnly says whether a field tells of the present alone.
func isPresentOnly(f *ast.FieldDefinition) bool {
	return len(f.Directives) > 0 && f.Directives.ForName("presentOnly") != nil
}

// idsAt gives the IDs among a field's values a moment.
func idsAt(value any, at time.Time) any {
	id := func(s string) string {
		if s == "" {
			return s
		}
		return wire.IDAt(s, at)
	}
	switch v := value.(type) {
	case string:
		return id(v)
	case *string:
		if v != nil {
			return new(id(*v))
		}
	case []string:
		list := slices.Clone(v)
		for i := range list {
			list[i] = id(list[i])
		}
		return list
	}
	return value
}

// takeMoments handles the IDs of past things among a field's arguments.
func takeMoments(ctx context.Context, fc *graphql.FieldContext) error {
	if len(fc.Args) == 0 || !takesIDs(fc) {
		return nil
	}
	raw := fc.Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	for _, a := range fc.Field.Definition.Arguments {
		err := eachPastID(raw[a.Name], a.Type, []string{a.Name}, func(id string, path []string) error {
			if fc.Object == "Query" && slices.Contains([]string{"id", "ids", "by"}, path[0]) {
				return goBack(fc, path, id)
			}
			present, at := wire.CutMoment(id)
			if fc.Object == "Mutation" {
				path = path[1:]
			}
			return invalidField(strings.Join(path, "."), "names something as it stood at %s, which nothing is done with any more; what it is now is %s", at.UTC().Format(time.RFC3339Nano), present)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// isPresent says whether a field's arguments name no moment, not in an ID either.
func isPresent(f *ast.Field, variables map[string]any) bool {
	if len(f.Arguments) == 0 {
		return true
	}
	raw := f.ArgumentMap(variables)
	for _, name := range momentArguments {
		if raw[name] != nil {
			return false
		}
	}
	for _, a := range f.Definition.Arguments {
		past := eachPastID(raw[a.Name], a.Type, nil, func(string, []string) error { return errPast })
		if past != nil {
			return false
		}
	}
	return true
}

var errPast = errors.New("names the past")

// goBack asks a root field for a thing by its present ID, as of the moment that the ID names.
func goBack(fc *graphql.FieldContext, path []string, id string) error {
	present, at := wire.CutMoment(id)
	if path[0] == "ids" {
		return nil // momentIn reads each where it stands
	}
	for _, name := range momentArguments {
		if t, ok := fc.Args[name].(*time.Time); ok && t != nil && !t.Equal(at) {
			return invalidField(name, "contradicts the moment that the ID names")
		}
	}
	switch v := fc.Args[path[0]].(type) {
	case string:
		fc.Args[path[0]] = present
	case *string:
		fc.Args[path[0]] = &present
	default: // one of several keys
		key := reflect.New(reflect.TypeOf(v)).Elem()
		key.Set(reflect.ValueOf(v))
		key.FieldByName("ID").Set(reflect.ValueOf(&present))
		fc.Args[path[0]] = key.Interface()
	}
	fc.Args["asOf"] = &at
	return nil
}

// takesIDs says whether a field was given an argument in which an ID may be.
func takesIDs(fc *graphql.FieldContext) bool {
	for _, a := range fc.Field.Definition.Arguments {
		v, ok := fc.Args[a.Name]
		if !ok || v == nil || reflect.ValueOf(v).Kind() == reflect.Pointer && reflect.ValueOf(v).IsNil() {
			continue
		}
		if hasIDs(a.Type.Name()) {
			return true
		}
	}
	return false
}

// hasIDs says whether a value of an input type may hold an ID.
func hasIDs(name string) bool { return typesWithIDs()[name] }

var typesWithIDs = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for name := range schemaTypes() {
		known[name] = reachesID(name, map[string]bool{})
	}
	return known
})

func reachesID(name string, seen map[string]bool) bool {
	d := schemaTypes()[name]
	if name == "ID" || d == nil || d.Kind != ast.InputObject || seen[name] {
		return name == "ID"
	}
	seen[name] = true
	return slices.ContainsFunc(d.Fields, func(f *ast.FieldDefinition) bool { return reachesID(f.Type.Name(), seen) })
}

// schemaTypes are the types of the schema by their names.
var schemaTypes = sync.OnceValue(func() map[string]*ast.Definition {
	return gen.NewExecutableSchema(gen.Config{}).Schema().Types
})

// eachPastID calls f for each ID with a moment in a value, with the path to it.
func eachPastID(value any, of *ast.Type, path []string, f func(id string, path []string) error) error {
	switch v := value.(type) {
	case []any:
		elem := of
		if of.Elem != nil {
			elem = of.Elem
		}
		for i, e := range v {
			if err := eachPastID(e, elem, append(path[:len(path):len(path)], strconv.Itoa(i)), f); err != nil {
				return err
			}
		}
	case map[string]any:
		d := schemaTypes()[of.Name()]
		if d == nil {
			return nil
		}
		for _, field := range d.Fields {
			if err := eachPastID(v[field.Name], field.Type, append(path[:len(path):len(path)], field.Name), f); err != nil {
				return err
			}
		}
	case string:
		if of.Name() != "ID" {
			return nil
		}
		if _, at := wire.CutMoment(v); !at.IsZero() {
			return f(v, path)
		}
	}
	return nil
}
