package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// What was said of a document is put right by its sponsors, while nobody is asked; what
// isn't named stays.
func TestCorrectDocument(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	c := CorrectDocument{DocumentID: doc, Title: new("Parcels, rightly"), Reason: "Misspelt."}
	for who, code := range map[*Actor]Code{{}: NotFound, &w.zealand: NotFound, &w.office: Forbidden} {
		w.refuse(*who, c, code, "documentId", "")
	}
	was := w.document(doc)
	w.do(w.estonia, c)
	want := was
	want.Title, want.Corrections, want.TitledAt, want.CorrectedAt, want.Correction = "Parcels, rightly", 1, w.now, w.now, "Misspelt."
	if diff := cmp.Diff(want, w.document(doc)); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	w.refuse(w.estonia, c, Conflict, "documentId", "nothing of EWTP-R-2026-001 would change")
	w.do(w.estonia, CorrectDocument{DocumentID: doc, Topics: []string{"post"}, Language: new("et"), Reason: "r"})
	w.do(w.estonia, CorrectDocument{DocumentID: doc, Topics: []string{}, Reason: "r"})
	if d := w.document(doc); len(d.Topics) > 0 || d.Language != "et" || d.Corrections != 3 {
		t.Errorf("corrected to %+v", d)
	}
	for field, bad := range map[string]CorrectDocument{
		"title": {Title: new(" "), Reason: "r"}, "language": {Language: new("Estonian!"), Reason: "r"}, "topics.0": {Topics: []string{""}, Reason: "r"},
		"parties": {Parties: []string{}, Reason: "r"}, "reason": {Title: new("T")},
	} {
		bad.DocumentID = doc
		w.refuse(w.estonia, bad, Invalid, field, "")
	}
	w.open(doc, LateRefused)
	again := CorrectDocument{DocumentID: doc, Title: new("Again"), Reason: "r"}
	w.refuse(w.estonia, again, Conflict, "documentId", "open or announced")
	w.wait(91 * day)
	w.do(w.estonia, again)
	w.refuse(w.estonia, CorrectDocument{DocumentID: doc, Parties: []string{"EE", "NZ", "KE"}, Reason: "r"}, Conflict, "parties", "consulted on for those parties")
	w.ballot(doc, OpenBallotting)
	again.Title = new("During the ballot")
	w.refuse(w.estonia, again, Conflict, "documentId", "ballot 1 on it is open")
}

// Where the parties change, dates that were stated for the former ones are proposed anew.
func TestCorrectPartiesEndsTheirDates(t *testing.T) {
	for _, x := range []struct {
		party string
		kept  bool
	}{{"", true}, {"EE", false}} {
		w := newTown(t)
		doc := w.do(w.estonia, ProposeDocument{Kind: standards.Regulation, Title: "T", Language: "en", Parties: []string{"EE"}}).Subject()
		from := w.from(400 * day)
		from[0].Party = x.party
		w.terms(doc, Terms{From: from})
		w.do(w.estonia, CorrectDocument{DocumentID: doc, Parties: []string{"NZ"}, Reason: "r"})
		if got := len(w.document(doc).Terms.From) > 0; got != x.kept {
			t.Errorf("dates for party %q kept: %t", x.party, got)
		}
	}
}
