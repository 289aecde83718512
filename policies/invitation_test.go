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
		{"to an address and a person", admin, with(func(c *InviteMember) { c.Issuer, c.Subject = "https://id.example", "jaan" }), Invalid, "email"},
		{"to a person of no issuer", admin, with(func(c *InviteMember) { c.Email, c.Subject = "", "jaan" }), Invalid, "issuer"},
		{"to a person of an issuer that is no URL", admin, with(func(c *InviteMember) { c.Email, c.Issuer, c.Subject = "", "id.example", "jaan" }), Invalid, "issuer"},
		{"to nobody of an issuer", admin, with(func(c *InviteMember) { c.Email, c.Issuer = "", "https://id.example" }), Invalid, "subject"},
		{"to nobody", admin, with(func(c *InviteMember) { c.Email = "" }), Invalid, "email"},
		{"with a long name", admin, with(func(c *InviteMember) { c.Name = strings.Repeat("é", MaxName+1) }), Invalid, "name"},
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
			{ConfirmInvitation{InvitationID: id}, ConfirmInvitation{InvitationID: "inv_none"}},
		} {
			_, accept := c.there.(AcceptInvitation)
			if !accept && May(who, ManagingMembers, OnMembersOf(w.loom.OrganisationID, Business)) == nil {
				continue
			}
			_, none := w.try(who, c.none)
			if _, there := w.try(who, c.there); cmp.Diff(none, there) != "" || none == nil {
				t.Errorf("%s: %T of one that there is: %v; of none: %v", name, c.there, there, none)
			}
		}
	}
}

// Nobody is a member who didn't say yes: an invitation by issuer and subject is one, and
// that very person's alone.
func TestInvitedPeopleSayYes(t *testing.T) {
	w := newTown(t)
	loom := w.loom.OrganisationID
	admin := w.admit(w.office, loom, "mari", Admin)
	c := InviteMember{OrganisationID: loom, Issuer: "https://id.example", Subject: "jaan", Name: "Jaan Tamm", Role: Delegate}
	id := w.do(admin, c).Subject()
	w.refuse(w.office, c, Conflict, "subject", "open invitation")
	if in, _ := w.m.Memberships("https://id.example", "jaan"); len(in) != 0 {
		t.Fatalf("before he said yes: %+v", in)
	}
	jaan := Actor{SignedIn: true, Issuer: "https://id.example", Subject: "jaan"}
	elsewhere := jaan
	elsewhere.Issuer = "https://other.example"
	for _, who := range []Actor{elsewhere, visitor("eve", "jaan@loom.example"), admin, {}} {
		_, err := w.try(who, AcceptInvitation{InvitationID: id})
		if err == nil {
			t.Errorf("%+v accepted it", who)
		}
	}
	m, _ := w.m.Member(w.do(jaan, AcceptInvitation{InvitationID: id}).Subject())
	if m.Name != "Jaan Tamm" || m.Subject != "jaan" || m.Role != Delegate {
		t.Errorf("the member is %+v", m)
	}
}

// An invitation ends with whoever made it: when that is removed, leaves, or may invite no
// longer; and one that somebody has doesn't bring it back after its membership ended.
func TestInvitationsEndWithWhoeverMadeThem(t *testing.T) {
	for _, x := range []struct {
		name string
		end  func(w *town, mari, peer Actor)
		ends bool
	}{
		{"who was removed", func(w *town, mari, _ Actor) { w.do(w.office, RemoveMember{MemberID: mari.MemberID}) }, true},
		{"who left", func(w *town, mari, _ Actor) { w.do(mari, LeaveOrganisation{OrganisationID: mari.OrganisationID}) }, true},
		{"who may invite no longer", func(w *town, mari, peer Actor) { w.do(peer, ChangeRole{MemberID: mari.MemberID, Role: Delegate}) }, true},
		{"who is there", func(w *town, _, peer Actor) { w.do(peer, LeaveOrganisation{OrganisationID: peer.OrganisationID}) }, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := newTown(t)
			loom := w.loom.OrganisationID
			mari := w.admit(w.office, loom, "mari", Admin)
			peer := w.admit(mari, loom, "peer", Admin)
			id := w.do(mari, InviteMember{OrganisationID: loom, Email: "second@loom.example", Role: Admin}).Subject()
			w.wait(time.Minute)
			x.end(w, mari, peer)
			i, _ := w.m.Invitation(id)
			if ended := i.State(w.now) == StateRevoked; ended != x.ends {
				t.Fatalf("it is %s", i.State(w.now))
			}
			if x.ends {
				w.refuse(visitor("second", "second@loom.example"), AcceptInvitation{InvitationID: id}, Conflict, "invitationId", "revoked already")
			} else {
				w.do(visitor("second", "second@loom.example"), AcceptInvitation{InvitationID: id})
			}
		})
	}

	w := newTown(t)
	admin := w.admit(w.office, w.loom.OrganisationID, "mari", Admin)
	id := w.do(admin, InviteMember{OrganisationID: w.loom.OrganisationID, Email: "jaan@loom.example", Role: Admin}).Subject()
	jaan := w.admit(admin, w.loom.OrganisationID, "jaan", Delegate)
	w.wait(time.Minute)
	w.do(admin, RemoveMember{MemberID: jaan.MemberID})
	w.refuse(visitor("jaan", "jaan@loom.example"), AcceptInvitation{InvitationID: id}, Conflict, "invitationId", "before your membership ended")
}

