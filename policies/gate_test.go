package policies

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	w.do(w.estonia, w.adopt(doc))
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
	w.refuse(w.estonia, w.adopt(doc), GateUnmet, "documentId", "")
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
	w.answer(a, Rejected, nil)
	w.do(w.harbour, WithdrawComment{CommentID: c, Reason: "r"}) // wants no answer
	w.wants(doc, "commentUnanswered "+b)
	w.do(w.estonia, DisposeComment{CommentID: b, Outcome: Duplicate, Reason: "r", DuplicateOf: a})
	w.wants(doc)
	w.do(w.loom, WithdrawComment{CommentID: a, Reason: "r"})
	w.wants(doc, "commentUnanswered "+b) // its answer leaned on what was withdrawn
	w.answer(b, Noted, nil)
	w.wants(doc)
}

// An acceptance is carried out by a change that the adopted text still holds.
//
//	1 (consulted) --- 2 (term) --- 3 (term as in 1) --- 4 (term again)
func TestGateAcceptances(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.reviewed()
	k := w.comment(w.loom, csn, "term")
	term := w.clauseUnder(one, "term")
	w.answer(k, AcceptedWhole, nil)
	w.wants(doc, "changeMissing "+k)
	two := w.edit(doc, "for a year", "for half a year")
	w.wants(doc, "changeMissing "+k, "changeUnexplained "+term)
	w.answer(k, AcceptedWhole, &ChangeReference{two, term})
	w.wants(doc)
	if got := w.missingFor(doc, one); !cmp.Equal(got, []string{"changeMissing " + k}) {
		t.Errorf("for revision 1, which lacks the change, the gate wants %v", got)
	}

	w.edit(doc, "for half a year", "for a year")
	w.wants(doc, "changeMissing "+k) // undone
	four := w.edit(doc, "for a year", "for ever")
	w.wants(doc, "changeUnexplained "+term) // another change than the one accepted
	w.answer(k, AcceptedInPart, &ChangeReference{four, term})
	w.wants(doc)
	if got := w.missingFor(doc, two); !cmp.Equal(got, []string{"changeMissing " + k, "changeUnexplained " + term}) {
		t.Errorf("for revision 2, before the change that is referred to, the gate wants %v", got)
	}
}

// A mark explains the change of the revision that it is on, and no later one.
//
//	1 (consulted) --- 2 (term) --- 3 (term) --- 4 (scope)
func TestGateExplainsTheLastChange(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.reviewed()
	term, scope := w.clauseUnder(one, "term"), w.clauseUnder(one, "scope")
	mark := func(rev, clause string) MarkEditorial {
		return MarkEditorial{RevisionID: rev, ClauseID: clause, Reason: "Spelling."}
	}

	two := w.edit(doc, "Records are", "Records shall be")
	w.wants(doc, "changeUnexplained "+term)
	w.do(w.estonia, mark(two, term))
	w.wants(doc)

	three := w.edit(doc, "for a year", "for a hundred years")
	w.wants(doc, "changeUnexplained "+term)
	if got := w.missingFor(doc, two); got != nil {
		t.Errorf("revision 2 is explained still, but the gate wants %v", got)
	}
	four := w.edit(doc, "low value", "little value")
	w.wants(doc, "changeUnexplained "+scope, "changeUnexplained "+term)
	w.refuse(w.estonia, mark(four, term), Invalid, "clauseId", "doesn't change")

	// An acceptance that names the clause as it stands in a later revision covers it;
	// one that names it as it stood before the last change doesn't.
	k := w.comment(w.loom, csn, "term")
	w.answer(k, AcceptedWhole, &ChangeReference{two, term})
	w.wants(doc, "changeUnexplained "+scope, "changeUnexplained "+term)
	w.answer(k, AcceptedWhole, &ChangeReference{four, term})
	w.wants(doc, "changeUnexplained "+scope)
	w.answer(k, Rejected, nil)
	w.do(w.estonia, mark(three, term))
	w.do(w.estonia, mark(four, scope))
	w.wants(doc)
}

// What was changed and changed back needs no explanation.
func TestGateForgetsWhatWasUndone(t *testing.T) {
	w := withoutBallots(t)
	doc, one, _ := w.reviewed()
	w.edit(doc, "for a year", "for ever")
	w.edit(doc, "for ever", "for a year")
	w.edit(doc, "\n## Term", "\nA new duty.\n\n## Term")
	head := w.edit(doc, "\nA new duty.\n", "")
	w.wants(doc)
	if a, _ := w.m.Text(one); a.Source != text(t, w, head) {
		t.Fatal("the story doesn't end where it began")
	}
}

func text(t *testing.T, w *town, rev string) string {
	t.Helper()
	x, err := w.m.Text(rev)
	if err != nil {
		t.Fatal(err)
	}
	return x.Source
}

