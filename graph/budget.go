package graph

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A budget bounds how many values one answer has: what the complexity of its operation
// can't know is how long lists turn out to be.
type budget struct {
	left atomic.Int64
	end  context.CancelFunc // of everything that still works on the answer
}

type budgetKey struct{}

// withinBudget gives each response its budget. One that would be larger is ended, and says
// only that.
func withinBudget(values int) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		ctx, end := context.WithCancel(ctx)
		defer end()
		b := &budget{end: end}
		b.left.Store(int64(values))
		answer := next(context.WithValue(ctx, budgetKey{}, b))
		if answer != nil && b.left.Load() < 0 {
			return &graphql.Response{Errors: gqlerror.List{tooManyValues(values)}}
		}
		return answer
	}
}

// spend counts what each field returns: one value, and the items of a list besides.
func spend(ctx context.Context, next graphql.Resolver) (any, error) {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if !ok { // a subscription that begins; its events are answers
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

func tooManyValues(most int) *gqlerror.Error {
	return coded(nil, codeTooCostly, fmt.Sprintf("the answer would have more than %d values; ask for fewer at a time", most))
}
