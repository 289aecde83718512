package policies_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// player makes random moves in a town: legal and illegal commands by anybody.
type player struct {
	*town
	t      *rapid.T
	actors []Actor
}

// pick draws one of the IDs that the record has, now and then one that it hasn't.
func pick[T any](p *player, what string, have map[string]T) string {
	ids := slices.Sorted(maps.Keys(have))
	if len(ids) == 0 || rapid.IntRange(0, 19).Draw(p.t, "stray") == 17 {
		return rapid.SampledFrom([]string{"", what + "_none"}).Draw(p.t, what)
	}
	return rapid.SampledFrom(ids).Draw(p.t, what)
}

func (p *player) commentID() string {
	ids := map[string]bool{}
	for _, k := range p.m.All.Comments {
		ids[k.ID] = true
	}
	return pick(p, "cmt", ids)
}

func (p *player) words() string {
	return rapid.SampledFrom([]string{"words", "other words", "more words", "last words", "a form letter of more than seven words in all", "", "\xff", "a\x00b"}).Draw(p.t, "words")
}

func (p *player) after() time.Duration {
	return time.Duration(rapid.SampledFrom([]int{-1, 0, 1, 30, 61, 90}).Draw(p.t, "days")) * day
}

// clause draws a clause that some text has.
func (p *player) clause() string {
	return rapid.SampledFrom([]string{"scope", "duties", "term", "fines", "annex", ""}).Draw(p.t, "clause")
}

// source draws a text whose clauses change, move, come and go.
func (p *player) source() string {
	names := rapid.Permutation([]string{"scope", "duties", "term", "fines"}).Draw(p.t, "order")
	var b strings.Builder
	for _, n := range names[:rapid.IntRange(0, 4).Draw(p.t, "clauses")] {
		fmt.Fprintf(&b, "## %s %d {#%s}\n\n", n, rapid.IntRange(0, 2).Draw(p.t, "edition"), n)
	}
	return b.String()
}

// outcome draws an answer; mostly one that is in order.
func (p *player) dispose() Command {
	c := DisposeComment{CommentID: p.commentID(), Reason: p.words(),
		Outcome: rapid.SampledFrom(append(slices.Clone(Outcomes), "maybe")).Draw(p.t, "outcome")}
	if rapid.IntRange(0, 2).Draw(p.t, "change?") == 0 {
		c.Change = &ChangeReference{pick(p, "rev", p.m.All.Revisions), p.clause()}
	}
	if c.Outcome == Duplicate {
		c.DuplicateOf = p.commentID()
	}
	return c
}

// disposeEach answers a few comments of a document at once, mostly as they stand.
func (p *player) disposeEach(doc string) Command {
	c := DisposeEach{DocumentID: doc}
	for _, k := range p.m.All.Comments {
		if k.DocumentID == doc && k.Stands() && rapid.Bool().Draw(p.t, "answer") {
			c.Dispositions = append(c.Dispositions, EachDisposition{DisposeComment: DisposeComment{CommentID: k.ID, Outcome: Noted, Reason: "r"}, Seen: k.Disposition.Mark()})
		}
	}
	if rapid.IntRange(0, 3).Draw(p.t, "stray answer") == 0 {
		c.Dispositions = append(c.Dispositions, EachDisposition{DisposeComment: p.dispose().(DisposeComment), Seen: NoDisposition})
	}
	return c
}

// accept takes over the words of a comment, mostly of one that proposes any.
func (p *player) accept() Command {
	proposals := map[string]bool{}
	for _, k := range p.m.All.Comments {
		if k.Proposed() != "" && k.Stands() {
			proposals[k.ID] = true
		}
	}
	c := AcceptReplacement{CommentID: pick(p, "cmt", proposals), Outcome: rapid.SampledFrom([]Outcome{AcceptedWhole, AcceptedInPart, Rejected}).Draw(p.t, "outcome"), Reason: "r"}
	k, _ := p.m.Comment(c.CommentID)
	if rapid.Bool().Draw(p.t, "seen") {
		c.Base = p.head(k.DocumentID)
	}
	if c.Outcome == AcceptedInPart && k.Proposed() != StrikeOut {
		c.Words = fmt.Sprintf("## edited %d", rapid.IntRange(0, 2).Draw(p.t, "edition"))
	}
	return c
}