// Added, removed and moved clauses are changes like those of words.
func TestGateSeesEveryChange(t *testing.T) {
	for _, x := range []struct {
		name, old, new string
		clause         func(one, head string, w *town) string
		words          string
	}{
		{"added", "\n## Term", "\n## Fines {#fines}\n\n## Term", func(_, _ string, _ *town) string { return "fines" }, "was added"},
		{"removed", "## Term {#term}\n", "", func(_, _ string, _ *town) string { return "term" }, "was removed"},
		{"moved", "## Scope {#scope}\n\nThis regulation applies to parcels of low value.\n\n## Duties {#duties}\n",
			"## Scope {#scope}\n\n## Duties {#duties}\n\nThis regulation applies to parcels of low value.\n",
			func(one, _ string, w *town) string { return w.clauseUnder(one, "scope") }, "was moved"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := withoutBallots(t)
			doc, one, _ := w.reviewed()
			head := w.edit(doc, x.old, x.new)
			clause := x.clause(one, head, w)
			refusal := w.refuse(w.estonia, w.adopt(doc), GateUnmet, "documentId", "")
			var said string
			for _, g := range refusal.Missing {
				if g.ClauseID == clause {
					said = g.Message
				}
				w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: g.ClauseID, Reason: "r"})
			}
			if !strings.Contains(said, x.words) {
				t.Errorf("the gate says %+v, not that %s %s", refusal.Missing, clause, x.words)
			}
			w.do(w.estonia, w.adopt(doc))
		})
	}
}

// Steps that each move one clause, and the whole that calls another one moved.
//
//	1: a b c --- 2: b a c --- 3: b c a
func TestGateFollowsMoves(t *testing.T) {
	w := withoutBallots(t)
	doc := w.do(w.estonia, w.regulation("Order")).Subject()
	order := func(names ...string) string {
		var b strings.Builder
		for _, n := range names {
			b.WriteString("## " + n + " {#" + n + "}\n\n")
		}
		return b.String()
	}
	w.commit(doc, order("a", "b", "c"))
	w.open(doc, LateRefused)
	w.wait(91 * day)
	for _, next := range [][]string{{"b", "a", "c"}, {"b", "c", "a"}} {
		head := w.commit(doc, order(next...))
		refusal := w.refuse(w.estonia, w.adopt(doc), GateUnmet, "documentId", "")
		for _, g := range refusal.Missing {
			w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: g.ClauseID, Reason: "r"})
		}
		w.wants(doc)
	}
}

// Another round consults on what was changed: nothing before it wants explaining.
func TestAnotherRoundResets(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.reviewed()
	k := w.comment(w.loom, csn, "term") // late, and marked so
	term := w.clauseUnder(one, "term")
	two := w.edit(doc, "for a year", "for half a year")
	w.answer(k, AcceptedWhole, &ChangeReference{two, term})
	w.edit(doc, "low value", "little value")
	w.wants(doc, "changeUnexplained "+w.clauseUnder(one, "scope"))
	w.open(doc, LateRefused)
	w.wait(91 * day)
	w.wants(doc)
	if got := w.missingFor(doc, two); !cmp.Equal(got, []string{"revisionBeforeConsultation"}) {
		t.Errorf("for a revision before the latest consulted one the gate wants %v", got)
	}
	w.edit(doc, "for half a year", "for ever") // the acceptance of round 1 doesn't cover this
	w.wants(doc, "changeUnexplained "+term)
	w.edit(doc, "for ever", "for a year") // and this takes back what was accepted
	w.wants(doc, "changeMissing "+k, "changeUnexplained "+term)
}

func TestGateListsEverythingAtOnce(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	a, b := w.comment(w.loom, csn, ""), w.comment(w.ferry, csn, "")
	w.wait(91 * day)
	w.answer(b, AcceptedWhole, nil)
	w.edit(doc, "for a year", "for ever")
	refusal := w.refuse(w.estonia, w.adopt(doc), GateUnmet, "documentId", "lists what is missing")
	term, err := w.m.Clause(one, w.clauseUnder(one, "term"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Gap{
		{Reason: "commentUnanswered", CommentID: a, Message: "comment 1 has no answer (1 in all)"},
		{Reason: "changeMissing", CommentID: b, Message: "comment 2 was accepted, but no change carries it out"},
		{Reason: "changeUnexplained", ClauseID: term.ID, Message: term.Citation + " was changed by revision 2, after the consultation, without an accepted comment or an editorial mark on that revision"},
	}
	if diff := cmp.Diff(want, refusal.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestMarkEditorialRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, one := w.proposed()
	two := w.edit(doc, "for a year", "for ever")
	w.open(doc, LateRefused)
	term := w.clauseUnder(one, "term")
	good := MarkEditorial{RevisionID: two, ClauseID: term, Reason: "r"}
	w.refuse(w.loom, good, Forbidden, "revisionId", "")
	w.refuse(Actor{}, good, Unauthenticated, "revisionId", "")
	w.refuse(w.estonia, MarkEditorial{RevisionID: "rev_none", ClauseID: term, Reason: "r"}, NotFound, "revisionId", "rev_none")
	w.refuse(w.estonia, MarkEditorial{RevisionID: one, ClauseID: term, Reason: "r"}, Invalid, "revisionId", "first revision")
	w.refuse(w.estonia, MarkEditorial{RevisionID: two, ClauseID: "scope", Reason: "r"}, Invalid, "clauseId", "doesn't change")
	w.refuse(w.estonia, MarkEditorial{RevisionID: two, ClauseID: "annex", Reason: "r"}, Invalid, "clauseId", "annex")
	w.refuse(w.estonia, MarkEditorial{RevisionID: two, ClauseID: term}, Invalid, "reason", "missing")
	w.do(w.estonia, good)
}

// A text that was erased can't be compared, and so can't be explained.
func TestGateWithAnErasedText(t *testing.T) {
	w := settle(t) // its record is damaged on purpose, so it isn't replayed
	w.rules.WithoutBallot = noBallots
	doc, _, _ := w.reviewed()
	two := w.edit(doc, "for a year", "for ever")
	w.edit(doc, "for ever", "for two years")
	delete(w.m.texts, two)
	w.wants(doc, "textErased")
}
