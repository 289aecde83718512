package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/views"
)

const (
	// auditEvery is how long a node serves between two looks at its views.
	auditEvery = 20 * time.Hour
	// auditShare is the part of the time that such a look takes: one in so many.
	auditShare = 10
)

// ErrViews says that the views weren't what the ledger says, and were made anew.
var ErrViews = errors.New("the views weren't what the ledger says, and were made anew")

// VerifyViews makes the views a second time beside the first and compares the two: a flipped bit
// would else be served as a comment's words. Where they differ, the views are made anew and
// the error is ErrViews. progress may be nil.
func (r *Registry) VerifyViews(ctx context.Context, progress func(done, total int64)) error {
	return r.verifyViews(ctx, func(done int64) error {
		if progress != nil {
			progress(done, max(r.views.Position(), done))
		}
		return ctx.Err()
	})
}

// verifyViews is VerifyViews; batch is called after each batch that was folded.
func (r *Registry) verifyViews(ctx context.Context, batch func(done int64) error) error {
	err := r.compareViews(ctx, batch)
	for errors.Is(err, views.ErrStruck) {
		if err := r.carryOut(ctx); err != nil {
			return err
		}
		err = r.compareViews(ctx, batch)
	}
	var found *views.Difference
	if errors.As(err, &found) { // once more: an erasure may have come between
		err = r.compareViews(ctx, batch)
	}
	if !errors.As(err, &found) {
		return err
	}
	r.o.Log.Error("the views aren't what the ledger says; making them anew", slog.String("table", found.Table), slog.Int64("row", found.Row))
	if anew := r.onWriter(ctx, func() error { return r.rebuild(ctx) }); anew != nil {
		return errors.Join(found, anew)
	}
	return fmt.Errorf("%w: %w", ErrViews, found)
}

// compareViews folds the ledger into views beside, and compares them.
func (r *Registry) compareViews(ctx context.Context, batch func(done int64) error) (err error) {
	beside, err := r.views.Beside(ctx, besideAudit)
	if err != nil {
		return fmt.Errorf("couldn't make views to compare with: %w", err)
	}
	defer func() { err = errors.Join(err, beside.Discard()) }()
	tree := &ledger.Tree{}
	unstruck := func(done int64) error { // else the file's log is kept, which holds what was erased
		if r.views.Condition() != views.AsRecorded {
			return views.ErrStruck
		}
		return batch(done)
	}
	foldTo := func(position int64) error { return r.foldBeside(ctx, beside, tree, position, unstruck) }
	if err := foldTo(r.views.Position()); err != nil { // most of it, before readers' log grows
		return err
	}
	return r.views.Compare(ctx, beside, foldTo)
}

// errEnough ends a reading of the ledger before its end.
var errEnough = errors.New("enough was read")

// foldBeside brings views, with their tree, to a position.
func (r *Registry) foldBeside(ctx context.Context, beside *views.DB, tree *ledger.Tree, position int64, batch func(done int64) error) error {
	if beside.Position() >= position {
		return nil
	}
	err := inBulk(ctx, beside, min(position, r.views.Position())-beside.Position() > bulkFrom, func() error {
		return r.eachBatch(ctx, beside.Position(), func(entries []decodedEntry) error {
			entries = entries[:min(int64(len(entries)), position-beside.Position())]
			if _, err := foldBatchInto(ctx, beside, tree, entries); err != nil {
				return err
			}
			if err := batch(beside.Position()); err != nil {
				return err
			}
			if beside.Position() >= position {
				return errEnough
			}
			return nil
		})
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// auditFromTimeToTime looks at the views within a day, in a tenth of the time.
func (r *Registry) auditFromTimeToTime(ctx context.Context) {
	r.regularly(ctx, auditEvery, "couldn't find the views to be what the ledger says", func() error { return r.verifyViews(ctx, paced(ctx)) })
}

// paced waits after each batch for as long as leaves it its share of the time.
func paced(ctx context.Context) func(int64) error {
	last := time.Now()
	return func(int64) error {
		select {
		case <-time.After((auditShare - 1) * time.Since(last)):
		case <-ctx.Done():
			return ctx.Err()
		}
		last = time.Now()
		return nil
	}
}
