package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// instrumentOf is a regulation for Estonia alone that binds within a week.
func (w *town) instrumentOf(by Actor) string {
	w.t.Helper()
	was := w.rules.WithoutBallot
	w.rules.WithoutBallot = noBallots
	defer func() { w.rules.WithoutBallot = was }()
	return w.instrumentOn(by, standards.Regulation, Terms{From: w.from(98 * day)}, "EE")
}

// Naming a government co-sponsor gives nobody a hold on its law: neither an offer that
// was never accepted, nor one that was.
func TestNobodyEndsAnothersLawAlone(t *testing.T) {
	w := withoutBallots(t)
	old := w.instrumentOf(w.estonia)
	doc := w.do(w.zealand, ProposeDocument{Kind: standards.Regulation, Title: "Mine", Language: "en", Parties: []string{"EE", "NZ"}}).Subject()
	w.commit(doc, parcels)
	w.do(w.zealand, ShareDocument{DocumentID: doc, OrganisationID: w.estonia.OrganisationID, As: AsSponsor})
	w.do(w.zealand, ProposeTerms{DocumentID: doc, Terms: Terms{From: w.from(99 * day), Supersedes: []string{old}}})
	w.do(w.zealand, OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused})
	w.wait(91 * day)
	missing := func(want ...string) {
		t.Helper()
		w.wants(doc, want...)
	}
	missing("consentMissing")
	w.refuse(w.zealand, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
	consent := AgreeToSuccession{InstrumentID: old, DocumentID: doc}
	for _, a := range []Actor{w.zealand, w.office, w.loom, as(w.estonia, Observer)} {
		w.refuse(a, consent, Forbidden, "instrumentId", "")
	}
	w.do(w.estonia, AcceptSponsorship{doc})
	missing("consentMissing") // to sponsor one text is not to give another up
	w.do(w.estonia, consent)
	missing()
	w.refuse(w.estonia, consent, Conflict, "documentId", "already")
	w.do(w.estonia, WithdrawSuccessionConsent(consent))
	missing("consentMissing")
	w.refuse(w.estonia, WithdrawSuccessionConsent(consent), Conflict, "documentId", "hasn't agreed")
	w.do(w.estonia, consent)
	w.do(w.zealand, ProposeTerms{DocumentID: doc, Terms: Terms{From: w.from(8 * day)}})
	w.refuse(w.estonia, WithdrawSuccessionConsent(consent), Conflict, "documentId", "hasn't agreed") // it has ended with the proposal
	w.refuse(w.estonia, consent, Conflict, "documentId", "doesn't propose")
	w.do(w.zealand, ProposeTerms{DocumentID: doc, Terms: Terms{From: w.from(8 * day), Supersedes: []string{old}}})
	missing("consentMissing")
	w.do(w.estonia, ProposeTerms{DocumentID: doc, Terms: Terms{From: w.from(8 * day), Supersedes: []string{old}}})
	missing() // its sponsor's own proposal says so
	w.do(w.zealand, AdoptDocument{DocumentID: doc})
	w.refuse(w.estonia, WithdrawSuccessionConsent(consent), Conflict, "documentId", "adopted")
}

