package policies

import (
	"fmt"
	"time"
)

// An EditorialMark explains a change of a clause that no comment asked for and
// that changes nothing of substance.
type EditorialMark struct {
	DocumentID     string
	ClauseID       string
	RevisionID     string // the revision that holds the change
	Revision       int    // its number
	Reason         string
	OrganisationID string
	MarkedAt       time.Time
	WithdrawnAt    time.Time // zero while it stands
	Withdrawal     string    // why it was taken back
}

// Stands says whether the mark wasn't taken back.
func (m *EditorialMark) Stands() bool { return m.WithdrawnAt.IsZero() }

// MarkEditorial marks the change that a revision made to a clause as editorial. Whoever
// marked it may do so again with other words.
type MarkEditorial struct {
	RevisionID string
	ClauseID   string
	Reason     string
}

// ChangeMarkedEditorial is what [MarkEditorial] yields.
type ChangeMarkedEditorial struct {
	DocumentID     string `json:"document"`
	ClauseID       string `json:"clause"`
	RevisionID     string `json:"revision"`
	Revision       int    `json:"revisionNumber"`
	Reason         string `json:"reason"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c MarkEditorial) Decide(env Env, f Facts) (Event, error) {
	rev, d, err := loadMarkable(env, f, c.RevisionID, c.Reason)
	if err != nil {
		return nil, err
	}
	if rev.Parent == "" {
		return nil, errInvalid("revisionId", "is the first revision and changes nothing")
	}
	changed, err := clauseChanged(f, rev.Parent, rev.ID, c.ClauseID)
	if err != nil {
		return nil, err
	}
	if !changed {
		return nil, errInvalid("clauseId", "revision %d doesn't change clause %q", rev.Number, clipEcho(c.ClauseID))
	}
	m, err := findMark(f, d.ID, rev.ID, c.ClauseID)
	if err != nil {
		return nil, err
	}
	if m != nil && m.Stands() && May(env.Actor, Undoing, OnMark(&d, m)) != nil {
		return nil, errConflict("clauseId", "is marked editorial in revision %d by another sponsor already", rev.Number)
	}
	return &ChangeMarkedEditorial{DocumentID: d.ID, ClauseID: c.ClauseID, RevisionID: rev.ID, Revision: rev.Number,
		Reason: c.Reason, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
}

// loadMarkable finds a revision whose changes the actor may mark, and its document.
func loadMarkable(env Env, f Facts, revisionID, reason string) (Revision, Document, error) {
	rev, err := f.Revision(revisionID)
	if err != nil {
		return rev, Document{}, errUnknown(err, "revisionId", "revision", revisionID)
	}
	d, err := f.Document(rev.DocumentID)
	if err == nil && May(env.Actor, ReadingRevision, OnRevision(&d, rev.Number)) != nil {
		err = ErrNotFound // a draft of a public document isn't known to everybody either
	}
	if err != nil {
		return rev, d, errUnknown(err, "revisionId", "revision", revisionID)
	}
	if err := May(env.Actor, Editing, OnDocument(&d)); err != nil {
		return rev, d, errAt(err, "revisionId")
	}
	return rev, d, joinFaults(d.checkNotSettled("revisionId"), checkText("reason", reason, MaxReason, true))
}

// findMark finds the mark on what a revision did to a clause, though it was taken back; nil
// where there never was one.
func findMark(f Facts, documentID, revisionID, clauseID string) (*EditorialMark, error) {
	marks, err := f.Editorial(documentID)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the editorial marks: %w", err)
	}
	for i := range marks {
		if marks[i].RevisionID == revisionID && marks[i].ClauseID == clauseID {
			return &marks[i], nil
		}
	}
	return nil, nil
}

var _ = registerEvent[ChangeMarkedEditorial](nil)

func (*ChangeMarkedEditorial) Kind() string      { return "change.markedEditorial/1" }
func (e *ChangeMarkedEditorial) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *ChangeMarkedEditorial) Fold(s Stamp, r Record) error {
	return r.PutEditorialMark(EditorialMark{DocumentID: e.DocumentID, ClauseID: e.ClauseID, RevisionID: e.RevisionID,
		Revision: e.Revision, Reason: e.Reason, OrganisationID: e.OrganisationID, MarkedAt: s.At})
}

// EditorialFacts are what decisions may ask of editorial marks.
type EditorialFacts interface {
	// Editorial lists the changes of a document marked editorial, those too of which the mark
	// was taken back.
	Editorial(documentID string) ([]EditorialMark, error)
}

// EditorialRecord is how events change editorial marks.
type EditorialRecord interface {
	PutEditorialMark(EditorialMark) error
}
