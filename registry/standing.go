package registry

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/ewtp/entente/store"
)

// Missing says that the ledger lacks entries that it had, for they were folded: its database
// was restored from a backup, or rolled back. Nothing is written past such a gap.
type Missing struct{ From, To int64 } // the first and the last

func (m *Missing) Error() string { return "the ledger has lost entries: " + m.Unready() }

// Unready is what everybody may know of it.
func (m *Missing) Unready() string {
	return fmt.Sprintf("entries %d to %d are missing from the ledger", m.From, m.To)
}

// errOtherHistory says that the last entry folded isn't the ledger's.
var errOtherHistory = errors.New("the ledger's tail isn't what the views hold")

// lookBehind looks whether the last entry folded is where it was: a *Missing where it is gone, and
// errOtherHistory where another stands in its place.
func (r *Registry) lookBehind(ctx context.Context) error {
	r.mu.Lock()
	last, tip := r.size-1, r.tip
	r.mu.Unlock()
	if last < 0 {
		return nil
	}
	switch kept, err := r.o.Store.Digest(ctx, last); {
	case errors.Is(err, store.ErrNotFound):
		return r.missing(ctx, last)
	case err != nil:
		return fmt.Errorf("couldn't look for entry %d: %w", last, err)
	case kept != tip:
		return errOtherHistory
	}
	return nil
}

// lookBehindMeanwhile looks while the commands are decided: it is one way to the store and back.
func (r *Registry) lookBehindMeanwhile(ctx context.Context) <-chan error {
	standing := make(chan error, 1)
	go func() { standing <- r.lookBehind(ctx) }()
	return standing
}

// inTime is what comes before ctx is done: a disk that hangs doesn't heed it.
func inTime(ctx context.Context, standing <-chan error) error {
	select {
	case err := <-standing:
		return err
	case <-ctx.Done():
		return fmt.Errorf("couldn't look where the ledger ends: %w", ctx.Err())
	}
}

// missing finds the first entry that is gone, where the last is.
func (r *Registry) missing(ctx context.Context, last int64) error {
	var failed error
	gone := func(seq int) bool {
		if failed != nil {
			return true
		}
		found, err := r.o.Store.Read(ctx, int64(seq), 1)
		failed = err
		return len(found) == 0
	}
	from := sort.Search(int(last), gone)
	if failed != nil {
		return fmt.Errorf("couldn't look where the ledger ends: %w", failed)
	}
	return &Missing{From: int64(from), To: last}
}

// stand deals with a ledger that isn't where it was: one that lost entries takes no more, and one
// with other entries is read. It returns nil where the commands are to be decided again.
func (r *Registry) stand(ctx context.Context, err error) error {
	if errors.Is(err, errOtherHistory) {
		return r.catchUpPatiently(ctx)
	}
	r.takes(err)
	return err
}
