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
	e := w.refuse(w.estonia, accept, TextConflict, "baseId", "§3(1) has changed since")
	want := []Clash{{ClauseID: w.clauseUnder(rev, "term"), Citation: "§3(1)", Base: "Records are kept for a year.",
		Head: "Records are kept for half a year.", Submitted: "Records are kept for a month."}}
	if diff := cmp.Diff(want, e.Clashes); diff != "" {
		t.Errorf("clashes (-want +got):\n%s", diff)
	}
	accept.Words, accept.Outcome = "Records are kept for three months.", AcceptedInPart
	w.refuse(w.estonia, accept, TextConflict, "baseId", "has changed since")
	accept.Base = w.document(doc).Head
	w.do(w.estonia, accept)
	if s := w.source(doc); !strings.Contains(s, "three months") {
		t.Errorf("text %s", s)
	}
}

// A paragraph may become two. The second is the comment's change like the first, and comes once.
func TestAcceptReplacementInTwoParagraphs(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	k := w.amend(w.loom, csn, "term", "Records are kept.\n\nThey are kept for a year.")
	w.wait(91 * day)
	c := AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Clearer."}
	w.refuse(w.estonia, c, Invalid, "words", "one clause")
	c.Split = true
	w.do(w.estonia, c)
	w.wants(doc)
	c.Base = w.document(doc).Head
	w.refuse(w.estonia, c, Conflict, "commentId", "was accepted so in revision 2, and §3(2), which that added, stands")
	w.do(w.estonia, DisposeComment{CommentID: k, Outcome: AcceptedInPart, Reason: "Said otherwise.",
		Change: &ChangeReference{RevisionID: c.Base, ClauseID: w.clauseUnder(c.Base, "term")}})
	w.wants(doc) // a later answer that refers to the same revision explains as much
	w.edit(doc, "They are kept for a year.", "They are kept for two years.")
	if gaps := w.missing(doc); len(gaps) != 1 || !strings.HasPrefix(gaps[0], "changeUnexplained ") {
		t.Errorf("after another change the gate wants %v", gaps)
	}
}

// proposes is a comment that proposes a change of the clause under a heading, or "" for the whole.
func (w *town) proposes(a Actor, csn string, kind Proposal, heading, words string) SubmitComment {
	w.t.Helper()
	k, err := w.m.Consultation(csn)
	if err != nil {
		w.t.Fatalf("consultation: %v", err)
	}
	c := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Amend, Type: Technical, Text: "Better so.", Replacement: words, Proposes: kind}}
	if heading != "" {
		c.ClauseID = w.clauseUnder(k.RevisionID, heading)
	}
	return c
}

// One step strikes a clause out or adds some, and leaves the gate nothing to ask; nothing comes twice.
func TestAcceptStrikeOutAndAddition(t *testing.T) {
	for _, x := range []struct {
		name          string
		kind          Proposal
		under, words  string
		was, becomes  string
		points, again string
	}{
		{"a clause goes", StrikeOut, "term", "", "Records are kept for a year.\n", "", "Records", "any more"},
		{"one comes after another", AddAfter, "duties", "(1a) The record is true.", "A carrier keeps a record of each parcel.\n",
			"A carrier keeps a record of each parcel.\n\n(1a) The record is true.\n", "(1a)", "which that added"},
		{"several come", AddAfter, "term", "## Costs\n\nNobody pays.\n\nNever.", "Records are kept for a year.\n",
			"Records are kept for a year.\n\n## Costs\n\nNobody pays.\n\nNever.\n", "## Costs", "which that added"},
		{"one comes before the first", AddAfter, "", "Parcels are many.", "# Parcels {#title}\n", "Parcels are many.\n\n# Parcels {#title}\n", "Parcels are", "which that added"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := withoutBallots(t)
			doc, _, csn := w.consulted()
			if !strings.Contains(parcels, x.was) {
				t.Fatalf("the text has no %q", x.was)
			}
			k := w.do(w.loom, w.proposes(w.loom, csn, x.kind, x.under, x.words)).Subject()
			w.wait(91 * day)
			c := AcceptReplacement{CommentID: k, Outcome: AcceptedWhole, Reason: "Yes."}
			w.do(w.estonia, c)
			if want := strings.TrimRight(strings.Replace(parcels, x.was, x.becomes, 1), "\n") + "\n"; w.source(doc) != want {
				t.Errorf("text %q, want %q", w.source(doc), want)
			}
			w.wants(doc)
			answer, _ := w.m.Comment(k)
			head := w.document(doc).Head
			pointed, _ := w.m.Text(head)
			if x.kind == StrikeOut {
				pointed, _ = w.m.Text(answer.RevisionID)
			}
			if got := pointed.Words(pointed.Clauses.Index(answer.Disposition.Change.ClauseID)); answer.Disposition.Change.RevisionID != head || !strings.HasPrefix(got, x.points) {
				t.Errorf("the answer points at %q", got)
			}
			c.Base = head
			w.refuse(w.estonia, c, Conflict, "commentId", x.again)
			w.do(w.estonia, AdoptDocument{DocumentID: doc})
		})
	}
}

