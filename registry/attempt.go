package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/views"
)

const (
	// writeWithin is how long a batch may take, with all its attempts and looks at the
	// store's tail: less than answerWithin, so that callers hear what is known.
	writeWithin = 8 * time.Second
	// appendWithin is how long the store may take over one append.
	appendWithin = 4 * time.Second
	// settleWithin is how long a head that is said to have moved may take to show where.
	settleWithin = 2 * time.Second
	// soon is how long a failure may take for those who wait to be tried all the same.
	soon = time.Second
	// maxAttempts is how often a batch is decided again before its callers are sent
	// away: when other nodes are faster every time.
	maxAttempts = 100
)

// errHeadBelow says that the store takes no entry at its head, and shows none there.
var errHeadBelow = errors.New("the store says that its head has moved, and shows nothing there")

// A trial is what the attempts at one batch have shown.
type trial struct {
	refusal string // how the last append failed, where the head hadn't moved; "" where it had
}

// process sees a batch through to an answer for each of its commands.
func (r *Registry) process(batch []*request) {
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	var past trial
	for attempt := 0; len(batch) > 0; attempt++ {
		rest, err := r.attempt(ctx, batch, &past)
		if err == nil && attempt >= maxAttempts {
			err = errFaster
		}
		if err != nil {
			r.o.Log.Error("couldn't write a batch", slog.Int("commands", len(rest)), slog.Any("error", err))
			r.sendAway(rest, err)
			return
		}
		batch = rest
	}
}

// sendAway answers commands that can't be carried out. Where that took long, whoever
// waits behind them is answered too: it would take as long again. Nobody is answered
// before all of them are known, for who has heard and asks again is to be tried.
func (r *Registry) sendAway(batch []*request, why error) {
	if r.pulse.busy() > soon {
		batch = append(batch, r.followers()...)
	}
	for _, q := range batch {
		q.result <- result{err: r.failed(q, why)}
	}
}

// followers are those who wait in the queue; the writer has them from now on.
func (r *Registry) followers() (all []*request) {
	for {
		select {
		case q := <-r.queue:
			if q.hands.take() {
				all = append(all, q)
			}
		default:
			return all
		}
	}
}

func (r *Registry) failed(q *request, why error) error {
	if errors.Is(why, ErrInternal) && !q.appended {
		return why
	}
	return r.notDone(q, why)
}

// attempt decides the batch, appends and commits it. It returns the commands that
// are to be decided again, or, with an error, those that fail with it.
func (r *Registry) attempt(ctx context.Context, batch []*request, past *trial) ([]*request, error) {
	if err := r.sound(); err != nil {
		return batch, err
	}
	if batch = r.whileFull(ctx, batch); len(batch) == 0 {
		return nil, nil
	}
	standing := r.lookBehindMeanwhile(ctx)
	tx, err := r.views.Begin(ctx)
	if err != nil {
		return batch, err
	}
	defer tx.Rollback() // nothing after Commit
	b := r.decide(tx, batch)
	if b.spoilt != nil {
		return withoutRequest(batch, b.spoilt), nil
	}
	if len(b.entries) > 0 {
		if err := inTime(ctx, standing); err != nil {
			tx.Rollback()
			return batch, r.stand(ctx, err)
		}
		if again, err := r.append(ctx, tx, b, past); again || err != nil {
			return batch, err
		}
	}
	if err := tx.Commit(); err != nil {
		return r.uncommitted(ctx, tx, b, err), nil
	}
	if n := len(b.entries); n > 0 { // else the views are as they were
		r.advance(b.tree, tx.LastAt(), b.entries[n-1].Digest)
		r.behind.Store(false)
	}
	r.answer(b, nil)
	return nil, nil
}

// answer tells the callers what was decided. unread is why the views don't hold it, nil where they do.
func (r *Registry) answer(b *decisions, unread error) {
	for i, q := range b.decided {
		a := b.results[i]
		if unread != nil && a.err == nil && a.outcome.Seq >= r.views.Position() {
			a.err = &Unread{Outcome: a.outcome, Err: unread}
		}
		if errors.Is(a.err, policies.ErrUnready) {
			q.hands.giveBack() // nothing came of it, and it is prepared before it comes again
		}
		q.result <- a
	}
}

// uncommitted deals with a batch that the ledger holds and the views don't, for they
// couldn't commit it: it is read as others' entries are read, and decided again, which finds it.
func (r *Registry) uncommitted(ctx context.Context, tx *views.Tx, b *decisions, why error) (again []*request) {
	r.o.Log.Error("couldn't commit the views", slog.Any("error", why))
	tx.Rollback()
	r.behind.Store(true)
	full := r.o.Store.Probe(ctx) // where the disk is full under both, this makes room
	if full != nil {
		r.takes(full)
	}
	if err := r.catchUp(ctx); err != nil {
		why = errors.Join(why, full, err)
		r.takes(why)
		r.answer(b, why)
		return nil
	}
	return b.decided
}

// append makes the batch durable. again says that it must be decided anew, and that
// the views have caught up for it.
func (r *Registry) append(ctx context.Context, tx *views.Tx, b *decisions, past *trial) (again bool, err error) {
	if err := b.tree.Flush(tx); err != nil {
		return false, fmt.Errorf("%w: couldn't keep the hash tiles: %w", ErrInternal, err)
	}
	limited, cancel := context.WithTimeout(ctx, appendWithin)
	defer cancel()
	err = r.o.Store.Append(limited, b.entries)
	conflict, ambiguous := errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrAmbiguous)
	if err == nil || ambiguous {
		for _, q := range b.writing {
			q.appended = true
		}
	}
	if err == nil {
		r.took()
		return false, nil
	}
	if !conflict && !ambiguous {
		r.takes(err)
		return false, err
	}
	for _, q := range b.decided {
		if !q.appended {
			q.hands.giveBack()
		}
	}
	r.o.Log.Info("deciding a batch again", slog.Int("entries", len(b.entries)), slog.Any("reason", err))
	tx.Rollback()
	moved, unread := r.lookAhead(ctx, conflict)
	switch {
	case unread != nil:
		err = fmt.Errorf("%w, and then couldn't look: %w", err, unread)
	case moved:
		*past = trial{}
		return true, nil
	case conflict:
		err = fmt.Errorf("%w beyond entry %d: %w", errHeadBelow, r.views.Position()-1, err)
	case past.refusal != err.Error():
		past.refusal = err.Error()
		return true, nil
	}
	r.takes(err)
	return false, err
}

// lookAhead brings the views to the head of a ledger that didn't take an append, and says whether it
// had moved. A head that is said to have moved is given time to show where: what another node wrote isn't
// read before a majority has it.
func (r *Registry) lookAhead(ctx context.Context, conflict bool) (moved bool, err error) {
	before := r.views.Position()
	r.behind.Store(true)
	err = r.catchUpPatiently(ctx)
	if err != nil || !conflict || r.views.Position() != before {
		return r.views.Position() != before, err
	}
	limited, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	if r.o.Store.Wait(limited, before) != nil {
		return false, nil
	}
	err = r.catchUpPatiently(ctx)
	return r.views.Position() != before, err
}
