package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

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

// A mark that was taken back explains nothing: the gate asks again, until the change is
// marked anew. It stays on the record, and what was adopted with it stays adopted.
func TestWithdrawEditorialMark(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, "")
	term := w.clauseUnder(one, "term")
	w.wait(91 * day)
	w.disposeOf(k, Rejected, nil)
	two := w.edit(doc, "Records are", "Records shall be")
	mark := MarkEditorial{RevisionID: two, ClauseID: term, Reason: "Spelling."}
	back := WithdrawEditorialMark{RevisionID: two, ClauseID: term, Reason: "It is more than that."}
	w.refuse(w.estonia, back, NotFound, "clauseId", "no editorial mark")
	w.do(w.estonia, mark)
	w.wants(doc)
	for who, code := range map[*Actor]Code{{}: NotFound, &w.loom: NotFound, &w.office: Forbidden} { // the revision isn't public
		w.refuse(*who, back, code, "revisionId", "")
	}
	w.refuse(w.estonia, WithdrawEditorialMark{RevisionID: two, ClauseID: term}, Invalid, "reason", "missing")
	w.wait(day)
	w.do(w.estonia, back)
	w.wants(doc, "changeUnexplained "+term)
	if marks, _ := w.m.Editorial(doc); len(marks) != 1 || marks[0].WithdrawnAt != w.now || marks[0].Withdrawal != back.Reason || marks[0].Reason != mark.Reason {
		t.Errorf("taken back, it is %+v", marks)
	}
	w.refuse(w.estonia, back, Conflict, "clauseId", "any more")
	w.do(w.estonia, mark)
	w.wants(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
	w.refuse(w.estonia, back, Conflict, "revisionId", "adopted")
}

// A sponsor's mark is its own: no other overwrites it or takes it back, as long as the
// first sponsors the document.
func TestMarksAreTheirSponsors(t *testing.T) {
	w := withoutBallots(t)
	doc, one := w.proposed()
	w.sponsorLater(doc, w.zealand)
	two := w.edit(doc, "Records are", "Records shall be")
	mark := MarkEditorial{RevisionID: two, ClauseID: w.clauseUnder(one, "term"), Reason: "Spelling."}
	back := WithdrawEditorialMark{RevisionID: two, ClauseID: mark.ClauseID, Reason: "r"}
	w.do(w.estonia, mark)
	w.refuse(w.zealand, mark, Conflict, "clauseId", "another sponsor")
	w.refuse(w.zealand, back, Forbidden, "clauseId", "")
	mark.Reason = "House style."
	w.do(w.estonia, mark)
	w.do(w.estonia, ResignSponsorship{DocumentID: doc})
	w.do(w.zealand, back)
	w.do(w.zealand, mark)
	if marks, _ := w.m.Editorial(doc); len(marks) != 1 || !marks[0].Stands() || marks[0].OrganisationID != w.zealand.OrganisationID {
		t.Errorf("marked by the other now: %+v", marks)
	}
}
