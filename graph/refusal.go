package graph

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// refusedAsData turns the refusal of a mutation into a payload that tells it, and returns nil for every other error.
// Who may do a thing, and whether it is there, is no data: it is told at the top, and so is what goes wrong once a change was made.
func refusedAsData(ctx context.Context, err error) (payload any) {
	fc := graphql.GetFieldContext(ctx)
	var refusal *policies.Error
	if fc.Object != "Mutation" || !errors.As(err, &refusal) {
		return nil
	}
	if _, made := changesFrom(ctx).of(graphql.GetPath(ctx)); made {
		return nil
	}
	why := userErrors(refusal)
	if why == nil {
		return nil
	}
	told := newPayload(fc.Field.Name)
	told.Elem().FieldByName("Errors").Set(reflect.ValueOf(why))
	return told.Interface()
}

// newPayload makes an empty payload of a mutation, of the type that its resolver returns: what is refused may never have come to that.
func newPayload(mutation string) reflect.Value {
	resolve, _ := reflect.TypeFor[gen.MutationResolver]().MethodByName(strings.ToUpper(mutation[:1]) + mutation[1:])
	return reflect.New(resolve.Type.Out(0).Elem())
}

// userErrors returns a refusal as the schema tells it; nil where it is none that whoever might have made the change
// is told as data.
func userErrors(r *policies.Error) []gen.UserError {
	switch path := stepsOf(r.Field); r.Code {
	case policies.Invalid:
		var all []gen.UserError
		for _, f := range r.Faults() {
			all = append(all, gen.InvalidField{Message: f.Message, Code: f.Code, Path: stepsOf(f.Field)})
		}
		return all
	case policies.Conflict:
		return []gen.UserError{gen.StateConflict{Message: r.Message, Code: r.Code, Path: path}}
	case policies.TextConflict:
		return []gen.UserError{gen.TextConflict{Message: r.Message, Code: r.Code, Path: path, Clashes: clashesOf(r.Clashes)}}
	case policies.KeyReused:
		return []gen.UserError{gen.KeyReused{Message: r.Message, Code: r.Code, Path: path, LedgerPosition: r.Position}}
	case policies.GateUnmet:
		return []gen.UserError{gen.GateUnmet{Message: r.Message, Code: r.Code, Path: path, Gaps: gapsOf(r.Missing)}}
	}
	return nil
}

// stepsOf splits the field of a refusal, such as "change.clauseId".
func stepsOf(field string) []string {
	if field == "" {
		return nil
	}
	return strings.Split(field, ".")
}

func clashesOf(all []policies.Clash) []gen.ClauseClash {
	list := make([]gen.ClauseClash, len(all))
	for i, c := range all {
		list[i] = gen.ClauseClash{ClauseID: orNull(c.ClauseID), Citation: c.Citation, Base: orNull(c.Base), Head: orNull(c.Head), Submitted: orNull(c.Submitted)}
	}
	return list
}
