package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type consultationResolver struct{ *resolver }

func (r *resolver) Consultation() gen.ConsultationResolver { return consultationResolver{r} }

// Consultations implements gen.QueryResolver.
func (r queryResolver) Consultations(ctx context.Context, f *gen.ConsultationFilter, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	var vf views.ConsultationFilter
	if f != nil {
		vf = views.ConsultationFilter{DocumentID: valueOf(f.DocumentID), OpenAt: valueOf(f.OpenAt), Topics: f.Topics, Kinds: f.Kinds}
		if valueOf(f.OpenNow) {
			if f.OpenAt != nil {
				return nil, invalidField("filter.openNow", "goes without openAt")
			}
			vf.OpenAt = r.registry.Now()
		}
	}
	return r.consultationsOf(ctx, vf, first, after, last, before)
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

// CancelAsked implements gen.ConsultationResolver.
func (consultationResolver) CancelAsked(_ context.Context, k *policies.Consultation) (*policies.JointRequest, error) {
	return jointOrNull(k.CancelAsked), nil
}

// Cancelled implements gen.ConsultationResolver.
func (consultationResolver) Cancelled(_ context.Context, k *policies.Consultation) (*policies.JointRequest, error) {
	return jointOrNull(k.Cancelled), nil
}

// IsOpen implements gen.ConsultationResolver.
func (r consultationResolver) IsOpen(ctx context.Context, c *policies.Consultation, at *time.Time) (bool, error) {
	return c.IsOpen(r.momentFrom(ctx, at)), nil
}

// Comments implements gen.ConsultationResolver.
func (r consultationResolver) Comments(ctx context.Context, c *policies.Consultation, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsOf(ctx, views.CommentFilter{DocumentID: c.DocumentID, ConsultationID: c.ID}, f, first, after, last, before)
}

// Campaigns implements gen.ConsultationResolver.
func (r consultationResolver) Campaigns(ctx context.Context, c *policies.Consultation, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	return r.campaignsOf(ctx, views.CampaignFilter{ConsultationID: c.ID}, first, after, last, before)
}

// OpensAtLocal implements gen.ConsultationResolver.
func (consultationResolver) OpensAtLocal(_ context.Context, c *policies.Consultation) (string, error) {
	return policies.LocalTime(c.OpensAt, c.Zone), nil
}

// ClosesAtLocal implements gen.ConsultationResolver.
func (consultationResolver) ClosesAtLocal(_ context.Context, c *policies.Consultation) (string, error) {
	return policies.LocalTime(c.ClosesAt, c.Zone), nil
}

// Questions implements gen.ConsultationResolver.
func (consultationResolver) Questions(_ context.Context, c *policies.Consultation) ([]wire.ConsultationQuestion, error) {
	list := make([]wire.ConsultationQuestion, len(c.Questions))
	for i, q := range c.Questions {
		list[i] = questionOf(c, q)
	}
	return list, nil
}

func (r *resolver) consultationsOf(ctx context.Context, f views.ConsultationFilter, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	p, err := readPage(first, after, last, before)
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
	return &gen.ConsultationConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Consultation) gen.ConsultationEdge {
		l.sawConsultation(v)
		return gen.ConsultationEdge{Cursor: c, Node: v}
	})}
}

func (l *loaders) sawConsultation(c policies.Consultation) {
	l.documents.announce(c.DocumentID)
	l.revisions.announce(c.RevisionID)
	l.organisations.announce(c.OrganisationID)
	l.announceJoint(c.CancelAsked, c.Cancelled)
	l.sawTerms(c.Terms)
	if len(c.Questions) > 0 {
		l.answerCounts.announce(c.ID)
	}
}

// OpenConsultation implements gen.MutationResolver.
func (r mutationResolver) OpenConsultation(ctx context.Context, in gen.OpenConsultationInput) (*gen.OpenConsultationPayload, error) {
	c := policies.OpenConsultation{DocumentID: in.DocumentID, RevisionID: valueOf(in.RevisionID), Title: valueOf(in.Title),
		Opens: valueOf(in.OpensAtLocal), Closes: in.ClosesAtLocal, Zone: in.Zone, Late: in.Late,
		Questions: in.Questions, Audience: in.Audience}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "consultation.opened", &loadersFrom(ctx).consultations)
	return &gen.OpenConsultationPayload{Consultation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// ExtendConsultation implements gen.MutationResolver.
func (r mutationResolver) ExtendConsultation(ctx context.Context, in gen.ExtendConsultationInput) (*gen.ExtendConsultationPayload, error) {
	c := policies.ExtendConsultation{ConsultationID: in.ConsultationID, Closes: in.ClosesAtLocal, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "consultation.extended", &loadersFrom(ctx).consultations)
	return &gen.ExtendConsultationPayload{Consultation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
