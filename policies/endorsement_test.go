package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestEndorseComment(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	id := w.comment(w.loom, csn, "term")
	said := func(by Actor) EndorsementPosition {
		e, _ := w.m.Endorsement(id, by.OrganisationID)
		return e.Position
	}
	w.do(w.ferry, EndorseComment{CommentID: id, Position: Endorses})
	w.do(w.zealand, EndorseComment{CommentID: id, Position: Dissents, Reason: "A year is what customs ask for."})
	w.do(w.crane, EndorseComment{CommentID: id, Position: Endorses})
	w.do(w.estonia, EndorseComment{CommentID: id, Position: Endorses, Reason: "The sponsor too."})
	w.do(w.crane, EndorseComment{CommentID: id, Position: Dissents})
	w.wait(91 * day)
	w.do(w.ferry, EndorseComment{CommentID: id, Position: NoLongerSays})
	if got := []EndorsementPosition{said(w.ferry), said(w.zealand), said(w.crane), said(w.harbour)}; !cmp.Equal(got, []EndorsementPosition{NoLongerSays, Dissents, Dissents, ""}) {
		t.Errorf("they say %q", got)
	}
	e, _ := w.m.Endorsement(id, w.zealand.OrganisationID)
	want := Endorsement{CommentID: id, OrganisationID: w.zealand.OrganisationID, MemberID: w.zealand.MemberID, Position: Dissents,
		Reason: "A year is what customs ask for.", At: dawn}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("the endorsement (-want +got):\n%s", diff)
	}
	if w.wants(doc, "commentUnanswered "+id, "ballotMissing"); t.Failed() {
		t.Error("an endorsement answers nothing")
	}
}

func TestEndorseCommentRefused(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	id, gone := w.comment(w.loom, csn, "term"), w.comment(w.harbour, csn, "")
	w.do(w.ferry, EndorseComment{CommentID: id, Position: Endorses})
	w.do(w.ferry, EndorseComment{CommentID: gone, Position: Endorses})
	w.do(w.harbour, WithdrawComment{CommentID: gone, Reason: "r"})
	good := EndorseComment{CommentID: id, Position: Endorses}
	for _, x := range []struct {
		name  string
		who   Actor
		c     EndorseComment
		code  Code
		field string
		words string
	}{
		{"unknown comment", w.ferry, EndorseComment{CommentID: "cmt_none", Position: Endorses}, NotFound, "commentId", "cmt_none"},
		{"the public", Actor{}, good, Unauthenticated, "commentId", ""},
		{"its own author", w.loom, good, Forbidden, "commentId", ""},
		{"the secretariat", w.office, good, Forbidden, "commentId", ""},
		{"an observer", as(w.zealand, Observer), good, Forbidden, "commentId", ""},
		{"no position", w.zealand, EndorseComment{CommentID: id, Position: "loves"}, Invalid, "position", "none of"},
		{"a reason that is no text", w.zealand, EndorseComment{CommentID: id, Position: Endorses, Reason: "\xff"}, Invalid, "reason", "UTF-8"},
		{"the same again", w.ferry, good, Conflict, "position", "already"},
		{"nothing to take back", w.zealand, EndorseComment{CommentID: id, Position: NoLongerSays}, Conflict, "position", "nothing"},
		{"a withdrawn comment", w.zealand, EndorseComment{CommentID: gone, Position: Endorses}, Conflict, "commentId", "withdrawn"},
	} {
		t.Run(x.name, func(t *testing.T) { w.refuse(x.who, x.c, x.code, x.field, x.words) })
	}
	w.do(w.ferry, EndorseComment{CommentID: gone, Position: NoLongerSays})
	w.refuse(w.ferry, EndorseComment{CommentID: gone, Position: NoLongerSays}, Conflict, "position", "nothing")
	w.wait(91 * day)
	w.refuse(w.zealand, good, Conflict, "commentId", "takes no late")
	w.disposeOf(id, Noted, nil)
	w.carry(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
	w.refuse(w.ferry, EndorseComment{CommentID: id, Position: NoLongerSays}, Conflict, "commentId", "")
}

func TestLateEndorsementIsMarked(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	id := w.comment(w.loom, w.open(doc, LateMarked), "term")
	w.wait(91 * day)
	w.do(w.ferry, EndorseComment{CommentID: id, Position: Endorses})
	if e, err := w.m.Endorsement(id, w.ferry.OrganisationID); err != nil || !e.Late {
		t.Errorf("%+v, %v; want it marked late", e, err)
	}
}
