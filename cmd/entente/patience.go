package main

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// maxPatience is the longest that an import waits between two tries of the same piece: 1 s, then 2, 4, 8 and
// 16, and then it gives up.
const maxPatience = 16 * time.Second

// A doer is a registry, as an import sees it.
type doer interface {
	Do(ctx context.Context, actor policies.Actor, key string, c policies.Command) (registry.Outcome, error)
}

// doPatiently carries out a command of an import, and tries again where the registry can't write now, or
// can't say whether it did: by its key the command has its effect once. An import of hours isn't to end for a
// disk that was busy for ten seconds.
func doPatiently(ctx context.Context, r doer, actor policies.Actor, key string, c policies.Command) (registry.Outcome, error) {
	for wait := time.Second; ; wait *= 2 {
		done, err := r.Do(ctx, actor, key, c)
		var unknown *registry.UnknownOutcome
		if !errors.Is(err, registry.ErrUnavailable) && !errors.As(err, &unknown) || wait > maxPatience {
			return done, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return done, errors.Join(err, ctx.Err())
		}
	}
}
