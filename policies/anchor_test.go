package policies_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

const (
	naming  = "The seller shall name the price of each parcel before the order is placed."
	returns = "The buyer may return the goods within fourteen days without giving any reason."
)

// anchorStory is a story in which a paragraph is made two and a comment is put on
// another clause by hand.
func anchorStory(w *town) {
	doc := w.do(w.estonia, ProposeDocument{Kind: standards.BestPractice, Title: "Terms", Language: "en"}).Subject()
	rev := w.commit(doc, "## A {#a}\n\n"+naming+" "+returns+"\n\n## B {#b}\n")
	k := w.comment(w.loom, w.open(doc, LateMarked), w.clauseUnder(rev, "a"))
	two := w.edit(doc, naming+" ", naming+"\n\n")
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: "b", Reason: "It is on what follows."})
}

// A comment is put on another clause by a sponsor, again and again; all of it stays.
//
//	1 (commented on: term) --- 2 (put on duties) --- 3 (put on the whole)
func TestReanchorComment(t *testing.T) {
	w := newTown(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, w.clauseUnder(one, "term"))
	w.wait(91 * day)
	two := w.edit(doc, "for a year", "for half a year")
	three := w.edit(doc, "half a year", "two years")
	duties := w.clauseUnder(two, "duties")
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: three, Reason: "On everything by now."})
	w.wait(day)
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: "scope", Reason: "On the scope."})
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: duties, Reason: "On the duties, rather."})
	anchors, err := w.m.Anchors(k)
	if err != nil || len(anchors) != 3 {
		t.Fatalf("anchors: %+v, %v", anchors, err)
	}
	want := Anchor{CommentID: k, DocumentID: doc, RevisionID: two, Revision: 2, ClauseID: duties, Reason: "On the duties, rather.",
		OrganisationID: w.estonia.OrganisationID, MemberID: w.estonia.MemberID, At: w.now, Seq: anchors[2].Seq}
	if diff := cmp.Diff(want, anchors[2]); diff != "" {
		t.Errorf("anchor (-want +got):\n%s", diff)
	}
	for revision, want := range []*Anchor{nil, nil, &anchors[2], &anchors[0], &anchors[0]} {
		if got := Anchored(anchors, revision); got != want {
			t.Errorf("in revision %d holds %+v, want %+v", revision, got, want)
		}
	}
	if c, _ := w.m.Comment(k); c.RevisionID != one || c.ClauseID != w.clauseUnder(one, "term") {
		t.Errorf("where the comment was made has changed: %+v", c)
	}
}

