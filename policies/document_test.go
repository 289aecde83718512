package policies_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestProposeDocument(t *testing.T) {
	w := newTown(t)
	numbers := func(kind standards.Kind, a Actor) string {
		e := w.do(a, ProposeDocument{Kind: kind, Title: "T", Language: "zh-Hans", Parties: []string{"EE"}})
		return w.document(e.Subject()).Number
	}
	for _, x := range []struct {
		who  Actor
		kind standards.Kind
		want string
	}{
		{w.estonia, standards.Regulation, "EWTP-R-2026-001"},
		{w.zealand, standards.Regulation, "EWTP-R-2026-002"},
		{w.loom, standards.Standard, "EWTP-S-2026-001"},
		{w.estonia, standards.BestPractice, "EWTP-B-2026-001"},
	} {
		if got := numbers(x.kind, x.who); got != x.want {
			t.Errorf("numbered %s, want %s", got, x.want)
		}
	}
	w.wait(365 * day)
	if got := numbers(standards.Regulation, w.estonia); got != "EWTP-R-2027-001" {
		t.Errorf("a new year began with %s", got)
	}
}

func TestProposeDocumentRefused(t *testing.T) {
	w := newTown(t)
	good := ProposeDocument{Kind: standards.Regulation, Title: "T", Language: "en", Parties: []string{"EE"}}
	with := func(change func(*ProposeDocument)) ProposeDocument { c := good; change(&c); return c }
	many := make([]string, MaxList+1)
	for i := range many {
		many[i] = "topic " + strconv.Itoa(i)
	}
	for _, x := range []struct {
		name  string
		who   Actor
		c     ProposeDocument
		code  Code
		field string
	}{
		{"the public", Actor{}, good, Unauthenticated, ""},
		{"a business and a regulation", w.loom, good, Forbidden, ""},
		{"a hub operator and a standard", w.crane, with(func(c *ProposeDocument) { c.Kind = standards.Standard }), Forbidden, ""},
		{"the secretariat", w.office, good, Forbidden, ""},
		{"an observer", as(w.estonia, Observer), good, Forbidden, ""},
		{"the operator for nobody", Operator, good, Forbidden, ""},
		{"unknown kind", w.estonia, with(func(c *ProposeDocument) { c.Kind = "law" }), Invalid, "kind"},
		{"no title", w.estonia, with(func(c *ProposeDocument) { c.Title = "" }), Invalid, "title"},
		{"title of two lines", w.estonia, with(func(c *ProposeDocument) { c.Title = "a\nb" }), Invalid, "title"},
		{"no language", w.estonia, with(func(c *ProposeDocument) { c.Language = "" }), Invalid, "language"},
		{"language in words", w.estonia, with(func(c *ProposeDocument) { c.Language = "plain English" }), Invalid, "language"},
		{"regulation without parties", w.estonia, with(func(c *ProposeDocument) { c.Parties = nil }), Invalid, "parties"},
		{"a party by name", w.estonia, with(func(c *ProposeDocument) { c.Parties = []string{"EE", "Narnia"} }), Invalid, "parties.1"},
		{"a party twice", w.estonia, with(func(c *ProposeDocument) { c.Parties = []string{"EE", "EE"} }), Invalid, "parties.1"},
		{"too many topics", w.estonia, with(func(c *ProposeDocument) { c.Topics = many }), Invalid, "topics"},
		{"a blank topic", w.estonia, with(func(c *ProposeDocument) { c.Topics = []string{"parcels", " "} }), Invalid, "topics.1"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, "")
		})
	}
	w.t = t
}

func TestWithdrawDocument(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	k := w.comment(w.loom, csn, "")
	w.refuse(w.loom, WithdrawDocument{DocumentID: doc, Reason: "r"}, Forbidden, "documentId", "")
	w.refuse(w.estonia, WithdrawDocument{DocumentID: doc, Reason: " "}, Invalid, "reason", "missing")
	w.do(w.estonia, WithdrawDocument{DocumentID: doc, Reason: "Overtaken by a treaty."})
	if d := w.document(doc); w.phase(doc) != Withdrawn || !d.PublicRevision(1) {
		t.Fatalf("phase %s, and what was public must stay readable: %+v", w.phase(doc), d)
	}
	w.unchangeable(doc, rev, csn, k, "was withdrawn")
}

