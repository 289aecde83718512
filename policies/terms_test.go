package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestProposeTermsRefused(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed() // EE and NZ
	date := func(party, local, zone string) standards.LawDate {
		return standards.LawDate{Party: party, Local: local, Zone: zone}
	}
	good := date("", "2027-01-01", "Pacific/Auckland")
	for _, x := range []struct {
		name        string
		from, until standards.LawDates
		field       string
		words       string
	}{
		{"a party twice", standards.LawDates{date("EE", "2027-01-01", zone), date("EE", "2027-01-01", zone)}, nil, "effectiveFrom.1.party", "twice"},
		{"a stranger", standards.LawDates{date("FI", "2027-01-01", zone)}, nil, "effectiveFrom.0.party", "no party"},
		{"one party of two", standards.LawDates{date("EE", "2027-01-01", zone)}, nil, "effectiveFrom", "no date for NZ"},
		{"all and one", standards.LawDates{good, date("EE", "2027-01-01", zone)}, nil, "effectiveFrom.0.party", "missing"},
		{"no zone", standards.LawDates{date("", "2027-01-01", "")}, nil, "effectiveFrom.0.zone", "missing"},
		{"a zone that is none", standards.LawDates{good}, standards.LawDates{date("", "2027-01-01", "Mars/Olympus")}, "effectiveUntil.0.zone", "no IANA"},
		{"no date", standards.LawDates{date("", "soon", zone)}, nil, "effectiveFrom.0.localDateTime", "no local time"},
		{"an hour that is skipped", standards.LawDates{date("", "2027-03-28T03:30", zone)}, nil, "effectiveFrom.0.localDateTime", "skip"},
		{"a day that is skipped", standards.LawDates{date("", "2011-12-30", "Pacific/Apia")}, nil, "effectiveFrom.0.localDate", "skips"},
		{"the past", standards.LawDates{date("", "2026-01-12", zone)}, nil, "effectiveFrom", "past"},
		{"one party in the past", standards.LawDates{date("EE", "2026-01-12", zone), date("NZ", "2027-01-12", zone)}, nil, "effectiveFrom", "past"},
		{"an end without a beginning", nil, standards.LawDates{good}, "effectiveFrom", "missing"},
		{"an end at the beginning", standards.LawDates{good}, standards.LawDates{good}, "effectiveUntil", "no later"},
		{"an end before one beginning", standards.LawDates{date("EE", "2027-06-01", zone), date("NZ", "2027-01-01", zone)}, standards.LawDates{date("", "2027-03-01", zone)}, "effectiveUntil", "no later"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(w.estonia, ProposeTerms{DocumentID: doc, Terms: Terms{From: x.from, Until: x.until}}, Invalid, x.field, x.words)
		})
	}
	w.t = t
	for who, code := range map[*Actor]Code{{}: NotFound, &w.zealand: NotFound, &w.office: Forbidden} {
		w.refuse(*who, ProposeTerms{DocumentID: doc, Terms: Terms{From: standards.LawDates{good}}}, code, "documentId", "")
	}
	w.open(doc, LateRefused)
	w.refuse(w.estonia, ProposeTerms{DocumentID: doc, Terms: Terms{From: standards.LawDates{good}}}, Conflict, "documentId", "open or announced")
	w.wait(91 * day)
	w.ballot(doc, SecretUntilClose)
	w.refuse(w.estonia, ProposeTerms{DocumentID: doc, Terms: Terms{From: standards.LawDates{good}}}, Conflict, "documentId", "ballot 1 on it is open")
}

// A day of law begins with its first moment, where clocks skip midnight too, and is kept
// as it was stated.
func TestLawDates(t *testing.T) {
	for _, x := range []struct{ local, zone, at string }{
		{"2027-01-01", "Pacific/Auckland", "2026-12-31T11:00:00Z"},
		{"2027-01-01T06:00", "Europe/Tallinn", "2027-01-01T04:00:00Z"},
		{"2027-01-01", "UTC", "2027-01-01T00:00:00Z"},
		{"2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"}, // clocks go from 24:00 to 1:00
		{"2026-10-25", "Europe/Tallinn", "2026-10-24T21:00:00Z"},
		{"2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"}, // clocks go from 1:00 to 0:00
		{"2027-02-28", "Asia/Kathmandu", "2027-02-27T18:15:00Z"},
	} {
		w := withoutBallots(t)
		stated := standards.LawDates{{Local: x.local, Zone: x.zone}}
		doc := w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "T", Language: "en"}).Subject()
		w.terms(doc, Terms{From: stated})
		stated[0].At, _ = time.Parse(time.RFC3339, x.at)
		if diff := cmp.Diff(stated, w.document(doc).Terms.From); diff != "" {
			t.Errorf("%s in %s (-want +got):\n%s", x.local, x.zone, diff)
		}
	}
}

