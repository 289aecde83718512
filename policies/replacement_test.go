package policies_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// amend proposes other words for the clause under a heading of the consulted revision.
func (w *town) amend(a Actor, csn, heading, words string) string {
	w.t.Helper()
	k, err := w.m.Consultation(csn)
	if err != nil {
		w.t.Fatalf("consultation: %v", err)
	}
	return w.do(a, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(k.RevisionID, heading), Stance: Amend, Type: Technical,
		Text: "Better so.", Replacement: words}}).Subject()
}

func (w *town) source(doc string) string {
	w.t.Helper()
	text, err := w.m.Text(w.document(doc).Head)
	if err != nil {
		w.t.Fatalf("text: %v", err)
	}
	return text.Source
}

// One step makes the change, answers the comment with it, credits who proposed it,
// and leaves the adoption gate nothing to ask.
func TestAcceptReplacement(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	k := w.amend(w.loom, csn, "term", "Records are kept for half a year.")
	w.wait(91 * day)
	e := w.do(w.estonia, AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Half a year is enough."})
	head, _ := w.m.Revision(w.document(doc).Head)
	if head.Number != 2 || head.Parent != rev || head.Note != "Half a year is enough." || head.MemberID != w.estonia.MemberID {
		t.Errorf("revision %+v", head)
	}
	if diff := cmp.Diff([]Credit{{OrganisationID: w.loom.OrganisationID, CommentID: k}}, head.Credits); diff != "" {
		t.Errorf("credits (-want +got):\n%s", diff)
	}
	if want := strings.Replace(parcels, "for a year", "for half a year", 1); w.source(doc) != want {
		t.Errorf("text %s", w.source(doc))
	}
	term := w.clauseUnder(rev, "term")
	c, _ := w.m.Comment(k)
	want := &Disposition{Outcome: AcceptedWhole, Reason: "Half a year is enough.", MemberID: w.estonia.MemberID, At: w.now,
		Change: &ChangeReference{RevisionID: head.ID, ClauseID: term}}
	if diff := cmp.Diff(want, c.Disposition); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if covered := e.(CoveredEvent); covered.Covers().ID != k || PrefixOf(e.Subject()) != PrefixCover {
		t.Errorf("subject %s, about %+v", e.Subject(), covered.Covers())
	}
	w.wants(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}

// Other clauses may have changed meanwhile; the clause itself only where the one who
// answers has seen it. Words may be edited, in part.
func TestAcceptReplacementAfterOtherChanges(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	half, month := w.amend(w.loom, csn, "term", "Records are kept for half a year."), w.amend(w.ferry, csn, "term", "Records are kept for a month.")
	w.edit(doc, "of each parcel", "of every parcel")
	w.do(w.estonia, AcceptReplacement{CommentID: half, Outcome: AcceptedWhole, Reason: "Enough.", Note: "Shorter."})
	if s := w.source(doc); !strings.Contains(s, "every parcel") || !strings.Contains(s, "half a year") {
		t.Errorf("text %s", s)
	}
	accept := AcceptReplacement{CommentID: month, Outcome: AcceptedWhole, Reason: "Shorter still."}
	e := w.refuse(w.estonia, accept, Conflict, "base", "§3(1) has changed since")
	want := []Clash{{ClauseID: w.clauseUnder(rev, "term"), Citation: "§3(1)", Base: "Records are kept for a year.",
		Ours: "Records are kept for half a year.", Theirs: "Records are kept for a month."}}
	if diff := cmp.Diff(want, e.Clashes); diff != "" {
		t.Errorf("clashes (-want +got):\n%s", diff)
	}
	accept.Words, accept.Outcome = "Records are kept for three months.", AcceptedInPart
	w.refuse(w.estonia, accept, Conflict, "base", "has changed since")
	accept.Base = w.document(doc).Head
	w.do(w.estonia, accept)
	if s := w.source(doc); !strings.Contains(s, "three months") {
		t.Errorf("text %s", s)
	}
}

// A paragraph may become two; the second explains itself by a mark.
func TestAcceptReplacementInTwoParagraphs(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	k := w.amend(w.loom, csn, "term", "Records are kept.\n\nThey are kept for a year.")
	w.wait(91 * day)
	c := AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Clearer."}
	w.refuse(w.estonia, c, Invalid, "words", "one clause")
	c.Split = true
	w.do(w.estonia, c)
	gaps := w.missing(doc)
	if len(gaps) != 1 || !strings.HasPrefix(gaps[0], "changeUnexplained ") {
		t.Errorf("the gate wants %v", gaps)
	}
}

func TestAcceptReplacementRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	k, plain := w.amend(w.loom, csn, "term", "Records are kept for half a year."), w.comment(w.loom, csn, "term")
	gone, same := w.amend(w.ferry, csn, "term", "None."), w.amend(w.ferry, csn, "duties", "A carrier keeps a record of each parcel.")
	list, scope := w.amend(w.ferry, csn, "term", "- a list"), w.amend(w.ferry, csn, "scope", "Nothing.")
	w.do(w.ferry, WithdrawComment{CommentID: gone, Reason: "r"})
	w.edit(doc, "This regulation applies to parcels of low value.\n\n", "")
	_, foreign := w.proposed()
	good := AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "r"}
	with := func(change func(*AcceptReplacement)) AcceptReplacement {
		c := good
		change(&c)
		return c
	}
	on := func(id string) AcceptReplacement { return with(func(c *AcceptReplacement) { c.CommentID = id }) }
	for _, x := range []struct {
		name  string
		who   Actor
		c     AcceptReplacement
		code  Code
		field string
		words string
	}{
		{"unknown comment", w.estonia, on("cmt_none"), NotFound, "commentId", "cmt_none"},
		{"the public", Actor{}, good, Unauthenticated, "commentId", ""},
		{"its own author", w.loom, good, Forbidden, "commentId", ""},
		{"the secretariat", w.office, good, Forbidden, "commentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), good, Forbidden, "commentId", ""},
		{"no acceptance", w.estonia, with(func(c *AcceptReplacement) { c.Outcome = Rejected }), Invalid, "outcome", "none of"},
		{"without a reason", w.estonia, with(func(c *AcceptReplacement) { c.Reason = " " }), Invalid, "reason", "missing"},
		{"a comment without other words", w.estonia, on(plain), Invalid, "commentId", "no other words"},
		{"a withdrawn comment", w.estonia, on(gone), Conflict, "commentId", "withdrawn"},
		{"other words, accepted in whole", w.estonia, with(func(c *AcceptReplacement) { c.Words = "x" }), Invalid, "words", "in part"},
		{"words that change nothing", w.estonia, on(same), Invalid, "words", "already"},
		{"words that are no paragraph", w.estonia, on(list), Invalid, "words", "paragraph"},
		{"a clause that is gone", w.estonia, on(scope), Conflict, "commentId", "any more"},
		{"a base of another document", w.estonia, with(func(c *AcceptReplacement) { c.Base = foreign }), NotFound, "base", foreign},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.rules.Limits.Bytes = 60
	w.refuse(w.estonia, good, Invalid, "words", "bytes")
	w.rules = DefaultRules()
	w.edit(doc, "for a year", "for ever")
	good.Base, good.Outcome, good.Words = w.document(doc).Head, AcceptedInPart, "Records are kept for a year."
	w.refuse(w.estonia, good, Invalid, "words", "commented on")
	good.Words = ""
	w.do(w.estonia, WithdrawDocument{DocumentID: doc, Reason: "r"})
	w.refuse(w.estonia, good, Conflict, "commentId", "was withdrawn")
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