// What goes with all that stands under it has been seen as it is; what comes beside a clause doesn't depend on that.
func TestAcceptStrikeOutAfterOtherChanges(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	text, _ := w.m.Text(rev)
	section := w.proposes(w.loom, csn, StrikeOut, "term", "")
	section.ClauseID = text.Clauses[text.Clauses.Index(section.ClauseID)-1].ID // the heading over it
	goes, comes := w.do(w.loom, section).Subject(), w.do(w.ferry, w.proposes(w.ferry, csn, AddAfter, "term", "Never longer.")).Subject()
	w.edit(doc, "for a year", "for ever")
	strike := AcceptReplacement{CommentID: goes, Outcome: AcceptedWhole, Reason: "Yes."}
	e := w.refuse(w.estonia, strike, TextConflict, "baseId", "§3(1) has changed since")
	if len(e.Clashes) != 1 || e.Clashes[0].Base != "Records are kept for a year." || e.Clashes[0].Head != "Records are kept for ever." || e.Clashes[0].Submitted != "" {
		t.Errorf("clashes %+v", e.Clashes)
	}
	w.do(w.estonia, AcceptReplacement{CommentID: comes, Outcome: AcceptedWhole, Reason: "Yes."})
	w.refuse(w.estonia, strike, TextConflict, "baseId", "§3(1) has changed since")
	strike.Base = w.document(doc).Head
	strike.Words = "None."
	strike.Outcome = AcceptedInPart
	w.refuse(w.estonia, strike, Invalid, "words", "struck out")
	strike.Words = ""
	w.do(w.estonia, strike)
	if s := w.source(doc); strings.Contains(s, "Never longer") || strings.Contains(s, "Term") {
		t.Errorf("text %q", s)
	}
}

// What can't be carried out is refused as it is proposed, to those who can mend it; a draft as it is submitted.
func TestProposalsAreTried(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	for _, x := range []struct {
		name         string
		kind         Proposal
		under, words string
		field, says  string
	}{
		{"a list for a paragraph", Replace, "term", "- a list", "replacement", "paragraph"},
		{"a heading that swallows what follows", AddAfter, "duties", "# Other\n\nWords.", "replacement", "around"},
		{"a fence that isn't closed", AddAfter, "duties", "```\nx", "replacement", "close"},
		{"the same words", "", "duties", "A carrier keeps a record of each parcel.", "replacement", "already"},
		{"words for what goes", StrikeOut, "duties", "None.", "replacement", "struck out"},
		{"nothing to add", AddAfter, "duties", "", "replacement", "missing"},
		{"the whole goes", StrikeOut, "", "", "clauseId", "name the clause"},
		{"no kind", "burn", "duties", "x", "proposes", "none of"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			c := w.proposes(w.loom, csn, x.kind, x.under, x.words)
			w.refuse(w.loom, c, Invalid, x.field, x.says)
			if x.kind == "burn" {
				return
			}
			draft := w.drafted(w.loom, csn, c.CommentWords)
			w.refuse(w.loom, SubmitDraft{DraftID: draft, Edition: 1}, Invalid, "draftId."+x.field, x.says)
		})
	}
	w.t = t
	other := w.proposes(w.loom, csn, StrikeOut, "duties", "")
	other.Stance = Oppose
	w.refuse(w.loom, other, Invalid, "proposes", "amend")
	k, _ := w.m.Comment(w.do(w.loom, w.proposes(w.loom, csn, Replace, "duties", "No record is kept.\n\nNone at all.")).Subject())
	if k.Proposed() != Replace || k.Proposes != "" {
		t.Errorf("it proposes %q, recorded as %q", k.Proposed(), k.Proposes)
	}
	// What is imported was made elsewhere: it is kept as it is, and can't be accepted so.
	list := w.proposes(w.loom, csn, Replace, "duties", "- a list")
	list.Provenance = &Provenance{System: "csv", Reference: "1", At: w.now}
	org, _ := w.m.Organisation(w.loom.OrganisationID)
	imported := w.do(OperatorFor(org), list).Subject()
	w.refuse(w.estonia, AcceptReplacement{CommentID: imported, Outcome: AcceptedWhole, Reason: "r"}, Invalid, "words", "paragraph")
	// Words that were redacted propose nothing any more.
	gone := w.do(w.loom, w.proposes(w.loom, csn, StrikeOut, "scope", "")).Subject()
	w.do(w.office, RedactComment{CommentID: gone, Reason: "Names a person."})
	w.refuse(w.estonia, AcceptReplacement{CommentID: gone, Outcome: AcceptedWhole, Reason: "r"}, Invalid, "commentId", "no other words")
}

func TestAcceptReplacementRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	k, plain := w.amend(w.loom, csn, "term", "Records are kept for half a year."), w.comment(w.loom, csn, "term")
	gone, same := w.amend(w.ferry, csn, "term", "None."), w.amend(w.ferry, csn, "duties", "A carrier keeps a record.")
	scope := w.amend(w.ferry, csn, "scope", "Nothing.")
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
		{"words that change nothing", w.estonia, with(func(c *AcceptReplacement) {
			c.CommentID, c.Outcome, c.Words = same, AcceptedInPart, "A carrier keeps a record of each parcel."
		}), Invalid, "words", "already"},
		{"words that are no paragraph", w.estonia, with(func(c *AcceptReplacement) { c.Outcome, c.Words = AcceptedInPart, "- a list" }), Invalid, "words", "paragraph"},
		{"a clause that is gone", w.estonia, on(scope), Conflict, "commentId", "any more"},
		{"a base of another document", w.estonia, with(func(c *AcceptReplacement) { c.Base = foreign }), NotFound, "baseId", foreign},
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