// Adoption holds to what was shown to those consulted and voting.
func TestTermsAreShownAndKept(t *testing.T) {
	w := newTown(t)
	old := w.instrumentOf(w.estonia)
	doc, _ := w.proposed()
	first := Terms{From: w.from(200 * day)}
	w.terms(doc, first)
	csn := w.open(doc, LateRefused)
	if k, _ := w.m.Consultation(csn); !cmp.Equal(k.Terms, first) {
		t.Errorf("the consultation shows %+v", k.Terms)
	}
	w.wait(91 * day)
	for name, x := range map[string]struct {
		terms Terms
		want  []string
	}{
		"a day sooner":      {Terms{From: w.from(108 * day)}, []string{"termsChanged", "ballotMissing"}},
		"an end":            {Terms{From: first.From, Until: w.from(900 * day)}, []string{"termsChanged", "ballotMissing"}},
		"another to end":    {Terms{From: first.From, Supersedes: []string{old}}, []string{"termsChanged", "ballotMissing"}},
		"another to amend":  {Terms{From: first.From, Amends: []string{old}}, []string{"termsChanged", "ballotMissing"}},
		"no date":           {Terms{}, []string{"termsMissing", "ballotMissing"}},
		"the same":          {first, []string{"ballotMissing"}},
		"a later date":      {Terms{From: w.from(300 * day)}, []string{"ballotMissing"}},
		"one of two sooner": {Terms{From: standards.LawDates{{Party: "EE", Local: "2030-01-01", Zone: zone}, {Party: "NZ", Local: "2026-08-01", Zone: zone}}}, []string{"termsChanged", "ballotMissing"}},
	} {
		w.terms(doc, x.terms)
		if diff := cmp.Diff(x.want, w.missing(doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	later := Terms{From: w.from(300 * day)}
	w.terms(doc, later)
	b, _ := w.m.Ballot(w.carry(doc))
	if !cmp.Equal(b.Terms, later) {
		t.Errorf("the ballot shows %+v", b.Terms)
	}
	w.wants(doc)
	w.terms(doc, Terms{From: w.from(400 * day)})
	w.wants(doc, "termsChanged") // another ballot
	w.carry(doc)
	w.wants(doc)
	w.wait(392 * day)
	w.wants(doc, "termsPast")
	w.terms(doc, Terms{From: w.from(20 * day)})
	w.wants(doc, "termsChanged")
	w.carry(doc)
	in, _ := w.m.Instrument(w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject())
	if !cmp.Equal(in.From, w.document(doc).Terms.From) {
		t.Errorf("adopted from %+v", in.From)
	}
}

// A ballot that closes after the terms take force could never lead to an adoption.
func TestBallotClosesBeforeTheTerms(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedOn(w.estonia, standards.Regulation, Terms{From: w.from(95 * day)}, "EE")
	w.refuse(w.estonia, OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: OpenBallotting}, Invalid, "closesAtLocal", "before the ballot closes")
}

// Where no ballot shows them anew, the terms are those of the consultation to the day.
func TestTermsWithoutABallot(t *testing.T) {
	w := withoutBallots(t)
	doc, _ := w.proposed()
	first := Terms{From: w.from(200 * day)}
	w.terms(doc, first)
	w.open(doc, LateRefused)
	w.wait(91 * day)
	w.terms(doc, Terms{From: w.from(300 * day)})
	refusal := w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
	if len(refusal.Missing) != 1 || refusal.Missing[0].Reason != "termsChanged" || !strings.Contains(refusal.Missing[0].Message, "another date") {
		t.Errorf("missing: %+v", refusal.Missing)
	}
	w.terms(doc, first)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}
