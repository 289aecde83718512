package graph

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// atOnce is how many operations are worked on at once for each processor. Were all worked on at once,
	// each would take as long as all of them: BenchmarkServe of cmd/entente.
	atOnce = 3
	// questionsAhead is how many questions are worked on for each change where both wait. Whoever
	// reads waits for the answer; a change waits for the disk anyway, with many others.
	questionsAhead = 2
	// longestTurn is after how long somebody else has the turn of an operation that is still worked on, and
	// longestWait after how long an operation goes ahead without one: what is slow holds up nobody.
	longestTurn = 50 * time.Millisecond
	longestWait = time.Second
)

// turns are how many operations may be worked on, and who waits to be next.
type turns struct {
	mu        sync.Mutex
	free      int // 0 where anybody waits
	questions []*turn
	changes   []*turn
	ahead     int // questions in a row that had a turn before a change that waited
}

// A turn is an operation's right to be worked on. A change gives it back while it waits for
// the registry's writer.
type turn struct {
	of       *turns
	isChange bool

	// What of.mu guards.
	has   bool
	next  chan struct{} // is closed when it has come
	taken int           // how often it has been
	over  *time.Timer   // ends it
}

// take waits for the turn.
func (t *turn) take(ctx context.Context) {
	t.of.mu.Lock()
	if t.of.free > 0 {
		t.of.free--
		t.begin()
		t.of.mu.Unlock()
		return
	}
	t.next = make(chan struct{})
	queue := t.queue()
	if *queue = append(*queue, t); t.taken > 0 { // what was begun is ended first
		copy((*queue)[1:], *queue)
		(*queue)[0] = t
	}
	t.of.mu.Unlock()
	patience := time.NewTimer(longestWait)
	defer patience.Stop()
	select {
	case <-t.next:
		return
	case <-patience.C:
	case <-ctx.Done():
	}
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	if i := slices.Index(*queue, t); i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
	}
}

func (t *turn) queue() *[]*turn {
	if t.isChange {
		return &t.of.changes
	}
	return &t.of.questions
}

// begin notes that the turn has come. of.mu is held.
func (t *turn) begin() {
	t.has = true
	t.taken++
	this := t.taken
	t.over = time.AfterFunc(longestTurn, func() {
		t.of.mu.Lock()
		defer t.of.mu.Unlock()
		if t.taken == this {
			t.end()
		}
	})
}

// give hands the turn on, if there is one.
func (t *turn) give() {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	t.end()
}

// end hands the turn on. of.mu is held.
func (t *turn) end() {
	if !t.has {
		return
	}
	t.has = false
	t.over.Stop()
	n := t.of.choose()
	if n == nil {
		t.of.free++
		return
	}
	n.begin()
	close(n.next)
}

// choose takes who is next out of its queue; nil where nobody waits.
func (s *turns) choose() *turn {
	from := &s.questions
	switch {
	case len(s.changes) == 0:
		s.ahead = 0
	case len(s.questions) == 0 || s.ahead == questionsAhead:
		s.ahead = 0
		from = &s.changes
	default:
		s.ahead++
	}
	if len(*from) == 0 {
		return nil
	}
	first := (*from)[0]
	*from = slices.Delete(*from, 0, 1)
	return first
}

type turnKey struct{}

// inTurn has operations worked on a few at a time. Subscriptions have a pace of their own.
func inTurn() graphql.ResponseMiddleware {
	all := &turns{free: atOnce * runtime.GOMAXPROCS(0)}
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		if !isBounded(ctx) {
			return next(ctx)
		}
		t := &turn{of: all, isChange: graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation}
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
