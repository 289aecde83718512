package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// A faltering registry fails so often before it does what it is told.
type faltering struct {
	fails []error
	tries int
}

func (f *faltering) Do(context.Context, policies.Actor, string, policies.Command) (registry.Outcome, error) {
	f.tries++
	if f.tries <= len(f.fails) {
		return registry.Outcome{}, f.fails[f.tries-1]
	}
	return registry.Outcome{Seq: 7}, nil
}

// What may pass is waited for, for half a minute; what is refused isn't tried again.
func TestImportsArePatient(t *testing.T) {
	busy := fmt.Errorf("%w: a disk that hangs", registry.ErrUnavailable)
	unknown := &registry.UnknownOutcome{Key: "k", Err: busy}
	refused := &policies.Error{Code: policies.Invalid, Message: "no"}
	for name, x := range map[string]struct {
		fails []error
		tries int
		want  error
		took  time.Duration
	}{
		"well":                {nil, 1, nil, 0},
		"busy for a while":    {[]error{busy, unknown, busy}, 4, nil, 7 * time.Second},
		"away for good":       {[]error{busy, busy, busy, busy, busy, busy, busy, busy}, 6, registry.ErrUnavailable, 31 * time.Second},
		"refused":             {[]error{refused}, 1, refused, 0},
		"busy, then refused":  {[]error{busy, refused}, 2, refused, time.Second},
		"something is broken": {[]error{registry.ErrInternal}, 1, registry.ErrInternal, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, began := &faltering{fails: x.fails}, time.Now()
				_, err := doPatiently(t.Context(), r, policies.Operator, "k", nil)
				if !errors.Is(err, x.want) || r.tries != x.tries || time.Since(began) != x.took {
					t.Errorf("%v after %d tries and %s", err, r.tries, time.Since(began))
				}
			})
		})
	}
}
