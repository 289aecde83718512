package policies

import (
	"crypto/sha256"
	"fmt"
	"math"
	"time"

	"github.com/ewtp/entente/clauses"
)

// A Revision is an immutable text of a document. The text itself is kept apart:
// see [Facts.Text].
type Revision struct {
	ID             string // TypeID "rev_…"
	DocumentID     string
	Number         int    // from 1, without gaps
	Parent         string // revision ID of the head it followed, "" for the first
	Base           string // the revision it was made from, where that was no longer the head and it was merged
	Title          string // of the text
	Note           string // what changed and why
	OrganisationID string
	MemberID       string // "" for an import
	CommittedAt    time.Time
	Provenance     *Provenance
	Credits        []Credit `json:",omitempty"` // whose proposed words it took over
	IdentifiedBy   int      // version of the rules that gave its clauses their identities
	// Successions are the clauses whose words went to other clauses since the parent.
	Successions []clauses.Succession `json:",omitempty"`
	TextDigest  clauses.Hash         // SHA-256 of the source
	Bytes       int                  // length of the source
	Clauses     int
	Root        clauses.Hash // root of the tree of clause hashes
}

// Provenance says where something that was imported came from. Its time is the
// source's own; the entry's time is that of the import.
type Provenance struct {
	System    string    `json:"system"`           // "git", "csv", the name of a docket
	Reference string    `json:"reference"`        // the source's own ID: a commit, a row's ID
	Author    string    `json:"author,omitempty"` // as the source names them
	At        time.Time `json:"at,omitzero"`
}

// CommitRevision adds a revision made from Base. When the head has moved since,
// changes to different clauses are merged; a clause changed twice is a CONFLICT
// with both texts in [Error.Clashes].
type CommitRevision struct {
	DocumentID string
	Base       string // revision ID; "" for the first
	Source     string // Markdown
	Note       string
	Provenance *Provenance // imports only
}

// RevisionCommitted is what [CommitRevision] yields: the source, and its clauses
// with the identities that were computed, once.
type RevisionCommitted struct {
	ID             string      `json:"id"`
	DocumentID     string      `json:"document"`
	Number         int         `json:"number"`
	Parent         string      `json:"parent,omitempty"`
	Base           string      `json:"base,omitempty"`
	Source         string      `json:"source"`
	Clauses        []string    `json:"clauses"`      // the identities of its clauses, in order
	IdentifiedBy   int         `json:"identifiedBy"` // clauses.IdentityVersion as it was
	Note           string      `json:"note,omitempty"`
	OrganisationID string      `json:"organisation"`
	By             string      `json:"by,omitempty"`
	Provenance     *Provenance `json:"provenance,omitempty"`
	Credits        []Credit    `json:"credits,omitempty"`
	// Successions are recorded for the reason that the identities are; entries from
	// before they were found have none, and what went to other clauses is lost there.
	Successions []clauses.Succession `json:"successions,omitempty"`

	text   *clauses.Text // as decided, or read ahead; spares the fold that follows a second reading
	digest clauses.Hash  // of Source, where text is there
}

// Decide implements [Command].
func (c CommitRevision) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("documentId"), c.Provenance.check(env.Actor)); err != nil {
		return nil, err
	}
	text, head, err := c.mergedText(env, f, d)
	if err := joinFaults(err, checkText("note", c.Note, MaxReason, false)); err != nil {
		return nil, err
	}
	e, err := follow(env, f, d, head, text)
	if err != nil {
		return nil, err
	}
	e.Note, e.Provenance = c.Note, c.Provenance.recorded()
	if c.Base != d.Head {
		e.Base = c.Base
	}
	return e, nil
}

// follow makes a text the revision that follows the head of a document.
func follow(env Env, f Facts, d *Document, head, text *clauses.Text) (*RevisionCommitted, error) {
	number, err := nextNumber(f, series("revision", d.ID), d.Revisions)
	if err != nil {
		return nil, err
	}
	went, err := successions(f, head, text)
	if err != nil {
		return nil, err
	}
	digest, err := digestOf(f, text)
	if err != nil {
		return nil, err
	}
	return &RevisionCommitted{ID: env.Fresh(PrefixRevision), DocumentID: d.ID, Number: number, Parent: d.Head,
		Source: text.Source, Clauses: clauseIDs(text), IdentifiedBy: clauses.IdentityVersion, OrganisationID: env.Actor.OrganisationID,
		By: env.Actor.MemberID, Successions: went, text: text, digest: digest}, nil
}

// mergedText returns the new head's text, merged where the head is no longer the base, and
// the text of the head until now.
func (c CommitRevision) mergedText(env Env, f Facts, d *Document) (text, head *clauses.Text, err error) {
	base, head, err := c.baseAndHead(f, d)
	if err != nil {
		return nil, nil, err
	}
	text, err = parseIdentified(env, f, d, c.Base, base, c.Source)
	if err != nil || head == base {
		return text, head, err
	}
	merged, err := merge(f, base, head, text)
	if err != nil {
		return nil, nil, err
	}
	if len(merged.clashes) > 0 || merged.source == "" {
		return nil, nil, errClash(merged.clashes, "the head has moved to revision %d, and %d clauses changed on both sides", d.Revisions, len(merged.clashes))
	}
	text, err = parseIdentified(env, f, d, d.Head, head, merged.source)
	return text, head, err
}

