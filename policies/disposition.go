package policies

import (
	"fmt"
	"time"
)

// A Disposition is the sponsors' answer to a comment: what becomes of it, and why.
type Disposition struct {
	Outcome     Outcome
	Reason      string
	Change      *ChangeReference // what carries an acceptance out
	DuplicateOf string           // comment ID, with outcome duplicate
	MemberID    string
	At          time.Time
	Together    int // how many comments were given it at once; 0 for one alone
}

// Answered says whether a comment has its answer: whoever made it can read what came of it. A duplicate has the answer of the
// comment that it repeats, so it has none before that one has one, and none any more once that one is withdrawn or disowned;
// where that one is a duplicate itself by then, the next goes for both. original finds a comment, nil for one that was erased: then
// what the duplicate was told is all that is left, and counts. Gate, lists, counts, needs and reports all go by this.
func Answered(c *Comment, original func(id string) *Comment) bool {
	for seen := map[string]bool{}; ; {
		if c.Disposition == nil || seen[c.ID] {
			return false
		}
		if c.Disposition.Outcome != Duplicate {
			return true
		}
		seen[c.ID] = true
		of := original(c.Disposition.DuplicateOf)
		if of == nil {
			return true
		}
		if !of.Stands() {
			return false
		}
		c = of
	}
}

// Decided says whether nothing more is to be done for a comment itself: it is answered, or repeats one that stands and is still to be
// answered. What is disposed of at once passes over the decided.
func Decided(c *Comment, original func(id string) *Comment) bool {
	if c.Disposition == nil {
		return false
	}
	of := original(c.Disposition.DuplicateOf)
	return c.Disposition.Outcome != Duplicate || of == nil || of.Stands()
}

// Outcome is what became of a comment.
type Outcome string

const (
	AcceptedWhole  Outcome = "accepted"
	AcceptedInPart Outcome = "acceptedInPart"
	Rejected       Outcome = "rejected"
	Noted          Outcome = "noted"
	Duplicate      Outcome = "duplicate"
)

// Outcomes are all outcomes in the order they are shown.
var Outcomes = []Outcome{AcceptedWhole, AcceptedInPart, Rejected, Noted, Duplicate}

// Accepts says whether the outcome calls for a change of the text.
func (o Outcome) Accepts() bool { return o == AcceptedWhole || o == AcceptedInPart }

// A ChangeReference points at the change of a clause in a revision.
type ChangeReference struct {
	RevisionID string `json:"revision"`
	ClauseID   string `json:"clause"`
}

// DisposeComment gives a comment its disposition; a later one replaces the former until
// adoption.
type DisposeComment struct {
	CommentID   string
	Outcome     Outcome
	Reason      string
	Change      *ChangeReference // may follow in a later disposition; the adoption gate wants it
	DuplicateOf string
}

// CommentDisposed is what [DisposeComment] yields.
type CommentDisposed struct {
	Cover       string           `json:"cover,omitempty"` // "" where it is one of many in an entry
	ID          string           `json:"id"`              // of the comment
	Outcome     Outcome          `json:"outcome"`
	Reason      string           `json:"reason"`
	Change      *ChangeReference `json:"change,omitempty"`
	DuplicateOf string           `json:"duplicateOf,omitempty"`
	By          string           `json:"by,omitempty"`
}

// Decide implements [Command].
func (c DisposeComment) Decide(env Env, f Facts) (Event, error) {
	e, err := c.decide(env, f)
	if err != nil {
		return nil, err
	}
	e.Cover = env.Fresh(PrefixCover)
	return e, nil
}

// decide is Decide without the cover, for one of many.
func (c DisposeComment) decide(env Env, f Facts) (*CommentDisposed, error) {
	k, d, err := loadComment(env, f, c.CommentID, Disposing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("commentId"), checkOneOf("outcome", c.Outcome, Outcomes),
		checkText("reason", c.Reason, MaxReason, true)); err != nil {
		return nil, err
	}
	switch {
	case !isSponsor(env.Actor, d) && c.Outcome != Noted:
		return nil, errInvalid("outcome", "the secretariat notes a comment that no sponsor is told any more, and neither accepts nor rejects it")
	case !k.WithdrawnAt.IsZero():
		return nil, errConflict("commentId", "was withdrawn and wants no answer")
	case !k.DisownedAt.IsZero():
		return nil, errConflict("commentId", "was disowned and wants no answer")
	}
	if err := joinFaults(c.checkChange(f, d, k), c.checkDuplicate(f, k)); err != nil {
		return nil, err
	}
	return &CommentDisposed{ID: k.ID, Outcome: c.Outcome, Reason: c.Reason, Change: c.Change,
		DuplicateOf: c.DuplicateOf, By: env.Actor.MemberID}, nil
}

