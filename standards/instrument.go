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

// Force is when something adopted binds. Times are instants in UTC; a zero time
// means "not set".
type Force struct {
	From           time.Time `json:"effectiveFrom"`
	Until          time.Time `json:"effectiveUntil,omitzero"` // the first instant at which it no longer binds
	SupersededFrom time.Time `json:"supersededFrom,omitzero"` // when its successor takes force
	SupersededBy   string    `json:"supersededBy,omitempty"`  // instrument ID
}

// Status is the state of an instrument at a moment, by its dates alone.
type Status string

const (
	Pending    Status = "pending" // adopted, not yet in force
	InForce    Status = "inForce"
	Superseded Status = "superseded"
	Expired    Status = "expired"
)

// At returns the status at t.
func (f Force) At(t time.Time) Status {
	switch {
	case !f.SupersededFrom.IsZero() && !t.Before(f.SupersededFrom):
		return Superseded
	case !f.Until.IsZero() && !t.Before(f.Until):
		return Expired
	case t.Before(f.From):
		return Pending
	}
	return InForce
}

// An Instrument is an adopted revision with its dates. It is never edited; only
// its Force gains an end when a later instrument supersedes it.
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
	Force
}
