package policies

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/standards"
)

func (w *town) cast(a Actor, ballot string, v Vote) {
	w.t.Helper()
	c := CastPosition{BallotID: ballot, Position: v}
	if v == Discuss {
		c.Text = "Article 2 is too wide."
	}
	w.do(a, c)
}

// tallied are a ballot's tallies as it stands, in words.
func (w *town) tallied(ballot string) (list []string) {
	w.t.Helper()
	b, err := w.m.Ballot(ballot)
	if err != nil {
		w.t.Fatalf("ballot: %v", err)
	}
	positions, _ := w.m.Positions(ballot)
	for _, t := range b.Tallies(positions) {
		role, end := "heard", "not carried"
		if t.Decides {
			role = "decides"
		}
		if t.Carried {
			end = "carried"
		}
		list = append(list, fmt.Sprintf("%s %s: %d of %d, yes %d, no objection %d, discuss %d, abstain %d, recused %d: %s",
			t.Chamber, role, t.Yes+t.NoObjection+t.Discuss+t.Abstain+t.Recused, t.Electorate, t.Yes, t.NoObjection, t.Discuss, t.Abstain, t.Recused, end))
	}
	return list
}

func (w *town) tallies(ballot string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.tallied(ballot)); diff != "" {
		w.t.Fatalf("tallies (-want +got):\n%s", diff)
	}
}

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
		{OrganisationID: w.estonia.OrganisationID, Chamber: Government}, {OrganisationID: w.zealand.OrganisationID, Chamber: Government},
		{OrganisationID: w.loom.OrganisationID, Chamber: Business, Heard: true}, {OrganisationID: w.ferry.OrganisationID, Chamber: Business, Heard: true},
		{OrganisationID: w.harbour.OrganisationID, Chamber: Business, Heard: true}, {OrganisationID: county.OrganisationID, Chamber: Business, Heard: true},
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
	ins, _ := w.m.Instrument(w.do(w.estonia, w.adopt(doc)).Subject())
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
	w.refuse(w.loom, w.adopt(doc), GateUnmet, "documentId", "")
	again := w.carry(doc)
	w.wants(doc)
	if b, _ := w.m.Ballot(again); b.Number != 2 || w.document(doc).Ballots != 2 {
		t.Errorf("the second ballot: %+v", b)
	}
	w.do(w.loom, w.adopt(doc))
}

// A blocking position has a reason, stands beyond the close, and only its holder clears it.
func TestDiscussBlocksUntilItsHolderClearsIt(t *testing.T) {
	w := newTown(t)
	w.rules.Majority = map[standards.Kind]Fraction{standards.Regulation: {1, 2}}
	doc, _, _ := w.reviewed()
	id := w.ballot(doc, SecretUntilClose)
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Discuss}, Invalid, "text", "missing")
	w.cast(w.zealand, id, Discuss)
	w.cast(w.estonia, id, Yes)
	w.wait(9 * day)
	w.wants(doc, "blockingPosition "+w.zealand.OrganisationID) // carried by half, and blocked
	w.refuse(w.estonia, CastPosition{BallotID: id, Position: NoObjection}, Conflict, "ballotId", "closed")
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Discuss, Text: "Still."}, Conflict, "position", "only be cleared")
	w.refuse(w.loom, CastPosition{BallotID: id, Position: Yes}, Conflict, "ballotId", "closed") // it took none
	w.do(w.zealand, CastPosition{BallotID: id, Position: NoObjection, Text: "Article 2 was explained."})
	w.wants(doc)
	got, _ := w.m.PositionOf(id, w.zealand.OrganisationID)
	want := Position{BallotID: id, OrganisationID: w.zealand.OrganisationID, Position: NoObjection, Text: "Article 2 was explained.",
		MemberID: w.zealand.MemberID, CastAt: w.now, ClearedAt: w.now, Objection: "Article 2 is too wide."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the cleared position (-want +got):\n%s", diff)
	}
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Abstain}, Conflict, "ballotId", "closed") // cleared once
	w.do(w.estonia, w.adopt(doc))
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
	w.refuse(w.loom, w.adopt(doc), GateUnmet, "documentId", "")
}

// A government that edits what was adopted: whatever it tries, the instrument, its
// text, the ballot that carried it and every answer stay as they were.
func TestAGovernmentThatEditsWhatWasAdopted(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	k := w.comment(w.loom, csn, "term")
	w.answer(k, Noted, nil)
	w.wait(91 * day)
	id := w.carry(doc)
	ins := w.do(w.estonia, w.adopt(doc)).Subject()
	before, _ := w.m.Instrument(ins)
	was := w.document(doc)
	words := text(t, w, rev)
	w.unchangeable(doc, rev, csn, k, "adopted")
	for _, c := range []Command{
		CastPosition{BallotID: id, Position: Discuss, Text: "We think again."},
		CastPosition{BallotID: id, Position: Abstain},
	} {
		w.refuse(w.zealand, c, Conflict, "ballotId", "adopted")
	}
	w.refuse(w.estonia, AdoptDocument{DocumentID: doc, EffectiveFrom: w.now, EffectiveUntil: w.now.Add(day)}, Conflict, "documentId", "adopted")
	after, _ := w.m.Instrument(ins)
	if diff := cmp.Diff(before, after) + cmp.Diff(was, w.document(doc)); diff != "" || text(t, w, rev) != words {
		t.Errorf("what was adopted has changed:\n%s", diff)
	}
	// A change is a document of its own, with a consultation and a ballot of its own.
	next := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	w.refuse(w.estonia, AdoptDocument{DocumentID: next, EffectiveFrom: w.now, Amends: []string{ins}}, GateUnmet, "documentId", "")
}

