package policies

import (
	"errors"
	"fmt"
	"time"
)

// A CommentDraft is a comment that colleagues prepare. Nobody outside of their
// organisation reads it. It loses its words once it is submitted or discarded.
type CommentDraft struct {
	ID             string // TypeID "dft_…"
	OrganisationID string
	ConsultationID string
	DocumentID     string
	MemberID       string // who wrote it first, credited in the comment
	Words          CommentWords
	Edition        int // from 1; an edit names the one it was made from
	WrittenAt      time.Time
	EditedAt       time.Time
	EditedBy       string // member ID
	SubmittedAs    string // comment ID, "" before
	DiscardedAt    time.Time
}

// Open says whether the draft can still be edited and submitted.
func (d *CommentDraft) Open() bool { return d.SubmittedAs == "" && d.DiscardedAt.IsZero() }

// checkedDraftWords returns the words of a draft with the files that they name, or
// refuses what is wrong in them already.
func checkedDraftWords(env Env, f Facts, w CommentWords, held *CommentDraft) (CommentWords, error) {
	err := w.check(false)
	if err == nil {
		w.Attachments, err = findFiles(env, f, w.Attachments, held)
	}
	return w, err
}

// DraftComment begins a comment for colleagues to go on with. Words may lack what
// submitting them will want.
type DraftComment struct {
	ConsultationID string
	Words          CommentWords
}

// DraftWritten is what [DraftComment] yields.
type DraftWritten struct {
	ID             string       `json:"id"`
	OrganisationID string       `json:"organisation"`
	ConsultationID string       `json:"consultation"`
	DocumentID     string       `json:"document"`
	Words          CommentWords `json:"words"`
	By             string       `json:"by,omitempty"`
}

