package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
)

// An Op is something asked of a store.
type Op int

// What a Line cuts.
const (
	Append Op = iota
	Read      // Digest, Head and Probe too
	Wait
)

// A Line is a store at the end of a line that can be cut: what is asked then waits until the line is
// mended, and goes on, or until its context is done, and fails; an append, with ErrAmbiguous.
type Line struct {
	store.Store

	mu   sync.Mutex // guards what follows
	cut  []Op
	deaf bool          // to contexts, as a disk is that hangs
	back chan struct{} // closed when the line is mended
}

// Cut cuts the line for some of what is asked. deaf says that contexts don't help.
func (l *Line) Cut(deaf bool, ops ...Op) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.deaf, l.back = ops, deaf, make(chan struct{})
}

// Mend mends it.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut != nil {
		close(l.back)
	}
	l.cut = nil
}

// pass waits while the line is cut.
func (l *Line) pass(ctx context.Context, op Op) error {
	l.mu.Lock()
	cut, back, done := slices.Contains(l.cut, op), l.back, ctx.Done()
	if l.deaf {
		done = nil
	}
	l.mu.Unlock()
	if !cut {
		return nil
	}
	select {
	case <-back:
		return nil
	case <-done:
		return fmt.Errorf("%w: %w", ErrInjected, ctx.Err())
	}
}

// Append implements store.Entries.
func (l *Line) Append(ctx context.Context, entries []ledger.Entry) error {
	if err := l.pass(ctx, Append); err != nil {
		return fmt.Errorf("%w: %w", store.ErrAmbiguous, err)
	}
	return l.Store.Append(context.WithoutCancel(ctx), entries)
}

// Read implements store.Entries.
func (l *Line) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	if err := l.pass(ctx, Read); err != nil {
		return nil, err
	}
	return l.Store.Read(ctx, from, limit)
}

// Digest implements store.Entries.
func (l *Line) Digest(ctx context.Context, seq int64) (ledger.Hash, error) {
	if err := l.pass(ctx, Read); err != nil {
		return ledger.Hash{}, err
	}
	return l.Store.Digest(ctx, seq)
}

// Head implements store.Entries.
func (l *Line) Head(ctx context.Context) (int64, error) {
	if err := l.pass(ctx, Read); err != nil {
		return 0, err
	}
	return l.Store.Head(ctx)
}

// Probe implements store.Entries.
func (l *Line) Probe(ctx context.Context) error {
	if err := l.pass(ctx, Read); err != nil {
		return err
	}
	return l.Store.Probe(ctx)
}

// Wait implements store.Entries.
func (l *Line) Wait(ctx context.Context, seq int64) error {
	if err := l.pass(ctx, Wait); err != nil {
		return err
	}
	return l.Store.Wait(ctx, seq)
}
