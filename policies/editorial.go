package policies

import "time"

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
}

// MarkEditorial marks the change that a revision made to a clause as editorial.
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
	rev, err := f.Revision(c.RevisionID)
	if err != nil {
		return nil, errUnknown(err, "revisionId", "revision", c.RevisionID)
	}
	d, err := f.Document(rev.DocumentID)
	if err == nil && May(env.Actor, ReadingRevision, OnRevision(&d, rev.Number)) != nil {
		err = ErrNotFound // a draft of a public document isn't known to everybody either
	}
	if err != nil {
		return nil, errUnknown(err, "revisionId", "revision", c.RevisionID)
	}
	if err := May(env.Actor, Editing, OnDocument(&d)); err != nil {
		return nil, errAt(err, "revisionId")
	}
	if err := firstError(d.checkNotSettled("revisionId"), checkText("reason", c.Reason, MaxReason, true)); err != nil {
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
	return &ChangeMarkedEditorial{DocumentID: d.ID, ClauseID: c.ClauseID, RevisionID: rev.ID, Revision: rev.Number,
		Reason: c.Reason, OrganisationID: env.Actor.OrganisationID, By: env.Actor.MemberID}, nil
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
	// Editorial lists the changes of a document marked editorial.
	Editorial(documentID string) ([]EditorialMark, error)
}

// EditorialRecord is how events change editorial marks.
type EditorialRecord interface {
	PutEditorialMark(EditorialMark) error
}
