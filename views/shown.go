package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
)

// This file decides what a viewer is shown of what it may read, once for all faces: what
// one hides no other shows. visible.go decides what a viewer may read at all.

// RunsDocument reports whether a viewer is one of those who run a document: its sponsors
// and the secretariat, who alone may open it for comment. They are shown, too, whom it was
// shown to before: its readers.
func RunsDocument(viewer policies.Actor, d *policies.Document) bool {
	return policies.May(viewer, policies.Consulting, policies.OnDocument(d)) == nil
}

// runsDocumentOf is RunsDocument of c's document. Which of the three it is, May itself
// says, asked about a document that is nobody's and one of the actor's organisation.
func runsDocumentOf(a policies.Actor) (condition string, args []any) {
	switch {
	case RunsDocument(a, &policies.Document{}):
		return "1", nil
	case RunsDocument(a, &policies.Document{Sponsors: []string{a.OrganisationID}}):
		return `EXISTS (SELECT 1 FROM sponsors s WHERE s.organisation = ` + numberOf + ` AND s.document = c.document)`, []any{a.OrganisationID}
	}
	return "0", nil
}

// shownDisposition returns a comment's disposition as it is shown. How many comments it
// was given to is for those who run the document: others could tell that confidential
// ones were among them.
func shownDisposition(d *policies.Disposition, runs bool) *policies.Disposition {
	if d == nil || d.Together == 0 || runs {
		return d
	}
	told := *d
	told.Together = 0
	return &told
}

// readsHead reports whether a viewer may read a document's head.
func readsHead(viewer policies.Actor, d *policies.Document) bool {
	return policies.May(viewer, policies.ReadingRevision, policies.OnRevision(d, d.Revisions)) == nil
}

// ShownHead returns the ID of the revision that is a document's head for a viewer: the
// head itself, or what was adopted. Where it is neither, it is the revision of the latest
// consultation, whose ID is returned instead; "" where there was none.
func ShownHead(viewer policies.Actor, d *policies.Document) (revisionID, consultationID string) {
	id := d.AdoptedRevision
	if readsHead(viewer, d) {
		id = d.Head
	}
	if id == "" {
		return "", d.Consultation
	}
	return id, ""
}

// EditorialMarks lists the changes of a document marked editorial in revisions that the
// viewer may read, oldest first.
func (db *DB) EditorialMarks(ctx context.Context, viewer policies.Actor, d policies.Document) ([]policies.EditorialMark, error) {
	all, err := facts{run: db.file.Read(ctx)}.Editorial(d.ID)
	return slices.DeleteFunc(all, func(m policies.EditorialMark) bool {
		return policies.May(viewer, policies.ReadingRevision, policies.OnRevision(&d, m.Revision)) != nil
	}), err
}

// AdoptionGaps lists what the adoption of a document's head still wants at a moment, to
// those who run it; to others, and without a head, it isn't shown.
func (db *DB) AdoptionGaps(ctx context.Context, viewer policies.Actor, d policies.Document, now time.Time, rules policies.Rules) (gaps []policies.Gap, shown bool, err error) {
	if !RunsDocument(viewer, &d) || d.Head == "" {
		return nil, false, nil
	}
	gaps, err = db.Gate(ctx, d.ID, d.Head, now, rules)
	return gaps, true, err
}

// UnconsultedChanges lists the changes of a document's head that nothing explains and
// nobody was asked about, to those who may read the head. What confidential comments
// explain is known to those who run the document.
func (db *DB) UnconsultedChanges(ctx context.Context, viewer policies.Actor, d policies.Document) (gaps []policies.Gap, shown bool, err error) {
	if d.Head == "" || !readsHead(viewer, &d) {
		return nil, false, nil
	}
	gaps, err = db.Unconsulted(ctx, d.ID, d.Head, RunsDocument(viewer, &d))
	return gaps, true, err
}

// ShowsMembers reports whether a viewer is told who an organisation's members are.
func ShowsMembers(viewer policies.Actor, organisationID string) bool {
	return policies.May(viewer, policies.ReadingMembers, policies.OnOrganisation(organisationID)) == nil
}

// ShowsMember reports whether a viewer is told who a member is.
func ShowsMember(viewer policies.Actor, m *policies.Member) bool {
	return policies.May(viewer, policies.ReadingMembers, policies.OnMember(m)) == nil
}