// What binds everybody isn't ended or amended by what binds some; the European Union
// covers its members.
func TestWhoIsCovered(t *testing.T) {
	w := withoutBallots(t)
	everybodys := w.instrumentOn(w.loom, standards.BestPractice, Terms{From: w.from(92 * day)})
	estonias := w.instrumentOn(w.loom, standards.BestPractice, Terms{From: w.from(92 * day)}, "EE")
	propose := func(f func(*Terms), parties ...string) (string, error) {
		doc := w.do(w.loom, ProposeDocument{Kind: standards.BestPractice, Title: "T", Language: "en", Parties: parties}).Subject()
		terms := Terms{From: w.from(99 * day)}
		f(&terms)
		_, err := w.try(w.loom, ProposeTerms{DocumentID: doc, Terms: terms})
		return doc, err
	}
	for name, x := range map[string]struct {
		old     string
		parties []string
		refused bool
	}{
		"everybody's by some":     {everybodys, []string{"FJ"}, true},
		"everybody's by all":      {everybodys, nil, false},
		"a state's by everybody":  {estonias, nil, false},
		"a state's by another":    {estonias, []string{"FJ"}, true},
		"a state's by its union":  {estonias, []string{"EU"}, false},
		"a state's by its county": {estonias, []string{"EE-37"}, true},
	} {
		for list, f := range map[string]func(*Terms){"supersedesIds.0": func(t *Terms) { t.Supersedes = []string{x.old} }, "amendsIds.0": func(t *Terms) { t.Amends = []string{x.old} }} {
			_, err := propose(f, x.parties...)
			if refusal, _ := err.(*Error); (refusal != nil) != x.refused || refusal != nil && (refusal.Code != Invalid || refusal.Field != list) {
				t.Errorf("%s, %s: %v", name, list, err)
			}
		}
	}
}

// A successor that never binds ends nothing, and what it was to end may get another; one
// that has a successor itself hands over.
func TestChainWithoutALink(t *testing.T) {
	w := withoutBallots(t)
	on := func(days int, supersedes ...string) string {
		return w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(time.Duration(91+days) * day), Supersedes: supersedes}, "EE")
	}
	first := on(1)
	second := on(400, first)
	third := on(400, second) // 491 from the proposal of the second, later than it
	state := func(id string, after int) standards.Status {
		in, _ := w.m.Instrument(id)
		return in.At(w.now.Add(time.Duration(after) * day))
	}
	never := func(id string) { w.do(w.estonia, RepealInstrument{InstrumentID: id, From: w.from(day), Reason: "r"}) }
	never(second)
	in, _ := w.m.Instrument(first)
	if in.SupersededBy != third || state(first, 390) != standards.InForce || state(first, 401) != standards.Superseded || state(third, 401) != standards.InForce {
		t.Fatalf("without its link the chain has %+v", in)
	}
	w.refuse(w.estonia, ProposeTerms{DocumentID: w.do(w.estonia, w.regulation("Late")).Subject(), Terms: Terms{Supersedes: []string{second}}}, Conflict, "supersedesIds.0", "successor already")
	never(third)
	in, _ = w.m.Instrument(first)
	if in.SupersededBy != "" || len(in.SupersededFrom) != 0 || !cmp.Equal(w.document(in.DocumentID).Force, in.Force) {
		t.Fatalf("without both links it is %+v", in)
	}
	fourth := on(1, first)
	if in, _ = w.m.Instrument(first); in.SupersededBy != fourth {
		t.Fatalf("another successor: %+v", in)
	}
}

// For each of its parties an instrument ends when its successor binds that one.
func TestSupersededPartyByParty(t *testing.T) {
	w := withoutBallots(t)
	old := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(92 * day)}, "EE", "NZ")
	next := Terms{Supersedes: []string{old}, From: standards.LawDates{{Party: "EE", Local: "2028-01-01", Zone: zone}, {Party: "NZ", Local: "2028-07-01", Zone: "Pacific/Auckland"}}}
	id := w.instrumentOn(w.estonia, standards.Regulation, next, "EE", "NZ")
	for at, want := range map[string][]standards.Status{
		"2027-12-31T21:00:00Z": {standards.InForce, standards.InForce, standards.InForce, standards.Pending, standards.Pending},
		"2027-12-31T22:00:00Z": {standards.InForce, standards.Superseded, standards.InForce, standards.InForce, standards.Pending},
		"2028-06-30T12:00:00Z": {standards.Superseded, standards.Superseded, standards.Superseded, standards.InForce, standards.InForce},
	} {
		moment, _ := time.Parse(time.RFC3339, at)
		was, _ := w.m.Instrument(old)
		is, _ := w.m.Instrument(id)
		got := []standards.Status{was.At(moment), was.AtIn(moment, "EE"), was.AtIn(moment, "NZ"), is.AtIn(moment, "EE-37"), is.AtIn(moment, "NZ")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", at, diff)
		}
	}
}
