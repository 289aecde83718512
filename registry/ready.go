package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
)

// errLagging says that the ledger holds what the views don't.
var errLagging = errors.New("the views haven't taken up what the ledger holds")

// Ready says whether the registry can serve: the store answers and took what it was given last, the
// ledger is sound and ends where it did. Where the store didn't take an entry, it is asked
// again, so that who sends no requests here before it is ready needn't send one for it to find out.
func (r *Registry) Ready(ctx context.Context) error {
	if err := r.sound(); err != nil {
		return err
	}
	if err := r.Whole(); err != nil {
		return err
	}
	if err := r.lookBehind(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	trouble := r.trouble
	r.mu.Unlock()
	if trouble != nil {
		return r.recovered(ctx, trouble)
	}
	if _, err := r.o.Store.Head(ctx); err != nil {
		return fmt.Errorf("couldn't ask the store for its head: %w", err)
	}
	return nil
}

// recovered says whether what kept the store from taking entries is over.
func (r *Registry) recovered(ctx context.Context, trouble error) error {
	err := r.o.Store.Probe(ctx)
	if err == nil && (r.behind.Load() || errors.Is(trouble, errHeadBelow) && r.headUnread(ctx)) {
		err = errLagging
	}
	if err != nil {
		return fmt.Errorf("the last entry wasn't taken: %w; and now: %w", trouble, err)
	}
	r.takes(nil)
	return nil
}

// headUnread says whether the store's head is beyond what the views hold.
func (r *Registry) headUnread(ctx context.Context) bool {
	head, err := r.o.Store.Head(ctx)
	return err != nil || head > r.views.Position()
}

// took notes that the store took entries. What it took while its disk is full says nothing
// of the next.
func (r *Registry) took() {
	r.mu.Lock()
	trouble := r.trouble
	r.mu.Unlock()
	if trouble != nil && !errors.Is(trouble, store.ErrFull) {
		r.takes(nil)
	}
}

// takes notes that the store takes entries, or why it doesn't.
func (r *Registry) takes(err error) {
	r.mu.Lock()
	before := r.trouble
	r.trouble = err
	r.mu.Unlock()
	switch {
	case err != nil && before == nil:
		r.o.Log.Error("no entries can be written", slog.Any("error", err))
	case err == nil && before != nil:
		r.o.Log.Info("entries can be written again")
	}
}

// sound returns why no commands are taken, or nil.
func (r *Registry) sound() error {
	r.mu.Lock()
	fatal := r.fatal
	r.mu.Unlock()
	if fatal != nil {
		return fatal
	}
	return r.clock.check()
}

// whileFull sends commands away at once while the disk is full, but for those that the store's reserve
// is kept for. It returns those that are left.
func (r *Registry) whileFull(ctx context.Context, batch []*request) []*request {
	r.mu.Lock()
	trouble := r.trouble
	r.mu.Unlock()
	if !errors.Is(trouble, store.ErrFull) || r.recovered(ctx, trouble) == nil {
		return batch
	}
	var rest []*request
	for _, q := range batch {
		if q.appended || isFrugal(q.command) {
			rest = append(rest, q)
			continue
		}
		if q.hands.take() {
			q.result <- result{err: r.notDone(q, trouble)}
		}
	}
	return rest
}

// isFrugal says whether a command is taken while the disk is full: what the law demands, and
// what makes room.
func isFrugal(c policies.Command) bool {
	switch c.(type) {
	case policies.EraseEntry, policies.ClearUploads, policies.FinishClearing:
		return true
	}
	return false
}