// The secretariat keeps the record and doesn't make it: none of its members admits itself
// or a colleague anywhere, and who speaks for a government comes by an address, on the
// word of two, or by the government's own admin.
func TestTheSecretariatChoosesNobody(t *testing.T) {
	w := newTown(t)
	kenya := w.do(w.office, RegisterOrganisation{Kind: Government, Name: "Kenya", Jurisdiction: "KE"}).Subject()
	second := w.admit(Operator, w.office.OrganisationID, "second", Delegate)
	person := func(subject string) Actor {
		return Actor{SignedIn: true, Issuer: "https://id.example", Subject: subject}
	}
	to := func(subject string, role Role) InviteMember {
		return InviteMember{OrganisationID: kenya, Issuer: "https://id.example", Subject: subject, Role: role}
	}
	office, _ := w.m.Member(w.office.MemberID)

	self := w.do(w.office, to(office.Subject, Admin)).Subject()
	w.do(second, ConfirmInvitation{InvitationID: self})
	w.refuse(w.actor(office.ID), AcceptInvitation{InvitationID: self}, Forbidden, "invitationId", "made yourself")
	colleague := w.do(w.office, to("second", Observer)).Subject()
	w.refuse(second, AcceptInvitation{InvitationID: colleague}, Forbidden, "invitationId", "the secretariat")
	business := w.do(w.office, InviteMember{OrganisationID: w.loom.OrganisationID, Issuer: "https://id.example", Subject: "second", Role: Admin}).Subject()
	w.refuse(second, AcceptInvitation{InvitationID: business}, Forbidden, "invitationId", "the secretariat")

	for _, role := range []Role{Delegate, Admin} {
		id := w.do(w.office, to("amina-"+string(role), role)).Subject()
		w.refuse(person("amina-"+string(role)), AcceptInvitation{InvitationID: id}, Conflict, "invitationId", "second member")
		w.refuse(w.office, ConfirmInvitation{InvitationID: id}, Forbidden, "invitationId", "second member")
		w.refuse(w.estonia, ConfirmInvitation{InvitationID: id}, NotFound, "invitationId", "no such invitation")
		w.do(second, ConfirmInvitation{InvitationID: id})
		w.refuse(second, ConfirmInvitation{InvitationID: id}, Conflict, "invitationId", "open already")
		w.do(person("amina-"+string(role)), AcceptInvitation{InvitationID: id})
	}
	byMail := w.do(w.office, InviteMember{OrganisationID: w.zealand.OrganisationID, Email: "chief@govt.example", Role: Admin})
	w.refuse(second, ConfirmInvitation{InvitationID: byMail.Subject()}, Conflict, "invitationId", "nobody's")
	late := w.do(w.office, InviteMember{OrganisationID: w.zealand.OrganisationID, Email: "late@govt.example", Role: Admin}).Subject()
	w.do(visitor("chief", "chief@govt.example"), AcceptInvitation{InvitationID: byMail.Subject()})
	w.refuse(visitor("late", "late@govt.example"), AcceptInvitation{InvitationID: late}, Conflict, "invitationId", "has an admin by now")
	w.refuse(w.office, to("eve", Admin), Conflict, "role", "has an admin")
	w.refuse(w.office, to("eve", Delegate), Conflict, "role", "has an admin")

	watcher := w.do(person("watcher"), AcceptInvitation{InvitationID: w.do(w.office, to("watcher", Observer)).Subject()}).Subject()
	for _, role := range []Role{Delegate, Admin} {
		w.refuse(w.office, ChangeRole{MemberID: watcher, Role: role}, Conflict, "role", "own to give")
	}
	amina, _ := w.m.Memberships("https://id.example", "amina-admin")
	w.do(w.actor(amina[0].ID), ChangeRole{MemberID: watcher, Role: Delegate})
	w.do(w.office, ChangeRole{MemberID: watcher, Role: Observer}) // which makes nobody speak
}

// A confirmation ends with who gave it, as an invitation does with who made it.
func TestConfirmationsEndToo(t *testing.T) {
	w := newTown(t)
	kenya := w.do(w.office, RegisterOrganisation{Kind: Government, Name: "Kenya", Jurisdiction: "KE"}).Subject()
	second := w.admit(Operator, w.office.OrganisationID, "second", Delegate)
	id := w.do(w.office, InviteMember{OrganisationID: kenya, Issuer: "https://id.example", Subject: "amina", Role: Admin}).Subject()
	w.do(second, ConfirmInvitation{InvitationID: id})
	w.do(Operator, RemoveMember{MemberID: second.MemberID})
	if i, _ := w.m.Invitation(id); i.State(w.now) != StateRevoked {
		t.Errorf("it is %s", i.State(w.now))
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
