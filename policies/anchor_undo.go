package policies

import "fmt"

// UndoReanchor takes back that a comment was put on a clause from a revision on: it stands
// again where the anchor before put it, or where it is computed to. It is for the sponsor
// that put it there, and for the others once that sponsors the document no more.
type UndoReanchor struct {
	CommentID  string
	RevisionID string // in which it was put there
	ClauseID   string // where; "" for the whole
	Reason     string
}

// ReanchorUndone is what [UndoReanchor] yields.
type ReanchorUndone struct {
	Cover          string `json:"cover"`
	ID             string `json:"id"` // of the comment
	DocumentID     string `json:"document"`
	Anchor         int64  `json:"anchor"` // the entry that put it there
	Reason         string `json:"reason"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c UndoReanchor) Decide(env Env, f Facts) (Event, error) {
	k, d, rev, err := loadReanchorable(env, f, c.CommentID, c.RevisionID, c.Reason)
	if err != nil {
		return nil, err
	}
	anchors, err := f.Anchors(k.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't load the comment's anchors: %w", err)
	}
	a := anchoredIn(anchors, rev.ID)
	switch {
	case a == nil:
		return nil, errConflict("revisionId", "in revision %d the comment wasn't put anywhere, or that was taken back", rev.Number)
	case a.ClauseID != c.ClauseID:
		return nil, errConflict("clauseId", "isn't where the comment was put last in revision %d", rev.Number)
	}
	if err := May(env.Actor, Undoing, OnAnchor(d, k, a)); err != nil {
		return nil, errAt(err, "commentId")
	}
	return &ReanchorUndone{Cover: env.Fresh(PrefixCover), ID: k.ID, DocumentID: d.ID, Anchor: a.Seq, Reason: c.Reason,
		OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// anchoredIn returns which of a comment's anchors, oldest first, was the last made in a
// revision and stands; nil where there is none.
func anchoredIn(anchors []Anchor, revisionID string) *Anchor {
	for i := len(anchors) - 1; i >= 0; i-- {
		if a := &anchors[i]; a.RevisionID == revisionID && a.Stands() {
			return a
		}
	}
	return nil
}

var _ = registerEvent[ReanchorUndone](nil)

func (*ReanchorUndone) Kind() string      { return "comment.reanchorUndone/1" }
func (e *ReanchorUndone) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *ReanchorUndone) Covers() Covered { return coverComment(e.ID) }

// Fold implements [Event].
func (e *ReanchorUndone) Fold(s Stamp, r Record) error {
	anchors, err := r.Anchors(e.ID)
	if err != nil {
		return err
	}
	for _, a := range anchors {
		if a.Seq == e.Anchor {
			a.UndoneAt, a.Undoing = s.At, e.Reason
			return r.PutAnchor(a)
		}
	}
	return nil // it was erased
}
