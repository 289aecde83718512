package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// mergedStory has an organisation merged into another by the word of all three.
func mergedStory(w *town) {
	brook, weir := w.citizen(w.office, Business, "Brook", "EE"), w.citizen(w.office, Business, "Weir", "EE")
	w.merge(brook, weir)
	w.close(weir) // so that the ballots of other stories go on without it
}

// merge merges an organisation into another, as it should be.
func (w *town) merge(a, into Actor) {
	w.t.Helper()
	c := MergeOrganisations{OrganisationID: a.OrganisationID, Into: into.OrganisationID, Reason: "They are one firm now."}
	w.do(w.office, c)
	c.Reason = ""
	w.do(as(into, Admin), c)
	w.do(as(a, Admin), c)
}

// The secretariat proposes it, and both sides agree; only the latter for sides that have
// members.
func TestMergeOrganisations(t *testing.T) {
	w := newTown(t)
	c := MergeOrganisations{OrganisationID: w.loom.OrganisationID, Into: w.ferry.OrganisationID, Reason: "They are one firm now."}
	with := func(change func(*MergeOrganisations)) MergeOrganisations { c := c; change(&c); return c }
	lapland := w.citizen(w.office, Government, "Lapland", "FI")
	for name, x := range map[string]struct {
		who   Actor
		c     MergeOrganisations
		code  Code
		field string
		words string
	}{
		"the public":              {Actor{}, c, Unauthenticated, "organisationId", ""},
		"its delegate":            {w.loom, c, Forbidden, "organisationId", ""},
		"a third one's admin":     {as(w.harbour, Admin), c, Forbidden, "organisationId", ""},
		"its admin, unproposed":   {as(w.loom, Admin), c, Conflict, "organisationId", "proposes it first"},
		"the other's, unproposed": {as(w.ferry, Admin), c, Conflict, "organisationId", "proposes it first"},
		"without a reason":        {w.office, with(func(c *MergeOrganisations) { c.Reason = " " }), Invalid, "reason", ""},
		"into itself":             {w.office, with(func(c *MergeOrganisations) { c.Into = c.OrganisationID }), Invalid, "intoId", "same"},
		"into another kind":       {w.office, with(func(c *MergeOrganisations) { c.Into = w.crane.OrganisationID }), Invalid, "intoId", "hubOperator"},
		"into none":               {w.office, with(func(c *MergeOrganisations) { c.Into = "org_none" }), NotFound, "intoId", ""},
		"none":                    {w.office, with(func(c *MergeOrganisations) { c.OrganisationID = "org_none" }), NotFound, "organisationId", ""},
		"a secretariat": {as(w.office, Admin), with(func(c *MergeOrganisations) {
			c.OrganisationID, c.Into = w.office.OrganisationID, w.office.OrganisationID
		}), Forbidden, "organisationId", ""},
		"into another country": {w.office, MergeOrganisations{OrganisationID: w.estonia.OrganisationID, Into: lapland.OrganisationID, Reason: "r"}, Invalid, "intoId", "jurisdiction"},
	} {
		if e := w.refuse(x.who, x.c, x.code, x.field, x.words); e == nil {
			t.Errorf("%s: merged", name)
		}
	}
	w.do(w.office, with(func(c *MergeOrganisations) { c.Into = w.harbour.OrganisationID }))
	w.do(as(w.harbour, Admin), with(func(c *MergeOrganisations) { c.Into = w.harbour.OrganisationID }))
	w.do(w.office, c) // instead; and who agreed to that has not agreed to this
	w.refuse(w.office, c, Conflict, "organisationId", `an admin of "Loom", and one of "Ferry" has to agree`)
	w.refuse(as(w.harbour, Admin), c, Forbidden, "organisationId", "")
	w.do(as(w.loom, Admin), c)
	w.refuse(as(w.loom, Admin), c, Conflict, "organisationId", "agreed already")
	w.refuse(w.office, c, Conflict, "organisationId", `an admin of "Ferry" has to agree`)
	want, _ := w.m.Organisation(c.OrganisationID)
	w.do(as(w.ferry, Admin), MergeOrganisations{OrganisationID: c.OrganisationID, Into: c.Into})
	want.ClosedAt, want.Closing, want.MergedInto, want.Merge = w.now, c.Reason, c.Into, MergeProposal{}
	got, _ := w.m.Organisation(c.OrganisationID)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	w.refuse(w.office, c, Conflict, "organisationId", "was merged into "+c.Into)
	w.refuse(w.office, with(func(c *MergeOrganisations) { c.OrganisationID, c.Into = c.Into, c.OrganisationID }), Conflict, "intoId", "was merged")
	if _, err := w.loom.Current(w.m, ProposeDocument{}); err == nil || err.(*Error).Reason != TakesNoPart {
		t.Errorf("its delegate acts on: %v", err)
	}

	// One that nobody is in any more is merged on the word of the secretariat and the other.
	w.do(w.harbour, LeaveOrganisation{OrganisationID: w.harbour.OrganisationID})
	c = MergeOrganisations{OrganisationID: w.harbour.OrganisationID, Into: w.ferry.OrganisationID, Reason: "Its heir."}
	w.do(w.office, c)
	w.do(w.ferry, LeaveOrganisation{OrganisationID: w.ferry.OrganisationID})
	w.do(w.office, c) // and there is nobody left to agree
	if o, _ := w.m.Organisation(w.harbour.OrganisationID); o.MergedInto != c.Into || o.Closing != c.Reason {
		t.Errorf("merged: %+v", o)
	}
}