func TestReanchorCommentRefused(t *testing.T) {
	w := newTown(t)
	doc, one, csn := w.consulted()
	k, taken := w.comment(w.loom, csn, ""), w.comment(w.ferry, csn, "")
	w.do(w.ferry, WithdrawComment{CommentID: taken, Reason: "A mistake."})
	w.wait(91 * day)
	two := w.edit(doc, "for a year", "for half a year")
	_, other := w.proposed()
	for _, tc := range []struct {
		who          Actor
		c            ReanchorComment
		code         Code
		field, words string
	}{
		{Actor{}, ReanchorComment{k, two, "scope", "r"}, Unauthenticated, "commentId", "sign in"},
		{w.loom, ReanchorComment{k, two, "scope", "r"}, Forbidden, "commentId", "only the document's sponsors"},
		{w.office, ReanchorComment{k, two, "scope", "r"}, Forbidden, "commentId", "only the document's sponsors"},
		{as(w.estonia, Observer), ReanchorComment{k, two, "scope", "r"}, Forbidden, "commentId", "an observer reads"},
		{w.estonia, ReanchorComment{"cmt_none", two, "scope", "r"}, NotFound, "commentId", "no comment"},
		{w.estonia, ReanchorComment{taken, two, "scope", "r"}, Conflict, "commentId", "withdrawn"},
		{w.estonia, ReanchorComment{k, two, "scope", " "}, Invalid, "reason", "missing"},
		{w.estonia, ReanchorComment{k, "rev_none", "scope", "r"}, NotFound, "revisionId", "no revision"},
		{w.estonia, ReanchorComment{k, other, "scope", "r"}, NotFound, "revisionId", "no revision"},
		{w.estonia, ReanchorComment{k, one, "scope", "r"}, Invalid, "revisionId", "no later"},
		{w.estonia, ReanchorComment{k, two, "nowhere", "r"}, NotFound, "clauseId", "no clause"},
	} {
		w.refuse(tc.who, tc.c, tc.code, tc.field, tc.words)
	}
	w.do(w.estonia, ReanchorComment{k, two, "scope", "r"})
	w.refuse(w.estonia, ReanchorComment{k, two, "scope", "again"}, Conflict, "clauseId", "already")
	w.do(w.estonia, DisposeComment{CommentID: k, Outcome: Noted, Reason: "r"})
	w.do(w.estonia, MarkEditorial{RevisionID: two, ClauseID: w.clauseUnder(two, "term"), Reason: "r"})
	w.carry(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
	w.refuse(w.estonia, ReanchorComment{k, two, "duties", "r"}, Conflict, "commentId", "adopted")
}

// What went to other clauses is recorded with the revision, and is not found again
// when the entry is read: an entry from before has none.
func TestSuccessionsAreRecorded(t *testing.T) {
	w := newTown(t)
	doc := w.do(w.estonia, ProposeDocument{Kind: "standard", Title: "Labels", Language: "en"}).Subject()
	one := w.commit(doc, "## A {#a}\n\n"+naming+" "+returns+"\n")
	w.commit(doc, "## A {#a}\n\n"+naming+"\n\n"+returns+"\n")
	head := w.document(doc).Head
	rev, _ := w.m.Revision(head)
	text, _ := w.m.Text(head)
	from := w.clauseUnder(one, "a")
	to := text.Clauses[1].ID
	if to == from {
		to = text.Clauses[2].ID
	}
	if diff := cmp.Diff([]clauses.Succession{{From: from, To: to}}, rev.Successions); diff != "" {
		t.Fatalf("successions (-want +got):\n%s", diff)
	}
	last := w.log[len(w.log)-1]
	var fields map[string]any
	if err := json.Unmarshal(last.payload, &fields); err != nil || fields["successions"] == nil {
		t.Fatalf("the payload lacks them: %s (%v)", last.payload, err)
	}
	delete(fields, "successions")
	old, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Decode(last.kind, old)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Fold(last.stamp, w.m); err != nil {
		t.Fatal(err)
	}
	if rev, _ := w.m.Revision(head); rev.Successions != nil {
		t.Errorf("an entry without successions got %v", rev.Successions)
	}
	w.log[len(w.log)-1].payload = old
}

// Where accepted words make two paragraphs of one, that is recorded too.
func TestAcceptedReplacementRecordsSuccessions(t *testing.T) {
	w := newTown(t)
	doc := w.do(w.estonia, ProposeDocument{Kind: "bestPractice", Title: "Sales", Language: "en"}).Subject()
	w.commit(doc, "## A {#a}\n\n"+naming+" "+returns+"\n")
	k := w.amend(w.loom, w.open(doc, LateMarked), "a", naming+"\n\n"+returns)
	w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Clearer.", Split: true})
	rev, _ := w.m.Revision(w.document(doc).Head)
	if len(rev.Successions) != 1 || !strings.HasPrefix(rev.Successions[0].To, "c") {
		t.Errorf("successions: %+v", rev.Successions)
	}
}

// What a sponsor put elsewhere by mistake stands again where it stood before: where the
// anchor before put it, and at last where it was made. All of it stays on the record.
//
//	1 (commented on: term) --- 2 (put on scope, then on duties) --- 3 (put on the whole)
func TestUndoReanchor(t *testing.T) {
	w := newTown(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, w.clauseUnder(one, "term"))
	w.wait(91 * day)
	two := w.edit(doc, "for a year", "for half a year")
	three := w.edit(doc, "half a year", "two years")
	duties := w.clauseUnder(two, "duties")
	stands := func(want string) {
		t.Helper()
		anchors, _ := w.m.Anchors(k)
		got := ""
		if a := Anchored(anchors, 3); a != nil {
			got = a.RevisionID + " " + a.ClauseID
		}
		if got != want {
			t.Errorf("it was put on %q, want %q", got, want)
		}
	}
	undo := func(rev, clause string) UndoReanchor {
		return UndoReanchor{CommentID: k, RevisionID: rev, ClauseID: clause, Reason: "A slip."}
	}
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: "scope", Reason: "On the scope."})
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: duties, Reason: "On the duties."})
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: three, Reason: "On all of it."})
	stands(three + " ")
	w.refuse(w.estonia, undo(two, "scope"), Conflict, "clauseId", "put last")
	w.refuse(w.estonia, undo(three, "scope"), Conflict, "clauseId", "put last")
	w.do(w.estonia, undo(three, ""))
	stands(two + " " + duties)
	w.refuse(w.estonia, undo(three, ""), Conflict, "revisionId", "taken back")
	w.wait(day)
	w.do(w.estonia, undo(two, duties))
	stands(two + " scope")
	w.do(w.estonia, undo(two, "scope"))
	stands("")
	anchors, _ := w.m.Anchors(k)
	if len(anchors) != 3 || anchors[1].UndoneAt != w.now || anchors[1].Undoing != "A slip." || anchors[1].Reason != "On the duties." {
		t.Errorf("on the record are %+v", anchors)
	}
	w.do(w.estonia, ReanchorComment{CommentID: k, RevisionID: two, ClauseID: "scope", Reason: "Rightly, after all."})
	stands(two + " scope")
}

