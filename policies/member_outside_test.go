package policies_test

import (
	"testing"
	"time"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// The last who speaks for an organisation that votes, or blocks, isn't removed by others: it
// couldn't speak then, and could be closed. It may go itself, and be removed by its own.
func TestNobodyIsRemovedToSilenceAnOrganisation(t *testing.T) {
	w := newTown(t)
	peer := w.admit(w.office, w.loom.OrganisationID, "peer", Admin)
	doc := w.reviewedBy(w.estonia, standards.Standard)
	id := w.ballot(doc, OpenBallotting)
	w.castAll(id)
	w.cast(w.loom, id, Discuss)

	w.do(w.office, RemoveMember{MemberID: w.loom.MemberID}) // whose colleague speaks on
	w.refuse(w.office, RemoveMember{MemberID: peer.MemberID}, Conflict, "memberId", "has a voice in ballot 1")
	w.refuse(w.office, ChangeRole{MemberID: peer.MemberID, Role: Observer}, Conflict, "role", "isn't lowered by others")
	w.do(w.office, RemoveMember{MemberID: w.crane.MemberID}) // a hub operator has none
	w.wait(9 * day)
	w.refuse(w.office, RemoveMember{MemberID: peer.MemberID}, Conflict, "memberId", "blocks "+w.document(doc).Number)
	w.do(w.office, RemoveMember{MemberID: w.ferry.MemberID})
	w.wants(doc, "blockingPosition "+w.loom.OrganisationID)

	clerk := w.admit(peer, w.loom.OrganisationID, "clerk", Admin)
	w.do(clerk, RemoveMember{MemberID: peer.MemberID})
	w.do(Operator, RemoveMember{MemberID: clerk.MemberID})
}

// Who speaks for an organisation is its own to say as soon as it has an admin, and once
// somebody has spoken for it, no one member of the secretariat says who comes after.
func TestTheSecretariatReplacesNobody(t *testing.T) {
	for _, kind := range []OrganisationKind{Government, Business, HubOperator} {
		t.Run(string(kind), func(t *testing.T) {
			w := newTown(t)
			second := w.admit(Operator, w.office.OrganisationID, "second", Delegate)
			org := w.do(w.office, RegisterOrganisation{Kind: kind, Name: "Fjord", Jurisdiction: "NO"}).Subject()
			invite := func(who string, role Role) InviteMember {
				return InviteMember{OrganisationID: org, Email: who + "@fjord.example", Role: role}
			}
			accept := func(who, id string) (Actor, AcceptInvitation) {
				return visitor(who, who+"@fjord.example"), AcceptInvitation{InvitationID: id}
			}
			first, early := w.do(w.office, invite("first", Admin)).Subject(), w.do(w.office, invite("early", Delegate)).Subject()
			admin := w.actor(w.do(accept("first", first)).Subject())
			for _, role := range []Role{Delegate, Admin} {
				w.refuse(w.office, invite("friend", role), Conflict, "role", "own to give")
			}
			watcher := w.do(accept("watcher", w.do(w.office, invite("watcher", Observer)).Subject())).Subject()
			w.refuse(w.office, ChangeRole{MemberID: watcher, Role: Delegate}, Conflict, "role", "own to give")

			w.refuse(w.office, ChangeRole{MemberID: admin.MemberID, Role: Delegate}, Conflict, "role", "isn't lowered by others")

			w.wait(time.Minute)
			w.do(w.office, RemoveMember{MemberID: admin.MemberID})
			who, c := accept("early", early)
			w.refuse(who, c, Conflict, "invitationId", "ceased to")
			later := w.do(w.office, invite("friend", Admin)).Subject()
			who, c = accept("friend", later)
			w.refuse(who, c, Conflict, "invitationId", "second member")
			w.do(second, ConfirmInvitation{InvitationID: later})
			w.do(who, c)
		})
	}
}
