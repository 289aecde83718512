package policies_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// This file draws the moves of ballots and what comes after an adoption, and holds
// them to what they promise, in other words than tally.go and gate.go.

// putToBallot opens a ballot on a standard, and on a regulation one that will carry.
func (p *player) putToBallot() {
	standard := p.reviewedBy(p.estonia, standards.Standard)
	ballot := p.ballot(p.reviewedBy(p.estonia, standards.Regulation, "EE", "NZ"), SecretUntilClose)
	p.town.cast(p.ferry, p.ballot(standard, OpenBallotting), Discuss)
	p.do(p.estonia, CastPosition{BallotID: ballot, Position: Yes})
}

func (p *player) openBallot() Command {
	doc := pick(p, "doc", p.m.All.Documents)
	c := OpenBallot{DocumentID: doc, Closes: p.in(p.after() + 7*day), Zone: zone,
		Secrecy: rapid.SampledFrom(append(slices.Clone(Secrecies), SecretUntilClose, "sealed")).Draw(p.t, "secrecy")}
	if rapid.IntRange(0, 4).Draw(p.t, "another revision") == 0 {
		c.RevisionID = pick(p, "rev", p.m.All.Revisions)
	}
	return c
}

func (p *player) cast() Command {
	some := p.m.All.Ballots
	if rapid.IntRange(0, 3).Draw(p.t, "open") < 3 {
		some = map[string]Ballot{}
		for id, b := range p.m.All.Ballots {
			if d := p.m.All.Documents[b.DocumentID]; b.IsOpen(p.now) && DocumentSettled(&d, "") == nil {
				some[id] = b
			}
		}
	}
	c := CastPosition{BallotID: pick(p, "bal", some), Text: p.words(),
		Position: rapid.SampledFrom(append(slices.Clone(Votes), Yes, Yes, Yes, "maybe")).Draw(p.t, "position")}
	if c.Position == Discuss || rapid.IntRange(0, 9).Draw(p.t, "stray") == 0 {
		c.Otherwise = rapid.SampledFrom([]Vote{"", Yes, NoObjection, Abstain, Discuss}).Draw(p.t, "otherwise")
	}
	return c
}

// clear clears a blocking position, mostly one that there is.
func (p *player) clear() Command {
	blocked := map[string]bool{}
	for _, x := range p.m.All.Positions {
		if x.Position == Discuss {
			blocked[x.BallotID] = true
		}
	}
	return ClearBlock{BallotID: pick(p, "bal", blocked), Text: p.words()}
}

// blocker is somebody who speaks for an organisation that blocks, where there is one.
func (p *player) blocker(ballot string, other Actor) Actor {
	for _, x := range p.m.All.Positions {
		if x.BallotID == ballot && x.Position == Discuss {
			return p.voice(x.OrganisationID)
		}
	}
	return other
}

// adoptNext adopts what the gate lets through, if it lets anything.
func (p *player) adoptNext() Command {
	var ready []string
	for id, d := range p.m.All.Documents {
		rev, err := p.m.Revision(d.BallotRevision)
		if err != nil {
			continue
		}
		if gaps, err := Gate(d, rev, p.now, p.rules, p.m); err == nil && len(gaps) == 0 {
			ready = append(ready, id)
		}
	}
	if len(ready) == 0 {
		return AdoptDocument{DocumentID: "doc_none"}
	}
	slices.Sort(ready)
	doc := rapid.SampledFrom(ready).Draw(p.t, "ready")
	return AdoptDocument{DocumentID: doc, RevisionID: p.m.All.Documents[doc].BallotRevision}
}

func (p *player) repeal() Command {
	return RepealInstrument{InstrumentID: pick(p, "ins", p.m.All.Instruments), From: p.dates(), Reason: p.words()}
}

// elector is somebody who speaks for an organisation with a voice, where there is one.
func (p *player) elector(ballot string, other Actor) Actor {
	b, ok := p.m.All.Ballots[ballot]
	if !ok {
		return other
	}
	return p.voice(rapid.SampledFrom(b.Electorate).Draw(p.t, "elector").OrganisationID)
}

// ballotsOn are those on a document, oldest first.
func (p *player) ballotsOn(document string) (list []Ballot) {
	for _, b := range p.m.All.Ballots {
		if b.DocumentID == document {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b Ballot) int { return a.Number - b.Number })
	return list
}

