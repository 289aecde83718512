package policies_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// On a regulation the governments of its parties decide; businesses are heard, and
// whatever they say stops nothing.
func TestRegulationIsDecidedByGovernmentsOfItsParties(t *testing.T) {
	w := newTown(t)
	w.citizen(w.office, Government, "Chile", "CL")
	w.citizen(w.office, Government, "Harju County", "EE-37")
	county := w.citizen(w.office, Business, "County Mill", "EE-37")
	w.citizen(w.office, Business, "Santiago Freight", "CL")
	doc, _, _ := w.reviewed()
	w.wants(doc, "ballotMissing")
	id := w.ballot(doc, SecretUntilClose)
	b, _ := w.m.Ballot(id)
	want := []Elector{
		{OrganisationID: w.estonia.OrganisationID, Chamber: Government, Jurisdiction: "EE"}, {OrganisationID: w.zealand.OrganisationID, Chamber: Government, Jurisdiction: "NZ"},
		{OrganisationID: w.loom.OrganisationID, Chamber: Business, Jurisdiction: "EE", Heard: true}, {OrganisationID: w.ferry.OrganisationID, Chamber: Business, Jurisdiction: "NZ", Heard: true},
		{OrganisationID: w.harbour.OrganisationID, Chamber: Business, Jurisdiction: "NZ", Heard: true}, {OrganisationID: county.OrganisationID, Chamber: Business, Jurisdiction: "EE-37", Heard: true},
	}
	if diff := cmp.Diff(want, b.Electorate); diff != "" {
		t.Fatalf("electorate (-want +got):\n%s", diff)
	}
	w.wants(doc, "ballotOpen")
	for _, a := range []Actor{w.loom, w.ferry, w.harbour} {
		w.cast(a, id, Discuss)
	}
	w.cast(w.estonia, id, Yes)
	w.cast(w.zealand, id, NoObjection)
	w.wait(9 * day)
	w.tallies(id, "government decides: 2 of 2, yes 1, no objection 1, discuss 0, abstain 0, recused 0: carried",
		"business heard: 3 of 4, yes 0, no objection 0, discuss 3, abstain 0, recused 0: not carried")
	w.wants(doc)
	ins, _ := w.m.Instrument(w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject())
	if ins.BallotID != id {
		t.Errorf("the instrument names ballot %q, not %q", ins.BallotID, id)
	}
}

// A standard is carried by both chambers or not at all.
func TestStandardIsDecidedByBothChambers(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.loom, standards.Standard)
	id := w.ballot(doc, SecretUntilClose)
	w.cast(w.estonia, id, Yes)
	w.cast(w.zealand, id, Yes)
	w.cast(w.loom, id, Abstain)
	w.cast(w.ferry, id, NoObjection)
	w.wait(9 * day)
	w.tallies(id, "government decides: 2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried",
		"business decides: 2 of 3, yes 0, no objection 1, discuss 0, abstain 1, recused 0: not carried") // nobody said yes
	w.wants(doc, "ballotNotCarried")
	w.refuse(w.loom, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
	again := w.carry(doc)
	w.wants(doc)
	if b, _ := w.m.Ballot(again); b.Number != 2 || w.document(doc).Ballots != 2 {
		t.Errorf("the second ballot: %+v", b)
	}
	w.do(w.loom, AdoptDocument{DocumentID: doc})
}

