package policies

import (
	"errors"
	"fmt"
	"time"
)

// A Comment is an organisation's words on a clause of a consulted revision, or on
// the whole of it.
type Comment struct {
	ID             string // TypeID "cmt_…"
	Number         int    // from 1 within its document
	DocumentID     string
	ConsultationID string
	RevisionID     string // the revision it was made on
	ClauseID       string // "" for the whole
	OrganisationID string
	MemberID       string // "" for an import
	Stance         Stance
	Type           CommentType
	Text           string
	Replacement    string // the words proposed instead of the clause's, with stance amend
	Late           bool
	SubmittedAt    time.Time
	Seq            int64 // its entry in the ledger
	Provenance     *Provenance
	WithdrawnAt    time.Time
	Withdrawal     string // the reason
	Disposition    *Disposition
}

// Stance is where a comment stands.
type Stance string

const (
	Support  Stance = "support"
	Oppose   Stance = "oppose"
	Amend    Stance = "amend" // proposes other words
	Question Stance = "question"
)

// Stances are all stances in the order they are shown.
var Stances = []Stance{Support, Oppose, Amend, Question}

// CommentType is what a comment is about, after Codex and ISO practice.
type CommentType string

const (
	General     CommentType = "general"
	Substantive CommentType = "substantive"
	Technical   CommentType = "technical"
	Editorial   CommentType = "editorial"
	Translation CommentType = "translation"
)

// CommentTypes are all types in the order they are shown.
var CommentTypes = []CommentType{General, Substantive, Technical, Editorial, Translation}

// SubmitComment says something on a clause while its revision is open for comment.
type SubmitComment struct {
	ConsultationID string
	ClauseID       string // "" for the whole
	Stance         Stance
	Type           CommentType
	Text           string
	Replacement    string
	Provenance     *Provenance // imports only
}

// CommentSubmitted is what [SubmitComment] yields.
type CommentSubmitted struct {
	ID             string      `json:"id"`
	Number         int         `json:"number"`
	DocumentID     string      `json:"document"`
	ConsultationID string      `json:"consultation"`
	RevisionID     string      `json:"revision"`
	ClauseID       string      `json:"clause,omitempty"`
	OrganisationID string      `json:"organisation"`
	Stance         Stance      `json:"stance"`
	Type           CommentType `json:"type"`
	Text           string      `json:"text"`
	Replacement    string      `json:"replacement,omitempty"`
	Late           bool        `json:"late,omitempty"`
	By             string      `json:"by,omitempty"`
	Provenance     *Provenance `json:"provenance,omitempty"`
}

