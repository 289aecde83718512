package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type memberResolver struct{ *resolver }

func (r *resolver) Member() gen.MemberResolver { return memberResolver{r} }

// Organisation implements gen.MemberResolver.
func (memberResolver) Organisation(ctx context.Context, m *policies.Member) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, m.OrganisationID)
}

// Name implements gen.MemberResolver.
func (memberResolver) Name(ctx context.Context, m *policies.Member) (*string, error) {
	return personalOrNull(ctx, m, m.Name), nil
}

// Issuer implements gen.MemberResolver.
func (memberResolver) Issuer(ctx context.Context, m *policies.Member) (*string, error) {
	return personalOrNull(ctx, m, m.Issuer), nil
}

// Subject implements gen.MemberResolver.
func (memberResolver) Subject(ctx context.Context, m *policies.Member) (*string, error) {
	return personalOrNull(ctx, m, m.Subject), nil
}

// personalOrNull returns a detail of a person, or nil where the viewer may not see who the member
// is.
func personalOrNull(ctx context.Context, m *policies.Member, s string) *string {
	if !views.ShowsMember(loadersFrom(ctx).viewer, m) {
		return nil
	}
	return &s
}

func (l *loaders) sawMember(m policies.Member) { l.organisations.announce(m.OrganisationID) }

func connectMembers(l *loaders, list views.List[policies.Member]) *gen.MemberConnection {
	return &gen.MemberConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, m policies.Member) gen.MemberEdge {
		l.sawMember(m)
		return gen.MemberEdge{Cursor: c, Node: m}
	})}
}

// LeaveOrganisation implements gen.MutationResolver.
func (r mutationResolver) LeaveOrganisation(ctx context.Context, in gen.LeaveOrganisationInput) (*gen.LeaveOrganisationPayload, error) {
	c := policies.LeaveOrganisation{OrganisationID: in.OrganisationID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "member.left", &loadersFrom(ctx).members)
	return &gen.LeaveOrganisationPayload{Member: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// ChangeRole implements gen.MutationResolver.
func (r mutationResolver) ChangeRole(ctx context.Context, in gen.ChangeRoleInput) (*gen.ChangeRolePayload, error) {
	c := policies.ChangeRole{MemberID: in.MemberID, Role: in.Role}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "member.roleChanged", &loadersFrom(ctx).members)
	return &gen.ChangeRolePayload{Member: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// RemoveMember implements gen.MutationResolver.
func (r mutationResolver) RemoveMember(ctx context.Context, in gen.RemoveMemberInput) (*gen.RemoveMemberPayload, error) {
	c := policies.RemoveMember{MemberID: in.MemberID, Reason: valueOf(in.Reason)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "member.removed", &loadersFrom(ctx).members)
	return &gen.RemoveMemberPayload{Member: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