// What it sponsored, read and agreed to is its heir's, once each.
func TestHeirsSponsor(t *testing.T) {
	w := withoutBallots(t)
	w.estonia.Role, w.zealand.Role = Admin, Admin
	board := w.citizen(w.office, Government, "Board", "EE")
	old := w.instrument(w.estonia, standards.Regulation, w.now.Add(9000*day), "EE")
	was, _ := w.m.Instrument(old)
	next := w.do(w.zealand, ProposeDocument{Kind: standards.Regulation, Title: "Next", Language: "en", Parties: []string{"EE", "NZ"}}).Subject()
	w.commit(next, parcels)
	w.terms(next, Terms{From: w.from(400 * day), Supersedes: []string{old}})
	w.do(w.zealand, ShareDocument{DocumentID: next, OrganisationID: w.estonia.OrganisationID, As: AsReader})
	w.do(w.estonia, AgreeToSuccession{InstrumentID: old, DocumentID: next})
	for _, a := range []Actor{w.estonia, board} {
		w.do(w.zealand, ShareDocument{DocumentID: next, OrganisationID: a.OrganisationID, As: AsSponsor})
	}
	w.do(board, AcceptSponsorship{DocumentID: next})
	left := w.document(w.do(w.zealand, ProposeDocument{Kind: standards.Standard, Title: "Left", Language: "en"}).Subject()).ID
	w.sponsorLater(left, w.estonia)
	w.do(w.estonia, ResignSponsorship{DocumentID: left})

	w.merge(w.estonia, board)
	if d := w.document(was.DocumentID); !cmp.Equal(d.Sponsors, []string{board.OrganisationID}) {
		t.Errorf("what was adopted is sponsored by %v", d.Sponsors)
	}
	d := w.document(next)
	if !cmp.Equal(d.Sponsors, []string{w.zealand.OrganisationID, board.OrganisationID}) || d.Offered != nil || d.Readers != nil ||
		len(d.Consents) != 1 || d.Consents[0].OrganisationID != board.OrganisationID {
		t.Errorf("the next: %+v", d)
	}
	if d := w.document(left); !d.Sponsored(board.OrganisationID) {
		t.Errorf("of who sponsored it before: %v", d.FormerSponsors)
	}
	w.do(board, RepealInstrument{InstrumentID: old, From: w.from(2 * day), Reason: "r"})
}

