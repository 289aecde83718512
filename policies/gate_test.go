package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// reviewed is Estonia's regulation after a consultation without comments.
func (w *town) reviewed() (doc, rev, csn string) {
	doc, rev = w.proposed()
	csn = w.open(doc, LateMarked)
	w.wait(91 * day)
	return doc, rev, csn
}

func TestGateBeforeReview(t *testing.T) {
	w := withoutBallots(t)
	doc, _ := w.proposed()
	w.wants(doc, "notInReview")
	w.open(doc, LateRefused)
	w.wants(doc, "notInReview")
	w.wait(90 * day)
	w.wants(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
	w.wants(doc, "notInReview")
}

// Announcing another round on a text that nobody was consulted on doesn't let it through.
//
//	1 (consulted) --- 2 (announced)
func TestGateWaitsForAnAnnouncedRound(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, _ := w.reviewed()
	w.edit(doc, "for a year", "for ever")
	w.wants(doc, "changeUnexplained "+w.clauseUnder(rev, "term"))
	w.do(w.estonia, OpenConsultation{DocumentID: doc, Opens: w.in(30 * day), Closes: w.in(120 * day), Zone: zone, Late: LateRefused})
	w.wants(doc, "roundAnnounced")
	w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
	w.wait(30 * day)
	w.wants(doc, "notInReview")
	w.wait(90 * day)
	w.wants(doc) // consulted on now
}

func TestGateAnswers(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	a, b, c := w.comment(w.loom, csn, "term"), w.comment(w.ferry, csn, "term"), w.comment(w.harbour, csn, "")
	w.wait(91 * day)
	w.wants(doc, "commentUnanswered "+a, "commentUnanswered "+b, "commentUnanswered "+c)
	w.disposeOf(a, Rejected, nil)
	w.do(w.harbour, WithdrawComment{CommentID: c, Reason: "r"}) // wants no answer
	w.wants(doc, "commentUnanswered "+b)
	w.do(w.estonia, DisposeComment{CommentID: b, Outcome: Duplicate, Reason: "r", DuplicateOf: a})
	w.wants(doc)
	w.do(w.loom, WithdrawComment{CommentID: a, Reason: "r"})
	w.wants(doc, "commentUnanswered "+b) // its answer leaned on what was withdrawn
	w.disposeOf(b, Noted, nil)
	w.wants(doc)
}

// An acceptance is carried out by a change that the adopted text still holds.
//
//	1 (consulted) --- 2 (term) --- 3 (term as in 1) --- 4 (term again)
func TestGateAcceptances(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, "term")
	w.wait(91 * day)
	term := w.clauseUnder(one, "term")
	w.disposeOf(k, AcceptedWhole, nil)
	w.wants(doc, "changeMissing "+k)
	two := w.edit(doc, "for a year", "for half a year")
	w.wants(doc, "changeMissing "+k, "changeUnexplained "+term)
	w.disposeOf(k, AcceptedWhole, &ChangeReference{two, term})
	w.wants(doc)
	if got := w.missingFor(doc, one); !cmp.Equal(got, []string{"changeMissing " + k}) {
		t.Errorf("for revision 1, which lacks the change, the gate wants %v", got)
	}

	w.edit(doc, "for half a year", "for a year")
	w.wants(doc, "changeMissing "+k) // undone
	four := w.edit(doc, "for a year", "for ever")
	w.wants(doc, "changeUnexplained "+term) // another change than the one accepted
	w.disposeOf(k, AcceptedInPart, &ChangeReference{four, term})
	w.wants(doc)
	if got := w.missingFor(doc, two); !cmp.Equal(got, []string{"changeMissing " + k, "changeUnexplained " + term}) {
		t.Errorf("for revision 2, before the change that is referred to, the gate wants %v", got)
	}
}

func TestGateListsEverythingAtOnce(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	a, b := w.comment(w.loom, csn, ""), w.comment(w.ferry, csn, "")
	w.wait(91 * day)
	w.disposeOf(b, AcceptedWhole, nil)
	w.edit(doc, "for a year", "for ever")
	refusal := w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "lists what is missing")
	term, err := w.m.Clause(one, w.clauseUnder(one, "term"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Gap{
		{Reason: "commentUnanswered", CommentID: a, Message: "comment 1 has no answer"},
		{Reason: "changeMissing", CommentID: b, Message: "comment 2 was accepted, but no change carries it out"},
		{Reason: "changeUnexplained", ClauseID: term.ID, Message: term.Citation + " was changed by revision 2, after the consultation, without an accepted comment that others made on it in time, or an editorial mark on that revision"},
	}
	if diff := cmp.Diff(want, refusal.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}
