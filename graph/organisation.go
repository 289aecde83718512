package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type organisationResolver struct{ *resolver }

func (r *resolver) Organisation() gen.OrganisationResolver { return organisationResolver{r} }

func (l *loaders) sawOrganisation(o policies.Organisation) {
	l.lookAlikes.announce(o.ID)
	l.sawMerge(o)
}

func (l *loaders) sawOrganisations(list []policies.Organisation) {
	for _, o := range list {
		l.sawOrganisation(o)
	}
}

// Organisations implements gen.QueryResolver.
func (r queryResolver) Organisations(ctx context.Context, f *gen.OrganisationFilter, first *int, after *string, last *int, before *string) (*gen.OrganisationConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var vf views.OrganisationFilter
	if f != nil {
		vf = views.OrganisationFilter{Kinds: f.Kinds, Name: valueOf(f.Name), Imported: f.Imported, Alike: valueOf(f.LookAlike), Sizes: f.Sizes, Sized: f.Sized, Closed: f.Closed,
			In: f.Jurisdictions, Sectors: f.Sectors}
	}
	l, err := r.views.OrganisationList(ctx, vf, p)
	if err != nil {
		return nil, err
	}
	return &gen.OrganisationConnection{PageInfo: infoOf(l), Nodes: l.Items, Edges: edgesOf(l, func(c string, o policies.Organisation) gen.OrganisationEdge {
		loadersFrom(ctx).sawOrganisation(o)
		return gen.OrganisationEdge{Cursor: c, Node: o}
	})}, nil
}

// Organisation implements gen.QueryResolver.
func (r queryResolver) Organisation(ctx context.Context, by gen.OrganisationKey, _ *time.Time) (*policies.Organisation, error) {
	id := valueOf(by.ID)
	if by.Name != nil {
		o, err := foundOrNull(r.views.OrganisationByName(ctx, *by.Name))
		if o == nil || err != nil {
			return nil, err
		}
		id = o.ID
	}
	return loadersFrom(ctx).organisations.maybe(ctx, id)
}

// Correction implements gen.OrganisationResolver.
func (organisationResolver) Correction(_ context.Context, o *policies.Organisation) (*gen.Correction, error) {
	return correctionOf(o.CorrectedAt, o.Correction), nil
}

// LookAlikes implements gen.OrganisationResolver.
func (organisationResolver) LookAlikes(ctx context.Context, o *policies.Organisation) ([]policies.Organisation, error) {
	list, err := loadersFrom(ctx).lookAlikes.maybe(ctx, o.ID)
	return append([]policies.Organisation{}, valueOf(list)...), err
}

// Size implements gen.OrganisationResolver.
func (organisationResolver) Size(_ context.Context, o *policies.Organisation) (*policies.Size, error) {
	if o.Size == (policies.Size{}) {
		return nil, nil
	}
	return &o.Size, nil
}

// Closing implements gen.OrganisationResolver.
func (organisationResolver) Closing(ctx context.Context, o *policies.Organisation) (*gen.Closing, error) {
	return closingOf(ctx, o)
}

// MergeProposed implements gen.OrganisationResolver.
func (organisationResolver) MergeProposed(_ context.Context, o *policies.Organisation) (*policies.MergeProposal, error) {
	if o.Merge.Into == "" {
		return nil, nil
	}
	return &o.Merge, nil
}

// Members implements gen.OrganisationResolver.
func (r organisationResolver) Members(ctx context.Context, o *policies.Organisation, first *int, after *string, last *int, before *string) (*gen.MemberConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil || !views.ShowsMembers(loadersFrom(ctx).viewer, o.ID) {
		return nil, err
	}
	l, err := r.views.MemberList(ctx, o.ID, p)
	if err != nil {
		return nil, err
	}
	return connectMembers(loadersFrom(ctx), l), nil
}

// Invitations implements gen.OrganisationResolver.
func (r organisationResolver) Invitations(ctx context.Context, o *policies.Organisation, first *int, after *string, last *int, before *string) (*gen.InvitationConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	viewer := loadersFrom(ctx).viewer
	if !policies.Allowed(viewer, policies.ReadingInvitations, policies.OnOrganisation(o.ID)) {
		return nil, nil
	}
	l, err := r.views.InvitationList(ctx, viewer, o.ID, p)
	if err != nil {
		return nil, err
	}
	return connectInvitations(loadersFrom(ctx), l), nil
}

// Comments implements gen.OrganisationResolver.
func (r organisationResolver) Comments(ctx context.Context, o *policies.Organisation, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsOf(ctx, views.CommentFilter{OrganisationID: o.ID}, f, first, after, last, before)
}

// RegisterOrganisation implements gen.MutationResolver.
func (r mutationResolver) RegisterOrganisation(ctx context.Context, in gen.RegisterOrganisationInput) (*gen.RegisterOrganisationPayload, error) {
	c := policies.RegisterOrganisation{Kind: in.Kind, Name: in.Name, Jurisdiction: in.Jurisdiction, Sector: valueOf(in.Sector)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "organisation.registered", &loadersFrom(ctx).organisations)
	return &gen.RegisterOrganisationPayload{Organisation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// CorrectOrganisation implements gen.MutationResolver.
func (r mutationResolver) CorrectOrganisation(ctx context.Context, in gen.CorrectOrganisationInput) (*gen.CorrectOrganisationPayload, error) {
	g := givenBy(ctx)
	c := policies.CorrectOrganisation{OrganisationID: in.OrganisationID, Name: g.text("name", in.Name),
		Jurisdiction: g.text("jurisdiction", in.Jurisdiction), Sector: g.text("sector", in.Sector), Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "organisation.corrected", &loadersFrom(ctx).organisations)
	return &gen.CorrectOrganisationPayload{Organisation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
