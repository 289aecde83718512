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
