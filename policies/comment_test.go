package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestSubmitComment(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	w.wait(day)
	id := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: "term", Stance: Amend, Type: Technical,
		Text: "Half a year\r\n\tis enough. 半年 ê", Replacement: "## Half a term"}}).Subject()
	got, err := w.m.Comment(id)
	want := Comment{ID: id, Number: 1, DocumentID: doc, ConsultationID: csn, RevisionID: rev, CommentWords: CommentWords{ClauseID: "term", Stance: Amend, Type: Technical,
		Text: "Half a year\r\n\tis enough. 半年 ê", Replacement: "## Half a term"},
		OrganisationID: w.loom.OrganisationID, MemberID: w.loom.MemberID, SubmittedAt: w.now, Seq: int64(len(w.log) - 1)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("comment (-want +got), %v:\n%s", err, diff)
	}
	for _, who := range []Actor{w.ferry, w.crane, w.zealand, w.estonia} {
		id = w.comment(who, csn, "")
	}
	if last, _ := w.m.Comment(id); last.Number != 5 {
		t.Errorf("the fifth comment has number %d", last.Number)
	}
}

func TestSubmitCommentRefused(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	paragraph := w.clauseUnder(rev, "term")
	good := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: paragraph, Stance: Oppose, Type: General, Text: "No."}}
	with := func(change func(*SubmitComment)) SubmitComment { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     SubmitComment
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, good, Unauthenticated, "consultationId", ""},
		{"member of nothing", Actor{SignedIn: true}, good, Forbidden, "consultationId", ""},
		{"an observer", as(w.loom, Observer), good, Forbidden, "consultationId", ""},
		{"the secretariat", w.office, good, Forbidden, "consultationId", ""},
		{"unknown consultation", w.loom, with(func(c *SubmitComment) { c.ConsultationID = "csn_none" }), NotFound, "consultationId", "csn_none"},
		{"unknown clause", w.loom, with(func(c *SubmitComment) { c.ClauseID = "annex" }), NotFound, "clauseId", "annex"},
		{"unknown stance", w.loom, with(func(c *SubmitComment) { c.Stance = "angry" }), Invalid, "stance", "none of"},
		{"unknown type", w.loom, with(func(c *SubmitComment) { c.Type = "" }), Invalid, "type", "none of"},
		{"no text", w.loom, with(func(c *SubmitComment) { c.Text = "\n" }), Invalid, "text", "missing"},
		{"too long text", w.loom, with(func(c *SubmitComment) { c.Text = strings.Repeat("n", MaxWords+1) }), Invalid, "text", "65537 bytes"},
		{"text that is no UTF-8", w.loom, with(func(c *SubmitComment) { c.Text = "a\xc3" }), Invalid, "text", "UTF-8"},
		{"text with an escape", w.loom, with(func(c *SubmitComment) { c.Text = "\x1b[31m" }), Invalid, "text", "control"},
		{"text with a C1 control", w.loom, with(func(c *SubmitComment) { c.Text = "\u009b" }), Invalid, "text", "control"},
		{"amend without words", w.loom, with(func(c *SubmitComment) { c.Stance = Amend }), Invalid, "replacement", "missing"},
		{"amend without a clause", w.loom, with(func(c *SubmitComment) { c.Stance, c.ClauseID, c.Replacement = Amend, "", "x" }), Invalid, "clauseId", "name the clause"},
		{"words without amend", w.loom, with(func(c *SubmitComment) { c.Replacement = "x" }), Invalid, "replacement", "amend"},
		{"too long a replacement", w.loom, with(func(c *SubmitComment) { c.Stance, c.Replacement = Amend, strings.Repeat("n", MaxWords+1) }), Invalid, "replacement", "bytes"},
		{"provenance from a member", w.loom, with(func(c *SubmitComment) { c.Provenance = &Provenance{System: "csv", Reference: "7"} }), Forbidden, "", "whoever operates"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.do(w.loom, with(func(c *SubmitComment) { c.Text = strings.Repeat("n", MaxWords) }))
}