// The heir isn't told what was said to the other in confidence, until whoever said it tells it.
func TestHeirsAreToldNoConfidences(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	board := w.citizen(w.office, Government, "Board", "EE")
	id := w.whisper(w.loom, csn, "")
	w.merge(w.estonia, board)
	d, k := w.document(doc), Comment{}
	told := func() bool {
		k, _ = w.m.Comment(id)
		return May(board, ReadingComment, OnComment(&d, &k)) == nil
	}
	if told() {
		t.Error("told")
	}
	w.wait(91 * day)
	w.do(w.office, DisposeComment{CommentID: id, Outcome: Noted, Reason: "Its sponsor was merged."})
	w.do(w.loom, DiscloseComment{CommentID: id, OrganisationID: board.OrganisationID})
	if !told() {
		t.Error("disclosed, and not told")
	}
	w.do(board, DisposeComment{CommentID: id, Outcome: Rejected, Reason: "r"})
}

// Two that are merged while a ballot is open vote once: as the heir says, and where it says
// nothing as the other did.
func TestMergedVoteOnce(t *testing.T) {
	one := func(business string) []string {
		return []string{"government decides: 0 of 2, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried", "business decides: " + business}
	}
	for name, x := range map[string]struct {
		loom, ferry Vote // as they voted before
		after       Vote // the heir, after
		want        string
	}{
		"nobody spoke":           {"", "", "", "0 of 2, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried"},
		"both spoke":             {Discuss, Yes, "", "1 of 2, yes 1, no objection 0, discuss 0, abstain 0, recused 0: carried"},
		"only the other spoke":   {Discuss, "", "", "1 of 2, yes 0, no objection 0, discuss 1, abstain 0, recused 0: not carried"},
		"the heir changed it":    {Discuss, "", NoObjection, "1 of 2, yes 0, no objection 1, discuss 0, abstain 0, recused 0: not carried"},
		"only the heir spoke":    {"", Abstain, "", "1 of 2, yes 0, no objection 0, discuss 0, abstain 1, recused 0: not carried"},
		"the heir spoke after":   {"", "", Yes, "1 of 2, yes 1, no objection 0, discuss 0, abstain 0, recused 0: carried"},
		"the heir turned itself": {Yes, Yes, Recuse, "1 of 2, yes 0, no objection 0, discuss 0, abstain 0, recused 1: not carried"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			id := w.ballot(w.reviewedBy(w.estonia, standards.Standard), SecretUntilClose)
			for a, v := range map[*Actor]Vote{&w.loom: x.loom, &w.ferry: x.ferry} {
				if v != "" {
					w.cast(*a, id, v)
				}
			}
			w.merge(w.loom, w.ferry)
			if x.after != "" {
				w.cast(w.ferry, id, x.after)
			}
			w.tallies(id, one(x.want)...)
			p, err := w.m.PositionOf(id, w.ferry.OrganisationID)
			if inherited := x.loom != "" && x.ferry == "" && x.after == ""; err == nil && (p.InheritedFrom == w.loom.OrganisationID) != inherited {
				t.Errorf("inherited is %v: %+v", inherited, p)
			}
		})
	}
}

// An heir that wasn't in the electorate has the seat of the other, and no second one.
func TestHeirsHaveASeat(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.estonia, standards.Regulation, "EE")
	id := w.ballot(doc, OpenBallotting)
	w.cast(w.loom, id, Yes) // heard
	w.refuse(w.ferry, CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	w.merge(w.loom, w.ferry) // which is in New Zealand
	w.tallies(id, "government decides: 0 of 1, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried",
		"business heard: 1 of 1, yes 1, no objection 0, discuss 0, abstain 0, recused 0: carried")
	w.cast(w.ferry, id, Abstain)
	w.merge(w.ferry, w.harbour)
	w.tallies(id, "government decides: 0 of 1, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried",
		"business heard: 1 of 1, yes 0, no objection 0, discuss 0, abstain 1, recused 0: not carried")
}

