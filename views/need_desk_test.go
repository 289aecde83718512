package views

import (
	"cmp"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// deskNeeds looks through the memory for what a desk is needed for: that of a sponsor, of a
// former one, or of the secretariat.
func (d *dialogue) deskNeeds(a policies.Actor, k NeedKind, f NeedFilter) (list []Need) {
	office := a.Chamber == policies.Secretariat
	switch {
	case k == NeedRelease && office:
		return d.unreleased(f)
	case k == NeedRenewal && office:
		for _, id := range d.sets {
			set, _ := d.memory.RuleSet(id)
			if r, err := d.memory.Release(id, set.Releases); err == nil && !r.ValidUntil.After(f.Now.Add(f.Within)) {
				list = append(list, Need{Kind: k, RuleSetID: id, Since: r.PublishedAt, Due: r.ValidUntil})
			}
		}
		return list
	case k == NeedConfirmation && office:
		for _, id := range d.invitations {
			if i, _ := d.memory.Invitation(id); i.State(f.Now) == policies.StateUnconfirmed && i.InvitedBy != a.MemberID {
				list = append(list, Need{Kind: k, InvitationID: id, Since: i.InvitedAt, Due: i.ExpiresAt})
			}
		}
		return list
	}
	for _, id := range d.documents {
		doc, _ := d.memory.Document(id)
		if !doc.WithdrawnAt.IsZero() || !doc.AdoptedAt.IsZero() {
			continue
		}
		sponsors := slices.Contains(doc.Sponsors, a.OrganisationID)
		switch {
		case k == NeedOffer && slices.Contains(doc.Offered, a.OrganisationID) && (a.Chamber == policies.Government || doc.Kind != standards.Regulation):
			list = append(list, Need{Kind: k, DocumentID: id})
		case k == NeedConsent && d.may(a, policies.ReadingDocument, id, 0):
			list = append(list, d.consentsWanted(a, &doc)...)
		case k == NeedAgreement:
			list = append(list, d.agreementsWanted(&doc, sponsors, office, f)...)
		case k == NeedStep && (sponsors || office && doc.PutForward != ""):
			list = append(list, d.stepsWanted(doc, sponsors, f)...)
		}
	}
	if k == NeedAgreement {
		slices.SortStableFunc(list, func(x, y Need) int { return cmp.Or(x.Due.Compare(y.Due), cmp.Compare(x.BallotID, y.BallotID)) })
	}
	return list
}

func (d *dialogue) unreleased(f NeedFilter) (list []Need) {
	released := map[string]bool{}
	for _, id := range d.sets {
		for n := 1; ; n++ {
			r, err := d.memory.Release(id, n)
			if err != nil {
				break
			}
			for _, i := range r.Instruments {
				released[i] = true
			}
		}
	}
	for _, id := range d.instruments {
		in, _ := d.memory.Instrument(id)
		x := Need{Kind: NeedRelease, DocumentID: in.DocumentID, InstrumentID: id, Since: in.AdoptedAt}
		for _, s := range in.Spans() {
			if s.From.At.After(f.Now) && (x.Due.IsZero() || s.From.At.Before(x.Due)) {
				x.Due = s.From.At
			}
		}
		if at := in.At(f.Now); !released[id] && !in.BindsNever() && (at == standards.Pending || at == standards.InForce) {
			list = append(list, x)
		}
	}
	return list
}

func (d *dialogue) consentsWanted(a policies.Actor, doc *policies.Document) (list []Need) {
	for _, id := range slices.Concat(doc.Terms.Supersedes, doc.Terms.Amends) {
		in, _ := d.memory.Instrument(id)
		old, _ := d.memory.Document(in.DocumentID)
		agreed := slices.ContainsFunc(doc.Consents, func(c policies.SuccessionConsent) bool {
			return c.InstrumentID == id && slices.Contains(old.Sponsors, c.OrganisationID)
		})
		if !agreed && slices.Contains(old.Sponsors, a.OrganisationID) {
			list = append(list, Need{Kind: NeedConsent, DocumentID: doc.ID, InstrumentID: id, Since: doc.TermsAt})
		}
	}
	return list
}

func (d *dialogue) agreementsWanted(doc *policies.Document, sponsors, office bool, f NeedFilter) (list []Need) {
	waits := func(q policies.JointRequest) bool {
		if q.At.IsZero() {
			return false
		}
		return q.Side == policies.SecretariatSide && sponsors || q.Side == policies.SponsorSide && office && slices.Contains(doc.Sponsors, q.OrganisationID)
	}
	for _, id := range d.consultations {
		if c, _ := d.memory.Consultation(id); c.DocumentID == doc.ID && c.Cancelled.IsZero() && c.ClosesAt.After(f.Now) && waits(c.CancelAsked) {
			list = append(list, Need{Kind: NeedAgreement, DocumentID: doc.ID, ConsultationID: id, Since: c.CancelAsked.At, Due: c.ClosesAt})
		}
	}
	for _, id := range d.ballots {
		b, _ := d.memory.Ballot(id)
		if b.DocumentID != doc.ID || !b.Cancelled.IsZero() || !b.ClosesAt.After(f.Now) {
			continue
		}
		x := Need{Kind: NeedAgreement, DocumentID: doc.ID, BallotID: id, Due: b.ClosesAt}
		for _, q := range []policies.JointRequest{b.CloseAsked, b.CancelAsked} {
			if waits(q) {
				x.Since = q.At
			}
		}
		if !x.Since.IsZero() {
			list = append(list, x)
		}
	}
	return list
}

func (d *dialogue) stepsWanted(doc policies.Document, sponsors bool, f NeedFilter) []Need {
	var gaps []policies.Gap
	if head, err := d.memory.Revision(doc.Head); err == nil {
		if gaps, err = policies.Gate(doc, head, f.Now, f.Rules, &d.memory); err != nil {
			d.t.Fatal(err)
		}
	}
	x := Need{Kind: NeedStep, DocumentID: doc.ID, Step: policies.NextStep(doc, gaps, f.Now)}
	for _, at := range []time.Time{doc.HeadAt, doc.TermsAt, doc.ClosesAt, doc.BallotClosesAt} {
		if at.After(x.Since) && !at.After(f.Now) {
			x.Since = at
		}
	}
	if x.Step == "" || !sponsors && !slices.Contains([]policies.Step{policies.ConsultStep, policies.RoundStep, policies.BallotStep}, x.Step) {
		return nil
	}
	return []Need{x}
}

// What a desk is told from the first draft to a release that expires, and that it is told
// no more once it is done.
func TestNeedsOfDesks(t *testing.T) {
	s := newStory(t)
	gov, other, office := s.party(policies.Government, "Ministry"), s.party(policies.Government, "Neighbour"), s.party(policies.Secretariat, "Office")
	db := openTest(t)
	told := 0
	tell := func(who policies.Actor, want ...Need) {
		t.Helper()
		foldAll(t, db, s.entries[told:])
		told = len(s.entries)
		f := NeedFilter{Now: s.now, Rules: s.rules(), Within: 14 * 24 * time.Hour}
		got := listed(t, db, who, f, Page{First: 1})
		for i := range got {
			got[i].Since, got[i].Due = time.Time{}, time.Time{}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels", Language: "en", Parties: []string{gov.Jurisdiction}})
	tell(gov)
	s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Parcels\n\nOne.\n"})
	step := func(next policies.Step) Need { return Need{Kind: NeedStep, DocumentID: doc, Step: next} }
	tell(gov, step(policies.ConsultStep))
	tell(office)
	s.do(gov, policies.ShareDocument{DocumentID: doc, OrganisationID: other.OrganisationID, As: policies.AsSponsor})
	tell(other, Need{Kind: NeedOffer, DocumentID: doc})
	s.do(other, policies.DeclineSponsorship{DocumentID: doc})
	tell(other)
	d, _ := s.memory.Document(doc)
	s.do(gov, policies.PutForward{DocumentID: doc, RevisionID: d.Head})
	tell(office, step(policies.ConsultStep))
	s.do(gov, policiestest.From(doc, s.now.AddDate(1, 0, 0)))
	csn := s.do(office, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(60 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateRefused})
	s.do(office, policies.CancelConsultation{ConsultationID: csn, Reason: "A wrong date."})
	tell(gov, Need{Kind: NeedAgreement, DocumentID: doc, ConsultationID: csn})
	tell(office)
	s.now = s.now.Add(61 * 24 * time.Hour)
	tell(gov, step(policies.BallotStep))
	tell(office)
	ballot := s.do(gov, policies.OpenBallot{DocumentID: doc, Closes: local(s.now.Add(8 * 24 * time.Hour)), Zone: "UTC", Secrecy: policies.OpenBallotting})
	s.do(gov, policies.CastPosition{BallotID: ballot, Position: policies.Yes})
	tell(gov)
	s.now = s.now.Add(9 * 24 * time.Hour)
	tell(gov, step(policies.AdoptStep))
	ins := s.do(gov, policies.AdoptDocument{DocumentID: doc})
	tell(gov)
	tell(office, Need{Kind: NeedRelease, DocumentID: doc, InstrumentID: ins})
	next := s.do(other, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels anew", Language: "en", Parties: []string{gov.Jurisdiction}, OpenDrafts: true})
	terms := policiestest.From(next, s.now.AddDate(2, 0, 0))
	terms.Terms.Supersedes = []string{ins}
	s.do(other, terms)
	tell(gov, Need{Kind: NeedConsent, DocumentID: next, InstrumentID: ins})
	s.do(gov, policies.AgreeToSuccession{DocumentID: next, InstrumentID: ins})
	tell(gov)
	set := s.do(office, policies.CreateRuleSet{Slug: "parcels", Title: "Parcels"})
	s.do(office, policies.PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: s.now.Add(30 * 24 * time.Hour)})
	tell(office)
	s.now = s.now.Add(17 * 24 * time.Hour)
	tell(office, Need{Kind: NeedRenewal, RuleSetID: set})
	tell(policies.Actor{})
	ministry := s.do(office, policies.RegisterOrganisation{Kind: policies.Government, Name: "Newcomer", Jurisdiction: "FJ"})
	inv := s.do(office, policies.InviteMember{OrganisationID: ministry, Issuer: "https://id.example", Subject: "first", Role: policies.Admin})
	second := office
	second.MemberID = "mem_second"
	confirmation := Need{Kind: NeedConfirmation, InvitationID: inv}
	tell(second, confirmation, Need{Kind: NeedRenewal, RuleSetID: set})
	tell(office, Need{Kind: NeedRenewal, RuleSetID: set}) // not by who made it
}
