// Package tail lets many wait for the ledger's head to move.
package tail

import (
	"context"
	"sync"
)

// A Tail knows the highest head seen. The zero Tail is ready to use.
type Tail struct {
	mu    sync.Mutex // guards what follows
	head  int64
	moved chan struct{} // closed when head grows; nil while nobody waits
}

// Advance says that the head is at least that. It wakes who waits for it.
func (t *Tail) Advance(head int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if head <= t.head {
		return
	}
	t.head = head
	if t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

// Head returns the highest head seen.
func (t *Tail) Head() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.head
}

// Past says whether the head is past seq, and returns a channel that is closed
// when the head moves after this call.
func (t *Tail) Past(seq int64) (bool, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.moved == nil {
		t.moved = make(chan struct{})
	}
	return t.head > seq, t.moved
}

// Wait returns when the head is past seq, or ctx or closed is done: with
// ctx's error, or the one given.
func (t *Tail) Wait(ctx context.Context, seq int64, closed <-chan struct{}, errClosed error) error {
	for {
		past, moved := t.Past(seq)
		if past {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-closed:
			return errClosed
		}
	}
}
