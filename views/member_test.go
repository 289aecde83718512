package views

import (
	"testing"

	"github.com/ewtp/entente/policies"
)

// A member whose removal is erased isn't let back in by the views made anew.
func TestErasedRemovalHolds(t *testing.T) {
	s := newStory(t)
	loom := s.party(policies.Business, "Loom")
	s.do(policies.Operator, policies.RemoveMember{MemberID: loom.MemberID, Reason: "Names a person."})
	last := &s.entries[len(s.entries)-1]
	last.Payload, last.Salt = nil, nil
	db := openTest(t)
	foldAll(t, db, s.entries)
	if have, err := db.Memberships(t.Context(), loom.Issuer, loom.Subject); err != nil || len(have) != 0 {
		t.Errorf("memberships after the erasure of the removal: %+v, %v", have, err)
	}
}
