package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// This file decides what a viewer is shown of what it may read, once for all faces: what
// one hides no other shows. visible.go decides what a viewer may read at all.

// RunsDocument reports whether a viewer is one of those who run a document: its sponsors
// and the secretariat, who alone may open it for comment. They are shown, too, whom it was
// shown to before: its readers.
func RunsDocument(viewer policies.Actor, d *policies.Document) bool {
	return policies.Allowed(viewer, policies.Consulting, policies.OnDocument(d))
}

// disposedFor says who is shown to how many comments a disposition, of that JSON, was
// given at once: the organisation that gave it, and who reads all comments. Anybody else,
// another sponsor too, could tell that there were some among them that it isn't told.
func disposedFor(a policies.Actor, disposition string) (condition string, needs bool) {
	open, _ := disclosed(a)
	switch {
	case open == "1":
		return "1", false
	case a.OrganisationID != "" && policies.Allowed(a, policies.ReadingMembers, policies.OnOrganisation(a.OrganisationID)):
		return `EXISTS (SELECT 1 FROM members m WHERE m.id = ` + disposition + ` ->> '$.MemberID' AND m.organisation = ?)`, true
	}
	return "0", false
}

// ShowsTerms says whether the viewer is shown the terms that are proposed for a document,
// and who agreed to them: those who read its drafts are, and everybody once it is adopted.
// What is consulted on or balloted, the consultation and the ballot show.
func ShowsTerms(viewer policies.Actor, d *policies.Document) bool {
	return !d.AdoptedAt.IsZero() || policies.Allowed(viewer, policies.ReadingRevision, policies.OnRevision(d, d.Revisions+1))
}

// ShowsOffers says whether the viewer is shown who was offered to sponsor a document:
// those who run it are, and those who have an offer.
func ShowsOffers(viewer policies.Actor, d *policies.Document) bool {
	return RunsDocument(viewer, d) || policies.Allowed(viewer, policies.AnsweringOffer, policies.OnDocument(d))
}

// shownDisposition returns a comment's disposition as it is shown, to one of those whom
// disposedFor names or to others.
func shownDisposition(d *policies.Disposition, whole bool) *policies.Disposition {
	if d == nil || d.Together == 0 || whole {
		return d
	}
	told := *d
	told.Together = 0
	return &told
}

// readsHead reports whether a viewer may read a document's head.
func readsHead(viewer policies.Actor, d *policies.Document) bool {
	return policies.Allowed(viewer, policies.ReadingRevision, policies.OnRevision(d, d.Revisions))
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
// viewer may read, oldest first, those too of which the mark was taken back; as they stood
// at asOf, unless that is zero.
func (db *DB) EditorialMarks(ctx context.Context, viewer policies.Actor, d policies.Document, asOf time.Time) ([]policies.EditorialMark, error) {
	return All(func(p Page) (List[policies.EditorialMark], error) {
		return db.EditorialMarkList(ctx, viewer, d, asOf, p)
	})
}

// EditorialMarkList is EditorialMarks, page by page.
func (db *DB) EditorialMarkList(ctx context.Context, viewer policies.Actor, d policies.Document, asOf time.Time, p Page) (List[policies.EditorialMark], error) {
	s, data := table.Selection{From: "marks m"}, "m.data"
	s.And(`m.document = `+numberOf, d.ID)
	if !asOf.IsZero() {
		data = dataThen(&s, "m.revision || '/' || m.clause", asOf)
	}
	return pageWhere(db.file.Read(ctx), s, table.Ascending("mark", table.Number("m.n")), p, table.FromJSON[policies.EditorialMark](data),
		func(m policies.EditorialMark) (policies.EditorialMark, bool) {
			return m, policies.Allowed(viewer, policies.ReadingRevision, policies.OnRevision(&d, m.Revision))
		})
}

// AdoptionGaps lists what the adoption of a document's head still wants at a moment, to
// those who run it; to others, and without a head, it isn't shown.
func (db *DB) AdoptionGaps(ctx context.Context, viewer policies.Actor, d policies.Document, now time.Time, rules policies.Rules) (gaps []policies.Gap, shown bool, err error) {
	if !RunsDocument(viewer, &d) || d.Head == "" {
		return nil, false, nil
	}
	gaps, err = db.gate(ctx, viewer, d.ID, d.Head, now, rules)
	return gaps, true, err
}

// UnconsultedChanges lists the changes of a document's head that nothing explains and
// nobody was asked about, to those who may read the head. What confidential comments
// explain is known to those who are told them.
func (db *DB) UnconsultedChanges(ctx context.Context, viewer policies.Actor, d policies.Document) (gaps []policies.Gap, shown bool, err error) {
	if d.Head == "" || !readsHead(viewer, &d) {
		return nil, false, nil
	}
	gaps, err = db.Unconsulted(ctx, viewer, d.ID, d.Head)
	return gaps, true, err
}

// ShowsMembers reports whether a viewer is told who an organisation's members are.
func ShowsMembers(viewer policies.Actor, organisationID string) bool {
	return policies.Allowed(viewer, policies.ReadingMembers, policies.OnOrganisation(organisationID))
}

// ShowsMember reports whether a viewer is told who a member is.
func ShowsMember(viewer policies.Actor, m *policies.Member) bool {
	return policies.Allowed(viewer, policies.ReadingMembers, policies.OnMember(m))
}