// checkReplaced: words that were accepted are what the clause says, and no other clause changed.
func (p *player) checkReplaced(e Event) {
	a, ok := e.(*ReplacementAccepted)
	if !ok {
		return
	}
	rev, k := p.m.All.Revisions[a.Revision.ID], Comment{}
	k, _ = p.m.Comment(a.ID)
	before, after := p.m.All.Texts[rev.Parent], p.m.All.Texts[rev.ID]
	for _, c := range clauses.Compare(before.Clauses, after.Clauses) {
		ok := c.Op == clauses.Same
		switch k.Proposed() {
		case Replace:
			ok = ok || c.Op == clauses.Changed && after.Clauses[c.New].ID == k.ClauseID
		case StrikeOut:
			ok = ok || c.Op == clauses.Removed
		case AddAfter:
			ok = ok || c.Op == clauses.Added
		}
		if !ok || c.Moved {
			p.t.Fatalf("accepting %+v did %+v", k, c)
		}
	}
	if k.Disposition == nil || k.Disposition.Change.RevisionID != rev.ID || rev.Credits[0].CommentID != k.ID {
		p.t.Fatalf("%+v in %+v", k, rev)
	}
	changed, err := ClauseChanged(p.m, k.RevisionID, rev.ID, k.Disposition.Change.ClauseID)
	if err != nil || !changed {
		p.t.Fatalf("the change that carries out %+v is none: %v", k, err)
	}
}

func (p *player) submit(csn string) Command {
	if rapid.IntRange(0, 2).Draw(p.t, "amend") == 0 {
		c := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: p.clause(), Stance: Amend, Type: Editorial, Text: "t",
			Replacement: fmt.Sprintf("## proposed %d", rapid.IntRange(0, 2).Draw(p.t, "edition")), Proposes: rapid.SampledFrom(Proposals).Draw(p.t, "proposes")}}
		if c.Proposes == StrikeOut {
			c.Replacement = ""
		}
		return c
	}
	return SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: p.clause(), Stance: Oppose, Type: General, Text: p.words()}}
}

// gap draws one thing that the gate of some document wants, of a reason.
func (p *player) gap(reason string) (d Document, g Gap) {
	d = p.m.All.Documents[pick(p, "doc", p.m.All.Documents)]
	rev, err := p.m.Revision(d.Head)
	if err != nil {
		return d, g
	}
	gaps, err := Gate(d, rev, p.now, p.rules, p.m)
	if err != nil {
		p.t.Fatalf("gate: %v", err)
	}
	gaps = filter(gaps, func(g *Gap) bool { return g.Reason == reason })
	if len(gaps) == 0 {
		return d, g
	}
	return d, rapid.SampledFrom(gaps).Draw(p.t, "gap")
}

// disposeNext does what a sponsor does who follows the gate's list.
func (p *player) disposeNext() Command {
	_, g := p.gap("commentUnanswered")
	return DisposeComment{CommentID: g.CommentID, Outcome: Noted, Reason: "r"}
}

func (p *player) markNext() Command {
	d, g := p.gap("changeUnexplained")
	return MarkEditorial{RevisionID: d.Head, ClauseID: g.ClauseID, Reason: "r"}
}

