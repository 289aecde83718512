package policies

import "testing"

func TestConfidentialComment(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	good := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Oppose, Type: General, Text: "Our margin is 2%.",
		Confidential: true, Summary: "On margins."}}
	with := func(change func(*SubmitComment)) SubmitComment { c := good; change(&c); return c }
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Summary = "" }), Invalid, "summary", "missing")
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Confidential = false }), Invalid, "summary", "goes with a confidential")
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Supporters = maxSupporters + 1 }), Invalid, "supporters", "no number")
	secret := w.do(w.loom, good).Subject()
	k, _ := w.m.Comment(secret)
	shell := k.Shell()
	if !shell.Masked || shell.Summary != "On margins." || shell.Text != "" || shell.OrganisationID != "" || shell.ClauseID != "" ||
		shell.Stance != "" || shell.MemberID != "" || shell.Disposition != nil {
		t.Errorf("everybody may know of it: %+v", shell)
	}
	w.refuse(w.ferry, ReplyToComment{CommentID: secret, Text: "Which?"}, Forbidden, "commentId", "")
	w.do(w.estonia, ReplyToComment{CommentID: secret, Text: "Which?"})
	open := w.comment(w.ferry, csn, "")
	w.refuse(w.estonia, DisposeComment{CommentID: open, Outcome: Duplicate, DuplicateOf: secret, Reason: "Says the same."}, Invalid, "duplicateOf", "confidential")
	w.do(w.estonia, DisposeComment{CommentID: secret, Outcome: Duplicate, DuplicateOf: open, Reason: "Says the same."})
	for _, g := range w.gaps(k.DocumentID) {
		if g.CommentID == secret && g.ClauseID != "" {
			t.Errorf("what is missing for adoption tells where the comment is: %+v", g)
		}
	}
}

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

func TestReplyToComment(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	id, other := w.comment(w.loom, csn, ""), w.comment(w.loom, csn, "")
	w.refuse(Actor{}, ReplyToComment{CommentID: id, Text: "r"}, Unauthenticated, "commentId", "")
	w.refuse(w.office, ReplyToComment{CommentID: id, Text: "r"}, Forbidden, "commentId", "")
	w.refuse(w.ferry, ReplyToComment{CommentID: "cmt_none", Text: "r"}, NotFound, "commentId", "cmt_none")
	w.refuse(w.ferry, ReplyToComment{CommentID: id}, Invalid, "text", "missing")
	w.refuse(w.ferry, ReplyToComment{CommentID: id, Text: "r", InReplyTo: "rpl_none"}, NotFound, "inReplyTo", "rpl_none")
	first := w.do(w.ferry, ReplyToComment{CommentID: id, Text: "Why?"}).Subject()
	w.refuse(w.loom, ReplyToComment{CommentID: other, InReplyTo: first, Text: "r"}, NotFound, "inReplyTo", first)
	second, _ := w.m.Reply(w.do(w.loom, ReplyToComment{CommentID: id, InReplyTo: first, Text: "Because."}).Subject())
	if second.InReplyTo != first || second.CommentID != id || second.OrganisationID != w.loom.OrganisationID || second.Text != "Because." || second.At != w.now {
		t.Errorf("reply %+v", second)
	}
	w.do(w.office, RedactComment{CommentID: id, Reason: "Names a person."})
	w.refuse(w.ferry, ReplyToComment{CommentID: id, Text: "r"}, Conflict, "commentId", "redacted")
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

// The words of a confidential comment aren't taken over in one step: the statement would tell.
func TestAcceptConfidentialReplacement(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	secret := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Amend, Type: Technical,
		Text: "Our tapes rot.", Replacement: "Records are kept for half a year.", Confidential: true, Summary: "On tapes."}}).Subject()
	disowned := w.amend(w.loom, csn, "scope", "This regulation applies to parcels.")
	w.do(as(w.loom, Admin), DisownComment{CommentID: disowned, Reason: "Not ours."})
	w.refuse(w.estonia, AcceptReplacement{CommentID: secret, Outcome: AcceptedWhole, Reason: "Half a year is enough."}, Conflict, "commentId", "confidential")
	w.refuse(w.estonia, AcceptReplacement{CommentID: disowned, Outcome: AcceptedWhole, Reason: "r"}, Conflict, "commentId", "disowned")
}
