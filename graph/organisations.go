package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Viewer implements gen.QueryResolver.
func (r queryResolver) Viewer(ctx context.Context) (*gen.Viewer, error) {
	a := loadersFrom(ctx).viewer
	if !a.Known() || a.Operator {
		return nil, nil
	}
	v := &gen.Viewer{Name: some(a.Name), Email: some(a.Email), Actor: a}
	if a.MemberID != "" {
		v.Role = &a.Role
	}
	return v, nil
}

// Organisations implements gen.QueryResolver.
func (r queryResolver) Organisations(ctx context.Context, f *gen.OrganisationFilter, first *int, after *string, last *int, before *string) (*gen.OrganisationConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var vf views.OrganisationFilter
	if f != nil {
		vf = views.OrganisationFilter{Kinds: f.Kinds, Name: or(f.Name)}
	}
	l, err := r.views.OrganisationList(ctx, vf, p)
	if err != nil {
		return nil, err
	}
	return &gen.OrganisationConnection{PageInfo: infoOf(l), Edges: edgesOf(l, func(c string, o policies.Organisation) gen.OrganisationEdge {
		return gen.OrganisationEdge{Cursor: c, Node: o}
	})}, nil
}

// Members implements gen.OrganisationResolver.
func (r organisationResolver) Members(ctx context.Context, o *policies.Organisation, first *int, after *string, last *int, before *string) (*gen.MemberConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil || !seesMembers(loadersFrom(ctx).viewer, o.ID) {
		return nil, err
	}
	l, err := r.views.MemberList(ctx, o.ID, p)
	if err != nil {
		return nil, err
	}
	return &gen.MemberConnection{PageInfo: infoOf(l), Edges: edgesOf(l, func(c string, m policies.Member) gen.MemberEdge {
		loadersFrom(ctx).sawMember(m)
		return gen.MemberEdge{Cursor: c, Node: m}
	})}, nil
}

// Comments implements gen.OrganisationResolver.
func (r organisationResolver) Comments(ctx context.Context, o *policies.Organisation, f *gen.CommentFilter, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsOf(ctx, views.CommentFilter{OrganisationID: o.ID}, f, asOf, first, after, last, before)
}

// seesMembers says whether the viewer may know who an organisation's members are.
func seesMembers(viewer policies.Actor, organisationID string) bool {
	return policies.May(viewer, policies.ReadingMembers, policies.OnOrganisation(organisationID)) == nil
}

// seesMember says whether the viewer may know who a member is.
func seesMember(viewer policies.Actor, m *policies.Member) bool {
	return policies.May(viewer, policies.ReadingMembers, policies.OnMember(m)) == nil
}

// Organisation implements gen.MemberResolver.
func (memberResolver) Organisation(ctx context.Context, m *policies.Member) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, m.OrganisationID)
}

// Name implements gen.MemberResolver.
func (memberResolver) Name(ctx context.Context, m *policies.Member) (*string, error) {
	return personal(ctx, m, m.Name), nil
}

// Issuer implements gen.MemberResolver.
func (memberResolver) Issuer(ctx context.Context, m *policies.Member) (*string, error) {
	return personal(ctx, m, m.Issuer), nil
}

// Subject implements gen.MemberResolver.
func (memberResolver) Subject(ctx context.Context, m *policies.Member) (*string, error) {
	return personal(ctx, m, m.Subject), nil
}

// personal returns what is known of a person, or nil to those who may not see it.
func personal(ctx context.Context, m *policies.Member, s string) *string {
	if !seesMember(loadersFrom(ctx).viewer, m) {
		return nil
	}
	return &s
}

// Member implements gen.ViewerResolver.
func (viewerResolver) Member(ctx context.Context, v *gen.Viewer) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, v.Actor.MemberID)
}

// Organisation implements gen.ViewerResolver.
func (viewerResolver) Organisation(ctx context.Context, v *gen.Viewer) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, v.Actor.OrganisationID)
}

// Memberships implements gen.ViewerResolver.
func (r viewerResolver) Memberships(ctx context.Context, v *gen.Viewer) ([]policies.Member, error) {
	all, err := r.views.Memberships(ctx, v.Actor.Issuer, v.Actor.Subject)
	for _, m := range all {
		loadersFrom(ctx).sawMember(m)
	}
	return all, err
}
