package registry

import (
	"testing"

	"github.com/ewtp/entente/policies"
)

// invited is a registry in which carrier's organisation has invited an address.
func invited(t *testing.T, email string) (r *Registry, c cast, invitation string) {
	t.Helper()
	r = openOn(t, Options{})
	c = settle(t, r, 3)
	invitation = do(t, r, policies.Operator, "", policies.InviteMember{OrganisationID: c.carrier.OrganisationID,
		Email: email, Role: policies.Delegate}).Subject
	return r, c, invitation
}

// The key of one person's acceptance is nobody else's, and its own still when the
// acceptance has made it a member.
func TestKeysOfPeople(t *testing.T) {
	r, c, invitation := invited(t, "new@example.org")
	as := func(subject, email string) policies.Actor {
		a, err := r.Actor(t.Context(), idp, subject, "")
		if err != nil {
			t.Fatal(err)
		}
		a.SignedIn, a.Email = true, email
		return a
	}
	accept := policies.AcceptInvitation{InvitationID: invitation}
	first := do(t, r, as("new", "new@example.org"), "k", accept)
	member := as("new", "new@example.org")
	if member.MemberID != first.Subject || member.OrganisationID != c.carrier.OrganisationID {
		t.Fatalf("after the acceptance: %+v", member)
	}
	if again := do(t, r, member, "k", accept); !again.Repeated || again.Seq != first.Seq {
		t.Errorf("the same key again: %+v, first %+v", again, first)
	}
	_, err := r.Do(t.Context(), as("eve", "eve@example.org"), "k", accept)
	wantRefusal(t, err, policies.NotFound, "invitationId")
	_, err = r.Do(t.Context(), policies.Actor{SignedIn: true, Issuer: idp + "/new", Subject: ""}, "k", accept)
	wantRefusal(t, err, policies.NotFound, "invitationId")

	leave := policies.LeaveOrganisation{OrganisationID: member.OrganisationID}
	left := do(t, r, member, "l", leave)
	if again := do(t, r, as("new", ""), "l", leave); !again.Repeated || again.Seq != left.Seq {
		t.Errorf("leaving again with the same key: %+v, first %+v", again, left)
	}
	if a := as("new", ""); a.MemberID != "" {
		t.Errorf("after leaving: %+v", a)
	}
}

func TestStill(t *testing.T) {
	r, c, _ := invited(t, "new@example.org")
	is := func(a, want policies.Actor, present bool) {
		t.Helper()
		got, ok, err := r.Still(t.Context(), a)
		if err != nil || ok != present || got != want {
			t.Errorf("%+v is still %+v (%t, %v), want %+v", a, got, ok, err, want)
		}
	}
	is(policies.Actor{}, policies.Actor{}, true)
	stranger := policies.Actor{SignedIn: true, Issuer: idp, Subject: "stranger"}
	is(stranger, stranger, true)
	is(policies.Actor{MemberID: "mem_none", OrganisationID: c.carrier.OrganisationID}, policies.Actor{}, false)
	elsewhere := c.carrier
	elsewhere.OrganisationID = c.ministry.OrganisationID
	is(elsewhere, policies.Actor{}, false)

	carrier := c.carrier
	carrier.Email = "carrier@example.org"
	reading := carrier
	reading.ReadOnly, reading.Role = true, policies.Observer
	do(t, r, policies.Operator, "", policies.ChangeRole{MemberID: carrier.MemberID, Role: policies.Observer})
	now := carrier
	now.Role = policies.Observer
	is(carrier, now, true)
	is(reading, reading, true)
	do(t, r, policies.Operator, "", policies.RemoveMember{MemberID: carrier.MemberID})
	is(carrier, policies.Actor{}, false)
}