// checkBallot: positions come from those with a voice, in time; and what is adopted
// was carried, counted anew from the log.
func (p *player) checkBallot(e Event) {
	switch e := e.(type) {
	case *PositionCast:
		switch b := p.m.All.Ballots[e.BallotID]; {
		case !slices.ContainsFunc(b.Electorate, func(x Elector) bool { return x.OrganisationID == e.OrganisationID }):
			p.t.Fatalf("%s has no voice in %+v", e.OrganisationID, b)
		case p.now.Before(b.OpensAt), !p.now.Before(b.ClosesAt):
			p.t.Fatalf("%+v at %s in %+v", e, p.now, b)
		case e.Position == Discuss && e.Text == "":
			p.t.Fatalf("%+v blocks without a reason", e)
		}
	case *BlockCleared:
		b := p.m.All.Ballots[e.BallotID]
		if before := votes(p.log[:len(p.log)-1], b.ID); p.now.Before(b.ClosesAt) || before[e.OrganisationID] != Discuss {
			p.t.Fatalf("%+v at %s in %+v", e, p.now, b)
		}
	case *DocumentAdopted:
		p.checkCarried(e)
	}
}

// votes are the last positions in a ballot by organisation.
func votes(log []entry, ballot string) map[string]Vote {
	votes, fixed := map[string]Vote{}, map[string]Vote{}
	for _, x := range log {
		if !strings.HasPrefix(x.kind, "position.") {
			continue
		}
		switch e, _ := Decode(x.kind, x.payload); c := e.(type) {
		case *PositionCast:
			if c.BallotID == ballot {
				votes[c.OrganisationID], fixed[c.OrganisationID] = c.Position, c.Otherwise
			}
		case *BlockCleared:
			if c.BallotID == ballot {
				votes[c.OrganisationID] = fixed[c.OrganisationID]
			}
		}
	}
	return votes
}

func (p *player) checkCarried(e *DocumentAdopted) {
	if e.BallotID == "" {
		if p.rules.WithoutBallot == nil || len(p.ballotsOn(e.DocumentID)) > 0 {
			p.t.Fatalf("%s was adopted without its ballot", e.DocumentID)
		}
		return
	}
	b := p.m.All.Ballots[e.BallotID]
	votes := votes(p.log, b.ID)
	if b.RevisionID != e.RevisionID || p.now.Before(b.ClosesAt) || b.OpensAt.Before(p.m.All.Documents[e.DocumentID].ClosesAt) {
		p.t.Fatalf("%s was adopted by a ballot that isn't on it: %+v", e.RevisionID, b)
	}
	for _, chamber := range []OrganisationKind{Government, Business} {
		var all, took, assent, yes int
		for _, v := range voicesIn(b, chamber, votes) {
			if v == Recuse {
				continue
			}
			all++
			switch v {
			case Discuss:
				p.t.Fatalf("%s was adopted over a blocking position", e.DocumentID)
			case "":
			default:
				took++
			}
			if v == Yes || v == NoObjection {
				assent++
			}
			if v == Yes {
				yes++
			}
		}
		decides := slices.ContainsFunc(b.Electorate, func(x Elector) bool { return x.Chamber == chamber && !x.Heard })
		if decides && (2*took < all || yes == 0) {
			p.t.Fatalf("%s was adopted with %d of %d in chamber %s, %d yes", e.DocumentID, took, all, chamber, yes)
		}
	}
}

// voicesIn are what those said that decide in a chamber, one voice a jurisdiction among
// governments; "" where none spoke.
func voicesIn(b Ballot, chamber OrganisationKind, votes map[string]Vote) map[string]Vote {
	said, order := map[string]Vote{}, []Vote{"", Recuse, Yes, NoObjection, Abstain, Discuss} // the later outdoes the earlier
	for _, x := range b.Electorate {
		whose := x.OrganisationID
		if chamber == Government {
			whose = x.Jurisdiction
		}
		if x.Chamber == chamber && !x.Heard {
			said[whose] = order[max(slices.Index(order, said[whose]), slices.Index(order, votes[x.OrganisationID]))]
		}
	}
	return said
}

// cancel takes a consultation or a ballot back, or closes a ballot early.
func (p *player) cancel() Command {
	switch rapid.IntRange(0, 2).Draw(p.t, "what") {
	case 0:
		return CancelConsultation{ConsultationID: pick(p, "csn", p.m.All.Consultations), Reason: p.words()}
	case 1:
		return CancelBallot{BallotID: pick(p, "bal", p.m.All.Ballots), Reason: p.words()}
	}
	return CloseBallotEarly{BallotID: pick(p, "bal", p.m.All.Ballots), Reason: p.words()}
}