// Decide implements [Command].
func (c DraftComment) Decide(env Env, f Facts) (Event, error) {
	k, err := f.Consultation(c.ConsultationID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	d, err := f.Document(k.DocumentID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	if err := May(env.Actor, Drafting, OnDraft(&d, env.Actor.OrganisationID)); err != nil {
		return nil, errAt(err, "consultationId")
	}
	if err := d.checkNotSettled("consultationId"); err != nil {
		return nil, err
	}
	words, err := checkedDraftWords(env, f, c.Words, nil)
	if err != nil {
		return nil, err
	}
	return &DraftWritten{ID: env.Fresh(PrefixCommentDraft), OrganisationID: env.Actor.OrganisationID, ConsultationID: k.ID, DocumentID: d.ID,
		Words: words, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DraftWritten](nil)

func (*DraftWritten) Kind() string      { return "draft.written/1" }
func (e *DraftWritten) Subject() string { return e.ID }

// Fold implements [Event].
func (e *DraftWritten) Fold(s Stamp, r Record) error {
	return r.PutCommentDraft(CommentDraft{ID: e.ID, OrganisationID: e.OrganisationID, ConsultationID: e.ConsultationID,
		DocumentID: e.DocumentID, MemberID: e.By, Words: e.Words, Edition: 1, WrittenAt: s.At, EditedAt: s.At, EditedBy: e.By})
}

// loadCommentDraft finds an open draft that the actor may go on with.
func loadCommentDraft(env Env, f Facts, id string) (*CommentDraft, error) {
	v, err := f.CommentDraft(id)
	if err == nil && May(env.Actor, ReadingDraft, OnOrganisation(v.OrganisationID)) != nil {
		err = ErrNotFound // nobody else learns that there is one
	}
	if errors.Is(err, ErrNotFound) && !env.Actor.Known() {
		return nil, &Error{Code: Unauthenticated, Field: "draftId", Message: "sign in first"}
	}
	if err != nil {
		return nil, errUnknown(err, "draftId", "draft", id)
	}
	d, err := f.Document(v.DocumentID)
	if errUnlessErased(err) != nil {
		return nil, fmt.Errorf("couldn't load the draft's document: %w", err)
	}
	if err := May(env.Actor, Drafting, OnDraft(&d, v.OrganisationID)); err != nil {
		return nil, errAt(err, "draftId")
	}
	switch {
	case v.SubmittedAs != "":
		return nil, errConflict("draftId", "has been submitted already")
	case !v.DiscardedAt.IsZero():
		return nil, errConflict("draftId", "was discarded")
	}
	return &v, nil
}

// EditDraft puts new words in place of a draft's: those that are given, others stay.
type EditDraft struct {
	DraftID string
	Edition int // the one these words were made from
	Words   CommentWords
	Given   []string // fields of Words; nil for all
}

// DraftEdited is what [EditDraft] yields.
type DraftEdited struct {
	ID    string       `json:"id"`
	Words CommentWords `json:"words"`
	By    string       `json:"by,omitempty"`
}

// Decide implements [Command].
func (c EditDraft) Decide(env Env, f Facts) (Event, error) {
	v, err := loadCommentDraft(env, f, c.DraftID)
	if err != nil {
		return nil, err
	}
	if c.Edition != v.Edition {
		return nil, errConflict("edition", "a colleague has edited the draft meanwhile: it is at edition %d", v.Edition)
	}
	words := v.Words
	putGiven(&words, c.Words, c.Given)
	if words, err = checkedDraftWords(env, f, words, v); err != nil {
		return nil, err
	}
	return &DraftEdited{ID: v.ID, Words: words, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DraftEdited](nil)

func (*DraftEdited) Kind() string      { return "draft.edited/1" }
func (e *DraftEdited) Subject() string { return e.ID }

// Fold implements [Event].
func (e *DraftEdited) Fold(s Stamp, r Record) error {
	return changeCommentDraft(r, e.ID, func(d *CommentDraft) {
		d.Words, d.EditedAt, d.EditedBy = e.Words, s.At, e.By
		d.Edition++
	})
}

// SubmitDraft makes a draft the organisation's comment, with whoever wrote it first
// credited. It yields a [CommentSubmitted].
type SubmitDraft struct {
	DraftID string
	Edition int // the one that is meant
}

// Decide implements [Command].
func (c SubmitDraft) Decide(env Env, f Facts) (Event, error) {
	v, err := loadCommentDraft(env, f, c.DraftID)
	if err != nil {
		return nil, err
	}
	if c.Edition != v.Edition {
		return nil, errConflict("edition", "a colleague has edited the draft meanwhile: it is at edition %d", v.Edition)
	}
	k := v.Words.Submission(v.ConsultationID)
	k.draft = v
	event, err := k.Decide(env, f)
	if err != nil {
		return nil, errBelow(err, "draftId") // the command itself has none of these fields
	}
	return event, nil
}

// Submission is the command that submits a draft of these words. One without a type is general, as a comment
// without one is.
func (w CommentWords) Submission(consultationID string) SubmitComment {
	if w.Type == "" {
		w.Type = General
	}
	return SubmitComment{ConsultationID: consultationID, CommentWords: w}
}

// DiscardDraft ends a draft.
type DiscardDraft struct{ DraftID string }

// DraftDiscarded is what [DiscardDraft] yields.
type DraftDiscarded struct {
	ID string `json:"id"`
	By string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c DiscardDraft) Decide(env Env, f Facts) (Event, error) {
	v, err := loadCommentDraft(env, f, c.DraftID)
	if err != nil {
		return nil, err
	}
	return &DraftDiscarded{ID: v.ID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[DraftDiscarded](func(subject string) Event { return &DraftDiscarded{ID: subject} })

func (*DraftDiscarded) Kind() string      { return "draft.discarded/1" }
func (e *DraftDiscarded) Subject() string { return e.ID }

// Fold implements [Event].
func (e *DraftDiscarded) Fold(s Stamp, r Record) error {
	return changeCommentDraft(r, e.ID, func(d *CommentDraft) { d.DiscardedAt, d.Words = s.At, CommentWords{} })
}

// changeCommentDraft folds a change into a draft, unless it was erased.
func changeCommentDraft(r Record, id string, change func(*CommentDraft)) error {
	d, err := r.CommentDraft(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&d)
	return r.PutCommentDraft(d)
}

// CommentDraftFacts are what decisions may ask of comments in preparation.
type CommentDraftFacts interface {
	// CommentDraft returns a comment in preparation, whatever has become of it.
	CommentDraft(id string) (CommentDraft, error)
}

// CommentDraftRecord is how events change comments in preparation.
type CommentDraftRecord interface {
	PutCommentDraft(CommentDraft) error
}