// command draws a move.
func (p *player) command() Command {
	doc := pick(p, "doc", p.m.All.Documents)
	adopt := func() Command { return AdoptDocument{DocumentID: doc} }
	open := func() Command {
		return OpenConsultation{DocumentID: doc, Closes: p.in(90 * day), Zone: zone, Late: rapid.SampledFrom([]Late{LateMarked, LateRefused}).Draw(p.t, "late")}
	}
	release := func() Command {
		c := PublishRelease{RuleSetID: pick(p, "rst", p.m.All.RuleSets), Instruments: []string{pick(p, "ins", p.m.All.Instruments)}, ValidUntil: p.now.Add(p.after())}
		if rapid.IntRange(0, 3).Draw(p.t, "drop") > 0 {
			c.Dropping = p.bound(c)
		}
		return c
	}
	extend := func() Command {
		return ExtendConsultation{ConsultationID: p.m.All.Documents[doc].Consultation, Closes: p.in(p.after() + 15*day), Reason: p.words()}
	}
	moves := []func() Command{
		p.disposeNext, p.markNext, adopt, release, open, extend, p.dispose, p.accept, p.accept, p.disposeNext, p.markNext, adopt, extend,
		func() Command { return CommitRevision{DocumentID: doc, Base: p.head(doc), Source: p.source()} },
		func() Command {
			return CommitRevision{DocumentID: doc, Base: pick(p, "rev", p.m.All.Revisions), Source: p.source()}
		},
		func() Command { return p.disposeEach(doc) },
		func() Command { return p.submit(p.m.All.Documents[doc].Consultation) },
		func() Command { return p.submit(pick(p, "csn", p.m.All.Consultations)) },
		func() Command {
			return ReanchorComment{CommentID: p.commentID(), RevisionID: pick(p, "rev", p.m.All.Revisions), ClauseID: p.clause(), Reason: p.words()}
		},
		func() Command { return WithdrawComment{CommentID: p.commentID(), Reason: p.words()} },
		func() Command {
			return ShareDocument{DocumentID: doc, OrganisationID: pick(p, "org", p.m.All.Organisations), As: rapid.SampledFrom([]Share{AsReader, AsSponsor}).Draw(p.t, "share")}
		},
		func() Command {
			return OpenConsultation{DocumentID: doc, RevisionID: pick(p, "rev", p.m.All.Revisions), Opens: p.in(p.after()), Closes: p.in(120 * day), Zone: zone, Late: LateMarked}
		},
		func() Command {
			return MarkEditorial{RevisionID: pick(p, "rev", p.m.All.Revisions), ClauseID: p.clause(), Reason: p.words()}
		},
		func() Command { return p.propose(doc) }, func() Command { return p.propose(doc) }, p.succession, p.succession, p.succession,
		func() Command { return p.sponsorship(doc) }, func() Command { return p.sponsorship(doc) }, func() Command { return p.sponsorship(doc) },
		func() Command {
			return CreateRuleSet{Slug: rapid.SampledFrom([]string{"a", "b", "C"}).Draw(p.t, "slug"), Title: p.words()}
		},
		func() Command {
			return ProposeDocument{Kind: rapid.SampledFrom(standards.Kinds).Draw(p.t, "kind"), Title: p.words(), Language: "en", Parties: []string{"EE"}}
		},
		func() Command { return WithdrawDocument{DocumentID: doc, Reason: p.words()} },
		func() Command { return p.correct(doc) }, func() Command { return p.correct(doc) },
		p.disposeAll, p.disposeAll, p.disposeAll, p.disposeAll, p.endorse, p.accept, p.disclose,
		p.invite, p.people, p.people, p.people, p.inFull, p.inFull, p.inFull, p.attend, p.attend, p.attend, p.attend, p.inquire, p.inquire,
		p.openBallot, p.openBallot, p.cast, p.cast, p.cast, p.cast, p.clear, p.cancel, p.repeal, p.adoptNext,
	}
	if p.rules.WithoutBallot == nil { // what comes first is drawn most
		moves = append([]func() Command{p.cast, p.adoptNext, p.cast, p.openBallot, p.clear, p.repeal}, moves...)
	}
	return rapid.SampledFrom(moves).Draw(p.t, "move")()
}

func (p *player) head(doc string) string { return p.m.All.Documents[doc].Head }

// play makes one move and holds it to what must be true of every move.
func (p *player) play() {
	if rapid.IntRange(0, 9).Draw(p.t, "time passes?") == 7 {
		p.wait(time.Duration(rapid.SampledFrom([]int{1, 40, 91}).Draw(p.t, "wait")) * day)
	}
	c := p.command()
	who := rapid.SampledFrom(p.actors).Draw(p.t, "who")
	if rapid.IntRange(0, 2).Draw(p.t, "in order?") > 0 {
		who = p.rightful(c, who)
	}
	adopted := p.adoptedDocuments()
	gaps, admins := p.gapsOf(c), p.admins()
	comments := slices.Clone(p.m.All.Comments)
	e, err := p.try(who, c)
	if err != nil {
		return
	}
	p.checkBulk(comments, e)
	if a, ok := e.(*DocumentAdopted); ok && len(gaps) > 0 {
		p.t.Fatalf("%s was adopted while the gate wanted %v", a.DocumentID, gaps)
	}
	p.checkAdopted(adopted, e)
	p.checkLate(e)
	p.checkReplaced(e)
	p.checkBallot(e)
	p.checkAdmins(who, admins)
}

