package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	OrganisationID string
	MemberID       string // "" for an import
	DraftedBy      string // member ID, where a colleague prepared it; "" else
	// Confidants are the organisations that a confidential comment was told to: those that
	// sponsored the document when it was made, and those that its organisation told it to
	// since. They read it as long as they sponsor the document.
	Confidants []string
	CommentWords
	Late        bool
	SubmittedAt time.Time
	Seq         int64 // its entry in the ledger
	Provenance  *Provenance
	WithdrawnAt time.Time
	Withdrawal  string // the reason
	Disposition *Disposition

	// Masked marks a comment without what its reader may not know; see [Comment.Shell].
	// In the record no comment is.
	Masked bool

	DisownedAt time.Time // when its organisation said that it isn't its own
	Disowning  string    // the reason
	RedactedAt time.Time // when the secretariat took its words from view
	Redaction  string    // the reason, for everybody
}

// Stands says whether the comment was neither withdrawn nor disowned: one that stands
// wants a disposition.
func (c *Comment) Stands() bool { return c.WithdrawnAt.IsZero() && c.DisownedAt.IsZero() }

// Shell returns what everybody may know of a confidential comment: that it exists,
// since when, in which consultation, whether it stands, and its summary. Whose it is,
// what it is on and what became of it stay out.
func (c *Comment) Shell() Comment {
	return Comment{ID: c.ID, Number: c.Number, DocumentID: c.DocumentID, ConsultationID: c.ConsultationID,
		RevisionID: c.RevisionID, Late: c.Late, SubmittedAt: c.SubmittedAt, Seq: c.Seq, WithdrawnAt: c.WithdrawnAt,
		CommentWords: CommentWords{Confidential: c.Confidential, Summary: c.Summary}, Masked: true, DisownedAt: c.DisownedAt,
		RedactedAt: c.RedactedAt, Redaction: c.Redaction}
}

// SubmitComment says something on a clause while its revision is open for comment.
type SubmitComment struct {
	ConsultationID string
	CommentWords               // of an attachment, only Digest and Name: it was uploaded before, see [AttachFile]
	Provenance     *Provenance // imports only

	draft *CommentDraft // that it was prepared as, see [SubmitDraft]
}

// CommentSubmitted is what [SubmitComment] yields.
type CommentSubmitted struct {
	ID             string `json:"id"`
	Number         int    `json:"number"`
	DocumentID     string `json:"document"`
	ConsultationID string `json:"consultation"`
	RevisionID     string `json:"revision"`
	OrganisationID string `json:"organisation"`
	CommentWords
	Late       bool        `json:"late,omitempty"`
	By         string      `json:"by,omitempty"`
	Provenance *Provenance `json:"provenance,omitempty"`
	Draft      string      `json:"draft,omitempty"`      // ID of the draft it was prepared as
	DraftedBy  string      `json:"draftedBy,omitempty"`  // the member who prepared it
	Confidants []string    `json:"confidants,omitempty"` // of a confidential comment: the sponsors as it was made
}

// MarshalJSON writes the keys that the first payloads had in the order they had them,
// and stance, type and text where they are empty too, so that the same comment gives
// the same bytes for ever. Keys that came later follow by themselves.
func (e *CommentSubmitted) MarshalJSON() ([]byte, error) {
	type event CommentSubmitted // without this method
	return json.Marshal(struct {
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
		QuestionID     string      `json:"question,omitempty"`
		Choice         string      `json:"choice,omitempty"`
		*event
	}{e.ID, e.Number, e.DocumentID, e.ConsultationID, e.RevisionID, e.ClauseID, e.OrganisationID, e.Stance, e.Type, e.Text,
		e.Replacement, e.Late, e.By, e.Provenance, e.QuestionID, e.Choice, (*event)(e)})
}

