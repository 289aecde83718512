package policies

import "slices"

// PutForward says which revision of a document its sponsors want opened, for comment or
// for a ballot: the secretariat, which keeps the calendar, opens no other, and so
// publishes no draft of its own will. It holds for one opening.
type PutForward struct {
	DocumentID string
	RevisionID string // "" takes back what was put forward
}

// DocumentPutForward is what [PutForward] yields.
type DocumentPutForward struct {
	DocumentID string `json:"document"`
	RevisionID string `json:"revision,omitempty"`
	By         string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c PutForward) Decide(env Env, f Facts) (Event, error) {
	d, err := loadDocument(env, f, "documentId", c.DocumentID, Editing)
	if err != nil {
		return nil, err
	}
	if err := d.checkNotSettled("documentId"); err != nil {
		return nil, err
	}
	if c.RevisionID != "" {
		if _, err := loadRevisionOf(f, d, "revisionId", c.RevisionID); err != nil {
			return nil, err
		}
	}
	switch {
	case c.RevisionID != d.PutForward:
		return &DocumentPutForward{DocumentID: d.ID, RevisionID: c.RevisionID, By: env.Actor.MemberID}, nil
	case c.RevisionID == "":
		return nil, errConflict("documentId", "has no revision that is put forward")
	}
	return nil, errConflict("revisionId", "is put forward already")
}

var _ = registerEvent[DocumentPutForward](func(subject string) Event { return &DocumentPutForward{DocumentID: subject} })

func (*DocumentPutForward) Kind() string      { return "document.putForward/1" }
func (e *DocumentPutForward) Subject() string { return e.DocumentID }

// Fold implements [Event].
func (e *DocumentPutForward) Fold(_ Stamp, r Record) error {
	return changeDocument(r, e.DocumentID, func(d *Document) { d.PutForward = e.RevisionID })
}

// loadRevisionToOpen loads the revision that a command opens: the one that it names, else
// the head for a sponsor, and for the secretariat the one that was put forward, which it
// opens alone.
func loadRevisionToOpen(env Env, f Facts, d *Document, id string) (Revision, error) {
	if slices.Contains(d.Sponsors, env.Actor.OrganisationID) {
		return loadRevisionOrHead(f, d, id)
	}
	if id == "" {
		id = d.PutForward
	}
	if id == "" {
		return Revision{}, errConflict("documentId", "has no revision that its sponsors have put forward")
	}
	rev, err := loadRevisionOf(f, d, "revisionId", id)
	if err == nil && id != d.PutForward {
		err = errConflict("revisionId", "isn't the one that its sponsors have put forward")
	}
	return rev, err
}
