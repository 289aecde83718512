package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestMembersComeAndGo(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	clerk := w.admit(admin, w.loom.OrganisationID, "jaan", Observer)
	w.refuse(admin, InviteMember{OrganisationID: w.loom.OrganisationID, Issuer: "https://id.example", Subject: "jaan", Role: Delegate},
		Conflict, "subject", "already")

	also := w.admit(w.office, w.ferry.OrganisationID, "jaan", Delegate) // one person, two organisations
	have, err := w.m.Memberships("https://id.example", "jaan")
	if ids := []string{have[0].ID, have[1].ID}; err != nil || !cmp.Equal(ids, []string{clerk.MemberID, also.MemberID}) {
		t.Fatalf("memberships %v (%v)", ids, err)
	}

	w.do(admin, RemoveMember{MemberID: clerk.MemberID, Reason: "moved on"})
	if gone, _ := w.m.Member(clerk.MemberID); gone.Present() || gone.RemovedAt != w.now {
		t.Fatalf("removed member: %+v", gone)
	}
	w.refuse(admin, RemoveMember{MemberID: clerk.MemberID}, Conflict, "memberId", "already")
	w.wait(time.Second)
	again := w.admit(admin, w.loom.OrganisationID, "jaan", Delegate)
	if again.MemberID == clerk.MemberID {
		t.Fatal("a membership came back instead of a new one")
	}
}

func TestRemoveMemberRefused(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	w.refuse(admin, RemoveMember{MemberID: "mem_none"}, NotFound, "memberId", "mem_none")
	w.refuse(admin, RemoveMember{MemberID: w.ferry.MemberID}, Forbidden, "", "")
	w.refuse(w.loom, RemoveMember{MemberID: admin.MemberID}, Forbidden, "", "")
	w.refuse(Actor{}, RemoveMember{MemberID: admin.MemberID}, Unauthenticated, "", "")
	w.refuse(admin, RemoveMember{MemberID: w.loom.MemberID, Reason: strings.Repeat("r", MaxReason+1)}, Invalid, "reason", "bytes")
}

// Only an admin of the secretariat touches its people: a delegate can't make itself
// or anybody else one, by no command.
func TestTheSecretariatsPeople(t *testing.T) {
	w := newTown(t)
	org := w.office.OrganisationID
	for _, c := range []Command{
		InviteMember{OrganisationID: org, Issuer: "https://id.example", Subject: "friend", Role: Admin},
		InviteMember{OrganisationID: org, Email: "friend@example.org", Role: Observer},
		ChangeRole{MemberID: w.office.MemberID, Role: Admin},
		RemoveMember{MemberID: w.office.MemberID},
		RegisterOrganisation{Kind: Secretariat, Name: "Another Office", Jurisdiction: "CH"},
	} {
		w.refuse(w.office, c, Forbidden, "", "")
	}
	inv := w.do(Operator, InviteMember{OrganisationID: org, Email: "chief@example.org", Role: Admin}).Subject()
	w.refuse(w.office, RevokeInvitation{InvitationID: inv}, NotFound, "invitationId", "no such invitation")
	chief := w.actor(w.do(visitor("chief", "chief@example.org"), AcceptInvitation{InvitationID: inv}).Subject())
	w.do(chief, ChangeRole{MemberID: w.office.MemberID, Role: Admin})
	w.do(chief, InviteMember{OrganisationID: org, Issuer: "https://id.example", Subject: "friend", Role: Delegate})
	w.do(w.office, InviteMember{OrganisationID: w.loom.OrganisationID, Email: "x@loom.example", Role: Admin})
}

func TestTheLastAdminStays(t *testing.T) {
	w := newTown(t)
	loom := w.loom.OrganisationID
	mari := w.admit(w.office, loom, "mari", Admin)
	w.refuse(mari, LeaveOrganisation{OrganisationID: loom}, Conflict, "organisationId", "last admin")
	w.refuse(mari, RemoveMember{MemberID: mari.MemberID}, Conflict, "memberId", "last admin")
	w.refuse(mari, ChangeRole{MemberID: mari.MemberID, Role: Delegate}, Conflict, "role", "last admin")
	w.refuse(mari, ChangeRole{MemberID: w.loom.MemberID, Role: Delegate}, Conflict, "role", "already")
	w.refuse(mari, ChangeRole{MemberID: w.loom.MemberID, Role: "king"}, Invalid, "role", "king")
	w.refuse(w.loom, ChangeRole{MemberID: w.loom.MemberID, Role: Admin}, Forbidden, "", "")
	w.refuse(mari, ChangeRole{MemberID: w.ferry.MemberID, Role: Admin}, Forbidden, "", "")

	w.do(mari, ChangeRole{MemberID: w.loom.MemberID, Role: Admin})
	w.do(mari, LeaveOrganisation{OrganisationID: loom})
	if m, _ := w.m.Member(mari.MemberID); m.Present() || m.RemovedAt != w.now {
		t.Errorf("after she left: %+v", m)
	}
	w.refuse(mari, LeaveOrganisation{OrganisationID: loom}, Conflict, "organisationId", "left already")
	boss := w.actor(w.loom.MemberID)
	if boss.Role != Admin {
		t.Fatalf("after the change of role: %+v", boss)
	}
	w.refuse(boss, ChangeRole{MemberID: mari.MemberID, Role: Admin}, Conflict, "memberId", "removed already")
	w.refuse(boss, LeaveOrganisation{OrganisationID: w.ferry.OrganisationID}, Forbidden, "organisationId", "")
	w.refuse(Actor{}, LeaveOrganisation{OrganisationID: loom}, Unauthenticated, "organisationId", "")

	clerk := w.admit(boss, loom, "clerk", Observer)
	w.do(w.office, RemoveMember{MemberID: boss.MemberID}) // the secretariat may leave it without one
	w.do(clerk, LeaveOrganisation{OrganisationID: loom})
	if admins, all, err := w.m.Headcount(loom); admins != 0 || all != 0 || err != nil {
		t.Errorf("%d admins of %d members, %v", admins, all, err)
	}
	alone := w.admit(Operator, loom, "alone", Admin)
	w.do(alone, LeaveOrganisation{OrganisationID: loom})
}