// rightful is a sponsor of the document that a command is about, where there is one.
func (p *player) rightful(c Command, other Actor) Actor {
	var doc string
	switch c := c.(type) {
	case CommitRevision:
		doc = c.DocumentID
	case OpenConsultation:
		doc = c.DocumentID
	case AdoptDocument:
		doc = c.DocumentID
	case MarkEditorial:
		doc = p.m.All.Revisions[c.RevisionID].DocumentID
	case DisposeComment:
		k, _ := p.m.Comment(c.CommentID)
		doc = k.DocumentID
	case ReanchorComment:
		k, _ := p.m.Comment(c.CommentID)
		doc = k.DocumentID
	case DisposeEach:
		doc = c.DocumentID
	case AcceptReplacement:
		k, _ := p.m.Comment(c.CommentID)
		doc = k.DocumentID
	case DisposeComments:
		doc = c.DocumentID
	case ExtendConsultation:
		doc = p.m.All.Consultations[c.ConsultationID].DocumentID
	case ShareDocument:
		doc = c.DocumentID
	case UnshareDocument:
		doc = c.DocumentID
	case CorrectDocument:
		doc = c.DocumentID
	case ProposeTerms:
		doc = c.DocumentID
	case ResignSponsorship:
		doc = c.DocumentID
	case AcceptSponsorship:
		return p.offered(c.DocumentID, other)
	case DeclineSponsorship:
		return p.offered(c.DocumentID, other)
	case AgreeToSuccession:
		doc = p.m.All.Instruments[c.InstrumentID].DocumentID
	case WithdrawSuccessionConsent:
		doc = p.m.All.Instruments[c.InstrumentID].DocumentID
	case OpenBallot:
		doc = c.DocumentID
	case RepealInstrument:
		doc = p.m.All.Instruments[c.InstrumentID].DocumentID
	case CastPosition:
		return p.elector(c.BallotID, other)
	case CancelConsultation:
		doc = p.m.All.Consultations[c.ConsultationID].DocumentID
	case CancelBallot:
		doc = p.m.All.Ballots[c.BallotID].DocumentID
	case CloseBallotEarly:
		doc = p.m.All.Ballots[c.BallotID].DocumentID
	case ClearBlock:
		return p.blocker(c.BallotID, other)
	case WithdrawComment, DiscloseComment, DisownComment, ReplyToComment, RedactComment, RedactReply, AttachFile, ClearUploads, FinishClearing, DraftComment, EditDraft, SubmitDraft, DiscardDraft:
		return p.author(c, other)
	case SubmitComment:
		return p.loom
	case ProposeDocument:
		return rapid.SampledFrom([]Actor{p.estonia, p.zealand}).Draw(p.t, "proposer")
	case CreateRuleSet, PublishRelease, InviteMember, RevokeInvitation, ChangeRole, RemoveMember, EndSessions:
		return as(p.office, Admin)
	case AcceptInvitation:
		i, _ := p.m.Invitation(c.InvitationID)
		return visitor(EmailKey(i.Email), i.Email)
	case LeaveOrganisation:
		return p.leaver(c.OrganisationID, other)
	case SaveFilter, MarkDispositionsSeen:
		return p.loom
	case DeleteFilter:
		if f, err := p.m.SavedFilter(c.FilterID); err == nil {
			return p.actor(f.MemberID)
		}
		return other
	default:
		return other
	}
	if d, ok := p.m.All.Documents[doc]; ok {
		return p.sponsor(d.ID)
	}
	return other
}

// gapsOf is what the gate wants just before an adoption.
func (p *player) gapsOf(c Command) []Gap {
	a, ok := c.(AdoptDocument)
	if !ok {
		return nil
	}
	d := p.m.All.Documents[a.DocumentID]
	rev, err := p.m.Revision(d.Head)
	if err != nil {
		return []Gap{{Reason: "no text"}}
	}
	if a.RevisionID != "" {
		rev = p.m.All.Revisions[a.RevisionID]
	}
	gaps, err := Gate(d, rev, p.now, p.rules, p.m)
	if err != nil {
		p.t.Fatalf("gate: %v", err)
	}
	return gaps
}

