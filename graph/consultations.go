package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Consultations implements gen.QueryResolver.
func (r queryResolver) Consultations(ctx context.Context, f *gen.ConsultationFilter, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	var vf views.ConsultationFilter
	if f != nil {
		vf = views.ConsultationFilter{DocumentID: or(f.DocumentID), OpenAt: or(f.OpenAt), Topics: f.Topics, Kinds: f.Kinds}
		if or(f.OpenNow) {
			if f.OpenAt != nil {
				return nil, invalid("filter.openNow", "goes without openAt")
			}
			vf.OpenAt = r.registry.Now()
		}
	}
	return r.consultationsOf(ctx, vf, first, after, last, before)
}

func (r *resolver) consultationsOf(ctx context.Context, f views.ConsultationFilter, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.ConsultationList(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return connectConsultations(l, list), nil
}

func connectConsultations(l *loaders, list views.List[policies.Consultation]) *gen.ConsultationConnection {
	return &gen.ConsultationConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v policies.Consultation) gen.ConsultationEdge {
		l.sawConsultation(v)
		return gen.ConsultationEdge{Cursor: c, Node: v}
	})}
}

// Document implements gen.ConsultationResolver.
func (consultationResolver) Document(ctx context.Context, c *policies.Consultation) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, c.DocumentID)
}

// Revision implements gen.ConsultationResolver.
func (consultationResolver) Revision(ctx context.Context, c *policies.Consultation) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, c.RevisionID)
}

// Organisation implements gen.ConsultationResolver.
func (consultationResolver) Organisation(ctx context.Context, c *policies.Consultation) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, c.OrganisationID)
}

// Extension implements gen.ConsultationResolver.
func (consultationResolver) Extension(_ context.Context, c *policies.Consultation) (*gen.ConsultationExtension, error) {
	if c.ExtendedAt.IsZero() {
		return nil, nil
	}
	return &gen.ConsultationExtension{At: c.ExtendedAt, Reason: c.Extension, FirstClosesAt: c.FirstClosesAt}, nil
}

// IsOpen implements gen.ConsultationResolver.
func (r consultationResolver) IsOpen(ctx context.Context, c *policies.Consultation, at *time.Time) (bool, error) {
	t := r.momentFrom(ctx, at)
	return !t.Before(c.OpensAt) && t.Before(c.ClosesAt), nil
}

// Comments implements gen.ConsultationResolver.
func (r consultationResolver) Comments(ctx context.Context, c *policies.Consultation, f *gen.CommentFilter, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsOf(ctx, views.CommentFilter{DocumentID: c.DocumentID, ConsultationID: c.ID}, f, asOf, first, after, last, before)
}
