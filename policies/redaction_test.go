package policies_test

import (
	"testing"

	. "github.com/ewtp/entente/policies"
)

// gaps is what a document's gate would want if its consultation were over.
func (w *town) gaps(doc string) []Gap {
	w.t.Helper()
	d := w.document(doc)
	rev, _ := w.m.Revision(d.Head)
	gaps, err := Gate(d, rev, w.now.Add(365*day), w.rules, w.m)
	if err != nil {
		w.t.Fatalf("gate: %v", err)
	}
	return gaps
}

func TestRedactComment(t *testing.T) {
	w := withoutBallots(t)
	_, rev, csn := w.consulted()
	id := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Amend, Type: General, Text: "Words.",
		Replacement: "Words.", Quote: &Quote{Exact: "year"}, Cost: &CostEstimate{Amount: "1", Currency: "EUR", Per: "year"},
		Attachments: []Attachment{w.upload(w.loom, "a")}}}).Subject()
	for _, who := range []Actor{w.loom, w.estonia, as(w.office, Observer), as(w.loom, Admin)} {
		w.refuse(who, RedactComment{CommentID: id, Reason: "r"}, Forbidden, "commentId", "")
	}
	w.refuse(w.office, RedactComment{CommentID: id}, Invalid, "reason", "missing")
	w.do(w.office, RedactComment{CommentID: id, Reason: "Names a person."})
	k, _ := w.m.Comment(id)
	if k.Text != "" || k.Replacement != "" || k.Quote != nil || k.Cost != nil || k.Attachments != nil || k.Redaction != "Names a person." ||
		k.RedactedAt != w.now || k.Stance != Amend || !k.Stands() {
		t.Errorf("redacted: %+v", k)
	}
	w.refuse(w.office, RedactComment{CommentID: id, Reason: "r"}, Conflict, "commentId", "already")
	if gaps := w.gaps(k.DocumentID); len(gaps) != 1 || gaps[0].CommentID != id {
		t.Errorf("a redacted comment wants an answer as before; the gate wants %v", gaps)
	}
}

func TestDisownComment(t *testing.T) {
	w := withoutBallots(t)
	_, _, csn := w.consulted()
	id, copied := w.comment(w.loom, csn, ""), w.comment(w.ferry, csn, "")
	admin := as(w.loom, Admin)
	w.do(w.estonia, DisposeComment{CommentID: copied, Outcome: Duplicate, DuplicateOf: id, Reason: "The same."})
	for _, who := range []Actor{w.loom, as(w.ferry, Admin), w.office, w.estonia} {
		w.refuse(who, DisownComment{CommentID: id, Reason: "r"}, Forbidden, "commentId", "")
	}
	w.refuse(admin, DisownComment{CommentID: id}, Invalid, "reason", "missing")
	w.do(admin, DisownComment{CommentID: id, Reason: "Filed by a stranger."})
	k, _ := w.m.Comment(id)
	if k.DisownedAt != w.now || k.Disowning != "Filed by a stranger." || k.Text == "" || k.Stands() {
		t.Errorf("disowned: %+v", k)
	}
	w.refuse(admin, DisownComment{CommentID: id, Reason: "r"}, Conflict, "commentId", "already")
	w.refuse(w.loom, WithdrawComment{CommentID: id, Reason: "r"}, Conflict, "commentId", "already")
	w.refuse(w.estonia, DisposeComment{CommentID: id, Outcome: Noted, Reason: "r"}, Conflict, "commentId", "disowned")
	w.refuse(w.estonia, DisposeComment{CommentID: copied, Outcome: Duplicate, DuplicateOf: id, Reason: "r"}, Invalid, "duplicateOf", "disowned")
	if gaps := w.gaps(k.DocumentID); len(gaps) != 1 || gaps[0].CommentID != copied {
		t.Errorf("the answer that leant on it is gone, and no other is due; the gate wants %v", gaps)
	}
}