// baseAndHead loads the texts of the base and of the head; both nil for a first revision.
func (c CommitRevision) baseAndHead(f Facts, d *Document) (base, head *clauses.Text, err error) {
	if c.Base == "" {
		if d.Head != "" {
			return nil, nil, errInvalid("baseId", "is missing: name the revision that the text was made from")
		}
		return nil, nil, nil
	}
	rev, err := f.Revision(c.Base)
	if err == nil && rev.DocumentID != d.ID {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nil, errUnknown(err, "baseId", "revision of this document", c.Base)
	}
	if base, err = f.Text(c.Base); err != nil {
		return nil, nil, errUnknown(err, "baseId", "text of revision", c.Base)
	}
	if c.Base == d.Head {
		return base, base, nil
	}
	if head, err = f.Text(d.Head); err != nil {
		return nil, nil, errUnknown(err, "baseId", "text of revision", d.Head)
	}
	return base, head, nil
}

func clauseIDs(t *clauses.Text) []string {
	ids := make([]string, len(t.Clauses))
	for i, c := range t.Clauses {
		ids[i] = c.ID
	}
	return ids
}

// RestoreText returns a recorded text with the identities that were recorded with
// it. No limits hold: it was taken once.
func RestoreText(source string, ids []string) (*clauses.Text, error) {
	const any = math.MaxInt32
	text, err := clauses.Parse([]byte(source), clauses.Limits{Bytes: any, Clauses: any, Headings: any, Depth: any})
	if err != nil {
		return nil, fmt.Errorf("couldn't read a recorded text: %w", err)
	}
	if err := text.SetIDs(ids); err != nil {
		return nil, fmt.Errorf("couldn't restore the identities of a recorded text: %w", err)
	}
	return text, nil
}

// check refuses a provenance from anybody but the operator.
func (p *Provenance) check(a Actor) error {
	if p == nil {
		return nil
	}
	return joinFaults(May(a, Importing, Nothing),
		checkLine("provenance.system", p.System, MaxName, true),
		checkLine("provenance.reference", p.Reference, MaxName, true),
		checkLine("provenance.author", p.Author, MaxName, false),
		checkTime("provenance.at", p.At))
}

// recorded returns the provenance as it is kept: a copy, with its time in the
// precision of the record.
func (p *Provenance) recorded() *Provenance {
	if p == nil {
		return nil
	}
	c := *p
	c.At = Millis(c.At)
	return &c
}

var _ = registerEvent[RevisionCommitted](nil)

func (*RevisionCommitted) Kind() string      { return "revision.committed/1" }
func (e *RevisionCommitted) Subject() string { return e.ID }

// TextDigest is the SHA-256 of Source, once the event is prepared.
func (e *RevisionCommitted) TextDigest() clauses.Hash { return e.digest }

// RevisionOf is the revision that an event adds, nil where it adds none.
func RevisionOf(e Event) *RevisionCommitted {
	switch e := e.(type) {
	case *RevisionCommitted:
		return e
	case *ReplacementAccepted:
		return &e.Revision
	}
	return nil
}

// Prepare implements [LongEvent].
func (e *RevisionCommitted) Prepare() (err error) {
	if e.text == nil {
		e.text, err = RestoreText(e.Source, e.Clauses)
		e.digest = sha256.Sum256([]byte(e.Source))
	}
	return err
}

// Fold implements [Event].
func (e *RevisionCommitted) Fold(s Stamp, r Record) error {
	if err := e.Prepare(); err != nil {
		return err
	}
	text := e.text
	rev := Revision{ID: e.ID, DocumentID: e.DocumentID, Number: e.Number, Parent: e.Parent, Base: e.Base,
		Title: text.Title, Note: e.Note, OrganisationID: e.OrganisationID, MemberID: e.By, CommittedAt: s.At,
		Provenance: e.Provenance, Credits: e.Credits, IdentifiedBy: e.IdentifiedBy, Successions: e.Successions, TextDigest: e.digest, Bytes: len(e.Source),
		Clauses: len(text.Clauses), Root: text.Root}
	if err := r.AddRevision(rev, text); err != nil {
		return err
	}
	return changeDocument(r, e.DocumentID, func(d *Document) {
		d.Head, d.HeadAt, d.Revisions = e.ID, s.At, e.Number
	})
}

// RevisionFacts are what decisions may ask of revisions and their texts.
type RevisionFacts interface {
	Revision(id string) (Revision, error)
	// Text returns a revision's text with its clauses as recorded. Callers don't change it.
	Text(revisionID string) (*clauses.Text, error)
	// Clause returns one clause of a revision.
	Clause(revisionID, clauseID string) (clauses.Clause, error)
	// RevisionAt returns the newest revision of a document up to a number.
	RevisionAt(documentID string, number int) (Revision, error)
	// ClauseSpans returns, of clauses of these contents that a document had and has no more,
	// when each content stood there last; each span once, in order of Until and Since.
	ClauseSpans(documentID string, contents []clauses.Hash) ([]ClauseSpan, error)
}

// RevisionRecord is how events change revisions and their texts.
type RevisionRecord interface {
	AddRevision(Revision, *clauses.Text) error
}
