package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// sponsorLater makes an organisation a sponsor of a document beside its first.
func (w *town) sponsorLater(doc string, a Actor) {
	w.t.Helper()
	w.do(w.sponsor(doc), ShareDocument{DocumentID: doc, OrganisationID: a.OrganisationID, As: AsSponsor})
	w.do(a, AcceptSponsorship{DocumentID: doc})
}

// whisper says something in confidence.
func (w *town) whisper(a Actor, csn, clause string) string {
	w.t.Helper()
	return w.do(a, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: clause, Stance: Oppose, Type: Technical, Text: "We would close.",
		Confidential: true, Summary: "On what it costs us."}}).Subject()
}

// What was said in confidence was said to those who sponsored the document then: one
// that comes later does nothing with it until the comment's organisation tells it.
func TestConfidenceIsToThoseNamed(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	term := w.clauseUnder(rev, "term")
	id, open := w.whisper(w.loom, csn, term), w.comment(w.ferry, csn, term)
	w.sponsorLater(doc, w.zealand)
	after := w.whisper(w.harbour, csn, "")
	w.wait(91 * day)
	head := w.edit(doc, "for a year", "for half a year")
	d := w.document(doc)
	told := func(a Actor, id string) bool {
		k, _ := w.m.Comment(id)
		return May(a, ReadingComment, OnComment(&d, &k)) == nil
	}
	for _, x := range []struct {
		id   string
		a    Actor
		want bool
	}{{id, w.estonia, true}, {id, w.zealand, false}, {id, w.loom, true}, {id, w.office, true}, {id, w.ferry, false}, {after, w.zealand, true}, {after, w.loom, false}} {
		if got := told(x.a, x.id); got != x.want {
			t.Errorf("%s is told to %s: %v", x.id, x.a.OrganisationID, got)
		}
	}
	change := &ChangeReference{RevisionID: head, ClauseID: term}
	one := DisposeComment{CommentID: id, Outcome: AcceptedWhole, Reason: "r", Change: change}
	for name, c := range map[string]Command{"answer": one, "reply": ReplyToComment{CommentID: id, Text: "t"},
		"endorse": EndorseComment{CommentID: id, Position: Endorses}, "reanchor": ReanchorComment{CommentID: id, RevisionID: head, Reason: "r"}} {
		if e := w.refuse(w.zealand, c, Forbidden, "commentId", ""); e == nil {
			t.Errorf("%s: allowed", name)
		}
	}
	w.refuse(w.zealand, DisposeEach{DocumentID: doc, Dispositions: []EachDisposition{{DisposeComment: one, Seen: NoDisposition}}}, Forbidden, "answers.0.commentId", "")
	w.refuse(w.zealand, DisposeComment{CommentID: open, Outcome: Duplicate, Reason: "r", DuplicateOf: id}, Invalid, "duplicateOfId", "confidential")

	// All of them together: those that it is told.
	all := DisposeComments{DocumentID: doc, AsOf: w.seq(), Count: 2, Outcome: Noted, Reason: "r"}
	w.refuse(w.estonia, all, Conflict, "count", "finds 3 comments")
	w.do(w.zealand, all)
	if k, _ := w.m.Comment(id); k.Disposition != nil {
		t.Errorf("answered unread: %+v", k.Disposition)
	}

	// What adoption wants is told without it.
	gaps := func(a Actor) (list []string) {
		rev, _ := w.m.Revision(head)
		all, err := Gate(w.document(doc), rev, w.now, w.rules, w.m)
		if err == nil {
			all, err = ToldGaps(all, a, &d, w.m)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range all {
			list = append(list, g.Reason+g.CommentID)
		}
		return list
	}
	for _, x := range []struct {
		a    Actor
		want []string
	}{{w.estonia, []string{"commentUnanswered" + id, "changeUnexplained"}}, {w.zealand, []string{"changeUnexplained", "confidenceUnsettled"}}} {
		if diff := cmp.Diff(x.want, gaps(x.a)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.a.OrganisationID, diff)
		}
	}
	w.do(w.estonia, one)
	w.do(w.estonia, DisposeComment{CommentID: open, Outcome: AcceptedWhole, Reason: "r", Change: change})
	if got := gaps(w.zealand); got != nil {
		t.Errorf("wanted still: %v", got)
	}

	w.do(w.loom, DiscloseComment{CommentID: id, OrganisationID: w.zealand.OrganisationID})
	if !told(w.zealand, id) {
		t.Error("disclosed, and not told")
	}
	w.do(w.zealand, DisposeComment{CommentID: id, Outcome: Rejected, Reason: "r"})
}

