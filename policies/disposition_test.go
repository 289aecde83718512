package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestDisposeComment(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	id := w.comment(w.loom, csn, "term")
	w.do(w.estonia, DisposeComment{CommentID: id, Outcome: Rejected, Reason: "The term stands."})
	w.wait(day)
	two := w.edit(doc, "for a year", "for half a year")
	change := &ChangeReference{RevisionID: two, ClauseID: w.clauseUnder(rev, "term")}
	w.do(w.estonia, DisposeComment{CommentID: id, Outcome: AcceptedInPart, Reason: "Halved.", Change: change})
	k, _ := w.m.Comment(id)
	want := &Disposition{Outcome: AcceptedInPart, Reason: "Halved.", Change: change, MemberID: w.estonia.MemberID, At: w.now}
	if diff := cmp.Diff(want, k.Disposition); diff != "" {
		t.Errorf("the later answer replaces the former (-want +got):\n%s", diff)
	}
	w.do(w.estonia, DisposeComment{CommentID: id, Outcome: AcceptedWhole, Reason: "The change will follow."})
}

func TestDisposeCommentRefused(t *testing.T) {
	w := newTown(t)
	doc, one := w.proposed()
	two := w.edit(doc, "for a year", "for half a year")
	csn := w.open(doc, LateRefused) // on revision 2
	three := w.edit(doc, "of each parcel", "of parcels")
	id, same := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term")
	copied, gone := w.comment(w.crane, csn, "term"), w.comment(w.harbour, csn, "term")
	w.do(w.estonia, DisposeComment{CommentID: copied, Outcome: Duplicate, Reason: "r", DuplicateOf: same})
	w.do(w.harbour, WithdrawComment{CommentID: gone, Reason: "r"})
	other, _, otherCsn := w.consulted()
	foreign, foreignRev := w.comment(w.loom, otherCsn, ""), w.document(other).Head
	term, duty := w.clauseUnder(one, "term"), w.clauseUnder(one, "duties")

	good := DisposeComment{CommentID: id, Outcome: AcceptedWhole, Reason: "r"}
	with := func(o Outcome, of string, change *ChangeReference) DisposeComment {
		return DisposeComment{CommentID: id, Outcome: o, Reason: "r", DuplicateOf: of, Change: change}
	}
	for _, x := range []struct {
		name  string
		who   Actor
		c     DisposeComment
		code  Code
		field string
		words string
	}{
		{"unknown comment", w.estonia, DisposeComment{CommentID: "cmt_none"}, NotFound, "commentId", "cmt_none"},
		{"the public", Actor{}, good, Unauthenticated, "commentId", ""},
		{"its own author", w.loom, good, Forbidden, "commentId", ""},
		{"the secretariat", w.office, good, Forbidden, "commentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), good, Forbidden, "commentId", ""},
		{"unknown outcome", w.estonia, with("maybe", "", nil), Invalid, "outcome", "none of"},
		{"without a reason", w.estonia, DisposeComment{CommentID: id, Outcome: Noted, Reason: " "}, Invalid, "reason", "missing"},
		{"a change with a rejection", w.estonia, with(Rejected, "", &ChangeReference{three, duty}), Invalid, "change", "acceptance"},
		{"a change in no revision", w.estonia, with(AcceptedWhole, "", &ChangeReference{"rev_none", duty}), NotFound, "change.revisionId", "rev_none"},
		{"a change in another document", w.estonia, with(AcceptedWhole, "", &ChangeReference{foreignRev, duty}), NotFound, "change.revisionId", foreignRev},
		{"a change that is none", w.estonia, with(AcceptedWhole, "", &ChangeReference{three, term}), Invalid, "change.clauseId", "is the same"},
		{"a change of no clause", w.estonia, with(AcceptedWhole, "", &ChangeReference{three, "annex"}), Invalid, "change.clauseId", "annex"},
		{"a change made before the comment", w.estonia, with(AcceptedWhole, "", &ChangeReference{one, term}), Invalid, "change.revisionId", "no later"},
		{"a change in the text commented on", w.estonia, with(AcceptedWhole, "", &ChangeReference{two, term}), Invalid, "change.revisionId", "no later"},
		{"a duplicate of nothing", w.estonia, with(Duplicate, "", nil), Invalid, "duplicateOfId", "name the comment"},
		{"a duplicate of itself", w.estonia, with(Duplicate, id, nil), Invalid, "duplicateOfId", "itself"},
		{"a duplicate of a duplicate", w.estonia, with(Duplicate, copied, nil), Invalid, "duplicateOfId", "duplicate itself"},
		{"a duplicate of what was withdrawn", w.estonia, with(Duplicate, gone, nil), Invalid, "duplicateOfId", "withdrawn"},
		{"a duplicate of no comment", w.estonia, with(Duplicate, "cmt_none", nil), NotFound, "duplicateOfId", "cmt_none"},
		{"a duplicate in another document", w.estonia, with(Duplicate, foreign, nil), NotFound, "duplicateOfId", foreign},
		{"a rejection that is a duplicate", w.estonia, with(Rejected, same, nil), Invalid, "duplicateOfId", "outcome duplicate only"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
}
