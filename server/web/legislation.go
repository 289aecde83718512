package web

import (
	"strconv"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// A legislation is what search engines are told of a document: schema.org's Legislation, made after
// the European Legislation Identifier.
type legislation struct {
	Context      string        `json:"@context"`
	Type         string        `json:"@type"`
	ID           string        `json:"@id"`
	URL          string        `json:"url"`
	Name         string        `json:"name"`
	Identifier   string        `json:"legislationIdentifier"`
	Kind         string        `json:"legislationType"`
	Language     string        `json:"inLanguage,omitempty"`
	Force        string        `json:"legislationLegalForce"`
	Status       string        `json:"creativeWorkStatus"`
	Date         string        `json:"legislationDate,omitempty"`        // of the adoption
	Version      string        `json:"legislationDateVersion,omitempty"` // of the text shown
	Number       string        `json:"version,omitempty"`
	Applies      string        `json:"temporalCoverage,omitempty"`
	Jurisdiction []namedThing  `json:"legislationJurisdiction,omitempty"`
	Responsible  []namedThing  `json:"legislationResponsible,omitempty"`
	Topics       []string      `json:"keywords,omitempty"`
	Repeals      []referredLaw `json:"legislationRepeals,omitempty"`
	Changes      []referredLaw `json:"legislationAmends,omitempty"`
	Collection   *namedThing   `json:"isPartOf,omitempty"`
	Free         bool          `json:"isAccessibleForFree"`
	Encoding     []mediaObject `json:"encoding,omitempty"`
}

type namedThing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	Code string `json:"identifier,omitempty"`
	URL  string `json:"url,omitempty"`
}

type referredLaw struct {
	Type string `json:"@type"`
	ID   string `json:"@id"`
	Name string `json:"name"`
}

type mediaObject struct {
	Type   string `json:"@type"`
	Format string `json:"encodingFormat"`
	URL    string `json:"contentUrl"`
}

// legislationOf tells what search engines are told of the document that a page shows.
func (v *visit) legislationOf(h *documentHead, text *clauses.Text) *legislation {
	d := &h.Document
	l := &legislation{Context: "https://schema.org", Type: "Legislation", ID: h.Base + h.Path, URL: h.Base + h.Path, Name: d.Title, Identifier: d.Number,
		Kind: kindWord(v.lang, d.Kind), Language: d.Language, Force: "https://schema.org/" + legalForce(d, v.now), Status: phaseWord(v.lang, h.Phase), Topics: d.Topics, Free: true,
		Collection: &namedThing{Type: "Collection", Name: v.say("Documents") + " – Entente", URL: h.Base + "/documents"}}
	for _, p := range d.Parties {
		l.Jurisdiction = append(l.Jurisdiction, namedThing{Type: "AdministrativeArea", Name: regionName(v.lang, p), Code: p})
	}
	for _, o := range h.Sponsors {
		kind := "Organization"
		if o.Kind == policies.Government {
			kind = "GovernmentOrganization"
		}
		l.Responsible = append(l.Responsible, namedThing{Type: kind, Name: o.Name})
	}
	if !d.AdoptedAt.IsZero() {
		l.Date = d.AdoptedAt.UTC().Format(time.DateOnly)
		l.Applies = coverage(d)
	}
	if h.Force != nil && !h.Force.Proposed {
		l.Repeals, l.Changes = referred(h, h.Force.Supersedes), referred(h, h.Force.Amends)
	}
	if h.Revision != nil && text != nil {
		path := h.Base + h.Path + "/revisions/" + strconv.Itoa(h.Revision.Number)
		l.Version, l.Number = h.Revision.CommittedAt.UTC().Format(time.DateOnly), strconv.Itoa(h.Revision.Number)
		l.Encoding = []mediaObject{{"MediaObject", "text/markdown", path + "/text.md"}, {"MediaObject", "text/html", path + "/text.html"}}
	}
	return l
}

func referred(h *documentHead, list []standards.Instrument) (laws []referredLaw) {
	for _, in := range list {
		laws = append(laws, referredLaw{"Legislation", h.Base + "/documents/" + in.Number, in.Title})
	}
	return laws
}

// coverage is the time in which a document binds anybody, as ISO 8601 writes an interval; it is open
// where no end is known.
func coverage(d *policies.Document) string {
	from := d.Force.From.First()
	if from.At.IsZero() {
		return ""
	}
	end := ".."
	if last := d.Force.Last(d.Parties); !last.IsZero() {
		end = last.UTC().Format(time.RFC3339)
	}
	return from.At.UTC().Format(time.RFC3339) + "/" + end
}

// legalForce is one of schema.org's LegalForceStatus: partial where a document binds some of its
// parties and others not yet, or no more.
func legalForce(d *policies.Document, now time.Time) string {
	if d.Phase(now) != policies.PhaseInForce {
		return "NotInForce"
	}
	for _, p := range d.Parties {
		if d.Force.At([]string{p}, now) != standards.InForce {
			return "PartiallyInForce"
		}
	}
	return "InForce"
}