// unchangeable tries everything that changes a document; all must be a conflict.
func (w *town) unchangeable(doc, rev, csn, comment, words string) {
	w.t.Helper()
	own, _ := w.m.Comment(comment)
	author := w.loom
	if own.OrganisationID != author.OrganisationID {
		w.t.Fatalf("comment %s isn't Loom's", comment)
	}
	for _, x := range []struct {
		who   Actor
		c     Command
		field string
	}{
		{w.estonia, ShareDocument{DocumentID: doc, OrganisationID: w.zealand.OrganisationID, As: AsReader}, "documentId"},
		{w.estonia, UnshareDocument{DocumentID: doc, OrganisationID: w.zealand.OrganisationID, Reason: "r"}, "documentId"},
		{w.estonia, ProposeTerms{DocumentID: doc}, "documentId"},
		{w.estonia, PutForward{DocumentID: doc, RevisionID: rev}, "documentId"},
		{w.estonia, CorrectDocument{DocumentID: doc, Title: new("T"), Reason: "r"}, "documentId"},
		{w.estonia, WithdrawDocument{DocumentID: doc, Reason: "r"}, "documentId"},
		{w.estonia, CommitRevision{DocumentID: doc, Base: rev, Source: "# Other\n"}, "documentId"},
		{w.office, OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateMarked}, "documentId"},
		{w.office, ExtendConsultation{ConsultationID: csn, Closes: w.in(900 * day), Reason: "r"}, "consultationId"},
		{w.ferry, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "x"}}, "consultationId"},
		{author, WithdrawComment{CommentID: comment, Reason: "r"}, "commentId"},
		{w.estonia, DisposeComment{CommentID: comment, Outcome: Noted, Reason: "r"}, "commentId"},
		{w.estonia, MarkEditorial{RevisionID: rev, ClauseID: "scope", Reason: "r"}, "revisionId"},
		{w.estonia, OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: OpenBallotting}, "documentId"},
		{w.estonia, AdoptDocument{DocumentID: doc}, "documentId"},
	} {
		w.refuse(x.who, x.c, Conflict, x.field, words)
	}
}

func TestPhases(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	// 160 days of consultations, 8 and 9 of ballots, and one to wait
	w.terms(doc, Terms{From: w.from(178 * day), Until: w.from(186 * day)})
	step := func(want Phase) {
		t.Helper()
		if got := w.phase(doc); got != want {
			t.Fatalf("at %s the phase is %s, want %s", w.now, got, want)
		}
	}
	step(Draft)
	opens := w.in(10 * day)
	w.do(w.estonia, OpenConsultation{DocumentID: doc, Opens: opens, Closes: w.in(80 * day), Zone: zone, Late: LateRefused})
	step(Draft) // announced
	w.wait(10*day - time.Millisecond)
	step(Draft)
	w.wait(time.Millisecond)
	step(InConsultation)
	w.wait(70*day - time.Millisecond)
	step(InConsultation)
	w.wait(time.Millisecond)
	step(InReview)
	w.do(w.estonia, OpenConsultation{DocumentID: doc, Opens: w.in(day), Closes: w.in(80 * day), Zone: zone, Late: LateRefused})
	step(InReview) // another round is only announced
	w.wait(day)
	step(InConsultation)
	w.wait(79 * day)
	step(InReview)
	w.ballot(doc, OpenBallotting)
	step(InBallot)
	w.wait(8*day - time.Millisecond)
	step(InBallot)
	w.wait(time.Millisecond)
	step(InReview) // nobody came
	w.carry(doc)
	step(InReview)
	first := w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
	step(Adopted)
	w.wait(day)
	step(PhaseInForce)
	w.wait(8*day - time.Millisecond)
	step(PhaseInForce)
	w.wait(time.Millisecond)
	step(PhaseExpired)

	old, ins := w.adopted()
	w.refuse(w.estonia, ProposeTerms{DocumentID: doc, Terms: Terms{Supersedes: []string{first}}}, Conflict, "documentId", "adopted")
	w.adoptedOn(Terms{From: w.from(101 * day), Supersedes: []string{ins}})
	doc = old
	step(PhaseInForce)
	w.wait(day)
	step(PhaseSuperseded)

	doc, ins = w.adopted()
	w.do(w.estonia, RepealInstrument{InstrumentID: ins, From: w.from(40 * day), Reason: "r"})
	w.wait(40*day - time.Millisecond)
	step(PhaseInForce)
	w.wait(time.Millisecond)
	step(PhaseRepealed)
}

