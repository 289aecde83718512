package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
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

// A blocking position has a reason, stands beyond the close, and only its holder clears
// it: to what it fixed beforehand, since it has seen the others' by then.
func TestDiscussBlocksUntilItsHolderClearsIt(t *testing.T) {
	w := newTown(t)
	w.rules.Majority = map[standards.Kind]Fraction{standards.Regulation: {1, 2}}
	doc, _, _ := w.reviewed()
	id := w.ballot(doc, SecretUntilClose)
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Discuss}, Invalid, "text", "missing")
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Discuss, Otherwise: Recuse, Text: "No."}, Invalid, "otherwise", "none of")
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Yes, Otherwise: Yes}, Invalid, "otherwise", "blocking position only")
	w.do(w.zealand, CastPosition{BallotID: id, Position: Discuss, Otherwise: NoObjection, Text: "Article 2 is too wide."})
	w.refuse(w.zealand, ClearBlock{BallotID: id}, Conflict, "ballotId", "open until")
	w.cast(w.estonia, id, Yes)
	cast := w.now
	w.wait(9 * day)
	w.wants(doc, "blockingPosition "+w.zealand.OrganisationID) // carried by half, and blocked
	for _, v := range Votes {                                  // nobody turns after seeing the others
		w.refuse(w.zealand, CastPosition{BallotID: id, Position: v, Text: "Still."}, Conflict, "ballotId", "closed")
		w.refuse(w.loom, CastPosition{BallotID: id, Position: v, Text: "Now."}, Conflict, "ballotId", "closed")
	}
	w.refuse(w.estonia, ClearBlock{BallotID: id}, Conflict, "ballotId", "no blocking position")
	w.refuse(w.loom, ClearBlock{BallotID: id}, Conflict, "ballotId", "no blocking position")
	w.refuse(as(w.zealand, Observer), ClearBlock{BallotID: id}, Forbidden, "ballotId", "")
	w.do(w.zealand, ClearBlock{BallotID: id, Text: "Article 2 was explained."})
	w.wants(doc)
	got, _ := w.m.PositionOf(id, w.zealand.OrganisationID)
	want := Position{BallotID: id, OrganisationID: w.zealand.OrganisationID, Position: NoObjection, Text: "Article 2 was explained.",
		MemberID: w.zealand.MemberID, CastAt: cast, ClearedAt: w.now, Objection: "Article 2 is too wide."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the cleared position (-want +got):\n%s", diff)
	}
	w.refuse(w.zealand, ClearBlock{BallotID: id}, Conflict, "ballotId", "no blocking position") // cleared once
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}

// A block of which nothing else was fixed counts as an abstention once it is cleared.
func TestClearedBlockAbstains(t *testing.T) {
	w := newTown(t)
	doc, _, _ := w.reviewed()
	id := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, id, Discuss)
	w.cast(w.estonia, id, Abstain)
	w.wait(9 * day)
	w.wants(doc, "ballotNotCarried", "blockingPosition "+w.zealand.OrganisationID)
	w.do(w.zealand, ClearBlock{BallotID: id})
	w.tallies(id, "government decides: 2 of 2, yes 0, no objection 0, discuss 0, abstain 2, recused 0: not carried",
		"business heard: 0 of 3, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried")
	w.wants(doc, "ballotNotCarried") // whoever clears a block turns no ballot that way
}

// Whatever is opened, balloted and revised meanwhile, a blocking position stands until its
// holder clears it or takes another position in a later ballot.
func TestBlockStandsThroughLaterBallots(t *testing.T) {
	w := newTown(t)
	chile := w.citizen(w.office, Government, "Chile", "CL")
	doc := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ", "CL")
	blocks := "blockingPosition " + w.zealand.OrganisationID
	yes := func(id string, voices ...Actor) {
		for _, a := range voices {
			w.cast(a, id, Yes)
		}
		w.wait(9 * day)
	}
	first := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, first, Discuss)
	yes(first, w.estonia, chile)
	w.wants(doc, blocks)
	yes(w.ballot(doc, SecretUntilClose), w.estonia, chile) // which carries without its holder
	w.wants(doc, blocks)
	w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
	w.edit(doc, "for a year", "for two years")
	w.wants(doc, "changeUnexplained "+w.clauseUnder(w.document(doc).Head, "term"), "ballotMissing", blocks)
	w.do(w.estonia, OpenConsultation{DocumentID: doc, Closes: w.in(90 * day), Zone: zone, Late: LateRefused})
	w.wants(doc, "notInReview", blocks)
	w.wait(91 * day)
	third := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, third, Abstain) // nobody knows before the close
	w.wants(doc, "ballotOpen", blocks)
	yes(third, w.estonia, chile)
	w.wants(doc)
	w.refuse(w.estonia, OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: SecretUntilClose}, Conflict, "documentId", "may be adopted")
	w.do(w.zealand, ClearBlock{BallotID: first, Text: "For the record."})
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
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
