package policies

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ewtp/entente/clauses"
)

// A Code classes a refusal. The words stand here, once for every face: GraphQL tells
// them as extensions.code, HTTP has a status for each (server/answer).
type Code string

// The codes that a decision refuses with.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // sign in first, or the token is bad
	Forbidden       Code = "FORBIDDEN"       // not by this actor; Reason says why
	NotFound        Code = "NOT_FOUND"       // there is none, or none that the actor may see
	Invalid         Code = "INVALID"         // the input is wrong; Field says where
	Conflict        Code = "CONFLICT"        // the state has moved on, or forbids it
	TextConflict    Code = "TEXT_CONFLICT"   // others changed the same clauses since; Clashes has them
	KeyReused       Code = "KEY_REUSED"      // the idempotency key stands for another change, at Position
	GateUnmet       Code = "GATE_UNMET"      // adoption lacks what Missing lists
)

// The codes that only the faces use: no decision was made, or none that can be told.
const (
	RateLimited    Code = "RATE_LIMITED"    // too many requests
	Unavailable    Code = "UNAVAILABLE"     // not now; the request changed nothing, and the same may pass later
	OutcomeUnknown Code = "OUTCOME_UNKNOWN" // it may have changed what it was to change: ask again with the same key
	AnswerLost     Code = "ANSWER_LOST"     // it changed what it was to change; what came of it can't be read
	Internal       Code = "INTERNAL"        // our fault
)

// An Error is a refusal: a value with a code, never a half-write.
type Error struct {
	Code    Code
	Reason  Reason  // why, with Forbidden
	Field   string  // path of the input field, "" when none is to blame
	Message string  // lower case, without a full stop
	Missing []Gap   // what the adoption gate lacks, with GateUnmet
	Clashes []Clash // what both sides changed, with TextConflict

	// Position is how many entries the ledger has with the change that the key was used
	// for, with KeyReused.
	Position int64

	// Others are further faults of the same input, each Invalid: whoever mends one
	// hears of all.
	Others []*Error
}

// Faults are the faults of an input: the error itself and the others.
func (e *Error) Faults() []*Error { return append([]*Error{e}, e.Others...) }

// A Gap is one thing that the adoption gate still wants.
type Gap struct {
	// Reason is one of notInReview, roundAnnounced, revisionBeforeConsultation,
	// commentUnanswered, changeMissing, changeUnexplained, textErased,
	// partyWithoutGovernment, ballotMissing, ballotOpen, ballotNotCarried,
	// blockingPosition, termsMissing, termsPast, termsChanged, consentMissing and
	// predecessorEnded.
	Reason         string
	CommentID      string
	ClauseID       string
	OrganisationID string // whose position blocks
	BallotID       string // in which it blocks, or that showed other terms
	Party          string // that has no voice
	InstrumentID   string // that the terms supersede or amend
	Message        string
}

// A Clash is a clause that both sides changed since the base that was named.
type Clash struct {
	ClauseID              string // "" for what is no clause, such as front matter
	Citation              string
	Base, Head, Submitted string // the clause's words; "" where it was removed
}

func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// ErrNotFound is what Facts answer for what does not exist.
var ErrNotFound = errors.New("not found")

func errInvalid(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// errClash is a refusal to take a text made from a base that is the head no more.
func errClash(clashes []clauses.Conflict, format string, args ...any) *Error {
	e := &Error{Code: TextConflict, Field: "baseId", Message: fmt.Sprintf(format, args...)}
	for _, c := range clashes {
		e.Clashes = append(e.Clashes, Clash{ClauseID: c.ClauseID, Citation: c.Citation, Base: c.Base, Head: c.Ours, Submitted: c.Theirs})
	}
	return e
}

func errConflict(field, format string, args ...any) *Error {
	return &Error{Code: Conflict, Field: field, Message: fmt.Sprintf(format, args...)}
}

// errUnknown turns ErrNotFound into a refusal that names the field; other errors pass.
func errUnknown(err error, field, what, id string) error {
	if errors.Is(err, ErrNotFound) {
		return &Error{Code: NotFound, Field: field, Message: fmt.Sprintf("there is no %s %q", what, clipEcho(id))}
	}
	return fmt.Errorf("couldn't load the %s: %w", what, err)
}

// clipEcho keeps an echo of outside input short, in whole characters.
func clipEcho(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "")
	}
	return s
}

// errAt names the field of a refusal that has none.
func errAt(err error, field string) error {
	var e *Error
	if errors.As(err, &e) && e.Field == "" {
		c := *e
		c.Field = field
		return &c
	}
	return err
}

// errMovedTo gives a refusal another field.
func errMovedTo(err error, field string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Field = field
	return &c
}

// errMovedFrom gives a refusal of one field another field.
func errMovedFrom(err error, from, to string) error {
	if e, ok := err.(*Error); ok && e.Field == from {
		return errMovedTo(err, to)
	}
	return err
}

// errBelow puts a refusal's field below another one.
func errBelow(err error, field string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Field = fieldBelow(field, e.Field)
	c.Others = nil
	for _, o := range e.Others {
		below := *o
		below.Field = fieldBelow(field, o.Field)
		c.Others = append(c.Others, &below)
	}
	return &c
}

func fieldBelow(field, rest string) string {
	if rest == "" {
		return field
	}
	return field + "." + rest
}
