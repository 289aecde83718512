package graph

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type chainResolver struct{ *resolver }

func (r *resolver) Chain() gen.ChainResolver { return chainResolver{r} }

// Answered implements gen.ChainResolver.
func (chainResolver) Answered(ctx context.Context, c *wire.Chain) (*policies.Comment, error) {
	return views.Disposed(&c.Of, func(id string) (*policies.Comment, error) {
		return loadersFrom(ctx).comments.maybe(ctx, id)
	})
}

// Disposition implements gen.ChainResolver.
func (r chainResolver) Disposition(ctx context.Context, c *wire.Chain) (*policies.Disposition, error) {
	k, err := r.Answered(ctx, c)
	if k == nil || err != nil {
		return nil, err
	}
	return commentResolver(r).Disposition(ctx, k)
}

// changeOf returns the comment whose disposition counts and the revision that holds the change
// which carries it out; nil where there is none, or none that the viewer may see.
func (r chainResolver) changeOf(ctx context.Context, c *wire.Chain) (*policies.Comment, *policies.Revision, error) {
	k, err := r.Answered(ctx, c)
	change := views.CarriedOut(k)
	if change == nil || err != nil {
		return nil, nil, err
	}
	in, err := loadersFrom(ctx).revisions.maybe(ctx, change.RevisionID)
	if in == nil || err != nil {
		return nil, nil, err
	}
	return k, in, nil
}

// Change implements gen.ChainResolver.
func (r chainResolver) Change(ctx context.Context, c *wire.Chain) (*wire.ClauseChange, error) {
	k, in, err := r.changeOf(ctx, c)
	if k == nil || err != nil {
		return nil, err
	}
	before, err := loadersFrom(ctx).revisions.maybe(ctx, k.RevisionID)
	if before == nil || err != nil {
		return nil, err
	}
	w := &wire.ClauseChange{}
	if w.Before, err = r.clause(ctx, *before, k.Disposition.Change.ClauseID); err != nil {
		return nil, err
	}
	if w.After, err = r.clause(ctx, *in, k.Disposition.Change.ClauseID); err != nil {
		return nil, err
	}
	switch {
	case w.Before == nil && w.After == nil: // erased
		return nil, nil
	case w.Before == nil:
		w.Op = clauses.Added
	case w.After == nil:
		w.Op = clauses.Removed
	default:
		w.Op = clauses.Same
		if w.Before.Hash() != w.After.Hash() {
			w.Op = clauses.Changed
		}
		w.Moved, err = r.movedBetween(ctx, *before, *in, w.After.ClauseID())
	}
	return w, err
}

// movedBetween tells whether a clause moved between two revisions.
func (r chainResolver) movedBetween(ctx context.Context, before, after policies.Revision, clauseID string) (bool, error) {
	c, err := r.views.Carrier(ctx, before, after)
	if err != nil {
		return false, err
	}
	k, ok := c.Carry(clauseID)
	return ok && k.Moved, nil
}

// adopted returns the instrument that holds the change, with what changeOf returns; nil where the
// document wasn't adopted, or without the change.
func (r chainResolver) adopted(ctx context.Context, c *wire.Chain) (k *policies.Comment, in *policies.Revision, i *standards.Instrument, err error) {
	k, in, err = r.changeOf(ctx, c)
	if k == nil || err != nil {
		return nil, nil, nil, err
	}
	l := loadersFrom(ctx)
	d, err := l.documents.maybe(ctx, k.DocumentID)
	if d == nil || err != nil {
		return nil, nil, nil, err
	}
	if i, err = l.instruments.maybe(ctx, d.InstrumentID); i == nil || err != nil || !views.Adopts(i, in) {
		return nil, nil, nil, err
	}
	return k, in, i, nil
}

// ChangedIn implements gen.ChainResolver.
func (r chainResolver) ChangedIn(ctx context.Context, c *wire.Chain) (*policies.Revision, error) {
	_, in, err := r.changeOf(ctx, c)
	return in, err
}

// Instrument implements gen.ChainResolver.
func (r chainResolver) Instrument(ctx context.Context, c *wire.Chain, inForceAt, _ *time.Time) (*standards.Instrument, error) {
	_, _, i, err := r.adopted(ctx, c)
	if i == nil || err != nil {
		return nil, err
	}
	return instrumentOf(ctx, i.ID, inForceAt)
}

// Clauses implements gen.ChainResolver.
func (r chainResolver) Clauses(ctx context.Context, c *wire.Chain) ([]wire.Clause, error) {
	list := []wire.Clause{}
	k, in, i, err := r.adopted(ctx, c)
	if i == nil || err != nil {
		return list, err
	}
	l := loadersFrom(ctx)
	v, err := l.revisions.maybe(ctx, i.RevisionID)
	if v == nil || err != nil {
		return list, err
	}
	steps, err := l.lineage.load(ctx, k.DocumentID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	text, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range clauseIndexes(text.Clauses, views.Heirs(steps, k.Disposition.Change, in, v)) {
		list = append(list, wire.Clause{In: *v, Text: text, Index: n})
	}
	return list, nil
}

// Releases implements gen.ChainResolver.
func (r chainResolver) Releases(ctx context.Context, c *wire.Chain, first *int, after *string, last *int, before *string) (*gen.ReleaseConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	_, _, i, err := r.adopted(ctx, c)
	if err != nil {
		return nil, err
	}
	var list views.List[standards.Release]
	if i != nil {
		list, err = l.releasesOf(p).load(ctx, i.ID)
		if err != nil && !errors.Is(err, policies.ErrNotFound) {
			return nil, err
		}
	}
	return connectReleases(l, list), nil
}
