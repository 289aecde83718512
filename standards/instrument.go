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
	RepealedFrom   time.Time `json:"repealedFrom,omitzero"`   // when it was ended without a successor
	Repeal         string    `json:"repeal,omitempty"`        // the reason
}

// Status is the state of an instrument at a moment, by its dates alone.
type Status string

const (
	Pending    Status = "pending" // adopted, not yet in force
	InForce    Status = "inForce"
	Superseded Status = "superseded"
	Expired    Status = "expired"
	Repealed   Status = "repealed"
)

// At returns the status at t. Of a successor and a repeal the earlier one counts.
func (f Force) At(t time.Time) Status {
	replaced := !f.SupersededFrom.IsZero() && f.SupersededFrom.Before(f.RepealedFrom)
	switch {
	case !f.RepealedFrom.IsZero() && !t.Before(f.RepealedFrom) && !replaced:
		return Repealed
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
// its Force gains an end when a later instrument supersedes it or it is repealed,
// and AmendedBy names those that amend it.
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