// It is undone by the sponsor that did it, and by another once that has resigned; not of a
// comment that stands no more, nor after the adoption.
func TestUndoReanchorRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, w.clauseUnder(one, "term"))
	w.sponsorLater(doc, w.zealand)
	w.wait(91 * day)
	two := w.edit(doc, "Records are", "Records shall be")
	undo := UndoReanchor{CommentID: k, RevisionID: two, ClauseID: "scope", Reason: "A slip."}
	put := ReanchorComment{CommentID: k, RevisionID: two, ClauseID: "scope", Reason: "r"}
	w.refuse(w.estonia, undo, Conflict, "revisionId", "wasn't put anywhere")
	w.do(w.estonia, put)
	for who, code := range map[*Actor]Code{{}: Unauthenticated, &w.loom: Forbidden, &w.office: Forbidden, &w.zealand: Forbidden} {
		w.refuse(*who, undo, code, "commentId", "")
	}
	w.refuse(w.estonia, UndoReanchor{CommentID: k, RevisionID: two, ClauseID: "scope"}, Invalid, "reason", "missing")
	w.refuse(w.estonia, UndoReanchor{CommentID: k, RevisionID: "rev_none", Reason: "r"}, NotFound, "revisionId", "no revision")
	w.refuse(w.estonia, UndoReanchor{CommentID: "cmt_none", RevisionID: two, Reason: "r"}, NotFound, "commentId", "no comment")
	w.do(w.estonia, ResignSponsorship{DocumentID: doc})
	w.do(w.zealand, undo)
	w.do(w.zealand, put)
	w.disposeOf(k, Noted, nil)
	w.do(w.zealand, MarkEditorial{RevisionID: two, ClauseID: w.clauseUnder(two, "term"), Reason: "r"})
	w.carry(doc)
	w.do(w.zealand, AdoptDocument{DocumentID: doc})
	w.refuse(w.zealand, undo, Conflict, "commentId", "adopted")
}
