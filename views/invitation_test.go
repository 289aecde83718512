package views

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// Every way to read invitations gives those that policies.May lets the actor see.
func TestInvitationsAreForThoseWhoManageThem(t *testing.T) {
	s := newStory(t)
	office, loom, ferry := s.party(policies.Secretariat, "Office"), s.party(policies.Business, "Loom"), s.party(policies.Business, "Ferry")
	admin := loom
	admin.Role = policies.Admin
	invite := func(organisation policies.Actor, email string, expires time.Duration) string {
		return s.do(policies.Operator, policies.InviteMember{OrganisationID: organisation.OrganisationID, Email: email,
			Role: policies.Delegate, Expires: s.now.Add(expires)})
	}
	kim := policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: "kim", Email: "KIM@example.org"}
	short := invite(loom, "kim@example.org", time.Minute) // over by the next command
	toLoom := invite(loom, "Kim@Example.org", time.Hour)
	toFerry := invite(ferry, "kim@example.org", time.Hour)
	revoked := invite(office, "kim@example.org", time.Hour)
	s.do(policies.Operator, policies.RevokeInvitation{InvitationID: revoked})
	invite(loom, "another@example.org", time.Hour)
	db := openTest(t)
	foldAll(t, db, s.entries)

	ids := func(list []policies.Invitation, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all := []string{}
		for _, i := range list {
			all = append(all, i.ID)
		}
		return all
	}
	ctx := context.Background()
	nobody, reading := policies.Actor{}, kim
	reading.ReadOnly = true
	for _, x := range []struct {
		name       string
		actor      policies.Actor
		loom, mine int
		byID       int
	}{
		{"the public", nobody, 0, 0, 0},
		{"who is invited", kim, 0, 2, 0},
		{"who is invited, with a token for reading", reading, 0, 0, 0},
		{"a delegate", loom, 0, 0, 0},
		{"an admin", admin, 4, 0, 2},
		{"an admin elsewhere", policies.Actor{MemberID: "mem_x", OrganisationID: ferry.OrganisationID, Chamber: policies.Business, Role: policies.Admin}, 0, 0, 1},
		{"the secretariat", office, 4, 0, 4},
		{"the operator", policies.Operator, 4, 0, 4},
	} {
		l, err := db.InvitationList(ctx, x.actor, loom.OrganisationID, Page{First: 10})
		if got := ids(l.Items, err); len(got) != x.loom {
			t.Errorf("%s sees %v of the loom's", x.name, got)
		}
		if got := ids(db.InvitationsFor(ctx, x.actor, s.now)); len(got) != x.mine || x.mine > 0 && !cmp.Equal(got, []string{toLoom, toFerry}) {
			t.Errorf("%s can accept %v", x.name, got)
		}
		found, err := db.Invitations(ctx, x.actor, []string{short, toLoom, toFerry, revoked, "inv_none"})
		if err != nil || len(found) != x.byID {
			t.Errorf("%s finds %v by ID, %v", x.name, found, err)
		}
	}
}
