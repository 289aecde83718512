package policies

import (
	"errors"
	"fmt"
	"slices"
)

// An Actor is who asks: a member acting for an organisation, the operator of
// this registry at its own keyboard, or, as the zero value, the public.
type Actor struct {
	MemberID       string
	OrganisationID string
	Chamber        OrganisationKind
	Jurisdiction   string
	Sector         string // "" for none
	Role           Role
	// Operator is whoever holds the registry's own folder or configuration: it
	// registers the first secretariat and imports. No request from outside has it.
	Operator bool
	// SignedIn marks a person whom an identity provider vouches for but who is a
	// member of nothing here: it may do no more than the public, and is told that it
	// is forbidden rather than to sign in. A member needs no such mark.
	SignedIn bool

	// Who the identity provider says the person is; empty for the public and the
	// operator. Issuer and Subject identify the person. Name may be empty. Email is
	// set only where the issuer says that it has verified the address: an invitation
	// is accepted by it.
	Issuer, Subject, Name, Email string

	// Unchosen marks somebody who belongs to several organisations and has named none, or
	// one that it has lost: it reads as a member of this one, and writes for none before
	// it has named it. See [OwnDoing].
	Unchosen bool

	// ReadOnly marks a caller whose token lends no more than reading: it does nothing
	// else, not even what an observer may, such as leaving.
	ReadOnly bool
}

// Operator acts for the registry itself.
var Operator = Actor{Operator: true}

// Known says whether the actor is somebody: the public isn't.
func (a Actor) Known() bool { return a.Operator || a.MemberID != "" || a.SignedIn }

// isMember says whether the actor belongs to an organisation in a role there is.
func (a Actor) isMember() bool {
	return a.MemberID != "" && a.OrganisationID != "" && slices.Contains(Roles, a.Role) &&
		slices.Contains(OrganisationKinds, a.Chamber)
}

// maySpeak says whether the actor may act for its organisation, beyond reading.
func (a Actor) maySpeak() bool {
	return a.Operator || a.isMember() && slices.Contains(speakingRoles, a.Role)
}

// isPerson says whether the actor is the person who holds a membership.
func (a Actor) isPerson(m Member) bool {
	return a.Issuer != "" && a.Subject != "" && a.Issuer == m.Issuer && a.Subject == m.Subject
}

// ActorFor returns the actor that a member of an organisation is.
func ActorFor(m Member, o Organisation) Actor {
	return Actor{MemberID: m.ID, OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Sector: o.Sector, Role: m.Role,
		Issuer: m.Issuer, Subject: m.Subject, Name: m.Name}
}

// Current returns who an actor is by the facts of the moment: those of its membership,
// role and organisation may have changed since it was looked up, and what counts is how
// they are when it is decided. Whoever isn't a member any more is FORBIDDEN, except to
// do what is a person's own ([OwnDoing]): then it is that person and no more. So is
// whoever is Unchosen.
func (a Actor) Current(f Facts, c Command) (Actor, error) {
	if a.Unchosen && !OwnDoing(c) {
		return a, errForbidden(OrganisationUnnamed, "name the organisation that you act for: you belong to several, or no longer to the one that you had chosen")
	}
	if a.OrganisationID == "" {
		return a, nil
	}
	o, err := f.Organisation(a.OrganisationID)
	if errors.Is(err, ErrNotFound) {
		return a.without(c)
	}
	if err != nil {
		return a, fmt.Errorf("couldn't load the actor's organisation: %w", err)
	}
	if !o.ClosedAt.IsZero() && (a.Operator || !OwnDoing(c)) {
		return a, o.ActsNoMore()
	}
	if !a.Operator {
		m, err := f.Member(a.MemberID)
		switch {
		case err != nil && !errors.Is(err, ErrNotFound):
			return a, fmt.Errorf("couldn't load the actor's membership: %w", err)
		case err != nil, !m.Present(), m.OrganisationID != o.ID:
			return a.without(c)
		case !a.ReadOnly: // else it was lent no more than an observer's
			a.Role = m.Role
		}
	}
	a.Chamber, a.Jurisdiction, a.Sector = o.Kind, o.Jurisdiction, o.Sector
	return a, nil
}

// without returns the actor without its membership, where the command is a person's own.
func (a Actor) without(c Command) (Actor, error) {
	if a.Operator || !OwnDoing(c) {
		return a, errForbidden(MembershipEnded, "you aren't a member of that organisation any more")
	}
	return Actor{SignedIn: true, Issuer: a.Issuer, Subject: a.Subject, Name: a.Name, Email: a.Email, ReadOnly: a.ReadOnly}, nil
}

// OwnDoing says whether a command is a person's own, whatever it is a member of: it
// names the organisation that it is about, and what it does changes what the person is
// a member of.
func OwnDoing(c Command) bool {
	switch c.(type) {
	case AcceptInvitation, LeaveOrganisation:
		return true
	}
	return false
}

// OperatorFor acts for an organisation without being one of its members: an import.
func OperatorFor(o Organisation) Actor {
	return Actor{Operator: true, OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Sector: o.Sector}
}
