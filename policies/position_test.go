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
