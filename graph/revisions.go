package graph

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Revision implements gen.QueryResolver.
func (queryResolver) Revision(ctx context.Context, id string) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, id)
}

// Document implements gen.RevisionResolver.
func (revisionResolver) Document(ctx context.Context, v *policies.Revision) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, v.DocumentID)
}

// Parent implements gen.RevisionResolver.
func (revisionResolver) Parent(ctx context.Context, v *policies.Revision) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, v.Parent)
}

// Base implements gen.RevisionResolver.
func (revisionResolver) Base(ctx context.Context, v *policies.Revision) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, v.Base)
}

// Organisation implements gen.RevisionResolver.
func (revisionResolver) Organisation(ctx context.Context, v *policies.Revision) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, v.OrganisationID)
}

// Member implements gen.RevisionResolver.
func (revisionResolver) Member(ctx context.Context, v *policies.Revision) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, v.MemberID)
}

// ClauseCount implements gen.RevisionResolver.
func (revisionResolver) ClauseCount(_ context.Context, v *policies.Revision) (int, error) {
	return v.Clauses, nil
}

// Source implements gen.RevisionResolver.
func (r revisionResolver) Source(ctx context.Context, v *policies.Revision) (string, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return "", err
	}
	return t.Source, nil
}

// HTML implements gen.RevisionResolver.
func (r revisionResolver) HTML(ctx context.Context, v *policies.Revision) (string, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return "", err
	}
	return clauses.Render(t), nil
}

// clausePage tags the cursors of clauses.
const clausePage = "clause"

// Clauses implements gen.RevisionResolver.
func (r revisionResolver) Clauses(ctx context.Context, v *policies.Revision, ids []string, first *int, after *string, last *int, before *string) (*gen.ClauseConnection, error) {
	p, err := pageUpTo(largePage, first, after, last, before)
	if err != nil {
		return nil, err
	}
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	wanted := chosen(t.Clauses, ids)
	s, err := cut(len(wanted), p, clausePage)
	if err != nil {
		return nil, err
	}
	c := &gen.ClauseConnection{PageInfo: s.info(clausePage), TotalCount: s.total, Edges: make([]gen.ClauseEdge, 0, s.end-s.from)}
	places := make([]place, 0, s.end-s.from)
	for i := s.from; i < s.end; i++ {
		clause := wire.Clause{In: *v, Text: t, Index: wanted[i]}
		c.Edges = append(c.Edges, gen.ClauseEdge{Cursor: cursor(clausePage, i), Node: clause})
		places = append(places, place{DocumentID: v.DocumentID, ClauseID: clause.ClauseID()})
	}
	loadersFrom(ctx).together(places)
	return c, nil
}

// chosen lists the indexes of the clauses with those IDs, of all where ids is nil.
func chosen(o clauses.Outline, ids []string) []int {
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

// Clause implements gen.RevisionResolver.
func (r revisionResolver) Clause(ctx context.Context, v *policies.Revision, id string) (*wire.Clause, error) {
	return r.clause(ctx, *v, id)
}

// clause returns one clause of a revision, nil where it has none of that identity.
func (r *resolver) clause(ctx context.Context, v policies.Revision, id string) (*wire.Clause, error) {
	t, err := r.views.Text(ctx, v.ID)
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

// Outline implements gen.RevisionResolver.
func (r revisionResolver) Outline(ctx context.Context, v *policies.Revision) ([]wire.Clause, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	list := []wire.Clause{}
	var places []place
	for i, c := range t.Clauses {
		if c.Kind == clauses.Heading {
			list = append(list, wire.Clause{In: *v, Text: t, Index: i})
			places = append(places, place{DocumentID: v.DocumentID, ClauseID: c.ID})
		}
	}
	loadersFrom(ctx).together(places)
	return list, nil
}

// Comments implements gen.ClauseResolver.
func (r clauseResolver) Comments(ctx context.Context, c *wire.Clause, f *gen.CommentFilter, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsAt(ctx, place{DocumentID: c.In.DocumentID, ClauseID: c.ClauseID()}, f, asOf, first, after, last, before)
}

// CommentCounts implements gen.ClauseResolver.
func (clauseResolver) CommentCounts(ctx context.Context, c *wire.Clause) (*views.Counts, error) {
	if !asOfFrom(ctx, nil).IsZero() {
		return nil, nil
	}
	by, err := loadersFrom(ctx).clauseCounts.load(ctx, c.In.DocumentID)
	counts := by[c.ClauseID()]
	return &counts, err
}

// orNone returns zero counts where nothing was said.
func orNone(c *views.Counts, err error) (*views.Counts, error) {
	if c == nil && err == nil {
		c = &views.Counts{}
	}
	return c, err
}