// Decide implements [Command].
func (c SubmitComment) Decide(m Moment, f Facts) (Event, error) {
	k, err := f.Consultation(c.ConsultationID)
	if err != nil {
		return nil, unknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	d, err := loadDocument(m, f, "consultationId", k.DocumentID, Commenting)
	if err != nil {
		return nil, err
	}
	if err := first(c.check(), c.Provenance.check(m.Actor), d.settled("consultationId")); err != nil {
		return nil, err
	}
	late, err := c.late(m, k)
	if err != nil {
		return nil, err
	}
	if c.ClauseID != "" {
		if _, err := f.Clause(k.RevisionID, c.ClauseID); err != nil {
			return nil, unknown(err, "clauseId", "clause in the consulted revision", c.ClauseID)
		}
	}
	last, err := f.LastCommentNumber(d.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't number the comment: %w", err)
	}
	return &CommentSubmitted{ID: m.Fresh("cmt"), Number: last + 1, DocumentID: d.ID, ConsultationID: k.ID,
		RevisionID: k.RevisionID, ClauseID: c.ClauseID, OrganisationID: m.Actor.OrganisationID, Stance: c.Stance,
		Type: c.Type, Text: c.Text, Replacement: c.Replacement, Late: late, By: m.Actor.MemberID,
		Provenance: c.Provenance.recorded()}, nil
}

func (c SubmitComment) check() error {
	if err := first(
		checkOneOf("stance", c.Stance, Stances),
		checkOneOf("type", c.Type, CommentTypes),
		checkText("text", c.Text, MaxWords, true),
		checkText("replacement", c.Replacement, MaxWords, c.Stance == Amend),
	); err != nil {
		return err
	}
	switch {
	case c.Stance == Amend && c.ClauseID == "":
		return invalid("clauseId", "name the clause that the replacement is for")
	case c.Stance != Amend && c.Replacement != "":
		return invalid("replacement", "goes with stance amend only")
	}
	return nil
}

// late holds the time of the comment against the window. An imported comment
// counts from when its source received it.
func (c SubmitComment) late(m Moment, k Consultation) (bool, error) {
	when := m.Now
	if c.Provenance != nil && !c.Provenance.At.IsZero() {
		when = c.Provenance.At
	}
	switch {
	case m.Now.Before(k.OpensAt):
		return false, conflict("consultationId", "opens at %s", k.OpensAt.Format(time.RFC3339))
	case when.Before(k.ClosesAt):
		return false, nil
	case k.Late == LateMarked:
		return true, nil
	}
	return false, conflict("consultationId", "closed at %s and takes no late comments", k.ClosesAt.Format(time.RFC3339))
}

func (*CommentSubmitted) Kind() string      { return "comment.submitted/1" }
func (e *CommentSubmitted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentSubmitted) Fold(s Stamp, r Record) error {
	return r.AddComment(Comment{ID: e.ID, Number: e.Number, DocumentID: e.DocumentID, ConsultationID: e.ConsultationID,
		RevisionID: e.RevisionID, ClauseID: e.ClauseID, OrganisationID: e.OrganisationID, MemberID: e.By,
		Stance: e.Stance, Type: e.Type, Text: e.Text, Replacement: e.Replacement, Late: e.Late,
		SubmittedAt: s.At, Seq: s.Seq, Provenance: e.Provenance})
}

// WithdrawComment takes a comment back, visibly: it stays in the record, marked,
// and no longer wants an answer.
type WithdrawComment struct {
	CommentID string
	Reason    string
}

// CommentWithdrawn is what [WithdrawComment] yields.
type CommentWithdrawn struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c WithdrawComment) Decide(m Moment, f Facts) (Event, error) {
	k, d, err := loadComment(m, f, c.CommentID, Withdrawing)
	if err != nil {
		return nil, err
	}
	if err := first(d.settled("commentId"), checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	if !k.WithdrawnAt.IsZero() {
		return nil, conflict("commentId", "has been withdrawn already")
	}
	return &CommentWithdrawn{ID: k.ID, Reason: c.Reason, By: m.Actor.MemberID}, nil
}

// loadComment finds a comment and its document for an action on the comment.
func loadComment(m Moment, f Facts, id string, action Action) (*Comment, *Document, error) {
	k, err := f.Comment(id)
	if err != nil {
		return nil, nil, unknown(err, "commentId", "comment", id)
	}
	d, err := f.Document(k.DocumentID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, at(hidden(), "commentId")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't load the comment's document: %w", err)
	}
	if err := May(m.Actor, action, Subject{Document: &d, Comment: &k}); err != nil {
		return nil, nil, at(err, "commentId")
	}
	return &k, &d, nil
}

func (*CommentWithdrawn) Kind() string      { return "comment.withdrawn/1" }
func (e *CommentWithdrawn) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentWithdrawn) Fold(s Stamp, r Record) error {
	return changeComment(r, e.ID, func(k *Comment) { k.WithdrawnAt, k.Withdrawal = s.At, e.Reason })
}

// changeComment folds a change into a comment, unless it was erased.
func changeComment(r Record, id string, change func(*Comment)) error {
	k, err := r.Comment(id)
	if err != nil {
		return erased(err)
	}
	change(&k)
	return r.PutComment(k)
}
