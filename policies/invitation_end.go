package policies

// ConfirmInvitation is the word of a second member of the secretariat for an invitation
// that takes two. See [InviteMember].
type ConfirmInvitation struct {
	InvitationID string
}

// InvitationConfirmed is what [ConfirmInvitation] yields.
type InvitationConfirmed struct {
	ID string `json:"id"`
	By string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ConfirmInvitation) Decide(env Env, f Facts) (Event, error) {
	inv, err := loadInvitation(env.Actor, Confirming, f, c.InvitationID)
	if err != nil {
		return nil, err
	}
	if !inv.Second {
		return nil, errConflict("invitationId", "takes nobody's confirmation")
	}
	if s := inv.State(env.Now); s != StateUnconfirmed {
		return nil, errConflict("invitationId", "is %s already", s)
	}
	if !env.Actor.Operator && env.Actor.MemberID == inv.InvitedBy {
		return nil, errAt(errForbidden(SecondPerson, "is one that you made, and takes a second member of the secretariat"), "invitationId")
	}
	return &InvitationConfirmed{ID: inv.ID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[InvitationConfirmed](nil)

func (*InvitationConfirmed) Kind() string      { return "invitation.confirmed/1" }
func (e *InvitationConfirmed) Subject() string { return e.ID }

// Fold implements [Event].
func (e *InvitationConfirmed) Fold(s Stamp, r Record) error {
	i, err := r.Invitation(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	i.ConfirmedBy, i.ConfirmedAt = e.By, s.At
	return r.PutInvitation(i)
}

// RevokeInvitation takes an invitation back.
type RevokeInvitation struct {
	InvitationID string
}

// InvitationRevoked is what [RevokeInvitation] yields.
type InvitationRevoked struct {
	ID string `json:"id"`
	By string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c RevokeInvitation) Decide(env Env, f Facts) (Event, error) {
	inv, err := loadInvitation(env.Actor, Revoking, f, c.InvitationID)
	if err != nil {
		return nil, err
	}
	if !inv.Pending() {
		return nil, errConflict("invitationId", "has been %s already", inv.State(env.Now))
	}
	return &InvitationRevoked{ID: inv.ID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[InvitationRevoked](func(subject string) Event { return &InvitationRevoked{ID: subject} })

func (*InvitationRevoked) Kind() string      { return "invitation.revoked/1" }
func (e *InvitationRevoked) Subject() string { return e.ID }

// Fold implements [Event].
func (e *InvitationRevoked) Fold(s Stamp, r Record) error {
	i, err := r.Invitation(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	i.RevokedAt = s.At
	return r.PutInvitation(i)
}

// endInvitations ends those that a member made or confirmed and may stand for no longer.
func endInvitations(s Stamp, r Record, memberID string) error {
	list, err := r.InvitationsBy(memberID)
	if err != nil {
		return err
	}
	for _, i := range list {
		stands, err := standsFor(r, memberID, i)
		if err != nil {
			return err
		}
		if stands {
			continue
		}
		i.RevokedAt = s.At
		if err := r.PutInvitation(i); err != nil {
			return err
		}
	}
	return nil
}

// standsFor says whether a member may still make an invitation; "" is the operator.
func standsFor(f Facts, memberID string, i Invitation) (bool, error) {
	if memberID == "" {
		return true, nil
	}
	m, err := f.Member(memberID)
	if err != nil || !m.Present() {
		return false, errUnlessErased(err)
	}
	o, err := f.Organisation(m.OrganisationID)
	if err != nil {
		return false, errUnlessErased(err)
	}
	kind, err := organisationKindOf(f, i.OrganisationID)
	return May(ActorFor(m, o), ManagingMembers, OnMembersOf(i.OrganisationID, kind)) == nil, err
}
