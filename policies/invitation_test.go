package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestInvitations(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	id := w.do(admin, InviteMember{OrganisationID: w.loom.OrganisationID, Email: " Jaan.Tamm@LOOM.Example ", Role: Observer}).Subject()
	got, err := w.m.Invitation(id)
	want := Invitation{ID: id, OrganisationID: w.loom.OrganisationID, Email: "Jaan.Tamm@loom.example", Role: Observer,
		InvitedBy: admin.MemberID, InvitedAt: w.now, ExpiresAt: w.now.Add(14 * day)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("the invitation (-want +got): %v\n%s", err, diff)
	}
	again := InviteMember{OrganisationID: w.loom.OrganisationID, Email: "jaan.tamm@loom.example", Role: Admin}
	w.refuse(w.office, again, Conflict, "email", "already")
	elsewhere := again
	elsewhere.OrganisationID = w.ferry.OrganisationID
	other := w.do(w.office, elsewhere).Subject() // one person, invited by two

	jaan := visitor("jaan", "JAAN.tamm@loom.example")
	e := w.do(jaan, AcceptInvitation{InvitationID: id})
	mem, err := w.m.Member(e.Subject())
	wantMember := Member{ID: e.Subject(), OrganisationID: w.loom.OrganisationID, Issuer: jaan.Issuer, Subject: "jaan",
		Name: "Person jaan", Role: Observer, AdmittedAt: w.now}
	if diff := cmp.Diff(wantMember, mem); diff != "" || err != nil {
		t.Fatalf("the member (-want +got): %v\n%s", err, diff)
	}
	if got, _ := w.m.Invitation(id); got.MemberID != mem.ID || got.State(w.now) != StateAccepted {
		t.Errorf("after it was accepted: %+v", got)
	}
	w.refuse(jaan, AcceptInvitation{InvitationID: id}, Conflict, "invitationId", "accepted already")
	w.refuse(admin, RevokeInvitation{InvitationID: id}, Conflict, "invitationId", "accepted already")

	// As a member of one it accepts the other's.
	acting := w.actor(mem.ID)
	acting.Email = jaan.Email
	w.do(acting, AcceptInvitation{InvitationID: other})
	if have, _ := w.m.Memberships(jaan.Issuer, "jaan"); len(have) != 2 {
		t.Errorf("memberships: %+v", have)
	}

	// Who is a member already can't become one twice, but the invitation stays for
	// another account of the same address.
	twice := w.do(admin, again).Subject()
	w.refuse(jaan, AcceptInvitation{InvitationID: twice}, Conflict, "invitationId", "member of already")
	w.do(admin, RevokeInvitation{InvitationID: twice})
	w.refuse(jaan, AcceptInvitation{InvitationID: twice}, Conflict, "invitationId", "revoked already")
	w.refuse(admin, RevokeInvitation{InvitationID: twice}, Conflict, "invitationId", "revoked already")
}

func TestInvitationsExpire(t *testing.T) {
	w := newTown(t)
	c := InviteMember{OrganisationID: w.loom.OrganisationID, Email: "jaan@loom.example", Role: Delegate, Expires: w.now.Add(time.Hour)}
	id := w.do(w.office, c).Subject()
	w.wait(time.Hour - time.Millisecond)
	if i, _ := w.m.Invitation(id); i.State(w.now) != StateOpen || i.State(w.now.Add(time.Millisecond)) != StateExpired {
		t.Errorf("before and at its end: %s, %s", i.State(w.now), i.State(w.now.Add(time.Millisecond)))
	}
	w.wait(time.Millisecond)
	w.refuse(visitor("jaan", "jaan@loom.example"), AcceptInvitation{InvitationID: id}, Conflict, "invitationId", "expired already")
	c.Expires = time.Time{}
	w.do(w.office, c) // the expired one is in nobody's way
	c.Email = "mari@loom.example"
	for _, x := range []struct {
		expires time.Time
		words   string
	}{{w.now, "future"}, {w.now.Add(-day), "future"}, {w.now.Add(90*day + time.Millisecond), "90 days"}} {
		c.Expires = x.expires
		w.refuse(w.office, c, Invalid, "expires", x.words)
	}
	c.Expires = w.now.Add(90 * day)
	w.do(w.office, c)
}

