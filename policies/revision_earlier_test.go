package policies_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// Whatever was away, and by whatever command it comes back: it is the clause that it was, and
// where the text is again the one that was consulted on, nothing is left to explain.
func TestWhatReturnsNeedsNoExplaining(t *testing.T) {
	const cut = "## Term {#term}\n\nRecords are kept for a year.\n"
	without := strings.Replace(parcels, cut, "", 1)
	for name, texts := range map[string][]string{
		"struck out and restored":  {without, parcels},
		"a fence left open":        {strings.Replace(parcels, "A carrier", "```\nA carrier", 1), parcels},
		"replaced, then as before": {strings.Replace(parcels, "Records are kept for a year.", "Nobody owes anything.", 1), parcels},
		"away for three revisions": {without, strings.Replace(without, "low", "little", 1), without, parcels},
		"restored twice":           {without, parcels, without, parcels},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			doc, rev, _ := w.consulted()
			for _, source := range texts {
				w.commit(doc, source)
			}
			w.sameClauses(rev, w.document(doc).Head)
			if got := w.unconsulted(doc); got != nil {
				t.Errorf("left to explain: %v", got)
			}
		})
	}
}

// sameClauses holds the clauses of two revisions against each other, by identity.
func (w *town) sameClauses(a, b string) {
	w.t.Helper()
	was, _ := w.m.Text(a)
	is, _ := w.m.Text(b)
	if diff := cmp.Diff(was.Clauses, is.Clauses); diff != "" {
		w.t.Fatalf("clauses of %s and %s (-+):\n%s", a, b, diff)
	}
}

// Two sides that restore the same clause, or one that does so from an older text, bring back one.
func TestWhatReturnsByMerging(t *testing.T) {
	w := newTown(t)
	doc, rev, _ := w.consulted()
	duty := "A carrier keeps a record of each parcel.\n"
	away := w.edit(doc, "\n"+duty, "")
	w.edit(doc, "Records are", "All records are")
	merge := func(base, source string) {
		t.Helper()
		w.do(w.estonia, CommitRevision{DocumentID: doc, Base: base, Source: source})
	}
	restored := strings.Replace(parcels, "of low value", "of little value", 1)
	merge(away, restored)
	text, _ := w.m.Text(w.document(doc).Head)
	if text.Clauses.Index(w.clauseUnder(rev, "duties")) < 0 || strings.Count(text.Source, duty) != 1 || !strings.Contains(text.Source, "All records") {
		t.Errorf("merged: %s", text.Source)
	}
	merge(away, strings.Replace(parcels, "## Term", "## Terms", 1)) // from a text in which it was gone, when it is back already
	text, _ = w.m.Text(w.document(doc).Head)
	if strings.Count(text.Source, duty) != 1 || !strings.Contains(text.Source, "## Terms") {
		t.Errorf("merged again: %s", text.Source)
	}
	w.commit(doc, parcels)
	w.sameClauses(rev, w.document(doc).Head)
}

// Words that an accepted replacement brings back are the clause that had them.
func TestWhatReturnsByReplacement(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	duty := w.clauseUnder(rev, "duties")
	k := w.amend(w.loom, csn, "term", "Records are kept for two years.\n\nA carrier keeps a record of each parcel.")
	w.edit(doc, "\nA carrier keeps a record of each parcel.\n", "")
	w.wait(91 * day)
	w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Yes.", Split: true})
	text, _ := w.m.Text(w.document(doc).Head)
	if i := text.Clauses.Index(duty); i < 0 || text.Words(i) != "A carrier keeps a record of each parcel." {
		t.Errorf("the duty isn't the clause that it was: %v", text.Clauses)
	}
}

// What was recorded stays: a text that is read again has the identities that it was given,
// though the rules would give others today.
func TestIdentitiesStayAsRecorded(t *testing.T) {
	w := newTown(t)
	doc, rev := w.proposed()
	r, _ := w.m.Revision(rev)
	if r.IdentifiedBy == 0 {
		t.Errorf("the revision doesn't say by which rules: %+v", r)
	}
	given := &RevisionCommitted{ID: "rev_given", DocumentID: doc, Number: 2, Parent: rev, Source: parcels + "\nMore.\n",
		Clauses: []string{"title", "scope", "one", "duties", "two", "term", "three", "four"}, IdentifiedBy: 1, OrganisationID: w.estonia.OrganisationID}
	w.record(given)
	for _, m := range []Facts{w.m, w.replay()} {
		text, err := m.Text("rev_given")
		rev, _ := m.Revision("rev_given")
		if err != nil || text.Clauses[2].ID != "one" || text.Clauses[7].ID != "four" || rev.IdentifiedBy != 1 {
			t.Errorf("%v, %+v of %+v", err, text.Clauses, rev)
		}
	}
}
