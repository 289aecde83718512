package graph

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// maxKey is the longest idempotency key in bytes.
const maxKey = 128

// A change is what a mutation did: the thing it was done to, as its maker may see
// it, and where that stands in the ledger.
type change[T any] struct {
	entity   T
	position int64 // number of entries with this one
	repeated bool
}

// do carries a command out and loads what it was about. kind is the kind of entry
// that it leads to, without the version.
func do[T any](ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string, from *loader[string, T]) (d change[T], err error) {
	return doTo(ctx, r, idempotencyKey, c, kind, "", from)
}

// doTo does what do does, for a command whose entry's statement doesn't tell what it is
// about: the caller named it. id "" is the entry's subject.
func doTo[T any](ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind, id string, from *loader[string, T]) (d change[T], err error) {
	out, err := carryOut(ctx, r, idempotencyKey, c, kind)
	if err != nil {
		return d, err
	}
	loadersFrom(ctx).forget()
	d.entity, err = from.load(ctx, cmp.Or(id, out.Subject))
	if errors.Is(err, policies.ErrNotFound) {
		return d, hidden("idempotencyKey", "outcome")
	}
	d.position, d.repeated = out.Seq+1, out.Repeated
	return d, err
}

// carryOut does what do does, for what nothing is shown of.
func carryOut(ctx context.Context, r mutationResolver, idempotencyKey *string, c policies.Command, kind string) (registry.Outcome, error) {
	if err := checkKey(idempotencyKey); err != nil {
		return registry.Outcome{}, err
	}
	out, err := r.registry.Do(ctx, registry.ActorFrom(ctx), or(idempotencyKey), c)
	if err == nil && !strings.HasPrefix(out.Kind, kind+"/") {
		err = &policies.Error{Code: policies.Conflict, Field: "idempotencyKey", Message: "was used for another change"}
	}
	return out, err
}

func checkKey(key *string) error {
	switch {
	case key == nil:
		return nil
	case *key == "":
		return invalid("idempotencyKey", "is empty; leave it out")
	case len(*key) > maxKey:
		return invalid("idempotencyKey", "is %d bytes long, at most %d are taken", len(*key), maxKey)
	case strings.ContainsFunc(*key, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }):
		return invalid("idempotencyKey", "has a character that can't be shown")
	}
	return nil
}
