package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// Invitations implements gen.OrganisationResolver.
func (r organisationResolver) Invitations(ctx context.Context, o *policies.Organisation, first *int, after *string, last *int, before *string) (*gen.InvitationConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	viewer := loadersFrom(ctx).viewer
	if policies.May(viewer, policies.ReadingInvitations, policies.OnOrganisation(o.ID)) != nil {
		return nil, nil
	}
	l, err := r.views.InvitationList(ctx, viewer, o.ID, p)
	if err != nil {
		return nil, err
	}
	return &gen.InvitationConnection{PageInfo: infoOf(l), Edges: edgesOf(l, func(c string, i policies.Invitation) gen.InvitationEdge {
		loadersFrom(ctx).sawInvitation(i)
		return gen.InvitationEdge{Cursor: c, Node: i}
	})}, nil
}

// Invitations implements gen.ViewerResolver.
func (r viewerResolver) Invitations(ctx context.Context, v *gen.Viewer) ([]policies.Invitation, error) {
	list, err := r.views.InvitationsFor(ctx, v.Actor, r.registry.Now())
	for _, i := range list {
		loadersFrom(ctx).sawInvitation(i)
	}
	return list, err
}

// Organisation implements gen.InvitationResolver.
func (invitationResolver) Organisation(ctx context.Context, i *policies.Invitation) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, i.OrganisationID)
}

// State implements gen.InvitationResolver.
func (r invitationResolver) State(_ context.Context, i *policies.Invitation) (policies.InvitationState, error) {
	return i.State(r.registry.Now()), nil
}

// InvitedBy implements gen.InvitationResolver.
func (invitationResolver) InvitedBy(ctx context.Context, i *policies.Invitation) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, i.InvitedBy)
}

// Member implements gen.InvitationResolver.
func (invitationResolver) Member(ctx context.Context, i *policies.Invitation) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, i.MemberID)
}

// InviteMember implements gen.MutationResolver.
func (r mutationResolver) InviteMember(ctx context.Context, in gen.InviteMemberInput) (*gen.InviteMemberPayload, error) {
	c := policies.InviteMember{OrganisationID: in.OrganisationID, Email: in.Email, Role: in.Role, Expires: or(in.Expires)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "member.invited", invitations)
	return &gen.InviteMemberPayload{Invitation: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// AcceptInvitation implements gen.MutationResolver.
func (r mutationResolver) AcceptInvitation(ctx context.Context, in gen.AcceptInvitationInput) (*gen.AcceptInvitationPayload, error) {
	c := policies.AcceptInvitation{InvitationID: in.InvitationID}
	d, err := do(ctx, r, in.IdempotencyKey, c, "invitation.accepted", members)
	return &gen.AcceptInvitationPayload{Member: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// RevokeInvitation implements gen.MutationResolver.
func (r mutationResolver) RevokeInvitation(ctx context.Context, in gen.RevokeInvitationInput) (*gen.RevokeInvitationPayload, error) {
	c := policies.RevokeInvitation{InvitationID: in.InvitationID}
	d, err := do(ctx, r, in.IdempotencyKey, c, "invitation.revoked", invitations)
	return &gen.RevokeInvitationPayload{Invitation: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// LeaveOrganisation implements gen.MutationResolver.
func (r mutationResolver) LeaveOrganisation(ctx context.Context, in gen.LeaveOrganisationInput) (*gen.LeaveOrganisationPayload, error) {
	c := policies.LeaveOrganisation{OrganisationID: in.OrganisationID}
	d, err := do(ctx, r, in.IdempotencyKey, c, "member.left", members)
	return &gen.LeaveOrganisationPayload{Member: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// ChangeRole implements gen.MutationResolver.
func (r mutationResolver) ChangeRole(ctx context.Context, in gen.ChangeRoleInput) (*gen.ChangeRolePayload, error) {
	c := policies.ChangeRole{MemberID: in.MemberID, Role: in.Role}
	d, err := do(ctx, r, in.IdempotencyKey, c, "member.roleChanged", members)
	return &gen.ChangeRolePayload{Member: d.entity, Position: d.position, Repeated: d.repeated}, err
}