// checkChange refuses a reference to a change that is none.
func (c DisposeComment) checkChange(f Facts, d *Document, k *Comment) error {
	if c.Change == nil {
		return nil
	}
	if !c.Outcome.Accepts() {
		return errInvalid("change", "goes with an acceptance only")
	}
	rev, err := loadRevisionOf(f, d, "change.revisionId", c.Change.RevisionID)
	if err != nil {
		return err
	}
	on, err := f.Revision(k.RevisionID)
	if err != nil {
		return errUnknown(err, "commentId", "revision commented on", k.RevisionID)
	}
	if rev.Number <= on.Number {
		return errInvalid("change.revisionId", "revision %d is no later than revision %d, which the comment is on", rev.Number, on.Number)
	}
	changed, err := clauseChanged(f, k.RevisionID, rev.ID, c.Change.ClauseID)
	if err != nil {
		return err
	}
	if !changed {
		return errInvalid("change.clauseId", "clause %q is the same in revision %d as in the one commented on", clipEcho(c.Change.ClauseID), rev.Number)
	}
	return nil
}

// clauseChanged says whether a clause differs between two revisions: in its words, in
// where it is, or because only one of them has it. A clause in neither has not changed.
func clauseChanged(f Facts, from, to, clauseID string) (bool, error) {
	a, errA := f.Clause(from, clauseID)
	b, errB := f.Clause(to, clauseID)
	if err := joinFaults(errUnlessErased(errA), errUnlessErased(errB)); err != nil {
		return false, err
	}
	switch {
	case errA != nil || errB != nil:
		return (errA == nil) != (errB == nil), nil
	case a.Hash != b.Hash:
		return true, nil
	}
	return clauseMoved(f, from, to, clauseID)
}

func clauseMoved(f Facts, from, to, clauseID string) (bool, error) {
	before, err := f.Text(from)
	if err != nil {
		return false, fmt.Errorf("couldn't load a text to compare: %w", err)
	}
	after, err := f.Text(to)
	if err != nil {
		return false, fmt.Errorf("couldn't load a text to compare: %w", err)
	}
	changes, err := compare(f, before, after)
	for _, c := range changes {
		if c.New >= 0 && after.Clauses[c.New].ID == clauseID {
			return c.Moved, err
		}
	}
	return false, err
}

func (c DisposeComment) checkDuplicate(f Facts, k *Comment) error {
	if c.Outcome != Duplicate {
		if c.DuplicateOf != "" {
			return errInvalid("duplicateOfId", "goes with outcome duplicate only")
		}
		return nil
	}
	if c.DuplicateOf == "" {
		return errInvalid("duplicateOfId", "name the comment that this one repeats")
	}
	of, err := f.Comment(c.DuplicateOf)
	if err == nil && of.DocumentID != k.DocumentID {
		err = ErrNotFound
	}
	switch {
	case err != nil:
		return errUnknown(err, "duplicateOfId", "comment on this document", c.DuplicateOf)
	case of.ID == k.ID:
		return errInvalid("duplicateOfId", "a comment doesn't repeat itself")
	case !k.tellsNoMoreThan(&of): // before what would tell of it
		return errInvalid("duplicateOfId", "that comment is confidential, and this one would tell others what it says")
	case !of.WithdrawnAt.IsZero():
		return errInvalid("duplicateOfId", "that comment was withdrawn; answer this one for itself")
	case !of.DisownedAt.IsZero():
		return errInvalid("duplicateOfId", "that comment was disowned; answer this one for itself")
	}
	return checkRepeatsNothing(&of)
}

// checkRepeatsNothing refuses as the original of others a comment that is a duplicate itself.
func checkRepeatsNothing(of *Comment) error {
	if of.Disposition != nil && of.Disposition.Outcome == Duplicate {
		return errInvalid("duplicateOfId", "that comment is a duplicate itself; name the one it repeats")
	}
	return nil
}

var _ = registerEvent[CommentDisposed](nil)

func (*CommentDisposed) Kind() string      { return "comment.disposed/1" }
func (e *CommentDisposed) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *CommentDisposed) Covers() Covered { return coverComment(e.ID) }

// Fold implements [Event].
func (e *CommentDisposed) Fold(s Stamp, r Record) error {
	return changeComment(r, e.ID, func(k *Comment) { k.Disposition = e.disposition(s.At) })
}

// disposition returns what the event gives a comment at a time.
func (e *CommentDisposed) disposition(at time.Time) *Disposition {
	return &Disposition{Outcome: e.Outcome, Reason: e.Reason, Change: e.Change, DuplicateOf: e.DuplicateOf, MemberID: e.By, At: at}
}

// DispositionFacts are what decisions may ask of dispositions.
type DispositionFacts interface {
	// Undisposed lists the comments on a document that stand and aren't answered, as [Answered]
	// says, oldest first, at most limit of them, and how many there are in all.
	Undisposed(documentID string, limit int) ([]Comment, int, error)
	// Accepted lists a document's comments accepted in whole or in part, oldest first.
	Accepted(documentID string) ([]Comment, error)
}
