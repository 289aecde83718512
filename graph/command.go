package graph

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// maxKey is the longest idempotency key in bytes.
const maxKey = 128

// A change says what a mutation did: it holds the thing that was changed, as the caller may see it,
// and the position in the ledger.
type change[T any] struct {
	entity   *T
	position *int64 // how many entries the ledger has with this one
	repeated bool
}

// mutate executes a command and loads the thing that it changed. kind is the kind of entry
// that the command leads to, without the version; where it may lead to several, they
// stand with blanks between them.
func mutate[T any](ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string, from *loader[string, T]) (d change[T], err error) {
	return mutateThing(ctx, r, idempotencyKey, c, kind, "", from)
}

// mutateThing does the same for a command whose entry doesn't say what it is about: id is that of
// the thing that the caller named. "" stands for the entry's subject.
func mutateThing[T any](ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind, id string, from *loader[string, T]) (d change[T], err error) {
	out, err := execute(ctx, r, idempotencyKey, c, kind)
	if err != nil {
		return d, err
	}
	loadersFrom(ctx).forget()
	entity, err := from.load(ctx, cmp.Or(id, out.Subject))
	switch {
	case errors.Is(err, policies.ErrNotFound) && out.Repeated:
		return d, notFoundError("idempotencyKey", "outcome")
	case errors.Is(err, policies.ErrNotFound):
		return d, &registry.Unread{Outcome: out, Err: err}
	}
	return change[T]{&entity, positionOf(out), out.Repeated}, err
}

// positionOf returns how many entries the ledger has with an outcome.
func positionOf(out registry.Outcome) *int64 { return new(out.Seq + 1) }

// execute hands a command to the registry. It refuses an idempotency key that was used for
// another kind of entry.
func execute(ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string) (registry.Outcome, error) {
	if err := checkIdempotencyKey(idempotencyKey); err != nil {
		return registry.Outcome{}, err
	}
	out, err := outOfTurn(ctx, func() (registry.Outcome, error) {
		return r.registry.Do(ctx, registry.ActorFrom(ctx), valueOf(idempotencyKey), c)
	})
	leads := func(to string) bool { return strings.HasPrefix(out.Kind, to+"/") }
	if err == nil && !slices.ContainsFunc(strings.Fields(kind), leads) {
		err = &policies.Error{Code: policies.KeyReused, Field: "idempotencyKey", Position: out.Seq + 1, Message: "was used for another change"}
	}
	if err == nil {
		changesFrom(ctx).note(ctx, out)
	}
	return out, err
}

// checkIdempotencyKey refuses a key that is empty, too long, or has control characters.
func checkIdempotencyKey(key *string) error {
	switch {
	case key == nil:
		return nil
	case *key == "":
		return invalidField("idempotencyKey", "is empty; leave it out")
	case len(*key) > maxKey:
		return invalidField("idempotencyKey", "is %d bytes long, at most %d are taken", len(*key), maxKey)
	case strings.ContainsFunc(*key, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }):
		return invalidField("idempotencyKey", "has a character that can't be shown")
	}
	return nil
}