// A block passes to the heir: only it clears it, whatever it had said itself, until it takes
// another position in a later ballot.
func TestHeirsHoldBlocks(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.estonia, standards.Standard)
	first := w.ballot(doc, SecretUntilClose)
	w.castAll(first)
	w.cast(w.loom, first, Discuss)
	w.wait(9 * day)
	before := w.tallied(first)
	w.wants(doc, "blockingPosition "+w.loom.OrganisationID)
	w.merge(w.loom, w.ferry)
	w.wants(doc, "blockingPosition "+w.ferry.OrganisationID)
	w.merge(w.ferry, w.harbour)
	w.wants(doc, "blockingPosition "+w.harbour.OrganisationID)
	if diff := cmp.Diff(before, w.tallied(first)); diff != "" {
		t.Errorf("a ballot that had closed (-before +after):\n%s", diff)
	}
	w.refuse(w.zealand, ClearBlock{BallotID: first}, Conflict, "ballotId", "holds no blocking position")
	w.do(w.harbour, ClearBlock{BallotID: first, Text: "It is answered."})
	w.wants(doc)
	if p, _ := w.m.PositionOf(first, w.loom.OrganisationID); p.Position != Abstain || p.MemberID != w.harbour.MemberID {
		t.Errorf("cleared: %+v", p)
	}

	// What the heir had said in another ballot before it was heir clears nothing; later it does.
	doc = w.reviewedBy(w.estonia, standards.Standard)
	mill, weir := w.citizen(w.office, Business, "Mill", "EE"), w.citizen(w.office, Business, "Weir", "EE")
	first = w.ballot(doc, SecretUntilClose)
	w.castAll(first)
	w.cast(mill, first, Discuss)
	w.wait(9 * day)
	second := w.ballot(doc, SecretUntilClose)
	for _, a := range []Actor{w.estonia, w.zealand, w.harbour, weir} {
		w.cast(a, second, Yes)
	}
	w.wait(9 * day)
	w.merge(mill, weir)
	w.wants(doc, "blockingPosition "+weir.OrganisationID)
	third := w.ballot(doc, SecretUntilClose)
	for _, a := range []Actor{w.estonia, w.zealand, w.harbour, weir} {
		w.cast(a, third, Yes)
	}
	w.wait(9 * day)
	w.wants(doc)
}

// What two said of a comment counts once; nobody comes to endorse its own.
func TestMergedEndorseOnce(t *testing.T) {
	w := newTown(t)
	_, _, csn := w.consulted()
	both, one, theirs, ours := w.comment(w.zealand, csn, ""), w.comment(w.harbour, csn, ""), w.comment(w.loom, csn, ""), w.comment(w.ferry, csn, "")
	for _, e := range []struct {
		a  Actor
		id string
		p  EndorsementPosition
	}{{w.loom, both, Endorses}, {w.ferry, both, Dissents}, {w.loom, one, Endorses}, {w.loom, ours, Endorses}, {w.ferry, theirs, Endorses}} {
		w.do(e.a, EndorseComment{CommentID: e.id, Position: e.p, Reason: "r"})
	}
	w.merge(w.loom, w.ferry)
	var got []string
	for _, id := range []string{both, one, theirs, ours} {
		for _, a := range []Actor{w.loom, w.ferry} {
			if e, err := w.m.Endorsement(id, a.OrganisationID); err == nil {
				got = append(got, id+" "+a.Subject+" "+string(e.Position))
			}
		}
	}
	want := []string{both + " Loom withdrawn", both + " Ferry doesNotSupport", one + " Loom withdrawn", one + " Ferry supports", theirs + " Ferry withdrawn", ours + " Loom withdrawn"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("endorsements (-want +got):\n%s", diff)
	}
	w.refuse(w.ferry, EndorseComment{CommentID: one, Position: Endorses, Reason: "r"}, Conflict, "position", "said so already")
}

// Whatever was said of why and into what, who was merged stays closed.
func TestErasedMerger(t *testing.T) {
	w := settle(t)
	w.record(Remains("organisation.merged/1", w.loom.OrganisationID))
	if o, _ := w.m.Organisation(w.loom.OrganisationID); o.ClosedAt.IsZero() || o.MergedInto != "" {
		t.Errorf("%+v", o)
	}
}
