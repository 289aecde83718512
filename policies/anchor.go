package policies

import (
	"fmt"
	"time"
)

// An Anchor says which clause a comment is on from a revision on, by the hand of a
// sponsor. Which clause of a later revision a comment is on is computed otherwise
// ([clauses.Carrier]); for its own revision and those after, an anchor goes before that.
type Anchor struct {
	CommentID      string
	DocumentID     string
	RevisionID     string // the revision in which it was anchored
	Revision       int    // its number
	ClauseID       string // "" for the whole
	Reason         string
	OrganisationID string
	MemberID       string
	At             time.Time
	Seq            int64     // its entry
	UndoneAt       time.Time // zero while it stands
	Undoing        string    // why it was taken back
}

// Stands says whether the anchor wasn't taken back.
func (a *Anchor) Stands() bool { return a.UndoneAt.IsZero() }

// ReanchorComment puts a comment on a clause of a later revision, where what was
// computed isn't what the comment is about. A later anchor in the same revision
// replaces the former; both stay in the record.
type ReanchorComment struct {
	CommentID  string
	RevisionID string
	ClauseID   string // "" for the whole
	Reason     string
}

// CommentReanchored is what [ReanchorComment] yields.
type CommentReanchored struct {
	Cover          string `json:"cover"`
	ID             string `json:"id"` // of the comment
	DocumentID     string `json:"document"`
	RevisionID     string `json:"revision"`
	Revision       int    `json:"revisionNumber"`
	ClauseID       string `json:"clause,omitempty"`
	Reason         string `json:"reason"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ReanchorComment) Decide(env Env, f Facts) (Event, error) {
	k, d, rev, err := loadReanchorable(env, f, c.CommentID, c.RevisionID, c.Reason)
	if err != nil {
		return nil, err
	}
	on, err := f.Revision(k.RevisionID)
	if err != nil {
		return nil, errUnknown(err, "commentId", "revision commented on", k.RevisionID)
	}
	if rev.Number <= on.Number {
		return nil, errInvalid("revisionId", "revision %d is no later than revision %d, which the comment is on", rev.Number, on.Number)
	}
	if c.ClauseID != "" {
		if _, err := f.Clause(rev.ID, c.ClauseID); err != nil {
			return nil, errUnknown(err, "clauseId", "clause in that revision", c.ClauseID)
		}
	}
	if err := c.checkNew(f); err != nil {
		return nil, err
	}
	return &CommentReanchored{Cover: env.Fresh(PrefixCover), ID: k.ID, DocumentID: d.ID, RevisionID: rev.ID, Revision: rev.Number, ClauseID: c.ClauseID,
		Reason: c.Reason, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// loadReanchorable finds a comment that the actor may put elsewhere, its document, and the
// revision in which.
func loadReanchorable(env Env, f Facts, id, revisionID, reason string) (*Comment, *Document, Revision, error) {
	k, d, err := loadComment(env, f, id, Reanchoring)
	if err != nil {
		return nil, nil, Revision{}, err
	}
	if err := joinFaults(d.checkNotSettled("commentId"), checkText("reason", reason, MaxReason, true)); err != nil {
		return nil, nil, Revision{}, err
	}
	if !k.Stands() {
		return nil, nil, Revision{}, errConflict("commentId", "was withdrawn or disowned and stands nowhere")
	}
	rev, err := loadRevisionOf(f, d, "revisionId", revisionID)
	return k, d, rev, err
}

// checkNew refuses to say again where the comment is anchored already.
func (c ReanchorComment) checkNew(f Facts) error {
	anchors, err := f.Anchors(c.CommentID)
	if err != nil {
		return fmt.Errorf("couldn't load the comment's anchors: %w", err)
	}
	if a := anchoredIn(anchors, c.RevisionID); a != nil && a.ClauseID == c.ClauseID {
		return errConflict("clauseId", "is where the comment stands in revision %d already", a.Revision)
	}
	return nil
}

var _ = registerEvent[CommentReanchored](nil)

func (*CommentReanchored) Kind() string      { return "comment.reanchored/1" }
func (e *CommentReanchored) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *CommentReanchored) Covers() Covered { return coverComment(e.ID) }

// Fold implements [Event].
func (e *CommentReanchored) Fold(s Stamp, r Record) error {
	return r.AddAnchor(Anchor{CommentID: e.ID, DocumentID: e.DocumentID, RevisionID: e.RevisionID, Revision: e.Revision,
		ClauseID: e.ClauseID, Reason: e.Reason, OrganisationID: e.OrganisationID, MemberID: e.By, At: s.At, Seq: s.Seq})
}

// Anchored returns which of a comment's anchors, oldest first, holds in the revision
// of a number: the one in the latest revision up to that, and of two in one revision
// the later; one that was taken back doesn't. Nil where none holds, and what is computed counts.
func Anchored(anchors []Anchor, revision int) *Anchor {
	var holds *Anchor
	for i := range anchors {
		if a := &anchors[i]; a.Stands() && a.Revision <= revision && (holds == nil || a.Revision >= holds.Revision) {
			holds = a
		}
	}
	return holds
}

// AnchorFacts are what decisions may ask of anchors.
type AnchorFacts interface {
	// Anchors lists where sponsors put a comment by hand, oldest first, those too that were
	// taken back.
	Anchors(commentID string) ([]Anchor, error)
}

// AnchorRecord is how events change anchors.
type AnchorRecord interface {
	AddAnchor(Anchor) error
	// PutAnchor replaces the anchor of the same entry.
	PutAnchor(Anchor) error
}
