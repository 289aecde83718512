package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type invitationResolver struct{ *resolver }

func (r *resolver) Invitation() gen.InvitationResolver { return invitationResolver{r} }

// Organisation implements gen.InvitationResolver.
func (invitationResolver) Organisation(ctx context.Context, i *policies.Invitation) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, i.OrganisationID)
}

// State implements gen.InvitationResolver.
func (r invitationResolver) State(_ context.Context, i *policies.Invitation) (policies.InvitationState, error) {
	return i.State(r.registry.Now()), nil
}

// Email implements gen.InvitationResolver.
func (invitationResolver) Email(_ context.Context, i *policies.Invitation) (*string, error) {
	return orNull(i.Email), nil
}

// Issuer implements gen.InvitationResolver.
func (invitationResolver) Issuer(_ context.Context, i *policies.Invitation) (*string, error) {
	return orNull(i.Issuer), nil
}

// Subject implements gen.InvitationResolver.
func (invitationResolver) Subject(_ context.Context, i *policies.Invitation) (*string, error) {
	return orNull(i.Subject), nil
}

// Name implements gen.InvitationResolver.
func (invitationResolver) Name(_ context.Context, i *policies.Invitation) (*string, error) {
	return orNull(i.Name), nil
}

// ConfirmedBy implements gen.InvitationResolver.
func (invitationResolver) ConfirmedBy(ctx context.Context, i *policies.Invitation) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, i.ConfirmedBy)
}

// InvitedBy implements gen.InvitationResolver.
func (invitationResolver) InvitedBy(ctx context.Context, i *policies.Invitation) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, i.InvitedBy)
}

// Member implements gen.InvitationResolver.
func (invitationResolver) Member(ctx context.Context, i *policies.Invitation) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, i.MemberID)
}

func connectInvitations(l *loaders, list views.List[policies.Invitation]) *gen.InvitationConnection {
	return &gen.InvitationConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, i policies.Invitation) gen.InvitationEdge {
		l.sawInvitation(i)
		return gen.InvitationEdge{Cursor: c, Node: i}
	})}
}

func (l *loaders) sawInvitation(i policies.Invitation) {
	l.organisations.announce(i.OrganisationID)
	l.members.announce(i.InvitedBy, i.ConfirmedBy, i.MemberID)
}

// InviteMember implements gen.MutationResolver.
func (r mutationResolver) InviteMember(ctx context.Context, in gen.InviteMemberInput) (*gen.InviteMemberPayload, error) {
	c := policies.InviteMember{OrganisationID: in.OrganisationID, Email: valueOf(in.Email), Issuer: valueOf(in.Issuer), Subject: valueOf(in.Subject),
		Name: valueOf(in.Name), Role: in.Role, Expires: valueOf(in.Expires)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "member.invited", &loadersFrom(ctx).invitations)
	return &gen.InviteMemberPayload{Invitation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// ConfirmInvitation implements gen.MutationResolver.
func (r mutationResolver) ConfirmInvitation(ctx context.Context, in gen.ConfirmInvitationInput) (*gen.ConfirmInvitationPayload, error) {
	c := policies.ConfirmInvitation{InvitationID: in.InvitationID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "invitation.confirmed", &loadersFrom(ctx).invitations)
	return &gen.ConfirmInvitationPayload{Invitation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// AcceptInvitation implements gen.MutationResolver.
func (r mutationResolver) AcceptInvitation(ctx context.Context, in gen.AcceptInvitationInput) (*gen.AcceptInvitationPayload, error) {
	c := policies.AcceptInvitation{InvitationID: in.InvitationID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "invitation.accepted", &loadersFrom(ctx).members)
	return &gen.AcceptInvitationPayload{Member: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// RevokeInvitation implements gen.MutationResolver.
func (r mutationResolver) RevokeInvitation(ctx context.Context, in gen.RevokeInvitationInput) (*gen.RevokeInvitationPayload, error) {
	c := policies.RevokeInvitation{InvitationID: in.InvitationID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "invitation.revoked", &loadersFrom(ctx).invitations)
	return &gen.RevokeInvitationPayload{Invitation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
