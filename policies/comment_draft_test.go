package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// Colleagues prepare a comment, one of them submits it; nobody else knows of it.
func TestCommentDraft(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	colleague := w.admit(w.office, w.loom.OrganisationID, "Colleague", Delegate)
	id := w.drafted(w.loom, csn, CommentWords{Text: "One."})
	got, _ := w.m.CommentDraft(id)
	want := CommentDraft{ID: id, OrganisationID: w.loom.OrganisationID, ConsultationID: csn, DocumentID: got.DocumentID,
		MemberID: w.loom.MemberID, Words: CommentWords{Text: "One."}, Edition: 1, WrittenAt: w.now, EditedAt: w.now, EditedBy: w.loom.MemberID}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	for _, who := range []Actor{w.ferry, w.estonia, w.office, {SignedIn: true}} {
		w.refuse(who, EditDraft{DraftID: id, Edition: 1}, NotFound, "draftId", "there is no draft")
		w.refuse(who, SubmitDraft{DraftID: id, Edition: 1}, NotFound, "draftId", "there is no draft")
		w.refuse(who, DiscardDraft{DraftID: id}, NotFound, "draftId", "there is no draft")
	}
	w.refuse(Actor{}, DiscardDraft{DraftID: id}, Unauthenticated, "draftId", "")
	w.refuse(as(w.loom, Observer), DiscardDraft{DraftID: id}, Forbidden, "draftId", "")
	w.refuse(w.loom, SubmitDraft{DraftID: id, Edition: 1}, Invalid, "draftId.stance", "none of")
	w.wait(day)
	w.do(colleague, EditDraft{DraftID: id, Edition: 1, Words: CommentWords{Stance: Oppose, Text: "Two.",
		ClauseID: w.clauseUnder(rev, "term")}})
	w.refuse(w.loom, EditDraft{DraftID: id, Edition: 1}, Conflict, "edition", "at edition 2")
	w.refuse(w.loom, SubmitDraft{DraftID: id, Edition: 1}, Conflict, "edition", "at edition 2")
	k, _ := w.m.Comment(w.do(colleague, SubmitDraft{DraftID: id, Edition: 2}).Subject())
	if k.Text != "Two." || k.Type != General || k.DraftedBy != w.loom.MemberID || k.MemberID != colleague.MemberID || k.OrganisationID != w.loom.OrganisationID {
		t.Errorf("submitted: %+v", k)
	}
	if d, _ := w.m.CommentDraft(id); d.SubmittedAs != k.ID || !cmp.Equal(d.Words, CommentWords{}) || d.Open() {
		t.Errorf("the draft of a comment that was submitted: %+v", d)
	}
	for _, c := range []Command{EditDraft{DraftID: id, Edition: 2}, SubmitDraft{DraftID: id, Edition: 2}, DiscardDraft{DraftID: id}} {
		w.refuse(w.loom, c, Conflict, "draftId", "submitted already")
	}
	gone := w.drafted(w.loom, csn, CommentWords{Text: "Three."})
	w.do(colleague, DiscardDraft{DraftID: gone})
	if d, _ := w.m.CommentDraft(gone); !cmp.Equal(d.Words, CommentWords{}) || !d.DiscardedAt.Equal(w.now) {
		t.Errorf("the discarded draft: %+v", d)
	}
	w.refuse(w.loom, SubmitDraft{DraftID: gone, Edition: 1}, Conflict, "draftId", "discarded")
}

func TestDraftCommentRefused(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	draft := func(change func(*CommentWords)) DraftComment {
		c := DraftComment{ConsultationID: csn, Words: CommentWords{Text: "Words."}}
		change(&c.Words)
		return c
	}
	fine := draft(func(*CommentWords) {})
	w.refuse(Actor{}, fine, Unauthenticated, "consultationId", "")
	w.refuse(w.office, fine, Forbidden, "consultationId", "")
	w.refuse(as(w.loom, Observer), fine, Forbidden, "consultationId", "")
	w.refuse(w.loom, DraftComment{ConsultationID: "csn_none"}, NotFound, "consultationId", "csn_none")
	w.refuse(w.loom, draft(func(c *CommentWords) { c.Text = "\xff" }), Invalid, "text", "UTF-8")
	w.refuse(w.loom, draft(func(c *CommentWords) { c.Stance = "angry" }), Invalid, "stance", "none of")
	w.refuse(w.loom, draft(func(c *CommentWords) { c.Type = "angry" }), Invalid, "type", "none of")
	w.refuse(w.loom, draft(func(c *CommentWords) { c.Supporters = -1 }), Invalid, "supporters", "-1")
	w.refuse(w.loom, draft(func(c *CommentWords) { c.Attachments = []Attachment{{Digest: digestOf("a")}} }), NotFound, "attachments.0.digest", "")
}
