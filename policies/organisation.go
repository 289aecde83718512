package policies

import "time"

// OrganisationKind is what an organisation is, and with it its chamber:
// governments decide on regulations, governments and businesses on the rest.
type OrganisationKind string

const (
	Government  OrganisationKind = "government"
	Business    OrganisationKind = "business"
	HubOperator OrganisationKind = "hubOperator"
	Secretariat OrganisationKind = "secretariat"
)

// OrganisationKinds are all kinds in the order they are shown.
var OrganisationKinds = []OrganisationKind{Government, Business, HubOperator, Secretariat}

// An Organisation takes part in the dialogue through its members.
type Organisation struct {
	ID           string // TypeID "org_…"
	Kind         OrganisationKind
	Name         string // as written; its NameKey is unique
	Jurisdiction string // ISO 3166 code
	Sector       string // free words, "logistics"; "" for none
	Size         Size
	Imported     bool // an import names it as whose words or text it brought; it may have members later
	RegisteredAt time.Time
	CorrectedAt  time.Time // the last time, if any
	Correction   string    // the reason given then
	ClosedAt     time.Time // zero while it takes part; see [CloseOrganisation]
	Closing      string    // the reason
	MergedInto   string    // ID of the organisation that it became part of, where it was closed by that
	Merge        MergeProposal
}

// RegisterOrganisation brings a new organisation in.
type RegisterOrganisation struct {
	Kind         OrganisationKind
	Name         string
	Jurisdiction string
	Sector       string
	Imported     bool // the operator's alone: see Organisation
}

// OrganisationRegistered is what [RegisterOrganisation] yields.
type OrganisationRegistered struct {
	ID           string           `json:"id"`
	Type         OrganisationKind `json:"kind"`
	Name         string           `json:"name"`
	Jurisdiction string           `json:"jurisdiction"`
	Sector       string           `json:"sector,omitempty"`
	Imported     bool             `json:"imported,omitempty"`
	By           string           `json:"by,omitempty"` // member ID; "" for the operator
}

// Decide implements [Command].
func (c RegisterOrganisation) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Registering, NewOrganisation(c.Kind)); err != nil {
		return nil, err
	}
	if err := joinFaults(
		checkOneOf("kind", c.Kind, OrganisationKinds),
		checkName("name", c.Name),
		checkJurisdiction("jurisdiction", c.Jurisdiction),
		checkLine("sector", c.Sector, MaxName, false),
		checkThat(!c.Imported || env.Actor.Operator, "imported", "is what the operator says of organisations that an import names"),
	); err != nil {
		return nil, err
	}
	if same, err := f.OrganisationByName(c.Name); err == nil {
		return nil, errNameTaken(same)
	} else if errUnlessErased(err) != nil {
		return nil, err
	}
	return &OrganisationRegistered{ID: env.Fresh(PrefixOrganisation), Type: c.Kind, Name: c.Name,
		Jurisdiction: c.Jurisdiction, Sector: c.Sector, Imported: c.Imported, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[OrganisationRegistered](nil)

func (*OrganisationRegistered) Kind() string      { return "organisation.registered/1" }
func (e *OrganisationRegistered) Subject() string { return e.ID }

// Fold implements [Event].
func (e *OrganisationRegistered) Fold(s Stamp, r Record) error {
	return r.PutOrganisation(Organisation{ID: e.ID, Kind: e.Type, Name: e.Name,
		Jurisdiction: e.Jurisdiction, Sector: e.Sector, Imported: e.Imported, RegisteredAt: s.At})
}

// OrganisationFacts are what decisions may ask of organisations.
type OrganisationFacts interface {
	Organisation(id string) (Organisation, error)
	// OrganisationByName finds the organisation whose name has the same [NameKey].
	OrganisationByName(name string) (Organisation, error)
	// VoicesIn lists the organisations of a kind that have a member who speaks for them,
	// in any of some jurisdictions or in a subdivision of one, in all where none is given,
	// as they were registered.
	VoicesIn(kind OrganisationKind, jurisdictions []string) ([]Organisation, error)
}

// OrganisationRecord is how events change organisations.
type OrganisationRecord interface {
	PutOrganisation(Organisation) error
}
