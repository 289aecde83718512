package policies

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMembersComeAndGo(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	clerk := w.admit(admin, w.loom.OrganisationID, "jaan", Observer)
	w.refuse(admin, AdmitMember{OrganisationID: w.loom.OrganisationID, Issuer: "https://id.example", Subject: "jaan", Role: Delegate},
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
	again := w.admit(admin, w.loom.OrganisationID, "jaan", Delegate)
	if again.MemberID == clerk.MemberID {
		t.Fatal("a membership came back instead of a new one")
	}
}

func TestAdmitMemberRefused(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	good := AdmitMember{OrganisationID: w.loom.OrganisationID, Issuer: "https://id.example", Subject: "jaan", Role: Delegate}
	with := func(change func(*AdmitMember)) AdmitMember { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     AdmitMember
		code  Code
		field string
	}{
		{"the public", Actor{}, good, Unauthenticated, ""},
		{"a delegate of the organisation", w.loom, good, Forbidden, ""},
		{"an admin elsewhere", admin, with(func(c *AdmitMember) { c.OrganisationID = w.ferry.OrganisationID }), Forbidden, ""},
		{"unknown organisation", w.office, with(func(c *AdmitMember) { c.OrganisationID = "org_none" }), NotFound, "organisationId"},
		{"no issuer", admin, with(func(c *AdmitMember) { c.Issuer = "" }), Invalid, "issuer"},
		{"issuer that is no URL", admin, with(func(c *AdmitMember) { c.Issuer = "id.example" }), Invalid, "issuer"},
		{"no subject", admin, with(func(c *AdmitMember) { c.Subject = "" }), Invalid, "subject"},
		{"long name", admin, with(func(c *AdmitMember) { c.Name = strings.Repeat("é", MaxName) }), Invalid, "name"},
		{"unknown role", admin, with(func(c *AdmitMember) { c.Role = "king" }), Invalid, "role"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, "")
		})
	}
	w.t = t
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
