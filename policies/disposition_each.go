package policies

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// Limits on the dispositions that one command gives.
const (
	MaxEach        = 2000
	MaxEachReasons = 2 << 20 // bytes of all reasons together: an entry has to fit any store
)

// DisposeEach disposes of many comments on one document at once, of each by itself: of
// all of them, or, where one disposition is refused, of none. The field of a refusal
// begins with the disposition's index, "answers.17.reason".
type DisposeEach struct {
	DocumentID   string
	Dispositions []EachDisposition
}

// An EachDisposition is one of those that DisposeEach gives.
type EachDisposition struct {
	DisposeComment
	// Seen is the mark of the disposition that the comment had when this one was written, "" as well for none:
	// see [Disposition.Mark]. Where it has another by now, that is a CONFLICT.
	Seen string
}

// NoDisposition is the mark of a comment that has no disposition.
const NoDisposition = "none"

// Mark is a name of the disposition's content, to tell later whether the comment still
// has it. It begins with a letter and a full stop, so that no spreadsheet takes it for
// a number.
func (d *Disposition) Mark() string {
	if d == nil {
		return NoDisposition
	}
	b, err := json.Marshal([]any{d.Outcome, d.Reason, d.Change, d.DuplicateOf, d.At.UnixMilli()})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	sum := sha256.Sum256(b)
	return "a." + hex.EncodeToString(sum[:8])
}

// EachDisposed is what [DisposeEach] yields.
type EachDisposed struct {
	Cover        string            `json:"cover"`
	DocumentID   string            `json:"document"`
	Dispositions []CommentDisposed `json:"answers"`
}

// Decide implements [Command].
func (c DisposeEach) Decide(env Env, f Facts) (Event, error) {
	if _, err := loadDocument(env, f, "documentId", c.DocumentID, Disposing); err != nil {
		return nil, err
	}
	if err := c.checkSize(); err != nil {
		return nil, err
	}
	e := &EachDisposed{Cover: env.Fresh(PrefixCover), DocumentID: c.DocumentID, Dispositions: make([]CommentDisposed, len(c.Dispositions))}
	o := disposed{Facts: f, at: env.Now, document: c.DocumentID}
	var faults []error
	for i := range c.Dispositions {
		one, err := o.add(env, c.Dispositions[i])
		if err != nil {
			faults = append(faults, errBelow(err, "answers."+strconv.Itoa(i)))
			continue
		}
		e.Dispositions[i] = *one
	}
	if err := joinFaults(faults...); err != nil {
		return nil, err
	}
	for i := range c.Dispositions {
		if err := o.checkRoot(&c.Dispositions[i]); err != nil {
			return nil, errBelow(err, "answers."+strconv.Itoa(i))
		}
	}
	return e, nil
}

func (c DisposeEach) checkSize() error {
	bytes := 0
	for _, a := range c.Dispositions {
		bytes += len(a.Reason)
	}
	switch {
	case len(c.Dispositions) == 0:
		return errInvalid("answers", "are missing")
	case len(c.Dispositions) > MaxEach:
		return errInvalid("answers", "are %d, at most %d are taken at once", len(c.Dispositions), MaxEach)
	case bytes > MaxEachReasons:
		return errInvalid("answers", "have reasons of %d bytes in all, at most %d are taken at once", bytes, MaxEachReasons)
	}
	return nil
}

// Try returns for each disposition why it would be refused, nil where it would not be, if
// those before it that are in order had been given. No limit on their number holds.
func (c DisposeEach) Try(env Env, f Facts) ([]error, error) {
	if _, err := loadDocument(env, f, "documentId", c.DocumentID, Disposing); err != nil {
		return nil, err
	}
	o := disposed{Facts: f, at: env.Now, document: c.DocumentID}
	refused := make([]error, len(c.Dispositions))
	for i := range c.Dispositions {
		_, err := o.add(env, c.Dispositions[i])
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		refused[i] = err
	}
	for i := range c.Dispositions {
		if refused[i] == nil {
			refused[i] = o.checkRoot(&c.Dispositions[i])
		}
	}
	return refused, nil
}

// disposed are the facts with the dispositions given so far. They keep what many
// dispositions ask for again.
type disposed struct {
	Facts
	document  string
	at        time.Time
	comments  map[string]Comment // with the dispositions given so far
	documents map[string]Document
	revisions map[string]Revision
}

// add decides one disposition and keeps it.
func (o *disposed) add(env Env, a EachDisposition) (*CommentDisposed, error) {
	k, err := o.Comment(a.CommentID)
	if err == nil && k.DocumentID != o.document {
		err = ErrNotFound
	}
	if err != nil {
		return nil, errUnknown(err, "commentId", "comment on this document", a.CommentID)
	}
	one, err := a.decide(env, o)
	if err != nil {
		return nil, err
	}
	if cmp.Or(a.Seen, NoDisposition) != k.Disposition.Mark() {
		return nil, errConflict("seen", "the comment's answer is another by now")
	}
	k.Disposition = one.disposition(o.at)
	o.comments[one.ID] = k
	return one, nil
}

// checkRoot refuses a duplicate of a comment that became one itself among those given with it, in whatever order they
// stand: one file says the same whichever way its rows are sorted.
func (o *disposed) checkRoot(a *EachDisposition) error {
	if a.Outcome != Duplicate {
		return nil
	}
	of, err := o.Comment(a.DuplicateOf)
	if err != nil {
		return errUnknown(err, "duplicateOfId", "comment on this document", a.DuplicateOf)
	}
	return checkRepeatsNothing(&of)
}

// Comment implements Facts.
func (o *disposed) Comment(id string) (Comment, error) {
	return askedOnce(&o.comments, id, o.Facts.Comment)
}

// Document implements Facts.
func (o *disposed) Document(id string) (Document, error) {
	return askedOnce(&o.documents, id, o.Facts.Document)
}

// Revision implements Facts.
func (o *disposed) Revision(id string) (Revision, error) {
	return askedOnce(&o.revisions, id, o.Facts.Revision)
}

// askedOnce returns what is kept under an ID, or asks for it and keeps it.
func askedOnce[T any](have *map[string]T, id string, ask func(string) (T, error)) (T, error) {
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

var _ = registerEvent[EachDisposed](nil)

func (*EachDisposed) Kind() string      { return "comments.answered/1" }
func (e *EachDisposed) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *EachDisposed) Covers() Covered {
	c := Covered{ID: e.DocumentID}
	for _, one := range e.Dispositions {
		c.CommentIDs = append(c.CommentIDs, one.ID)
	}
	return c
}

// Fold implements [Event].
func (e *EachDisposed) Fold(s Stamp, r Record) error {
	for i := range e.Dispositions {
		if err := e.Dispositions[i].Fold(s, r); err != nil {
			return err
		}
	}
	return nil
}
