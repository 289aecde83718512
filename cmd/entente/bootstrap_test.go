package main

import (
	"io"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
)

// The configured person is invited at the first start, to be the secretariat's admin; a restart
// changes nothing, and lets nobody back in whom the secretariat has removed.
func TestBootstrap(t *testing.T) {
	g := &globals{clocks: clocks{now: time.Now}, Data: t.TempDir(), LogLevel: "error", SecretariatName: "Office", SecretariatJurisdiction: "CH",
		SecretariatIssuer: "https://id.example", SecretariatSubject: "first", out: io.Discard, err: io.Discard}
	accept := func(n *node, subject string) { // all that it is invited to
		t.Helper()
		person := policies.Actor{SignedIn: true, Issuer: g.SecretariatIssuer, Subject: subject}
		list, err := n.views.InvitationsFor(t.Context(), person, n.registry.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range list {
			if _, err := n.registry.Do(t.Context(), person, "", policies.AcceptInvitation{InvitationID: i.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	started := func(then func(n *node, first policies.Actor)) {
		t.Helper()
		n, err := g.openAndStaff(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := n.close(); err != nil {
				t.Fatal(err)
			}
		}()
		accept(n, g.SecretariatSubject)
		a, err := n.registry.Actor(t.Context(), g.SecretariatIssuer, g.SecretariatSubject, "")
		if err != nil {
			t.Fatal(err)
		}
		then(n, a)
	}
	var office string
	started(func(n *node, first policies.Actor) {
		if first.MemberID == "" || first.Role != policies.Admin || first.Chamber != policies.Secretariat || first.Operator {
			t.Fatalf("the first member of the secretariat is %+v", first)
		}
		office = first.OrganisationID
		if n.views.Position() != 3 {
			t.Errorf("%d entries after the first start", n.views.Position())
		}
		// Enough to bring everybody else in, and a successor.
		for _, c := range []policies.Command{
			policies.RegisterOrganisation{Kind: policies.Government, Name: "Fernland", Jurisdiction: "NZ"},
			policies.InviteMember{OrganisationID: office, Issuer: g.SecretariatIssuer, Subject: "second", Role: policies.Admin},
			policies.LeaveOrganisation{OrganisationID: office},
		} {
			if _, leaves := c.(policies.LeaveOrganisation); leaves {
				accept(n, "second")
			}
			if _, err := n.registry.Do(t.Context(), first, "", c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
	})
	started(func(n *node, first policies.Actor) {
		if first.MemberID != "" || n.views.Position() != 7 {
			t.Errorf("after leaving and a restart: %+v, %d entries", first, n.views.Position())
		}
		second, err := n.registry.Actor(t.Context(), g.SecretariatIssuer, "second", office)
		if err != nil || second.Role != policies.Admin {
			t.Errorf("the successor is %+v, %v", second, err)
		}
	})
	g.SecretariatSubject = "third" // whoever holds the configuration may always bring somebody in
	started(func(n *node, third policies.Actor) {
		if third.OrganisationID != office || third.Role != policies.Admin || n.views.Position() != 9 {
			t.Errorf("with another person configured: %+v, %d entries", third, n.views.Position())
		}
	})
}
