package policies

import "slices"

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
	return a.Operator || a.isMember() && (a.Role == Admin || a.Role == Delegate)
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

// OperatorFor acts for an organisation without being one of its members: an import.
func OperatorFor(o Organisation) Actor {
	return Actor{Operator: true, OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Sector: o.Sector}
}
