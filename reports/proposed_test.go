package reports

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// What is proposed of a clause is said in the matrix and in what we heard, and comments that propose different things are never
// told in one breath.
func TestProposalsAreSaid(t *testing.T) {
	w := newWorld(t)
	propose := func(a policies.Actor, kind policies.Proposal, citation, words string) string {
		c := policies.CommentWords{Stance: policies.Amend, Type: policies.General, Text: "Better.", Replacement: words, Proposes: kind}
		if citation != "" {
			c.ClauseID = w.clause(citation)
		}
		return w.do(a, policies.SubmitComment{ConsultationID: w.round, CommentWords: c})
	}
	ids := []string{
		propose(w.loom, policies.StrikeOut, "§2(2)", ""), propose(w.ferry, policies.AddAfter, "§2(2)", "(3) Never longer."),
		propose(w.crane, policies.Replace, "§2(2)", "(3) Never longer."), propose(w.crane, policies.AddAfter, "", "Parcels are many."),
	}
	p := w.paper(w.ministry)
	for i, want := range []string{"Strike out the clause.", "Add after the clause:\n(3) Never longer.", "(3) Never longer.", "Add before the first clause:\nParcels are many."} {
		if got := p.get(ids[i], colProposed); got != want {
			t.Errorf("the matrix says %q, want %q", got, want)
		}
	}
	for _, id := range ids {
		w.do(w.ministry, policies.DisposeComment{CommentID: id, Outcome: policies.Rejected, Reason: "No."})
	}
	h := w.heard(w.ministry, w.document)
	said := strings.Join(bullets(h), "\n")
	for _, want := range []string{"Comment 1 (Loom), for other words: “Better.” Proposed to be struck out.", "Comment 2 (=Ferry), for other words: “Better.” Proposed to be added: “(3) Never longer.”",
		"Comment 3 (Crane), for other words: “Better.” Proposed: “(3) Never longer.”", "Comment 4 (Crane), for other words: “Better.” Proposed to be added: “Parcels are many.”"} {
		if !strings.Contains(strings.ReplaceAll(said, "\\", ""), want) {
			t.Errorf("what we heard lacks %q:\n%s", want, said)
		}
	}
	page := html(t, h)
	for _, want := range []string{"Proposed to be struck out.", "Proposed to be added:", "Proposed:"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
