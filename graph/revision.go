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

type revisionResolver struct{ *resolver }

func (r *resolver) Revision() gen.RevisionResolver { return revisionResolver{r} }

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

// Languages implements gen.RevisionResolver.
func (revisionResolver) Languages(ctx context.Context, v *policies.Revision) ([]string, error) {
	d, err := loadersFrom(ctx).documents.load(ctx, v.DocumentID)
	return languagesOf(&d), err
}

// Source implements gen.RevisionResolver; inLanguage has looked at the language.
func (r revisionResolver) Source(ctx context.Context, v *policies.Revision, _ *string) (*string, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	return orNull(t.Source), nil
}

// HTML implements gen.RevisionResolver.
func (r revisionResolver) HTML(ctx context.Context, v *policies.Revision, _ *string) (*string, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	return orNull(clauses.Render(t)), nil
}

// Clauses implements gen.RevisionResolver.
func (r revisionResolver) Clauses(ctx context.Context, v *policies.Revision, ids []string, first *int, after *string, last *int, before *string) (*gen.ClauseConnection, error) {
	p, err := readPageUpTo(largePage, first, after, last, before)
	if err != nil {
		return nil, err
	}
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	wanted := clauseIndexes(t.Clauses, ids)
	s, err := cutPage(len(wanted), p, clausePage)
	if err != nil {
		return nil, err
	}
	c := &gen.ClauseConnection{PageInfo: s.info(clausePage), TotalCount: s.total,
		Nodes: make([]wire.Clause, 0, s.end-s.from), Edges: make([]gen.ClauseEdge, 0, s.end-s.from)}
	places := make([]views.CommentPlace, 0, s.end-s.from)
	for i := s.from; i < s.end; i++ {
		clause := wire.Clause{In: *v, Text: t, Index: wanted[i]}
		c.Nodes = append(c.Nodes, clause)
		c.Edges = append(c.Edges, gen.ClauseEdge{Cursor: cursorAt(clausePage, i), Node: clause})
		places = append(places, views.CommentPlace{DocumentID: v.DocumentID, ClauseID: clause.ClauseID()})
	}
	loadersFrom(ctx).listed().add(places)
	return c, nil
}

// Clause implements gen.RevisionResolver.
func (r revisionResolver) Clause(ctx context.Context, v *policies.Revision, by gen.ClauseKey) (*wire.Clause, error) {
	if by.Citation == nil {
		return r.clause(ctx, *v, valueOf(by.ClauseID))
	}
	t, err := r.views.Text(ctx, v.ID)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i := t.Clauses.FindCitation(*by.Citation)
	if i < 0 {
		return nil, nil
	}
	return &wire.Clause{In: *v, Text: t, Index: i}, nil
}

// Outline implements gen.RevisionResolver.
func (r revisionResolver) Outline(ctx context.Context, v *policies.Revision) ([]wire.Clause, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	list := []wire.Clause{}
	var places []views.CommentPlace
	for i, c := range t.Clauses {
		if c.Kind == clauses.Heading {
			list = append(list, wire.Clause{In: *v, Text: t, Index: i})
			places = append(places, views.CommentPlace{DocumentID: v.DocumentID, ClauseID: c.ID})
		}
	}
	loadersFrom(ctx).listed().add(places)
	return list, nil
}

// Remarks implements gen.RevisionResolver.
func (r revisionResolver) Remarks(ctx context.Context, v *policies.Revision) ([]clauses.Remark, error) {
	t, err := r.views.Text(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	return append([]clauses.Remark{}, t.Remarks()...), nil
}

// Carried implements gen.RevisionResolver.
func (r revisionResolver) Carried(ctx context.Context, v *policies.Revision, fates []clauses.Fate, f *gen.CarriedFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CarriedConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	of := carriedFilter(f, momentOf(ctx))
	l := loadersFrom(ctx)
	s, err := l.standing(ctx, *v, of.AsOf)
	if err != nil {
		return nil, err
	}
	list, err := r.views.CarriedList(ctx, l.viewer, s, fates, of, p)
	if err != nil {
		return nil, err
	}
	l.sawComments(list)
	return connectCarried(l, s, list), nil
}

func (l *loaders) sawRevision(r policies.Revision) {
	l.documents.announce(r.DocumentID)
	l.organisations.announce(r.OrganisationID)
	l.members.announce(r.MemberID)
	l.revisions.announce(r.Parent, r.Base)
	for _, c := range r.Credits {
		l.organisations.announce(c.OrganisationID)
		l.comments.announce(c.CommentID)
	}
}

// CommitRevision implements gen.MutationResolver.
func (r mutationResolver) CommitRevision(ctx context.Context, in gen.CommitRevisionInput) (*gen.CommitRevisionPayload, error) {
	c := policies.CommitRevision{DocumentID: in.DocumentID, Base: valueOf(in.BaseID), Source: in.Source, Note: valueOf(in.Note)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "revision.committed", &loadersFrom(ctx).revisions)
	return &gen.CommitRevisionPayload{Revision: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