// A business that stuffs a ballot: one position an organisation however many of its
// people speak and however often, and none for organisations registered since.
func TestABusinessThatStuffsABallot(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.loom, standards.Standard)
	id := w.ballot(doc, SecretUntilClose)
	for i := range 20 { // its whole staff, admitted during the ballot
		w.cast(w.admit(w.office, w.loom.OrganisationID, fmt.Sprint("clerk ", i), Delegate), id, Yes)
	}
	w.cast(w.loom, id, NoObjection)
	for i := range 5 { // its subsidiaries, registered after the freeze
		shell := w.citizen(w.office, Business, fmt.Sprint("Loom Holdings ", i), "EE")
		w.refuse(shell, CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	}
	w.refuse(as(w.loom, Observer), CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	w.refuse(w.crane, CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	w.refuse(Operator, CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	harbour, _ := w.m.Organisation(w.harbour.OrganisationID)
	w.refuse(OperatorFor(harbour), CastPosition{BallotID: id, Position: Yes}, Forbidden, "ballotId", "")
	w.refuse(Actor{}, CastPosition{BallotID: id, Position: Yes}, Unauthenticated, "ballotId", "")
	w.cast(w.estonia, id, Yes)
	w.cast(w.zealand, id, Yes)
	positions, _ := w.m.Positions(id)
	if len(positions) != 3 {
		t.Errorf("%d positions are held, not 3: %+v", len(positions), positions)
	}
	w.wait(9 * day)
	w.refuse(w.loom, CastPosition{BallotID: id, Position: Yes}, Conflict, "ballotId", "closed")
	w.tallies(id, "government decides: 2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried",
		"business decides: 1 of 3, yes 0, no objection 1, discuss 0, abstain 0, recused 0: not carried")
	w.refuse(w.loom, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
}

// A government that edits what was adopted: whatever it tries, the instrument, its
// text, the ballot that carried it and every answer stay as they were.
func TestAGovernmentThatEditsWhatWasAdopted(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	k := w.comment(w.loom, csn, "term")
	w.disposeOf(k, Noted, nil)
	w.wait(91 * day)
	id := w.carry(doc)
	ins := w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
	before, _ := w.m.Instrument(ins)
	was := w.document(doc)
	words := text(t, w, rev)
	w.unchangeable(doc, rev, csn, k, "adopted")
	for _, c := range []Command{
		CastPosition{BallotID: id, Position: Discuss, Text: "We think again."},
		CastPosition{BallotID: id, Position: Abstain},
		ClearBlock{BallotID: id},
	} {
		w.refuse(w.zealand, c, Conflict, "ballotId", "adopted")
	}
	w.refuse(w.estonia, AdoptDocument{DocumentID: doc, RevisionID: rev}, Conflict, "documentId", "adopted")
	after, _ := w.m.Instrument(ins)
	if diff := cmp.Diff(before, after) + cmp.Diff(was, w.document(doc)); diff != "" || text(t, w, rev) != words {
		t.Errorf("what was adopted has changed:\n%s", diff)
	}
	// A change is a document of its own, with a consultation and a ballot of its own.
	next := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	w.refuse(w.estonia, AdoptDocument{DocumentID: next}, GateUnmet, "documentId", "")
}

func TestOpenBallotRefused(t *testing.T) {
	w := newTown(t)
	doc, one, csn := w.consulted()
	w.rules.MaximumBallot = map[standards.Kind]time.Duration{standards.Regulation: 200 * day}
	good := OpenBallot{DocumentID: doc, Closes: w.in(100 * day), Zone: zone, Secrecy: SecretUntilClose}
	gaps := func(want ...string) {
		t.Helper()
		var got []string
		for _, g := range w.refuse(w.estonia, good, GateUnmet, "documentId", "put to the ballot").Missing {
			got = append(got, g.Reason)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("missing (-want +got):\n%s", diff)
		}
	}
	gaps("notInReview")
	k := w.comment(w.loom, csn, "term")
	w.wait(91 * day)
	w.edit(doc, "for a year", "for ever")
	gaps("commentUnanswered", "changeUnexplained")
	w.disposeOf(k, AcceptedWhole, &ChangeReference{w.document(doc).Head, w.clauseUnder(one, "term")})
	foreign := w.reviewedBy(w.estonia, standards.Regulation, "CL")
	with := func(change func(*OpenBallot)) OpenBallot {
		c := good
		c.Closes = w.in(8 * day)
		change(&c)
		return c
	}
	fine := with(func(*OpenBallot) {})
	for _, x := range []struct {
		name  string
		who   Actor
		c     OpenBallot
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, fine, Unauthenticated, "documentId", ""},
		{"a party that is no sponsor", w.zealand, fine, Forbidden, "documentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), fine, Forbidden, "documentId", ""},
		{"unknown document", w.estonia, with(func(c *OpenBallot) { c.DocumentID = "doc_none" }), NotFound, "documentId", ""},
		{"unknown revision", w.estonia, with(func(c *OpenBallot) { c.RevisionID = "rev_none" }), NotFound, "revisionId", ""},
		{"the text as it was before the accepted change", w.estonia, with(func(c *OpenBallot) { c.RevisionID = one }), GateUnmet, "documentId", ""},
		{"no secrecy", w.estonia, with(func(c *OpenBallot) { c.Secrecy = "" }), Invalid, "secrecy", "none of"},
		{"too short", w.estonia, with(func(c *OpenBallot) { c.Closes = w.in(6 * day) }), Invalid, "closesAtLocal", "at least 7"},
		{"closed already", w.estonia, with(func(c *OpenBallot) { c.Closes = w.in(-day) }), Invalid, "closesAtLocal", "past"},
		{"no such zone", w.estonia, with(func(c *OpenBallot) { c.Zone = "Tallinn" }), Invalid, "zone", ""},
		{"a party that has no voice", w.estonia, with(func(c *OpenBallot) { c.DocumentID = foreign }), GateUnmet, "documentId", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: w.document(doc).Head})
	w.do(w.office, with(func(*OpenBallot) {})) // the secretariat keeps the calendar
	w.refuse(w.estonia, with(func(*OpenBallot) {}), Conflict, "documentId", "open until")
	w.refuse(w.estonia, OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused}, Conflict, "documentId", "open until")
	w.wait(9 * day)
	w.carry(doc)
	w.refuse(w.estonia, with(func(*OpenBallot) {}), Conflict, "documentId", "may be adopted")
}

// A ballot is on one text after one consultation: another text, or another round,
// wants another ballot.
func TestBallotIsOnOneTextAfterOneRound(t *testing.T) {
	w := newTown(t)
	doc, one, _ := w.reviewed()
	w.carry(doc)
	w.wants(doc)
	two := w.edit(doc, "for a year", "for one year")
	w.do(w.estonia, MarkEditorial{RevisionID: two, ClauseID: w.clauseUnder(one, "term"), Reason: "Style."})
	w.wants(doc, "ballotMissing")
	if got := w.missingFor(doc, one); got != nil {
		t.Errorf("revision 1 was carried, but the gate wants %v", got)
	}
	w.do(w.estonia, OpenConsultation{DocumentID: doc, RevisionID: one, Closes: w.in(90 * day), Zone: zone, Late: LateRefused})
	w.wait(91 * day)
	if got := w.missingFor(doc, one); !cmp.Equal(got, []string{"ballotMissing"}) {
		t.Errorf("after another round the gate wants %v", got)
	}
	w.carry(doc)
	w.wants(doc)
}

// Who voted voted on the title too: one put right since wants another ballot, a topic doesn't.
func TestBallotIsOnOneTitle(t *testing.T) {
	w := newTown(t)
	doc, _, _ := w.reviewed()
	w.carry(doc)
	w.do(w.estonia, CorrectDocument{DocumentID: doc, Topics: []string{"customs"}, Reason: "left out"})
	w.wants(doc)
	w.do(w.estonia, CorrectDocument{DocumentID: doc, Title: new("On all parcels, not of low value alone"), Reason: "a slip"})
	w.wants(doc, "ballotMissing")
	w.carry(doc)
	w.wants(doc)
}

// What was configured when the ballot opened holds to its end.
func TestQuorumAndMajorityAreFrozen(t *testing.T) {
	w := newTown(t)
	w.rules.Quorum = map[standards.Kind]Fraction{standards.Regulation: {1, 1}}
	doc, _, _ := w.reviewed()
	id := w.ballot(doc, SecretUntilClose)
	w.rules.Quorum = nil
	w.cast(w.estonia, id, Yes)
	w.wait(9 * day)
	w.wants(doc, "ballotNotCarried")
	id = w.ballot(doc, SecretUntilClose)
	w.cast(w.estonia, id, Yes)
	w.cast(w.zealand, id, Recuse) // the quorum is of the others
	w.wait(9 * day)
	w.wants(doc)
}

// Where the rules ask for no ballot, one that was opened counts all the same.
func TestABallotThatWasOpenedCounts(t *testing.T) {
	w := withoutBallots(t)
	doc, _, _ := w.reviewed()
	w.wants(doc)
	w.ballot(doc, OpenBallotting)
	w.wants(doc, "ballotOpen")
	w.wait(9 * day)
	w.wants(doc, "ballotNotCarried")
}

func TestShows(t *testing.T) {
	b := Ballot{OpensAt: dawn, ClosesAt: dawn.Add(day), Secrecy: SecretUntilClose}
	for at, want := range map[time.Duration]bool{0: false, day - 1: false, day: true} {
		if got := b.Shows(dawn.Add(at)); got != want {
			t.Errorf("%s after the opening a secret ballot shows: %v", at, got)
		}
	}
	b.Secrecy = OpenBallotting
	if !b.Shows(dawn) {
		t.Error("an open ballot doesn't show")
	}
	b.Secrecy = "unheard of"
	if b.Shows(dawn) {
		t.Error("a ballot of no known secrecy shows")
	}
}
