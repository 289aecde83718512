package policies

import "time"

// AcceptInvitation makes the person who asks a member, by an invitation to it or to the
// e-mail address that its identity provider has verified.
type AcceptInvitation struct {
	InvitationID string
}

// InvitationAccepted is what [AcceptInvitation] yields. It is about the new member
// and says all of it, so that it holds where the invitation was erased. It holds
// personal data.
type InvitationAccepted struct {
	ID             string `json:"id"` // of the member
	InvitationID   string `json:"invitation"`
	OrganisationID string `json:"organisation"`
	Issuer         string `json:"issuer"`
	Sub            string `json:"subject"`
	Name           string `json:"name,omitempty"`
	Role           Role   `json:"role"`
}

// Decide implements [Command].
func (c AcceptInvitation) Decide(env Env, f Facts) (Event, error) {
	inv, err := loadInvitation(env.Actor, Accepting, f, c.InvitationID)
	if err != nil {
		return nil, err
	}
	a := env.Actor
	if err := inv.Acceptable(a, env.Now, f); err != nil {
		return nil, errAt(err, "invitationId")
	}
	if err := joinFaults(checkLine("issuer", a.Issuer, MaxName, true), checkLine("subject", a.Subject, MaxName, true)); err != nil {
		return nil, err
	}
	name := a.Name
	if name == "" || checkLine("name", name, MaxName, false) != nil {
		name = inv.Name // the provider's business, and no reason to keep the person out
	}
	return &InvitationAccepted{ID: env.Fresh(PrefixMember), InvitationID: inv.ID, OrganisationID: inv.OrganisationID,
		Issuer: a.Issuer, Sub: a.Subject, Name: name, Role: inv.Role}, nil
}

// Acceptable refuses an invitation to the actor that it can't accept at now.
func (i Invitation) Acceptable(a Actor, now time.Time, f Facts) error {
	if err := checkInvites(f, "", i.OrganisationID); err != nil {
		return err
	}
	switch s := i.State(now); s {
	case StateOpen:
	case StateUnconfirmed:
		return errConflict("", "waits for a second member of the secretariat to confirm it")
	default:
		return errConflict("", "has been %s already", s)
	}
	if in, err := isMemberOf(f, i.OrganisationID, a.Issuer, a.Subject); err != nil || in {
		return joinFaults(err, errConflict("", "is to an organisation that you are a member of already"))
	}
	ended, err := f.MembershipEnded(i.OrganisationID, a.Issuer, a.Subject)
	if err == nil && ended.After(i.InvitedAt) {
		err = errConflict("", "was made before your membership ended")
	}
	if err != nil || i.InvitedBy == "" { // the operator's own
		return err
	}
	return i.checkNotOwn(a, f)
}

// checkNotOwn refuses that somebody admits itself: by an invitation that it made, or that
// the secretariat made to others while it belongs to it. Nor does it
// where the organisation has a say of its own by now: see checkFromOutside.
func (i Invitation) checkNotOwn(a Actor, f Facts) error {
	by, err := f.Member(i.InvitedBy)
	if err != nil {
		return errUnlessErased(err) // which has ended the invitation
	}
	if a.isPerson(by) {
		return errForbidden(SecondPerson, "is one that you made yourself")
	}
	if by.OrganisationID == i.OrganisationID {
		return nil
	}
	have, err := f.Memberships(a.Issuer, a.Subject)
	if err != nil {
		return err
	}
	for _, m := range have {
		if m.OrganisationID == by.OrganisationID {
			return errForbidden(WrongKind, "was made by the secretariat, whose members it admits nowhere else")
		}
	}
	return i.checkFromOutside(f)
}

var _ = registerEvent[InvitationAccepted](nil)

func (*InvitationAccepted) Kind() string      { return "invitation.accepted/1" }
func (e *InvitationAccepted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *InvitationAccepted) Fold(s Stamp, r Record) error {
	if err := r.PutMember(Member{ID: e.ID, OrganisationID: e.OrganisationID, Issuer: e.Issuer, Subject: e.Sub,
		Name: e.Name, Role: e.Role, AdmittedAt: s.At}); err != nil {
		return err
	}
	i, err := r.Invitation(e.InvitationID)
	if err != nil {
		return errUnlessErased(err)
	}
	i.MemberID, i.AcceptedAt = e.ID, s.At
	return r.PutInvitation(i)
}