func TestDiscloseCommentRefused(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	id, open, gone := w.whisper(w.loom, csn, "term"), w.comment(w.loom, csn, ""), w.whisper(w.loom, csn, "")
	w.do(as(w.loom, Admin), DisownComment{CommentID: gone, Reason: "r"})
	w.sponsorLater(doc, w.zealand)
	to := func(a Actor) DiscloseComment {
		return DiscloseComment{CommentID: id, OrganisationID: a.OrganisationID}
	}
	for name, x := range map[string]struct {
		who   Actor
		c     DiscloseComment
		code  Code
		field string
	}{
		"to nobody":                 {w.loom, DiscloseComment{CommentID: id, OrganisationID: "org_none"}, NotFound, "organisationId"},
		"to one that isn't sponsor": {w.loom, to(w.ferry), Invalid, "organisationId"},
		"to one that was told":      {w.loom, to(w.estonia), Conflict, "organisationId"},
		"to itself":                 {w.loom, to(w.loom), Conflict, "organisationId"},
		"by its sponsor":            {w.estonia, to(w.zealand), Forbidden, "commentId"},
		"by whom it is to be told":  {w.zealand, to(w.zealand), Forbidden, "commentId"},
		"by the secretariat":        {w.office, to(w.zealand), Forbidden, "commentId"},
		"by an observer":            {as(w.loom, Observer), to(w.zealand), Forbidden, "commentId"},
		"by the public":             {Actor{}, to(w.zealand), Unauthenticated, "commentId"},
		"of a public one":           {w.loom, DiscloseComment{CommentID: open, OrganisationID: w.zealand.OrganisationID}, Conflict, "commentId"},
		"of one disowned":           {w.loom, DiscloseComment{CommentID: gone, OrganisationID: w.zealand.OrganisationID}, Conflict, "commentId"},
		"of none":                   {w.loom, DiscloseComment{CommentID: "cmt_none", OrganisationID: w.zealand.OrganisationID}, NotFound, "commentId"},
	} {
		t.Run(name, func(t *testing.T) { w.t = t; w.refuse(x.who, x.c, x.code, x.field, "") })
	}
	w.t = t
	w.do(w.loom, to(w.zealand))
	w.refuse(w.loom, to(w.zealand), Conflict, "organisationId", "already")
}

// No confidential comment is left without anybody who may answer it.
func TestConfidantsAnswerBeforeTheyGo(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	w.sponsorLater(doc, w.zealand)
	both := w.whisper(w.loom, csn, "")
	w.do(w.zealand, ResignSponsorship{DocumentID: doc})
	w.do(w.loom, WithdrawComment{CommentID: both, Reason: "r"})
	id := w.whisper(w.loom, csn, "")
	w.sponsorLater(doc, w.zealand)
	w.refuse(w.estonia, ResignSponsorship{DocumentID: doc}, Conflict, "documentId", "comment 2")
	w.do(w.loom, DiscloseComment{CommentID: id, OrganisationID: w.zealand.OrganisationID})
	w.do(w.estonia, ResignSponsorship{DocumentID: doc})
	d, k := w.document(doc), w.m.All.Comments[1]
	if May(w.estonia, ReadingComment, OnComment(&d, &k)) == nil || May(w.zealand, ReadingComment, OnComment(&d, &k)) != nil {
		t.Error("who resigned reads on, or who stays doesn't")
	}
}

// A comment is called the duplicate of a confidential one only where that tells nobody
// anything: of the same organisation's, told to no others.
func TestDuplicatesKeepConfidences(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	first, again, others, open := w.whisper(w.loom, csn, ""), w.whisper(w.loom, csn, ""), w.whisper(w.ferry, csn, ""), w.comment(w.loom, csn, "")
	w.sponsorLater(doc, w.zealand)
	later := w.whisper(w.loom, csn, "")
	duplicate := func(id string) DisposeComment {
		return DisposeComment{CommentID: id, Outcome: Duplicate, Reason: "r", DuplicateOf: first}
	}
	for _, id := range []string{others, open, later} {
		w.refuse(w.estonia, duplicate(id), Invalid, "duplicateOfId", "confidential")
	}
	w.do(w.estonia, duplicate(again))
	w.do(w.estonia, DisposeComment{CommentID: first, Outcome: Duplicate, Reason: "r", DuplicateOf: open})
}

func (p *player) disclose() Command {
	return DiscloseComment{CommentID: p.commentID(), OrganisationID: rapid.SampledFrom([]string{p.estonia.OrganisationID, p.zealand.OrganisationID,
		p.loom.OrganisationID}).Draw(p.t, "whom")}
}