func TestInviteMemberRefused(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	good := InviteMember{OrganisationID: w.loom.OrganisationID, Email: "jaan@loom.example", Role: Delegate}
	with := func(change func(*InviteMember)) InviteMember { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     InviteMember
		code  Code
		field string
	}{
		{"the public", Actor{}, good, Unauthenticated, ""},
		{"who is invited", visitor("jaan", good.Email), good, Forbidden, ""},
		{"a delegate of the organisation", w.loom, good, Forbidden, ""},
		{"an observer of the secretariat", as(w.office, Observer), good, Forbidden, ""},
		{"an admin elsewhere", admin, with(func(c *InviteMember) { c.OrganisationID = w.ferry.OrganisationID }), Forbidden, ""},
		{"unknown organisation", as(w.office, Admin), with(func(c *InviteMember) { c.OrganisationID = "org_none" }), NotFound, "organisationId"},
		{"into the secretariat, by its delegate", w.office, with(func(c *InviteMember) { c.OrganisationID = w.office.OrganisationID }), Forbidden, ""},
		{"unknown role", admin, with(func(c *InviteMember) { c.Role = "king" }), Invalid, "role"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, "")
		})
	}
	w.t = t
	for _, email := range []string{"", " ", "jaan", "@loom.example", "jaan@", "jaan@loom", "jaan@.loom.example", "jaan@loom..example",
		"jaan@-loom.example", "jaan@loom.example-", "jaan@loom.example.", "a b@loom.example", "<jaan@loom.example>", "jaan@loom.example>",
		"a@b@loom.example", `"jaan"@loom.example`, "jaan@loom.example, mari@loom.example", "jaan@loom.example\nBcc: x", "jaan\u202e@loom.example",
		"jaan\u200b@loom.example", "jaan@lo\u200bom.example", "jaan@[127.0.0.1]", strings.Repeat("j", 65) + "@loom.example", "jaan@" + strings.Repeat("loom.", 50) + "example"} {
		w.refuse(admin, with(func(c *InviteMember) { c.Email = email }), Invalid, "email", "")
	}
	for _, email := range []string{"a+b.c_d'e@loom.example", "用户@例子.example", "x@a-b.c.d"} {
		w.do(admin, with(func(c *InviteMember) { c.Email = email }))
	}
}

// Whoever can't accept an invitation can't tell it from one that isn't there: not by
// code, field or message. The public is told to sign in, about either.
func TestOthersInvitationsAreHidden(t *testing.T) {
	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	id := w.do(admin, InviteMember{OrganisationID: w.loom.OrganisationID, Email: "kim@loom.example", Role: Admin}).Subject()
	unverified := visitor("kim", "kim@loom.example")
	unverified.Email = ""
	for name, who := range map[string]Actor{
		"the public": {}, "another": visitor("eve", "eve@loom.example"), "an address not verified": unverified,
		"a like address": visitor("eve", "\u212aim@loom.example"), "no subject": {SignedIn: true, Issuer: "https://id.example", Email: "kim@loom.example"},
		"no issuer": {SignedIn: true, Subject: "kim", Email: "kim@loom.example"}, "an admin of the organisation": admin,
		"the secretariat": as(w.office, Admin), "the operator": Operator, "a delegate of the organisation": w.loom,
	} {
		for _, c := range []struct{ there, none Command }{
			{AcceptInvitation{InvitationID: id}, AcceptInvitation{InvitationID: "inv_none"}},
			{RevokeInvitation{InvitationID: id}, RevokeInvitation{InvitationID: "inv_none"}},
		} {
			_, revoke := c.there.(RevokeInvitation)
			if revoke && May(who, ManagingMembers, OnMembersOf(w.loom.OrganisationID, Business)) == nil {
				continue
			}
			_, none := w.try(who, c.none)
			if _, there := w.try(who, c.there); cmp.Diff(none, there) != "" || none == nil {
				t.Errorf("%s: %T of one that there is: %v; of none: %v", name, c.there, there, none)
			}
		}
	}
}

func TestEmailKey(t *testing.T) {
	for _, x := range []struct {
		a, b string
		same bool
	}{
		{" A@B.example ", "a@b.EXAMPLE", true},
		{"k@b.example", "\u212a@b.example", false}, // the Kelvin sign folds to k in Unicode
		{"ö@b.example", "Ö@b.example", false},
		{"a@b.example", "a@c.example", false},
	} {
		if got := EmailKey(x.a) == EmailKey(x.b); got != x.same {
			t.Errorf("%q and %q are one address: %t", x.a, x.b, got)
		}
	}
}

// FuzzCleanEmail: what is kept has one @, is clean, and is kept as it is the next time.
func FuzzCleanEmail(f *testing.F) {
	for _, s := range []string{"a@b.example", " A@B.c", "@", "a@b@c.d", "\u212a@\u212a.x", "a@b.", "a\x00@b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, err := CleanEmail("email", s)
		if err != nil {
			return
		}
		again, err := CleanEmail("email", email)
		if err != nil || again != email || EmailKey(email) != EmailKey(s) || strings.Count(email, "@") != 1 || len(email) > MaxEmail ||
			strings.ContainsAny(email, " <>,;\"\r\n") {
			t.Errorf("%q is kept as %q, then as %q (%v)", s, email, again, err)
		}
	})
}