// Decide implements [Command].
func (c SubmitComment) Decide(env Env, f Facts) (Event, error) {
	k, err := f.Consultation(c.ConsultationID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	d, err := loadDocument(env, f, "consultationId", k.DocumentID, Commenting)
	if err != nil {
		return nil, err
	}
	if err := May(env.Actor, Commenting, OnConsultation(d, &k)); err != nil {
		return nil, errAt(err, "consultationId")
	}
	if err := joinFaults(c.CommentWords.check(true), c.checkQuestion(&k), c.Provenance.check(env.Actor), d.checkNotSettled("consultationId")); err != nil {
		return nil, err
	}
	late, err := c.isLate(env, k)
	if err != nil {
		return nil, err
	}
	if c.ClauseID != "" {
		if _, err := f.Clause(k.RevisionID, c.ClauseID); err != nil {
			return nil, errUnknown(err, "clauseId", "clause in the consulted revision", c.ClauseID)
		}
		if c.Quote, err = c.Quote.on(f, k.RevisionID, c.ClauseID); err != nil {
			return nil, err
		}
	}
	if err := c.checkProposal(f, k.RevisionID); err != nil {
		return nil, err
	}
	attached, err := findFiles(env, f, c.Attachments, c.draft)
	if err != nil {
		return nil, err
	}
	last, err := f.LastCommentNumber(d.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't number the comment: %w", err)
	}
	number, err := nextNumber(f, series("comment", d.ID), last)
	if err != nil {
		return nil, err
	}
	e := &CommentSubmitted{ID: env.Fresh(PrefixComment), Number: number, DocumentID: d.ID, ConsultationID: k.ID,
		RevisionID: k.RevisionID, OrganisationID: env.Actor.OrganisationID, CommentWords: c.CommentWords, Late: late,
		By: env.Actor.MemberID, Provenance: c.Provenance.recorded()}
	e.Attachments, e.Proposes = attached, c.recordedProposal()
	if c.Confidential {
		e.Confidants = slices.Clone(d.Sponsors)
	}
	if c.draft != nil {
		e.Draft, e.DraftedBy = c.draft.ID, c.draft.MemberID
	}
	return e, nil
}

// isLate holds the time of the comment against the window. An imported comment
// counts from when its source received it.
func (c SubmitComment) isLate(env Env, k Consultation) (bool, error) {
	when := env.Now
	if c.Provenance != nil && !c.Provenance.At.IsZero() {
		when = c.Provenance.At
	}
	switch {
	case !k.Cancelled.IsZero():
		return false, errConflict("consultationId", "was cancelled at %s", k.Cancelled.At.Format(time.RFC3339))
	case env.Now.Before(k.OpensAt):
		return false, errConflict("consultationId", "opens at %s", k.OpensAt.Format(time.RFC3339))
	case when.Before(k.ClosesAt):
		return false, nil
	case k.Late == LateMarked:
		return true, nil
	}
	return false, errConflict("consultationId", "closed at %s and takes no late comments", k.ClosesAt.Format(time.RFC3339))
}

var _ = registerEvent[CommentSubmitted](nil)

func (*CommentSubmitted) Kind() string      { return "comment.submitted/1" }
func (e *CommentSubmitted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *CommentSubmitted) Fold(s Stamp, r Record) error {
	err := r.AddComment(Comment{ID: e.ID, Number: e.Number, DocumentID: e.DocumentID, ConsultationID: e.ConsultationID,
		RevisionID: e.RevisionID, OrganisationID: e.OrganisationID, MemberID: e.By, DraftedBy: e.DraftedBy, Confidants: e.Confidants,
		CommentWords: e.CommentWords, Late: e.Late, SubmittedAt: s.At, Seq: s.Seq, Provenance: e.Provenance})
	if err != nil || e.Draft == "" {
		return err
	}
	return changeCommentDraft(r, e.Draft, func(d *CommentDraft) { d.SubmittedAs, d.Words = e.ID, CommentWords{} })
}

// WithdrawComment takes a comment back, visibly: it stays in the record, marked,
// and no longer wants a disposition.
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
func (c WithdrawComment) Decide(env Env, f Facts) (Event, error) {
	k, d, err := loadComment(env, f, c.CommentID, Withdrawing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("commentId"), checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	if !k.Stands() {
		return nil, errConflict("commentId", "has been withdrawn or disowned already")
	}
	return &CommentWithdrawn{ID: k.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

// loadComment finds a comment and its document for an action on the comment.
func loadComment(env Env, f Facts, id string, action Action) (*Comment, *Document, error) {
	k, err := f.Comment(id)
	if err != nil {
		return nil, nil, errUnknown(err, "commentId", "comment", id)
	}
	d, err := f.Document(k.DocumentID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, errAt(errHiddenDocument(), "commentId")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't load the comment's document: %w", err)
	}
	if err := May(env.Actor, action, OnComment(&d, &k)); err != nil {
		return nil, nil, errAt(err, "commentId")
	}
	return &k, &d, nil
}

var _ = registerEvent[CommentWithdrawn](func(subject string) Event { return &CommentWithdrawn{ID: subject} })

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
		return errUnlessErased(err)
	}
	change(&k)
	return r.PutComment(k)
}

// CommentFacts are what decisions may ask of comments.
type CommentFacts interface {
	Comment(id string) (Comment, error)
	// LastCommentNumber is the number of a document's latest comment, 0 before the first.
	LastCommentNumber(documentID string) (int, error)
}

// CommentRecord is how events change comments.
type CommentRecord interface {
	AddComment(Comment) error
	PutComment(Comment) error // replaces one that was added
}