// Whatever is asked of the registry by whomever in whatever order, the record keeps
// what it promises. Refusals leave no trace, for the replay knows only what was
// recorded and must equal the record.
func TestAnyDialogueKeepsItsPromises(t *testing.T) {
	happened := tally{}
	dialogue := func(t *rapid.T) {
		p := &player{town: settle(t), t: t}
		customs := p.citizen(p.office, Government, "Customs", "EE") // another ministry of Estonia
		if rapid.Bool().Draw(t, "without ballots") {
			p.rules.WithoutBallot = noBallots
		} else {
			p.putToBallot()
		}
		p.actors = []Actor{p.office, p.estonia, customs, p.zealand, p.loom, p.ferry, p.crane, as(p.estonia, Observer), {}, {SignedIn: true}, Operator,
			as(p.loom, Admin), visitor(addresses[0], addresses[0]), visitor(addresses[1], addresses[1])}
		ins := p.instrumentOf(p.estonia)
		sought := p.do(p.zealand, ProposeDocument{Kind: standards.Regulation, Title: "T", Language: "en", Parties: []string{"EE", "NZ"}}).Subject()
		p.terms(sought, Terms{From: p.from(900 * day), Supersedes: []string{ins}})
		other, _ := p.proposed()
		p.do(p.estonia, ShareDocument{DocumentID: other, OrganisationID: p.zealand.OrganisationID, As: AsSponsor})
		p.do(p.estonia, ShareDocument{DocumentID: other, OrganisationID: p.loom.OrganisationID, As: AsReader})
		doc, _, csn := p.reviewed() // so that short dialogues get somewhere
		p.comment(p.loom, csn, "term")
		p.do(p.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: "duties", Stance: Amend, Type: Editorial, Text: "t", Replacement: "## proposed"}})
		p.edit(doc, "for a year", "for ever")
		p.do(p.office, CreateRuleSet{Slug: "first", Title: "First"})
		p.do(p.office, InviteMember{OrganisationID: p.loom.OrganisationID, Email: addresses[0], Role: Admin, Expires: p.now.Add(MaxInvitation)})
		p.drafted(p.loom, csn, CommentWords{Stance: Support, Type: General, Text: "So be it."})
		for range 160 {
			p.play()
		}
		p.checkNumbers()
		p.checkSponsors()
		p.checkTerms()
		p.checkDuplicates()
		p.checkPeople()
		p.checkComments()
		p.checkAsked()
		p.checkFilters()
		p.checkIdentities()
		p.checkReplay()
		happened.note(p)
	}
	rapid.Check(t, dialogue)
	for range 9 { // what is rare is missed by one run in ten, and by all of them never
		if t.Failed() || len(happened.missing()) == 0 {
			break
		}
		rapid.Check(t, dialogue)
	}
	t.Log(happened)
	for _, kind := range happened.missing() {
		t.Errorf("in no dialogue did %s happen", kind)
	}
}

// tally counts what the random dialogues came to, lest they prove nothing.
type tally map[string]int

func (h tally) note(p *player) {
	for _, x := range p.log {
		h[x.kind]++
	}
	for _, in := range p.m.All.Instruments {
		if in.BallotID != "" {
			h["carried"]++
		}
	}
}

// missing lists what the promises are about and hasn't happened. In a hundred dialogues the
// rarest of it happens a few times. What is rarer still (an agreed succession, a sponsorship
// resigned) has tests of its own.
func (h tally) missing() (kinds []string) {
	for _, kind := range []string{"document.adopted/1", "release.published/1", "comment.disposed/1", "comments.disposed/1", "comment.endorsed/1", "replacement.accepted/1", "comments.answered/1", "change.markedEditorial/1",
		"member.invited/1", "invitation.accepted/1", "invitation.revoked/1", "member.left/1", "member.roleChanged/1", "session.ended/1",
		"comment.redacted/1", "comment.disowned/1", "comment.replied/1", "reply.redacted/1", "draft.edited/1", "draft.discarded/1",
		"filter.saved/1", "filter.deleted/1", "answers.seen/1",
		"ballot.opened/1", "position.cast/1", "position.cleared/1", "instrument.repealed/1", "carried",
		"terms.proposed/1", "document.unshared/1", "document.corrected/1", "sponsorship.accepted/1", "sponsorship.declined/1"} {
		if h[kind] == 0 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
