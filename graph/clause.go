package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type clauseResolver struct{ *resolver }

func (r *resolver) Clause() gen.ClauseResolver { return clauseResolver{r} }

// clausePage is the tag in cursors of clauses.
const clausePage = "clause"

// ID implements gen.ClauseResolver.
func (clauseResolver) ID(_ context.Context, c *wire.Clause) (string, error) {
	return partID(c.In.ID, c.ClauseID()), nil
}

// Comments implements gen.ClauseResolver.
func (r clauseResolver) Comments(ctx context.Context, c *wire.Clause, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsAt(ctx, placeOf(c), f, first, after, last, before)
}

// clauseNode returns the clause of a revision by its identity, nil where there is none that the viewer may see.
func (l *loaders) clauseNode(ctx context.Context, revisionID, id string) (wire.Node, error) {
	v, err := l.revisions.maybe(ctx, revisionID)
	if v == nil || err != nil {
		return nil, err
	}
	c, err := clauseOf(ctx, l.db, *v, id)
	if c == nil || err != nil {
		return nil, err
	}
	return c, nil
}

// placeOf is where comments on a clause are.
func placeOf(c *wire.Clause) views.CommentPlace {
	return views.CommentPlace{DocumentID: c.In.DocumentID, ClauseID: c.ClauseID()}
}

// CommentCounts implements gen.ClauseResolver.
func (clauseResolver) CommentCounts(ctx context.Context, c *wire.Clause) (*wire.CommentCounts, error) {
	if !momentOf(ctx).IsZero() {
		return nil, nil
	}
	counts, err := loadersFrom(ctx).countsOn(ctx, placeOf(c))
	return &wire.CommentCounts{Counts: counts, At: placeOf(c)}, err
}

// Carried implements gen.ClauseResolver.
func (r clauseResolver) Carried(ctx context.Context, c *wire.Clause, f *gen.CarriedFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CarriedConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	of := carriedFilter(f, momentOf(ctx))
	l := loadersFrom(ctx)
	s, err := l.standing(ctx, c.In, of.AsOf)
	if err != nil {
		return nil, err
	}
	list, err := l.carriedPages(s, of, p, *c).load(ctx, c.ClauseID())
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return connectCarried(l, s, list), nil
}

// ShapedBy implements gen.ClauseResolver.
func (r clauseResolver) ShapedBy(ctx context.Context, c *wire.Clause, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	pages := l.clausePages(fmt.Sprintf("shaped %s %+v", c.In.ID, p), *c, func(ctx context.Context, ids []string) (map[string]views.List[policies.Comment], error) {
		steps, err := l.lineage.load(ctx, c.In.DocumentID)
		if err != nil && !errors.Is(err, policies.ErrNotFound) {
			return nil, err
		}
		return l.db.ShapedPages(ctx, l.viewer, c.In, steps, ids, p)
	})
	list, err := pages.load(ctx, c.ClauseID())
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return connectComments(l, list, views.CommentFilter{}), nil
}

// clauseIndexes returns the indexes of the clauses with the given IDs, or all indexes where ids
// is nil.
func clauseIndexes(o clauses.Outline, ids []string) []int {
	want := make(map[string]bool, len(ids))
	for _, id := range ids {
		want[id] = true
	}
	var list []int
	for i := range o {
		if ids == nil || want[o[i].ID] {
			list = append(list, i)
		}
	}
	return list
}

// clause returns the clause of a revision that has the identity, or nil.
func (r *resolver) clause(ctx context.Context, v policies.Revision, id string) (*wire.Clause, error) {
	return clauseOf(ctx, r.views, v, id)
}

func clauseOf(ctx context.Context, db *views.DB, v policies.Revision, id string) (*wire.Clause, error) {
	t, err := db.Text(ctx, v.ID)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i := t.Clauses.Index(id)
	if i < 0 {
		return nil, nil
	}
	return &wire.Clause{In: v, Text: t, Index: i}, nil
}
