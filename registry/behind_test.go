package registry

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/sqlite"
)

// changed is a store in which, from some time on, one entry no longer says what was
// sealed.
type changed struct {
	store.Store
	seq int64
	now atomic.Bool
}

func (c *changed) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	entries, err := c.Store.Read(ctx, from, limit)
	for i := range entries {
		if entries[i].Seq == c.seq && c.now.Load() {
			entries[i].Payload = append([]byte(" "), entries[i].Payload...)
		}
	}
	return entries, err
}

// TestVerifyBehind: what is found while the node serves ends its writing, names the
// entry, and makes it unready.
func TestVerifyBehind(t *testing.T) {
	e := earlierRun(t)
	kept, err := sqlite.Open(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, kept)
	s := &changed{Store: kept, seq: e.seq}
	e.runOn(s, func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		c := checkpointOf(t, r, e.key)
		r.verifyBehind(t.Context(), c)
		if err := r.Ready(t.Context()); err != nil {
			t.Errorf("a sound ledger: %v", err)
		}
		do(t, r, e.cast.carrier, "", e.cast.says(100, "Still taken."))

		s.now.Store(true)
		r.verifyBehind(t.Context(), c)
		_, err = r.Do(t.Context(), e.cast.carrier, "", e.cast.says(101, "No longer taken."))
		var corrupt *ledger.Corrupt
		if !errors.Is(err, ErrUnavailable) || !errors.As(err, &corrupt) || corrupt.Seq != e.seq {
			t.Errorf("a command on a changed ledger: %v", err)
		}
		if err := r.Ready(t.Context()); !errors.As(err, &corrupt) {
			t.Errorf("ready: %v", err)
		}
	})
}
