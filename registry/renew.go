package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/views"
)

// Once an erasure is on record the views are without its words, or aren't shown; see package views.
// They are made anew all the same, since other things followed from those words, and
// since a file's free pages still hold them. That is done beside the views that are
// shown, while the writer works on; at last it folds what came meanwhile and has the ones replaced by
// the others. Whatever breaks that off leaves the former ones, which know that they are to be made anew.

const (
	// besideErased, besideWhole and besideAudit name the files beside the views.
	besideErased = "erased"
	besideWhole  = "whole"
	besideAudit  = "audit"
	// renewalPause is the longest between two tries to carry out erasures.
	renewalPause = 5 * time.Minute
)

// carryOut carries out the erasures that are on record, and makes the views anew without them.
func (r *Registry) carryOut(ctx context.Context) error {
	if err := r.onWriter(ctx, func() error { return r.finishErasures(ctx) }); err != nil {
		return err
	}
	select {
	case r.renewing <- struct{}{}:
		defer func() { <-r.renewing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for r.views.Condition() != views.AsRecorded { // another erasure may have come meanwhile
		if err := r.renew(ctx); err != nil {
			return fmt.Errorf("couldn't make the views anew: %w", err)
		}
	}
	return nil
}

// wakeRenewal has the erasures that came from elsewhere carried out.
func (r *Registry) wakeRenewal() {
	select {
	case r.erasures <- struct{}{}:
	default:
	}
}

// renewWhenWoken carries out erasures until it can.
func (r *Registry) renewWhenWoken(ctx context.Context) {
	for {
		select {
		case <-r.erasures:
		case <-ctx.Done():
			return
		}
		for pause := time.Second; ; pause = min(2*pause, renewalPause) {
			err := r.carryOut(ctx)
			if err == nil || ctx.Err() != nil {
				break
			}
			r.o.Log.Error("couldn't carry out an erasure; trying again", slog.Any("error", err))
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
		}
	}
}

// renew makes the views anew beside those that are shown.
func (r *Registry) renew(ctx context.Context) (err error) {
	beside, err := r.views.Beside(ctx, besideErased)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, beside.Discard()) }()
	tree := &ledger.Tree{}
	fold := func() error { return r.foldBeside(ctx, beside, tree, r.views.Position(), r.unlessClosing) }
	if err := fold(); err != nil {
		return err
	}
	if r.views.Condition() < views.Unshowable { // there is time: searches and campaigns are to be whole too
		if err := beside.Settle(ctx); err != nil {
			return err
		}
		if err := fold(); err != nil {
			return err
		}
	}
	err = r.onWriter(ctx, func() error {
		if err := fold(); err != nil {
			return err
		}
		if tree.Root() != r.tree.Root() { // the views were made anew for another reason
			return nil
		}
		return r.replaceViews(ctx, beside, tree)
	})
	if err != nil {
		return err
	}
	return r.views.ClearLog(ctx)
}

// unlessClosing is called after each batch that was folded.
func (r *Registry) unlessClosing(int64) error {
	select {
	case <-r.quit:
		return errClosing
	default:
		return nil
	}
}

// rebuildBeside makes the views anew on the writer, which decides nothing by the former ones.
func (r *Registry) rebuildBeside(ctx context.Context) (err error) {
	beside, err := r.views.Beside(ctx, besideWhole)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, beside.Discard()) }()
	tree := &ledger.Tree{}
	if err := r.foldBeside(ctx, beside, tree, math.MaxInt64, func(int64) error { return nil }); err != nil {
		return err
	}
	if err := r.replaceViews(ctx, beside, tree); err != nil {
		return err
	}
	r.wakeRenewal() // it may hold what was erased meanwhile
	return r.views.ClearLog(ctx)
}

// replaceViews has others, with their tree, in the place of the views. It runs on the writer.
func (r *Registry) replaceViews(ctx context.Context, by *views.DB, tree *ledger.Tree) error {
	var last views.Entry
	if by.Position() > 0 {
		var err error
		if last, err = by.Entry(ctx, by.Position()-1); err != nil {
			return fmt.Errorf("couldn't read the last entry folded: %w", err)
		}
	}
	if err := r.views.Replace(ctx, by); err != nil {
		return err
	}
	r.tail.forget()
	r.advance(tree, last.At, last.Digest)
	return nil
}
