package policies

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/standards"
)

// A Document is a proposed regulation, best practice or standard on its way from
// draft to force. Its text is in its revisions.
type Document struct {
	ID       string // TypeID "doc_…"
	Number   string // "EWTP-R-2026-014": kind letter, year, running number
	Kind     standards.Kind
	Title    string
	Language string // BCP 47 tag of the text
	Topics   []string
	Parties  []string // ISO 3166 codes of the jurisdictions it is to bind
	Sponsors []string // organisation IDs
	// FormerSponsors are organisations that sponsored it before and do no more.
	FormerSponsors []string
	Offered        []string // organisation IDs that were offered to sponsor it, and read its drafts meanwhile
	Readers        []string // organisation IDs invited to read its drafts
	OpenDrafts     bool     // the sponsors work in the open: every revision is public
	ProposedBy     string   // member ID, "" for an import
	ProposedAt     time.Time

	Revisions  int    // how many there are; the head's number
	Head       string // revision ID, "" before the first
	HeadAt     time.Time
	PublicFrom int // public revisions are those numbered PublicFrom to PublicTo; 0, 0: none
	PublicTo   int

	Terms    Terms               // as proposed last; once adopted, what it was adopted with
	TermsAt  time.Time           // when they were proposed
	Consents []SuccessionConsent // to what the terms supersede and amend

	PutForward string // ID of the revision that the secretariat may open, "" for none

	Rounds       int       // consultations opened so far
	Held         int       // of them, those that weren't cancelled
	Consultation string    // ID of the latest, "" before the first
	OpensAt      time.Time // of the latest
	ClosesAt     time.Time

	Ballots        int    // opened so far
	Ballot         string // ID of the latest, "" before the first
	BallotRevision string // ID of the revision that it is on
	BallotOpensAt  time.Time
	BallotClosesAt time.Time

	InstrumentID    string // once adopted
	AdoptedRevision string
	AdoptedAt       time.Time
	Force           standards.Force

	Corrections int       // of its title, language, topics or parties so far
	CorrectedAt time.Time // the last time
	Correction  string    // the reason given then
	TitledAt    time.Time // when its title was put right last

	WithdrawnAt time.Time
	Withdrawal  string // the reason
}

// A Phase is a part of a document's way from draft to force.
type Phase string

const (
	Draft           Phase = "draft"
	InConsultation  Phase = "consultation"
	InReview        Phase = "review"  // consulted; dispositions and changes under way
	InBallot        Phase = "ballot"  // the chambers take their positions
	Adopted         Phase = "adopted" // not yet in force
	PhaseInForce    Phase = "inForce"
	PhaseSuperseded Phase = "superseded"
	PhaseExpired    Phase = "expired"
	PhaseRepealed   Phase = "repealed"
	Withdrawn       Phase = "withdrawn"
)

// Phases are all phases in their order.
var Phases = []Phase{Draft, InConsultation, InReview, InBallot, Adopted, PhaseInForce, PhaseSuperseded,
	PhaseExpired, PhaseRepealed, Withdrawn}

// Phase computes the document's phase at t from its dates; it is stored nowhere.
func (d Document) Phase(t time.Time) Phase {
	switch {
	case !d.WithdrawnAt.IsZero() && !t.Before(d.WithdrawnAt):
		return Withdrawn
	case !d.AdoptedAt.IsZero() && !t.Before(d.AdoptedAt):
		return map[standards.Status]Phase{
			standards.Pending: Adopted, standards.InForce: PhaseInForce,
			standards.Superseded: PhaseSuperseded, standards.Expired: PhaseExpired, standards.Repealed: PhaseRepealed,
		}[d.Force.At(d.Parties, t)]
	case d.Consultation == "" || d.Held == 1 && t.Before(d.OpensAt):
		return Draft
	case !t.Before(d.OpensAt) && t.Before(d.ClosesAt):
		return InConsultation
	case d.Ballot != "" && !t.Before(d.BallotOpensAt) && t.Before(d.BallotClosesAt):
		return InBallot
	}
	return InReview
}

// Public says whether anybody may read the document.
func (d *Document) Public() bool { return d.OpenDrafts || d.PublicFrom > 0 }

// PublicRevision says whether anybody may read the revision of that number.
func (d *Document) PublicRevision(n int) bool {
	return d.OpenDrafts || d.PublicFrom > 0 && n >= d.PublicFrom && n <= d.PublicTo
}

// publishRevision makes revision n public, and with it those between it and what was
// public before.
func (d *Document) publishRevision(n int) {
	if d.PublicFrom == 0 || n < d.PublicFrom {
		d.PublicFrom = n
	}
	d.PublicTo = max(d.PublicTo, n)
}

// hasEnded says whether nobody has to answer for the document any more: it was withdrawn, or
// what it became binds nobody any longer.
func (d *Document) hasEnded(now time.Time) bool {
	return slices.Contains([]Phase{Withdrawn, PhaseSuperseded, PhaseExpired, PhaseRepealed}, d.Phase(now))
}

// checkNotEnded refuses to change who sponsors a document that has ended.
func (d *Document) checkNotEnded(field string, now time.Time) error {
	switch {
	case !d.WithdrawnAt.IsZero():
		return d.checkNotSettled(field)
	case d.hasEnded(now):
		return errConflict(field, "%s has ended, and nobody answers for it any more", d.Number)
	}
	return nil
}

