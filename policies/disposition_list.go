package policies

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// Limits on the answers that one command gives.
const (
	MaxAnswers       = 2000
	MaxAnswersReason = 2 << 20 // bytes of all reasons together: an entry has to fit any store
)

// AnswerComments answers many comments on one document at once: all of them, or, where
// one is refused, none. The field of a refusal begins with the answer's index,
// "answers.17.reason".
type AnswerComments struct {
	DocumentID string
	Answers    []Answer
}

// An Answer is one of many.
type Answer struct {
	DisposeComment
	// Seen is the mark of the answer that the comment had when this one was written:
	// see [Disposition.Mark]. Where it has another by now, that is a CONFLICT.
	Seen string
}

// NoAnswer is the mark of a comment that has no answer.
const NoAnswer = "none"

// Mark names an answer, to tell later whether it is still the comment's. It begins
// with a letter and a full stop, so that no spreadsheet takes it for a number.
func (d *Disposition) Mark() string {
	if d == nil {
		return NoAnswer
	}
	b, err := json.Marshal([]any{d.Outcome, d.Reason, d.Change, d.DuplicateOf, d.At.UnixMilli()})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	sum := sha256.Sum256(b)
	return "a." + hex.EncodeToString(sum[:8])
}

// CommentsAnswered is what [AnswerComments] yields.
type CommentsAnswered struct {
	DocumentID string            `json:"document"`
	Answers    []CommentDisposed `json:"answers"`
}

// Decide implements [Command].
func (c AnswerComments) Decide(env Env, f Facts) (Event, error) {
	if _, err := loadDocument(env, f, "documentId", c.DocumentID, Disposing); err != nil {
		return nil, err
	}
	if err := c.measure(); err != nil {
		return nil, err
	}
	e := &CommentsAnswered{DocumentID: c.DocumentID, Answers: make([]CommentDisposed, len(c.Answers))}
	o := overlay{Facts: f, at: env.Now, document: c.DocumentID}
	for i := range c.Answers {
		one, err := o.answer(env, c.Answers[i])
		if err != nil {
			return nil, below(err, "answers."+strconv.Itoa(i))
		}
		e.Answers[i] = *one
	}
	return e, nil
}

func (c AnswerComments) measure() error {
	bytes := 0
	for _, a := range c.Answers {
		bytes += len(a.Reason)
	}
	switch {
	case len(c.Answers) == 0:
		return invalid("answers", "are missing")
	case len(c.Answers) > MaxAnswers:
		return invalid("answers", "are %d, at most %d are taken at once", len(c.Answers), MaxAnswers)
	case bytes > MaxAnswersReason:
		return invalid("answers", "have reasons of %d bytes in all, at most %d are taken at once", bytes, MaxAnswersReason)
	}
	return nil
}

// Try says of each answer why it would be refused, nil where it would not be, if those
// before it that are in order had been given. No limit on their number holds.
func (c AnswerComments) Try(env Env, f Facts) ([]error, error) {
	if _, err := loadDocument(env, f, "documentId", c.DocumentID, Disposing); err != nil {
		return nil, err
	}
	o := overlay{Facts: f, at: env.Now, document: c.DocumentID}
	refused := make([]error, len(c.Answers))
	for i := range c.Answers {
		_, err := o.answer(env, c.Answers[i])
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		refused[i] = err
	}
	return refused, nil
}

// below puts a refusal's field below another one.
func below(err error, field string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Field = field
	if e.Field != "" {
		c.Field += "." + e.Field
	}
	return &c
}

// overlay is the facts with the answers given so far; what many answers ask again it
// keeps.
type overlay struct {
	Facts
	document  string
	at        time.Time
	comments  map[string]Comment // with the answers given so far
	documents map[string]Document
	revisions map[string]Revision
}

// answer decides one answer and keeps it.
func (o *overlay) answer(env Env, a Answer) (*CommentDisposed, error) {
	k, err := o.Comment(a.CommentID)
	if err == nil && k.DocumentID != o.document {
		err = ErrNotFound
	}
	if err != nil {
		return nil, unknown(err, "commentId", "comment on this document", a.CommentID)
	}
	e, err := a.Decide(env, o)
	if err != nil {
		return nil, err
	}
	if a.Seen != k.Disposition.Mark() {
		return nil, conflict("seen", "the comment's answer is another by now")
	}
	one := e.(*CommentDisposed)
	k.Disposition = one.disposition(o.at)
	o.comments[one.ID] = k
	return one, nil
}

// Comment implements Facts.
func (o *overlay) Comment(id string) (Comment, error) {
	return kept(&o.comments, id, o.Facts.Comment)
}

// Document implements Facts.
func (o *overlay) Document(id string) (Document, error) {
	return kept(&o.documents, id, o.Facts.Document)
}

// Revision implements Facts.
func (o *overlay) Revision(id string) (Revision, error) {
	return kept(&o.revisions, id, o.Facts.Revision)
}

// kept asks once.
func kept[T any](have *map[string]T, id string, ask func(string) (T, error)) (T, error) {
	if v, ok := (*have)[id]; ok {
		return v, nil
	}
	v, err := ask(id)
	if err != nil {
		return v, err
	}
	if *have == nil {
		*have = map[string]T{}
	}
	(*have)[id] = v
	return v, nil
}

var _ = registerEvent[CommentsAnswered](nil)

func (*CommentsAnswered) Kind() string      { return "comments.answered/1" }
func (e *CommentsAnswered) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *CommentsAnswered) Fold(s Stamp, r Record) error {
	for i := range e.Answers {
		if err := e.Answers[i].Fold(s, r); err != nil {
			return err
		}
	}
	return nil
}