// A draft that an actor may not know of answers every command exactly as a
// document does that isn't there.
func TestHiddenDraftIsNotThere(t *testing.T) {
	w := newTown(t)
	doc, rev := w.proposed()
	w.edit(doc, "for a year", "for two years")
	commands := func(doc, rev string) []Command {
		return []Command{
			ShareDocument{DocumentID: doc, OrganisationID: w.loom.OrganisationID, As: AsReader},
			WithdrawDocument{DocumentID: doc, Reason: "r"},
			CorrectDocument{DocumentID: doc, Reason: "r"},
			OpenBallot{DocumentID: doc, RevisionID: rev, Closes: w.in(8 * day), Zone: zone, Secrecy: OpenBallotting},
			CommitRevision{DocumentID: doc, Base: rev, Source: "# New\n"},
			CommitRevision{DocumentID: doc, Source: "\xff"},
			OpenConsultation{DocumentID: doc, RevisionID: rev, Closes: w.in(90 * day), Zone: zone, Late: LateMarked},
			MarkEditorial{RevisionID: rev, ClauseID: "term", Reason: "r"},
			AdoptDocument{DocumentID: doc, RevisionID: rev},
			ProposeTerms{DocumentID: doc},
			UnshareDocument{DocumentID: doc, OrganisationID: w.loom.OrganisationID, Reason: "r"},
			AcceptSponsorship{DocumentID: doc},
			DeclineSponsorship{DocumentID: doc},
			ResignSponsorship{DocumentID: doc},
		}
	}
	there, none := commands(doc, rev), commands("doc_none", "rev_none")
	for _, who := range []Actor{{}, {SignedIn: true}, w.zealand, w.loom, w.crane, as(w.zealand, Admin), as(w.loom, Observer)} {
		for i := range there {
			_, a := w.try(who, there[i])
			_, b := w.try(who, none[i])
			said, would := *a.(*Error), *b.(*Error)
			would.Message = strings.ReplaceAll(would.Message, "rev_none", rev) // it may repeat what was asked
			if said.Code != NotFound || said.Error() != would.Error() || len(said.Missing)+len(said.Clashes) > 0 {
				t.Errorf("%s of %T tells a hidden draft from none: %v; %v", who.OrganisationID, there[i], &said, &would)
			}
		}
	}
	// One's own document can't be used to feel for another's revisions either.
	own := w.do(w.zealand, ProposeDocument{Kind: standards.Regulation, Title: "Own", Language: "en", Parties: []string{"NZ"}}).Subject()
	for _, c := range []func(rev string) Command{
		func(rev string) Command { return CommitRevision{DocumentID: own, Base: rev, Source: "# New\n"} },
		func(rev string) Command {
			return OpenConsultation{DocumentID: own, RevisionID: rev, Closes: w.in(90 * day), Zone: zone, Late: LateMarked}
		},
		func(rev string) Command {
			return AdoptDocument{DocumentID: own, RevisionID: rev}
		},
	} {
		_, a := w.try(w.zealand, c(rev))
		_, b := w.try(w.zealand, c("rev_none"))
		if a.Error() != strings.ReplaceAll(b.Error(), "rev_none", rev) || a.(*Error).Code != NotFound {
			t.Errorf("%T tells another's revision from none: %v; %v", c(rev), a, b)
		}
	}
}

func TestPublicRevisions(t *testing.T) {
	w := newTown(t)
	doc, _, _ := w.consulted()
	two := w.edit(doc, "for a year", "for two years")
	w.edit(doc, "two years", "three years")
	public := func() (list []int) {
		d := w.document(doc)
		for n := 1; n <= d.Revisions; n++ {
			if d.PublicRevision(n) {
				list = append(list, n)
			}
		}
		return list
	}
	want := func(n ...int) {
		t.Helper()
		if got := public(); len(got) != len(n) || len(n) > 0 && (got[0] != n[0] || got[len(got)-1] != n[len(n)-1]) {
			t.Fatalf("revisions %v are public, want %v", got, n)
		}
	}
	want(1)
	w.wait(91 * day)
	w.do(w.estonia, OpenConsultation{DocumentID: doc, RevisionID: two, Closes: w.in(90 * day), Zone: zone, Late: LateRefused})
	want(1, 2)

	doc, one := w.proposed()
	w.edit(doc, "for a year", "for two years")
	w.open(doc, LateRefused)
	want(2)
	w.wait(91 * day)
	w.do(w.estonia, OpenConsultation{DocumentID: doc, RevisionID: one, Closes: w.in(90 * day), Zone: zone, Late: LateRefused})
	want(1, 2) // going back to an earlier text makes that public too

	open := w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "Open", Language: "en", OpenDrafts: true}).Subject()
	doc = open
	w.commit(doc, parcels)
	want(1)
}
