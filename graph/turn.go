package graph

import (
	"context"
	"runtime"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// atOnce is how many questions, and how many changes, are worked on at once for each processor. An operation's
// fields are goroutines that hand work to one another; were all operations worked on at once, each
// hand-over would wait for all the others. Questions and changes have turns of their own, so that
// a crowd of the one doesn't keep out the other: BenchmarkServe of cmd/entente.
const atOnce = 4

// How long an operation waits for its turn before it goes ahead all the same: what is slow holds up
// nobody for longer.
const (
	questionPatience = 100 * time.Millisecond
	changePatience   = time.Second
)

// A turn is an operation's right to be worked on. A change gives it back while it waits for
// the registry's writer.
type turn struct {
	seats    chan struct{} // each operation that has its turn sits in one
	patience time.Duration
	seated   bool
}

// take waits for a seat.
func (t *turn) take(ctx context.Context) {
	select {
	case t.seats <- struct{}{}:
		t.seated = true
		return
	default:
	}
	patience := time.NewTimer(t.patience)
	defer patience.Stop()
	select {
	case t.seats <- struct{}{}:
		t.seated = true
	case <-patience.C:
	case <-ctx.Done():
	}
}

// give hands the seat on, if there is one.
func (t *turn) give() {
	if t.seated {
		<-t.seats
		t.seated = false
	}
}

type turnKey struct{}

// inTurn has operations worked on a few at a time. Subscriptions have a pace of their own.
func inTurn() graphql.ResponseMiddleware {
	seats := atOnce * runtime.GOMAXPROCS(0)
	questions, changes := make(chan struct{}, seats), make(chan struct{}, seats)
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		if !isBounded(ctx) {
			return next(ctx)
		}
		t := &turn{seats: questions, patience: questionPatience}
		if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
			t.seats, t.patience = changes, changePatience
		}
		t.take(ctx)
		defer t.give()
		return next(context.WithValue(ctx, turnKey{}, t))
	}
}

// outOfTurn does what takes its time without work here: others have their turn meanwhile.
func outOfTurn[T any](ctx context.Context, wait func() (T, error)) (T, error) {
	if t, ok := ctx.Value(turnKey{}).(*turn); ok {
		t.give()
		defer t.take(ctx)
	}
	return wait()
}
