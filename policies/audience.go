package policies

import (
	"slices"
)

// An Audience is whom a consultation asks in particular. Everybody reads a
// consultation; whether others than the audience may comment is its sponsor's
// choice. A list that is empty leaves nobody out.
type Audience struct {
	Chambers      []OrganisationKind `json:"chambers,omitempty"`
	Sectors       []string           `json:"sectors,omitempty"`       // compared by NameKey
	Jurisdictions []string           `json:"jurisdictions,omitempty"` // ISO 3166 codes; a country's takes its subdivisions in
	Only          bool               `json:"only,omitempty"`          // comments of others are refused
}

// Includes says whether an organisation of that chamber, sector and jurisdiction is
// among those asked.
func (a *Audience) Includes(chamber OrganisationKind, sector, jurisdiction string) bool {
	if a == nil {
		return true
	}
	return (len(a.Chambers) == 0 || slices.Contains(a.Chambers, chamber)) &&
		(len(a.Sectors) == 0 || containsName(a.Sectors, sector)) &&
		(len(a.Jurisdictions) == 0 || slices.ContainsFunc(a.Jurisdictions, func(j string) bool { return jurisdictionWithin(jurisdiction, j) }))
}

// Takes says whether the consultation takes comments of the actor's organisation, as
// far as its audience goes.
func (k *Consultation) Takes(a Actor) bool {
	return k.Audience == nil || !k.Audience.Only || k.Audience.Includes(a.Chamber, a.Sector, a.Jurisdiction)
}

// check refuses an audience that names nobody, or one that never comments.
func (a *Audience) check() error {
	if a == nil {
		return nil
	}
	if len(a.Chambers)+len(a.Sectors)+len(a.Jurisdictions) == 0 {
		return errInvalid("audience", "names nobody: give chambers, sectors or jurisdictions, or leave it out to ask everybody")
	}
	chambers := make([]string, len(a.Chambers))
	for i, c := range a.Chambers {
		chambers[i] = string(c)
	}
	return joinFaults(
		checkEach("audience.chambers", chambers, func(f, s string) error { return checkOneOf(f, OrganisationKind(s), commenterKinds) }),
		checkNames("audience.sectors", a.Sectors),
		checkEach("audience.jurisdictions", a.Jurisdictions, checkJurisdiction),
	)
}

// recorded returns the audience as it is kept: a copy.
func (a *Audience) recorded() *Audience {
	if a == nil {
		return nil
	}
	return &Audience{Chambers: cloneOrNil(a.Chambers), Sectors: cloneOrNil(a.Sectors), Jurisdictions: cloneOrNil(a.Jurisdictions), Only: a.Only}
}
