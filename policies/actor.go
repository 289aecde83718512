package policies

// An Actor is who asks: a member acting for an organisation, the operator of
// this registry at its own keyboard, or, as the zero value, the public.
type Actor struct {
	MemberID       string
	OrganisationID string
	Chamber        OrganisationKind
	Jurisdiction   string
	Role           Role
	// Operator is whoever holds the registry's own folder or configuration: it
	// registers the first secretariat and imports. No request from outside has it.
	Operator bool
}

// Operator acts for the registry itself.
var Operator = Actor{Operator: true}

// Known says whether the actor is somebody.
func (a Actor) Known() bool { return a.Operator || a.MemberID != "" }

// ActorFor returns the actor that a member of an organisation is.
func ActorFor(m Member, o Organisation) Actor {
	return Actor{MemberID: m.ID, OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Role: m.Role}
}

// OperatorFor acts for an organisation without being one of its members: an import.
func OperatorFor(o Organisation) Actor {
	return Actor{Operator: true, OrganisationID: o.ID, Chamber: o.Kind, Jurisdiction: o.Jurisdiction}
}
