package standards

import (
	"time"

	"github.com/ewtp/entente/clauses"
)

// Kind is what a document is and an instrument stays.
type Kind string

const (
	Regulation   Kind = "regulation"   // binds its parties; governments decide
	BestPractice Kind = "bestPractice" // advice; both chambers carry it
	Standard     Kind = "standard"     // a technical agreement; both chambers carry it
)

// Kinds are all kinds in the order they are shown.
var Kinds = []Kind{Regulation, BestPractice, Standard}

// Letter is the kind's letter in a document number: R, B or S.
func (k Kind) Letter() string {
	switch k {
	case Regulation:
		return "R"
	case BestPractice:
		return "B"
	case Standard:
		return "S"
	}
	return ""
}

// An Instrument is an adopted revision with its dates. It is never edited; only
// its Force gains an end when a later instrument supersedes it or it is repealed,
// and loses that end where the successor comes to bind nobody; and AmendedBy names
// those that amend it.
type Instrument struct {
	ID         string // TypeID "ins_…"
	DocumentID string
	RevisionID string
	Revision   int    // the revision's number in its document
	Number     string // the document's number, "EWTP-R-2026-014"
	Kind       Kind
	Title      string
	Parties    []string // ISO 3166-1 alpha-2 codes of the jurisdictions it binds
	TextDigest clauses.Hash
	TextBytes  int // length of the text in bytes
	AdoptedAt  time.Time
	Supersedes []string // instrument IDs
	Amends     []string // instrument IDs; they stay in force, to be read with this one
	AmendedBy  []string // instrument IDs, in the order of adoption
	BallotID   string   // the ballot that carried it; "" for what was adopted before there were any
	Force
}

// At returns the status at t: it is in force while it binds any of its parties.
func (in Instrument) At(t time.Time) Status { return in.Force.At(in.Parties, t) }

// AtIn returns the status at t in a jurisdiction; "" where it isn't to bind that one.
func (in Instrument) AtIn(t time.Time, jurisdiction string) Status {
	return statusIn(in.Spans(), jurisdiction, t)
}

// Spans returns while it binds each of its parties, in their order.
func (in Instrument) Spans() []Span { return in.Force.Spans(in.Parties) }

// BindsNever says whether it was ended before it could bind anybody.
func (in Instrument) BindsNever() bool { return in.Force.BindsNever(in.Parties) }
