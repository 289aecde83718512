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
	w.refuse(w.estonia, DisposeComment{CommentID: copied, Outcome: Duplicate, DuplicateOf: id, Reason: "r"}, Invalid, "duplicateOfId", "disowned")
	if gaps := w.gaps(k.DocumentID); len(gaps) != 1 || gaps[0].CommentID != copied {
		t.Errorf("the answer that leant on it is gone, and no other is due; the gate wants %v", gaps)
	}
}

func TestRedactReply(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	open, secret := w.comment(w.loom, csn, ""), w.whisper(w.loom, csn, "")
	id := w.do(w.ferry, ReplyToComment{CommentID: open, Text: "Mari Maasikas says so."}).Subject()
	hidden := w.do(w.estonia, ReplyToComment{CommentID: secret, Text: "Who says so?"}).Subject()
	for _, who := range []Actor{w.loom, w.ferry, w.estonia, as(w.office, Observer), as(w.ferry, Admin)} {
		w.refuse(who, RedactReply{ReplyID: id, Reason: "r"}, Forbidden, "replyId", "")
	}
	w.refuse(Actor{}, RedactReply{ReplyID: id, Reason: "r"}, Unauthenticated, "replyId", "")
	w.refuse(w.ferry, RedactReply{ReplyID: hidden, Reason: "r"}, NotFound, "replyId", hidden)
	w.refuse(w.office, RedactReply{ReplyID: "rpl_none", Reason: "r"}, NotFound, "replyId", "rpl_none")
	w.refuse(w.office, RedactReply{ReplyID: id}, Invalid, "reason", "missing")
	w.do(w.office, RedactReply{ReplyID: id, Reason: "Names a person."})
	w.do(w.office, RedactReply{ReplyID: hidden, Reason: "Names a person."})
	if r, _ := w.m.Reply(id); r.Text != "" || r.Redaction != "Names a person." || r.RedactedAt != w.now || r.OrganisationID != w.ferry.OrganisationID {
		t.Errorf("redacted: %+v", r)
	}
	w.refuse(w.office, RedactReply{ReplyID: id, Reason: "r"}, Conflict, "replyId", "already")
	w.refuse(w.loom, ReplyToComment{CommentID: open, InReplyTo: id, Text: "t"}, Conflict, "inReplyToId", "redacted")
	w.do(w.loom, ReplyToComment{CommentID: open, Text: "t"})
}
