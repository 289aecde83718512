package policies_test

import (
	"maps"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// dates draws a date of law, now and then one for each of two parties, or a day.
func (p *player) dates() standards.LawDates {
	when := p.from(p.after() + time.Duration(rapid.IntRange(0, 3).Draw(p.t, "hundreds"))*100*day)
	switch rapid.IntRange(0, 5).Draw(p.t, "form of date") {
	case 0:
		return standards.LawDates{{Party: "EE", Local: when[0].Local, Zone: zone}, {Party: "NZ", Local: p.from(400 * day)[0].Local, Zone: "Pacific/Auckland"}}
	case 1:
		return standards.LawDates{{Local: when[0].Local[:10], Zone: "Pacific/Auckland"}}
	case 2:
		return nil
	}
	return when
}

// propose draws terms, mostly ones that can be met.
func (p *player) propose(doc string) Command {
	c := ProposeTerms{DocumentID: doc, Terms: Terms{From: p.from(time.Duration(rapid.SampledFrom([]int{110, 200, 400}).Draw(p.t, "days")) * day)}}
	switch rapid.IntRange(0, 4).Draw(p.t, "terms") {
	case 0:
		c.Terms.From, c.Terms.Until = p.dates(), p.dates()
	case 1:
		c.Terms.Supersedes = []string{pick(p, "ins", p.m.All.Instruments)}
	case 2:
		c.Terms.Amends = []string{pick(p, "ins", p.m.All.Instruments)}
	case 3:
		c.Terms.Amends = []string{pick(p, "ins", p.othersLaw(doc))}
	}
	return c
}

// othersLaw are the instruments that a document could amend and whose sponsors are others
// than its own: whoever proposes that needs their consent.
func (p *player) othersLaw(doc string) map[string]standards.Instrument {
	d, found := p.m.All.Documents[doc], map[string]standards.Instrument{}
	for id, in := range p.m.All.Instruments {
		old := p.m.All.Documents[in.DocumentID]
		if in.Kind == d.Kind && !slices.ContainsFunc(old.Sponsors, func(s string) bool { return slices.Contains(d.Sponsors, s) }) {
			found[id] = in
		}
	}
	return found
}

// correct draws a correction of a document, of its parties too.
func (p *player) correct(doc string) Command {
	c := CorrectDocument{DocumentID: doc, Reason: "r"}
	switch rapid.IntRange(0, 3).Draw(p.t, "correction") {
	case 0:
		c.Parties = rapid.SampledFrom([][]string{{}, {"EE"}, {"EE", "NZ"}}).Draw(p.t, "parties")
	case 1:
		c.Topics, c.Language = []string{"parcels"}, new("zh")
	default:
		c.Title = new(p.words())
	}
	return c
}

// succession agrees to what some document proposes, or takes that back.
func (p *player) succession() Command {
	var proposed []AgreeToSuccession
	for _, id := range slices.Sorted(maps.Keys(p.m.All.Documents)) {
		d := p.m.All.Documents[id]
		for _, ins := range slices.Concat(d.Terms.Supersedes, d.Terms.Amends) {
			if d.AdoptedAt.IsZero() {
				proposed = append(proposed, AgreeToSuccession{InstrumentID: ins, DocumentID: id})
			}
		}
	}
	c := AgreeToSuccession{DocumentID: pick(p, "doc", p.m.All.Documents), InstrumentID: pick(p, "ins", p.m.All.Instruments)}
	if len(proposed) > 0 {
		c = rapid.SampledFrom(proposed).Draw(p.t, "proposed")
	}
	if rapid.IntRange(0, 2).Draw(p.t, "take back") == 0 {
		return WithdrawSuccessionConsent(c)
	}
	return c
}

// sponsorship offers to sponsor a document, answers an offer, resigns, or takes a share back.
func (p *player) sponsorship(doc string) Command {
	with := func(wanted func(Document) bool) string {
		found := map[string]Document{}
		for id, d := range p.m.All.Documents {
			if d.AdoptedAt.IsZero() && d.WithdrawnAt.IsZero() && wanted(d) {
				found[id] = d
			}
		}
		return pick(p, "doc", found)
	}
	offered := func(d Document) bool { return len(d.Offered) > 0 }
	switch rapid.IntRange(0, 5).Draw(p.t, "sponsorship") {
	case 0:
		return AcceptSponsorship{DocumentID: with(offered)}
	case 1:
		return DeclineSponsorship{DocumentID: with(offered)}
	case 2:
		return ResignSponsorship{DocumentID: with(func(d Document) bool { return len(d.Sponsors) > 1 })}
	case 3:
		doc = with(func(d Document) bool { return len(d.Offered)+len(d.Readers) > 0 })
		d := p.m.All.Documents[doc]
		return UnshareDocument{DocumentID: doc, OrganisationID: slices.Concat(d.Offered, d.Readers, []string{p.loom.OrganisationID})[0], Reason: "r"}
	}
	return ShareDocument{DocumentID: doc, As: AsSponsor,
		OrganisationID: rapid.SampledFrom([]Actor{p.estonia, p.zealand, p.loom}).Draw(p.t, "whom").OrganisationID}
}

// offered speaks for an organisation that was offered to sponsor a document, where there
// is one.
func (p *player) offered(doc string, other Actor) Actor {
	if offered := p.m.All.Documents[doc].Offered; len(offered) > 0 {
		return p.voice(offered[0])
	}
	return other
}

// checkLink: an instrument gets a successor by an adoption, once, and loses it, to the
// next in the chain or to none, when the successor comes to bind nobody.
func (p *player) checkLink(was, is standards.Instrument, e Event) {
	if was.SupersededBy == is.SupersededBy && cmp.Equal(was.SupersededFrom, is.SupersededFrom) {
		return
	}
	switch e := e.(type) {
	case *DocumentAdopted:
		if was.SupersededBy == "" && is.SupersededBy == e.InstrumentID && slices.Contains(e.Supersedes, was.ID) {
			return
		}
	case *InstrumentRepealed:
		gone := p.m.All.Instruments[e.InstrumentID]
		if was.SupersededBy == gone.ID && gone.BindsNever() && is.SupersededBy == gone.SupersededBy {
			return
		}
	}
	p.t.Fatalf("%s made of %+v %+v", e.Kind(), was, is)
}

// checkSponsors: an organisation sponsors a document that it proposed or whose offer it
// accepted, and none is without a sponsor.
func (p *player) checkSponsors() {
	said := map[string]bool{}
	for _, x := range p.log {
		e, err := Decode(x.kind, x.payload)
		if err != nil {
			p.t.Fatalf("%v", err)
		}
		switch e := e.(type) {
		case *DocumentProposed:
			said[e.ID+e.Sponsor] = true
		case *SponsorshipAccepted:
			said[e.DocumentID+e.OrganisationID] = true
		case *SponsorshipResigned:
			delete(said, e.DocumentID+e.OrganisationID)
		}
	}
	for _, d := range p.m.All.Documents {
		if len(d.Sponsors) == 0 {
			p.t.Fatalf("nobody sponsors %+v", d)
		}
		for _, id := range d.Sponsors {
			if !said[d.ID+id] {
				p.t.Fatalf("%s sponsors %+v and never said so", id, d)
			}
		}
	}
}

// checkTerms: what was adopted has the terms that were shown in its ballot, or without
// one in its consultation, and a sponsor of what it ends or amends agreed.
func (p *player) checkTerms() {
	for _, in := range p.m.All.Instruments {
		d := p.m.All.Documents[in.DocumentID]
		shown := p.m.All.Consultations[d.Consultation].Terms
		if in.BallotID != "" {
			shown = p.m.All.Ballots[in.BallotID].Terms
		}
		got := Terms{From: in.From, Until: in.Until, Supersedes: in.Supersedes, Amends: in.Amends}
		if diff := cmp.Diff(shown, got); diff != "" {
			p.t.Fatalf("%s was adopted on other terms than were shown (-shown +adopted):\n%s", in.Number, diff)
		}
		for _, id := range slices.Concat(in.Supersedes, in.Amends) {
			old := p.m.All.Documents[p.m.All.Instruments[id].DocumentID]
			if !slices.ContainsFunc(d.Consents, func(c SuccessionConsent) bool {
				return c.InstrumentID == id && slices.Contains(old.Sponsors, c.OrganisationID)
			}) {
				p.t.Fatalf("%s succeeds %s, and nobody agreed: %+v", in.Number, old.Number, d.Consents)
			}
		}
	}
}

// bound is what the release before held and binds, or is to, and the next leaves out.
func (p *player) bound(c PublishRelease) (ids []string) {
	set := p.m.All.RuleSets[c.RuleSetID]
	before, _ := p.m.Release(set.ID, set.Releases)
	for _, id := range before.Instruments {
		in := p.m.All.Instruments[id]
		if at := in.At(p.now); !slices.Contains(c.Instruments, id) && !in.BindsNever() && (at == standards.Pending || at == standards.InForce) {
			ids = append(ids, id)
		}
	}
	return ids
}