// checkNotSettled refuses what comes too late: the document is adopted or withdrawn.
func (d *Document) checkNotSettled(field string) error {
	switch {
	case !d.AdoptedAt.IsZero():
		return errConflict(field, "%s is adopted, and nothing adopted is ever edited", d.Number)
	case !d.WithdrawnAt.IsZero():
		return errConflict(field, "%s was withdrawn", d.Number)
	}
	return nil
}

// loadDocument finds a document for an action that the actor must be allowed to do.
func loadDocument(env Env, f Facts, field, id string, action Action) (*Document, error) {
	d, err := f.Document(id)
	if errors.Is(err, ErrNotFound) {
		return nil, errAt(errHiddenDocument(), field)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the document: %w", err)
	}
	if err := May(env.Actor, action, OnDocument(&d)); err != nil {
		return nil, errAt(err, field)
	}
	return &d, nil
}

// ProposeDocument starts a document; its text comes with the first revision.
type ProposeDocument struct {
	Kind       standards.Kind
	Title      string
	Language   string
	Topics     []string
	Parties    []string
	OpenDrafts bool
}

// DocumentProposed is what [ProposeDocument] yields.
type DocumentProposed struct {
	ID         string         `json:"id"`
	Number     string         `json:"number"`
	Type       standards.Kind `json:"kind"`
	Title      string         `json:"title"`
	Language   string         `json:"language"`
	Topics     []string       `json:"topics,omitempty"`
	Parties    []string       `json:"parties,omitempty"`
	OpenDrafts bool           `json:"openDrafts,omitempty"`
	Sponsor    string         `json:"sponsor"`
	By         string         `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ProposeDocument) Decide(env Env, f Facts) (Event, error) {
	if err := checkOneOf("kind", c.Kind, standards.Kinds); err != nil {
		return nil, err
	}
	if err := May(env.Actor, Proposing, NewDocument(c.Kind)); err != nil {
		return nil, err
	}
	if err := checkAbout(c.Kind, c.Title, c.Language, c.Topics, c.Parties); err != nil {
		return nil, err
	}
	year := env.Now.Year()
	last, err := f.LastDocumentNumber(c.Kind, year)
	if err != nil {
		return nil, fmt.Errorf("couldn't number the document: %w", err)
	}
	number, err := nextNumber(f, documentSeries(c.Kind.Letter(), year), last)
	if err != nil {
		return nil, err
	}
	return &DocumentProposed{ID: env.Fresh(PrefixDocument), Number: fmt.Sprintf("EWTP-%s-%d-%03d", c.Kind.Letter(), year, number),
		Type: c.Kind, Title: c.Title, Language: c.Language, Topics: c.Topics, Parties: c.Parties,
		OpenDrafts: c.OpenDrafts, Sponsor: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DocumentProposed](nil)

func (*DocumentProposed) Kind() string      { return "document.proposed/1" }
func (e *DocumentProposed) Subject() string { return e.ID }

// Fold implements [Event].
func (e *DocumentProposed) Fold(s Stamp, r Record) error {
	return r.PutDocument(Document{ID: e.ID, Number: e.Number, Kind: e.Type, Title: e.Title, Language: e.Language,
		Topics: e.Topics, Parties: e.Parties, Sponsors: []string{e.Sponsor}, OpenDrafts: e.OpenDrafts,
		ProposedBy: e.By, ProposedAt: s.At})
}

// WithdrawDocument ends a document before adoption; what was public stays readable.
type WithdrawDocument struct {
	DocumentID string
	Reason     string
}

// DocumentWithdrawn is what [WithdrawDocument] yields.
type DocumentWithdrawn struct {
	DocumentID string `json:"document"`
	Reason     string `json:"reason"`
	By         string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c WithdrawDocument) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	return &DocumentWithdrawn{DocumentID: d.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DocumentWithdrawn](func(subject string) Event { return &DocumentWithdrawn{DocumentID: subject} })

func (*DocumentWithdrawn) Kind() string      { return "document.withdrawn/1" }
func (e *DocumentWithdrawn) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *DocumentWithdrawn) Fold(s Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) { d.WithdrawnAt, d.Withdrawal = s.At, e.Reason })
}

// changeDocument folds a change into a document, unless it was erased.
func changeDocument(r Record, id string, change func(*Document)) error {
	d, err := r.Document(id)
	if err != nil {
		return errUnlessErased(err)
	}
	before := d.Sponsors
	change(&d)
	d.keepSponsors(before)
	return r.PutDocument(d)
}

// DocumentFacts are what decisions may ask of documents.
type DocumentFacts interface {
	Document(id string) (Document, error)
	// DocumentsOf lists the documents that an organisation sponsors or has sponsored, is
	// offered to sponsor, reads in draft, or has agreed to as a successor, in the order of
	// their IDs.
	DocumentsOf(organisationID string) ([]Document, error)
	// LastDocumentNumber is the highest running number of a kind's documents of a year,
	// 0 before the first.
	LastDocumentNumber(kind standards.Kind, year int) (int, error)
}

// DocumentRecord is how events change documents.
type DocumentRecord interface {
	PutDocument(Document) error
}
