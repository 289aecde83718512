package graph

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// changes are what the mutations of a request have changed so far. Whatever goes wrong afterwards
// with the answer of one says that it was made, and where.
type changes struct {
	mu   sync.Mutex
	made []madeChange
}

// A madeChange is the outcome of a field of Mutation.
type madeChange struct {
	path    ast.PathElement // the field's alias
	outcome registry.Outcome
}

type changesKey struct{}

// noteChanges gives a response the list of its changes.
func noteChanges(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(context.WithValue(ctx, changesKey{}, &changes{}))
}

// changesFrom returns nil outside a response.
func changesFrom(ctx context.Context) *changes {
	c, _ := ctx.Value(changesKey{}).(*changes)
	return c
}

// note adds what the field of ctx has changed.
func (c *changes) note(ctx context.Context, out registry.Outcome) {
	path := graphql.GetPath(ctx)
	if c == nil || len(path) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, madeChange{path[0], out})
}

// of returns what the mutation has changed to whose answer the path leads.
func (c *changes) of(path ast.Path) (registry.Outcome, bool) {
	if c == nil || len(path) == 0 {
		return registry.Outcome{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.made, func(m madeChange) bool { return m.path == path[0] })
	if i < 0 {
		return registry.Outcome{}, false
	}
	return c.made[i].outcome, true
}

// tell adds to an error below a mutation that it was made. What isn't the caller's fault is told
// as that alone: that it should try again would be wrong.
func (c *changes) tell(e *gqlerror.Error) *gqlerror.Error {
	out, made := c.of(e.Path)
	if !made {
		return e
	}
	switch e.Extensions["code"] {
	case string(policies.Internal), string(policies.Unavailable):
		return lostAnswer(e.Path, out)
	}
	e.Extensions["ledgerPosition"], e.Extensions["idempotencyKey"] = out.Seq+1, out.Key
	return e
}

// lost are the errors of a response that came to nothing, one for each change.
func (c *changes) lost() (list gqlerror.List) {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.made {
		list = append(list, lostAnswer(ast.Path{m.path}, m.outcome))
	}
	return list
}

// lostAnswer says that a change was made, and that its answer couldn't be read.
func lostAnswer(path ast.Path, out registry.Outcome) *gqlerror.Error {
	e := codedError(path, policies.AnswerLost, fmt.Sprintf("the change was made, at position %d, but the answer couldn't be read; ask again with the idempotency key", out.Seq+1))
	e.Extensions["ledgerPosition"], e.Extensions["idempotencyKey"] = out.Seq+1, out.Key
	return e
}

// unknownOutcome says that nobody knows whether a change was made.
func unknownOutcome(path ast.Path, u *registry.UnknownOutcome) *gqlerror.Error {
	e := codedError(path, policies.OutcomeUnknown, "whether the change was made isn't known; ask again with the idempotency key, which makes it at most once")
	e.Extensions["idempotencyKey"] = u.Key
	return e
}