// The window is half open: the instant of the close is late.
func TestCommentWindow(t *testing.T) {
	for _, late := range []Late{LateRefused, LateMarked} {
		t.Run(string(late), func(t *testing.T) {
			w := newTown(t)
			doc, _ := w.proposed()
			csn := w.do(w.estonia, OpenConsultation{DocumentID: doc, Opens: w.in(day), Closes: w.in(90 * day), Zone: zone, Late: late}).Subject()
			c := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Support, Type: General, Text: "Yes."}}
			isLate := func(e Event) bool { k, _ := w.m.Comment(e.Subject()); return k.Late }

			w.wait(day - time.Millisecond)
			w.refuse(w.loom, c, Conflict, "consultationId", "opens at")
			w.wait(time.Millisecond)
			if isLate(w.do(w.loom, c)) {
				t.Error("late at the opening")
			}
			w.wait(89*day - time.Millisecond)
			if isLate(w.do(w.loom, c)) {
				t.Error("late before the close")
			}
			w.wait(time.Millisecond)
			if late == LateRefused {
				w.refuse(w.loom, c, Conflict, "consultationId", "takes no late comments")
				return
			}
			if !isLate(w.do(w.loom, c)) {
				t.Error("not marked late at the close")
			}
		})
	}
}

// An imported comment counts from when its source received it.
func TestImportComment(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	received := w.now.Add(10 * day)
	org, _ := w.m.Organisation(w.ferry.OrganisationID)
	c := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Support, Type: General, Text: "Yes."},
		Provenance: &Provenance{System: "csv", Reference: "NIST-1", At: received}}
	w.wait(200 * day)
	k, _ := w.m.Comment(w.do(OperatorFor(org), c).Subject())
	if k.Late || k.OrganisationID != org.ID || k.MemberID != "" || !k.Provenance.At.Equal(received) || k.SubmittedAt != w.now {
		t.Errorf("imported: %+v", k)
	}
	c.Provenance = &Provenance{System: "csv", Reference: "NIST-2", At: w.now.Add(-day)}
	w.refuse(OperatorFor(org), c, Conflict, "consultationId", "late")
	w.refuse(Operator, c, Forbidden, "consultationId", "") // for no organisation
}

func TestWithdrawComment(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	id := w.comment(w.loom, csn, "term")
	w.refuse(w.ferry, WithdrawComment{CommentID: id, Reason: "r"}, Forbidden, "commentId", "")
	w.refuse(w.estonia, WithdrawComment{CommentID: id, Reason: "r"}, Forbidden, "commentId", "")
	w.refuse(as(w.loom, Observer), WithdrawComment{CommentID: id, Reason: "r"}, Forbidden, "commentId", "")
	w.refuse(Actor{}, WithdrawComment{CommentID: id, Reason: "r"}, Unauthenticated, "commentId", "")
	w.refuse(w.loom, WithdrawComment{CommentID: "cmt_none", Reason: "r"}, NotFound, "commentId", "cmt_none")
	w.refuse(w.loom, WithdrawComment{CommentID: id}, Invalid, "reason", "missing")
	w.do(w.loom, WithdrawComment{CommentID: id, Reason: "Filed by mistake."})
	if k, _ := w.m.Comment(id); k.WithdrawnAt != w.now || k.Withdrawal != "Filed by mistake." || k.Text == "" {
		t.Errorf("withdrawn: %+v", k)
	}
	w.refuse(w.loom, WithdrawComment{CommentID: id, Reason: "r"}, Conflict, "commentId", "already")
	w.refuse(w.estonia, DisposeComment{CommentID: id, Outcome: Noted, Reason: "r"}, Conflict, "commentId", "withdrawn")
}

func TestConfidentialComment(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	good := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "term"), Stance: Oppose, Type: General, Text: "Our margin is 2%.",
		Confidential: true, Summary: "On margins."}}
	with := func(change func(*SubmitComment)) SubmitComment { c := good; change(&c); return c }
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Summary = "" }), Invalid, "summary", "missing")
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Confidential = false }), Invalid, "summary", "goes with a confidential")
	w.refuse(w.loom, with(func(c *SubmitComment) { c.Supporters = MaxSupporters + 1 }), Invalid, "supporters", "no number")
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
	w.refuse(w.estonia, DisposeComment{CommentID: open, Outcome: Duplicate, DuplicateOf: secret, Reason: "Says the same."}, Invalid, "duplicateOfId", "confidential")
	w.do(w.estonia, DisposeComment{CommentID: secret, Outcome: Duplicate, DuplicateOf: open, Reason: "Says the same."})
	for _, g := range w.gaps(k.DocumentID) {
		if g.CommentID == secret && g.ClauseID != "" {
			t.Errorf("what is missing for adoption tells where the comment is: %+v", g)
		}
	}
}
