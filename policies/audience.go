package policies

import (
	"slices"
	"strings"
)

// An Audience is whom a consultation asks in particular. Everybody reads a
// consultation; whether others than the audience may comment is its sponsor's
// choice. A list that is empty leaves nobody out.
type Audience struct {
	Chambers      []OrganisationKind `json:"chambers,omitempty"`
	Sectors       []string           `json:"sectors,omitempty"`       // in whatever case
	Jurisdictions []string           `json:"jurisdictions,omitempty"` // ISO 3166 codes; a country's takes its subdivisions in
	Only          bool               `json:"only,omitempty"`          // comments of others are refused
}

// copied returns a list as a payload keeps it: nil where it is empty.
func copied[T any](list []T) []T { return append([]T(nil), list...) }

// Includes says whether an organisation of that chamber, sector and jurisdiction is
// among those asked.
func (a *Audience) Includes(chamber OrganisationKind, sector, jurisdiction string) bool {
	if a == nil {
		return true
	}
	return (len(a.Chambers) == 0 || slices.Contains(a.Chambers, chamber)) &&
		(len(a.Sectors) == 0 || containsFold(a.Sectors, sector)) &&
		(len(a.Jurisdictions) == 0 || slices.ContainsFunc(a.Jurisdictions, func(j string) bool { return within(jurisdiction, j) }))
}

// Takes says whether the consultation takes comments of the actor's organisation, as
// far as its audience goes.
func (k *Consultation) Takes(a Actor) bool {
	return k.Audience == nil || !k.Audience.Only || k.Audience.Includes(a.Chamber, a.Sector, a.Jurisdiction)
}

// containsFold says whether a list has a text, in whatever case.
func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(v string) bool { return strings.EqualFold(v, s) })
}

// within says whether a jurisdiction is another, or a subdivision of it.
func within(jurisdiction, of string) bool {
	return jurisdiction == of || strings.HasPrefix(jurisdiction, of+"-")
}

// check refuses an audience that names nobody, or one that never comments.
func (a *Audience) check() error {
	if a == nil {
		return nil
	}
	if len(a.Chambers)+len(a.Sectors)+len(a.Jurisdictions) == 0 {
		return invalid("audience", "names nobody: give chambers, sectors or jurisdictions, or leave it out to ask everybody")
	}
	chambers := make([]string, len(a.Chambers))
	for i, c := range a.Chambers {
		chambers[i] = string(c)
	}
	return first(
		checkEach("audience.chambers", chambers, func(f, s string) error { return checkOneOf(f, OrganisationKind(s), commenters) }),
		checkEach("audience.sectors", a.Sectors, func(f, s string) error { return checkLine(f, s, MaxName, true) }),
		checkEach("audience.jurisdictions", a.Jurisdictions, checkJurisdiction),
	)
}

// recorded returns the audience as it is kept: a copy.
func (a *Audience) recorded() *Audience {
	if a == nil {
		return nil
	}
	return &Audience{Chambers: copied(a.Chambers), Sectors: copied(a.Sectors), Jurisdictions: copied(a.Jurisdictions), Only: a.Only}
}