func TestOpenBallotRefused(t *testing.T) {
	w := newTown(t)
	doc, one, csn := w.consulted()
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
	w.answer(k, AcceptedWhole, &ChangeReference{w.document(doc).Head, w.clauseUnder(one, "term")})
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
		{"too short", w.estonia, with(func(c *OpenBallot) { c.Closes = w.in(6 * day) }), Invalid, "closes", "at least 7"},
		{"closed already", w.estonia, with(func(c *OpenBallot) { c.Closes = w.in(-day) }), Invalid, "closes", "past"},
		{"no such zone", w.estonia, with(func(c *OpenBallot) { c.Zone = "Tallinn" }), Invalid, "zone", ""},
		{"nobody who could decide", w.estonia, with(func(c *OpenBallot) { c.DocumentID = foreign }), Conflict, "documentId", "no government"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
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

// A ballot that lost a position to an erasure can't be counted any more.
func TestErasedPositionSpoilsTheBallot(t *testing.T) {
	w := settle(t) // entries are erased, so the replay differs
	doc, _, _ := w.reviewed()
	id := w.carry(doc)
	w.record(Remains("position.cast/1", id))
	w.wants(doc, "ballotMissing")
	w.carry(doc)
	w.wants(doc)
}

func TestTallies(t *testing.T) {
	half, twoThirds := Fraction{1, 2}, Fraction{2, 3}
	for _, x := range []struct {
		name     string
		electors int
		votes    []Vote
		quorate  bool
		carried  bool
		quorum   Fraction
		majority Fraction
	}{
		{name: "nobody came", electors: 4, quorum: half, majority: twoThirds},
		{name: "half came", electors: 4, votes: []Vote{Yes, Yes}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "fewer than half", electors: 5, votes: []Vote{Yes, Yes}, quorum: half, majority: twoThirds},
		{name: "the recused don't count", electors: 5, votes: []Vote{Yes, Yes, Recuse}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "abstentions make a quorum, not a majority", electors: 4, votes: []Vote{Abstain, Abstain, Abstain}, quorum: half, majority: twoThirds, quorate: true},
		{name: "no objection alone carries nothing", electors: 2, votes: []Vote{NoObjection, NoObjection}, quorum: half, majority: twoThirds, quorate: true},
		{name: "two thirds exactly", electors: 3, votes: []Vote{Yes, NoObjection, Discuss}, quorum: half, majority: twoThirds, quorate: true, carried: true},
		{name: "just below two thirds", electors: 5, votes: []Vote{Yes, NoObjection, Yes, Discuss, Discuss}, quorum: half, majority: twoThirds, quorate: true},
		{name: "everybody recused", electors: 2, votes: []Vote{Recuse, Recuse}, quorum: half, majority: twoThirds, quorate: true},
	} {
		t.Run(x.name, func(t *testing.T) {
			b := Ballot{Quorum: x.quorum, Majority: x.majority}
			var positions []Position
			for i := range x.electors {
				b.Electorate = append(b.Electorate, Elector{OrganisationID: fmt.Sprint(i), Chamber: Government})
				if i < len(x.votes) {
					positions = append(positions, Position{OrganisationID: fmt.Sprint(i), Position: x.votes[i]})
				}
			}
			positions = append(positions, Position{OrganisationID: "stranger", Position: Discuss})
			got := b.Tallies(positions)[0]
			if got.Quorate != x.quorate || got.Carried != x.carried || Carried(b.Tallies(positions)) != x.carried {
				t.Errorf("%+v", got)
			}
		})
	}
	if Carried(new(Ballot).Tallies(nil)) {
		t.Error("a ballot without an electorate carried")
	}
}

func TestParseFraction(t *testing.T) {
	for _, good := range []string{"1/2", "2/3", "1/1", "999/1000"} {
		if q, err := ParseFraction(good); err != nil || q.String() != good {
			t.Errorf("%s: %v, %v", good, q, err)
		}
	}
	for _, bad := range []string{"", "1", "0/2", "3/2", "-1/-2", "1/1001", "1/2/3", "half", "1/ 2"} {
		if q, err := ParseFraction(bad); err == nil {
			t.Errorf("%q was read as %v", bad, q)
		}
	}
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
