package graph

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A budget bounds how many values one response has, and how long its texts are. The complexity of an
// operation can't do that, because it knows neither how long the lists are that take no
// arguments, nor the texts.
type budget struct {
	values, text atomic.Int64       // what is left
	end          context.CancelFunc // stops everything that works on the response
	costly       onceEach
	straight     straightSelections
}

type budgetKey struct{}

// withinBudget gives each response its budget and its time. Where either is spent, the response stops;
// where it is the budget, it becomes an error without data. A mutation has changed the record by then, and an
// error says so; its idempotency key asks for the outcome again. What a response cost, and may cost, stands
// in its extensions.
func withinBudget(limits Limits) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		bounded := isBounded(ctx)
		var end context.CancelFunc
		if bounded {
			ctx, end = context.WithTimeout(ctx, limits.Time)
		} else {
			ctx, end = context.WithCancel(ctx)
		}
		defer end()
		b := &budget{end: end}
		b.values.Store(int64(limits.Values))
		b.text.Store(int64(limits.Text))
		response := next(context.WithValue(ctx, budgetKey{}, b))
		if response == nil {
			return nil
		}
		if over := b.over(limits); over != nil {
			return &graphql.Response{Errors: append(gqlerror.List{over}, changesFrom(ctx).lost()...)}
		}
		if bounded {
			response.Extensions = map[string]any{"cost": b.cost(graphql.GetOperationContext(ctx), limits)}
		}
		return response
	}
}

// isBounded says whether a response is that of an operation with one alone: a subscription waits for its
// next event in between, and what isn't valid has no operation.
func isBounded(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx).Operation
	return op != nil && op.Operation != ast.Subscription
}

// over says what was spent, nil where nothing was.
func (b *budget) over(limits Limits) *gqlerror.Error {
	switch {
	case b.values.Load() < 0:
		return codedError(nil, codeTooCostly, fmt.Sprintf("the answer would have more than %d values; ask for fewer at a time", limits.Values))
	case b.text.Load() < 0:
		return codedError(nil, codeTooCostly, fmt.Sprintf("the answer would have more than %d bytes of text; ask for less at a time", limits.Text))
	}
	return nil
}

// A cost is what a response cost and might have cost.
type cost struct {
	Complexity      int   `json:"complexity"` // estimated before
	ComplexityLimit int   `json:"complexityLimit"`
	Values          int64 `json:"values"`
	ValuesLimit     int   `json:"valuesLimit"`
	Text            int64 `json:"text"` // bytes
	TextLimit       int   `json:"textLimit"`
}

func (b *budget) cost(op *graphql.OperationContext, limits Limits) cost {
	c := cost{ComplexityLimit: limits.Complexity, Values: int64(limits.Values) - b.values.Load(), ValuesLimit: limits.Values,
		Text: int64(limits.Text) - b.text.Load(), TextLimit: limits.Text}
	c.Complexity, _ = op.Stats.GetExtension(complexityStat).(int)
	return c
}

// header is the same as a dictionary of structured fields (RFC 9651).
func (c cost) header() string {
	return fmt.Sprintf("complexity=%d, complexity-limit=%d, values=%d, values-limit=%d, text=%d, text-limit=%d",
		c.Complexity, c.ComplexityLimit, c.Values, c.ValuesLimit, c.Text, c.TextLimit)
}

// spendOnField takes from the budget what a field returns: one value, and one for each item
// of a list; and the bytes of a text. What is below the field is written straight where that can be.
func spendOnField(s straight) graphql.FieldMiddleware {
	return func(ctx context.Context, next graphql.Resolver) (any, error) {
		b, ok := ctx.Value(budgetKey{}).(*budget)
		if !ok { // a subscription begins here; each of its events is a response
			return next(ctx)
		}
		if b.values.Load() < 0 || b.text.Load() < 0 {
			return nil, context.Canceled
		}
		value, err := b.costly.once(ctx, next)
		if err != nil {
			if told := refusedAsData(ctx, err); told != nil {
				value, err = told, nil
			}
		}
		if b.spend(sizeOf(value)) {
			return nil, context.Canceled
		}
		if err != nil {
			return value, err
		}
		return s.write(ctx, b, value)
	}
}

// spend takes so much from the budget. Where nothing is left, it stops all that works on the response.
func (b *budget) spend(values, text int64) (spent bool) {
	if b.values.Add(-values) >= 0 && b.text.Add(-text) >= 0 {
		return false
	}
	b.end()
	return true
}

// sizeOf returns how many values a field's value is, and how many bytes its texts have.
func sizeOf(value any) (values, text int64) {
	switch v := value.(type) {
	case string:
		return 1, int64(len(v))
	case *string:
		if v != nil {
			text = int64(len(*v))
		}
		return 1, text
	case []string:
		for _, s := range v {
			text += int64(len(s))
		}
		return 1 + int64(len(v)), text
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		return 1 + int64(v.Len()), 0
	}
	return 1, 0
}
