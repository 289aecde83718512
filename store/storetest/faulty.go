package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// A Fault is a way for an append to fail.
type Fault int

// The faults. In all of them the caller gets an error that errors.Is(err, ErrInjected).
const (
	None        Fault = iota // the append is let through
	Unavailable              // nothing is written: ErrUnavailable
	Lost                     // nothing is written, but the caller can't know: ErrAmbiguous
	Middle                   // half of the entries (none of one) are written: ErrAmbiguous
	After                    // all entries are written, but the answer is lost: ErrAmbiguous
	Full                     // nothing is written, for there is no room: ErrFull
	Taken                    // nothing is written, for another was faster, whom nobody sees: ErrConflict
)

// ErrInjected says that an error was made on purpose.
var ErrInjected = errors.New("injected fault")

// Faulty returns a store whose appends fail as planned. plan is called with the
// number of each append, from 0; calls of it don't overlap.
func Faulty(s store.Store, plan func(n int) Fault) store.Store {
	return &faulty{Store: s, plan: plan}
}

// Faults is a plan: those faults in turn, then none.
func Faults(faults ...Fault) func(n int) Fault {
	return func(n int) Fault {
		if n < len(faults) {
			return faults[n]
		}
		return None
	}
}

type faulty struct {
	store.Store
	plan func(n int) Fault

	mu sync.Mutex // guards n and calls of plan
	n  int
}

// next returns the fault of the next append.
func (f *faulty) next() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault := f.plan(f.n)
	f.n++
	return fault
}

// Append implements store.Entries. A true error of the store beneath goes before
// the injected one.
func (f *faulty) Append(ctx context.Context, entries []ledger.Entry) error {
	fault := f.next()
	written := 0
	switch fault {
	case None:
		return f.Store.Append(ctx, entries)
	case Middle:
		written = len(entries) / 2
	case After:
		written = len(entries)
	}
	if written > 0 {
		if err := f.Store.Append(ctx, entries[:written]); err != nil {
			return err
		}
	}
	outcome := store.ErrAmbiguous
	switch fault {
	case Unavailable:
		outcome = store.ErrUnavailable
	case Full:
		outcome = store.ErrFull
	case Taken:
		outcome = store.ErrConflict
	}
	return fmt.Errorf("couldn't append: %w: %w", outcome, ErrInjected)
}

// Probe implements store.Entries. It fails where the next append wouldn't be written.
func (f *faulty) Probe(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.plan(f.n) {
	case Unavailable, Lost:
		return fmt.Errorf("couldn't write: %w: %w", store.ErrUnavailable, ErrInjected)
	case Full:
		return fmt.Errorf("couldn't write: %w: %w", store.ErrFull, ErrInjected)
	}
	return f.Store.Probe(ctx)
}
