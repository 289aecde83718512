package graph

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A budget bounds how many values one response has. The complexity of an operation can't
// do that, because it doesn't know how long the lists are that take no arguments.
type budget struct {
	left atomic.Int64
	end  context.CancelFunc // stops everything that works on the response
}

type budgetKey struct{}

// withinBudget gives each response its budget. Where that is spent, the response stops and becomes
// an error without data. A mutation has changed the record by then, and an error says so;
// its idempotency key asks for the outcome again.
func withinBudget(values int) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		ctx, end := context.WithCancel(ctx)
		defer end()
		b := &budget{end: end}
		b.left.Store(int64(values))
		response := next(context.WithValue(ctx, budgetKey{}, b))
		if response != nil && b.left.Load() < 0 {
			return &graphql.Response{Errors: append(gqlerror.List{tooManyValuesError(values)}, changesFrom(ctx).lost()...)}
		}
		return response
	}
}

// spendOnField takes from the budget what a field returns: one value, and one for each item
// of a list.
func spendOnField(ctx context.Context, next graphql.Resolver) (any, error) {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if !ok { // a subscription begins here; each of its events is a response
		return next(ctx)
	}
	if b.left.Load() < 0 {
		return nil, context.Canceled
	}
	value, err := next(ctx)
	spent := 1
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		spent += v.Len()
	}
	if b.left.Add(int64(-spent)) < 0 {
		b.end()
		return nil, context.Canceled
	}
	return value, err
}

func tooManyValuesError(most int) *gqlerror.Error {
	return codedError(nil, codeTooCostly, fmt.Sprintf("the answer would have more than %d values; ask for fewer at a time", most))
}
