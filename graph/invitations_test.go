package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket/wsjson"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// From an invitation to a member who changes its role and leaves, all through GraphQL.
func TestPeopleComeAndGo(t *testing.T) {
	w := newWorld(t)
	w.visit("kim")
	invited := w.ok("loom", `mutation($o: ID!) { inviteMember(input: {organisationId: $o, email: "Kim@Loom.Example", role: DELEGATE}) {
		invitation { id email role state invitedBy { name } organisation { name } expiresAt acceptedAt revokedAt member { id } } repeated } }`, map[string]any{"o": w.orgs["loom"]})
	id := invited.id("inviteMember.invitation.id")
	invited.same(t, fmt.Sprintf(`{"inviteMember": {"repeated": false, "invitation": {"id": %q, "email": "Kim@loom.example", "role": "DELEGATE", "state": "OPEN",
		"invitedBy": {"name": "Person loom"}, "organisation": {"name": "The loom"}, "expiresAt": "2026-03-16T09:00:00.000Z", "acceptedAt": null, "revokedAt": null, "member": null}}}`, id))

	viewer := `{ viewer { role name email member { id } organisation { name } memberships { organisation { name } role name } invitations { id role organisation { name } invitedBy { id name } } } }`
	w.ok("kim", viewer, nil).same(t, fmt.Sprintf(`{"viewer": {"role": null, "name": "Person kim", "email": "kim@loom.example", "member": null, "organisation": null, "memberships": [],
		"invitations": [{"id": %q, "role": "DELEGATE", "organisation": {"name": "The loom"}, "invitedBy": {"id": %q, "name": null}}]}}`, id, w.actor("loom").MemberID))

	accepted := w.ok("kim", `mutation($i: ID!) { acceptInvitation(input: {invitationId: $i, idempotencyKey: "k"}) { member { id role name subject organisation { name } } } }`, map[string]any{"i": id})
	kim := accepted.id("acceptInvitation.member.id")
	accepted.same(t, fmt.Sprintf(`{"acceptInvitation": {"member": {"id": %q, "role": "DELEGATE", "name": "Person kim", "subject": "kim", "organisation": {"name": "The loom"}}}}`, kim))
	w.again("kim")
	w.ok("kim", viewer, nil).same(t, fmt.Sprintf(`{"viewer": {"role": "DELEGATE", "name": "Person kim", "email": "kim@loom.example", "member": {"id": %q}, "organisation": {"name": "The loom"},
		"memberships": [{"organisation": {"name": "The loom"}, "role": "DELEGATE", "name": "Person kim"}], "invitations": []}}`, kim))
	w.ask("kim", `mutation($i: ID!) { acceptInvitation(input: {invitationId: $i}) { position } }`, map[string]any{"i": id}).refused(t, "CONFLICT", pathOf("input invitationId"))
	w.ask("loom", `mutation($i: ID!) { revokeInvitation(input: {invitationId: $i}) { position } }`, map[string]any{"i": id}).refused(t, "CONFLICT", pathOf("input invitationId"))

	w.ok("loom", `mutation($m: ID!) { changeRole(input: {memberId: $m, role: ADMIN}) { member { role } } }`, map[string]any{"m": kim}).same(t, `{"changeRole": {"member": {"role": "ADMIN"}}}`)
	w.again("kim")
	left := w.ok("kim", `mutation($o: ID!) { leaveOrganisation(input: {organisationId: $o}) { member { id removedAt } } }`, map[string]any{"o": w.orgs["loom"]})
	if left.id("leaveOrganisation.member.id") != kim || left.at("leaveOrganisation.member.removedAt") == nil {
		t.Errorf("left: %v", left.Data)
	}
	w.again("kim")
	if a := w.actor("kim"); a.MemberID != "" {
		t.Errorf("after leaving: %+v", a)
	}
}

func TestInvitationListTellsWhatBecameOfThem(t *testing.T) {
	w := newWorld(t)
	w.visit("kim")
	invite := func(email string, expires time.Duration) string {
		return w.do(w.actor("loom"), policies.InviteMember{OrganisationID: w.orgs["loom"], Email: email, Role: policies.Observer, Expires: w.clock.Now().Add(expires)}).Subject
	}
	w.do(w.actor("kim"), policies.AcceptInvitation{InvitationID: invite("kim@loom.example", day)})
	invite("late@loom.example", time.Minute)
	revoked := invite("revoked@loom.example", day)
	w.ok("loom", `mutation($i: ID!) { revokeInvitation(input: {invitationId: $i}) { invitation { state } } }`, map[string]any{"i": revoked}).
		same(t, `{"revokeInvitation": {"invitation": {"state": "REVOKED"}}}`)
	invite("open@loom.example", day)
	w.do(w.actor("office"), policies.InviteMember{OrganisationID: w.orgs["ferry"], Email: "kim@loom.example", Role: policies.Observer})
	w.clock.forward(time.Minute)
	query := `query($o: ID!, $after: String) { node(id: $o) { ... on Organisation { invitations(first: 3, after: $after) { edges { cursor node { email state } } pageInfo { hasNextPage } } } } }`
	var got []string
	for after, more := any(nil), true; more; {
		a := w.ok("office", query, map[string]any{"o": w.orgs["loom"], "after": after})
		for i := 0; a.at(fmt.Sprintf("node.invitations.edges.%d", i)) != nil; i++ {
			at := fmt.Sprintf("node.invitations.edges.%d.", i)
			got = append(got, a.id(at+"node.email")+" "+a.id(at+"node.state"))
			after = a.at(at + "cursor")
		}
		more = a.at("node.invitations.pageInfo.hasNextPage") == true
	}
	want := []string{"open@loom.example OPEN", "revoked@loom.example REVOKED", "late@loom.example EXPIRED", "kim@loom.example ACCEPTED"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An invitation, asked for in every way there is, by everybody: only those who manage
// the organisation's members and the person invited learn of it.
func TestInvitationsDoNotLeak(t *testing.T) {
	s := newStage(t)
	s.visit("eve")
	s.admit("guest", "ferry", policies.Delegate)
	for who, email := range map[string]string{"guest": "kim@loom.example", "ferry": "ferry@loom.example"} {
		a := s.actor(who)
		a.Email = email // as its provider says, verified
		s.mu.Lock()
		s.actors[who] = a
		s.mu.Unlock()
	}
	queries := map[string]string{
		"node":              `{ node(id: "$invitation") { __typename id } }`,
		"nodes":             `{ nodes(ids: ["$invitation"]) { __typename id } }`,
		"list":              `{ node(id: "$loom") { ... on Organisation { invitations { edges { cursor node { id email role } } pageInfo { hasNextPage } } } } }`,
		"lists":             `{ organisations { edges { node { invitations(first: 5) { edges { node { email } } } } } } }`,
		"through a comment": `{ node(id: "$cmt") { ... on Comment { organisation { invitations { edges { node { email } } } } } } }`,
		"viewer":            `{ viewer { email invitations { id email } organisation { invitations { edges { node { email } } } } } }`,
		"ledger":            `{ ledgerEntries(filter: {kinds: ["member.invited/1"]}, first: 100) { edges { node { statement node { __typename id } document { id } } } } }`,
		"ledger by subject": `{ ledgerEntries(filter: {subject: "$invitation"}) { edges { node { statement node { __typename id } } } } }`,
		"search":            `{ search(query: "kim") { edges { node { snippet { text } } } } }`,
		"search address":    `{ search(query: "kim@loom.example") { edges { node { snippet { text } } } } }`,
	}
	knows := map[string][]string{
		"list": {"clerk", "loom", "office"}, "lists": {"clerk", "loom", "office"}, "through a comment": {"clerk", "loom", "office"},
		"viewer": {"guest", "kim", "loom"},
	}
	for name, query := range queries {
		for word, id := range s.ids {
			query = strings.ReplaceAll(query, `"$`+word+`"`, fmt.Sprintf("%q", id))
		}
		var told []string
		for _, who := range []string{"", "clerk", "crane", "estonia", "eve", "ferry", "guest", "hub", "intern", "kenya", "kim", "loom", "office"} {
			got := s.ask(who, query, nil)
			if len(got.Errors) > 0 {
				t.Fatalf("%s as %q: %+v", name, who, got.Errors)
			}
			if v, ok := got.Data["viewer"].(map[string]any); ok {
				delete(v, "email") // one's own
			}
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "kim@loom") || strings.Contains(string(b), `"Invitation"`) {
				told = append(told, who)
			}
		}
		if diff := cmp.Diff(knows[name], told); diff != "" {
			t.Errorf("%s tells (-want +got):\n%s", name, diff)
		}
	}
	for _, who := range []string{"", "crane", "eve", "ferry", "hub", "intern", "loom"} {
		hidden, none := s.ok(who, fmt.Sprintf(`{ node(id: %q) { id } }`, s.ids["invitation"]), nil), s.ok(who, `{ node(id: "inv_01h45ytscbebyvny4gc8cr8ma2") { id } }`, nil)
		if diff := cmp.Diff(none, hidden, cmp.AllowUnexported(answer{})); diff != "" {
			t.Errorf("%q tells a hidden invitation from none:\n%s", who, diff)
		}
	}
	mutations := map[string][]string{"acceptInvitation": {"", "clerk", "crane", "eve", "ferry", "hub", "intern", "loom", "office"},
		"revokeInvitation": {"", "crane", "eve", "ferry", "guest", "hub", "intern", "kim"}}
	for _, mutation := range slices.Sorted(maps.Keys(mutations)) {
		for _, who := range mutations[mutation] {
			ask := func(id any) answer {
				return s.ask(who, fmt.Sprintf(`mutation { %s(input: {invitationId: %q}) { position } }`, mutation, id), nil)
			}
			hidden, none := ask(s.ids["invitation"]), ask("inv_01h45ytscbebyvny4gc8cr8ma2")
			if diff := cmp.Diff(none, hidden, cmp.AllowUnexported(answer{})); diff != "" || len(none.Errors) != 1 {
				t.Errorf("%s: %q tells a hidden invitation from none: %+v\n%s", mutation, who, none, diff)
			}
		}
	}
	if strings.Contains(s.log.String(), "kim@") {
		t.Errorf("the log tells an address: %s", s.log)
	}
}

// Whoever listens as a member hears no more once it is none, and by its new role as
// soon as that changes.
func TestSubscriptionsFollowMembership(t *testing.T) {
	for name, end := range map[string]func(s stage){
		"removed": func(s stage) { s.do(s.actor("office"), policies.RemoveMember{MemberID: s.actor("reader").MemberID}) },
		"left":    func(s stage) { s.do(s.actor("reader"), policies.LeaveOrganisation{OrganisationID: s.orgs["estonia"]}) },
	} {
		for _, kinds := range []string{"", `, kinds: ["revision.committed/1"]`} {
			t.Run(name+kinds, func(t *testing.T) {
				s := newStage(t)
				s.admit("reader", "estonia", policies.Observer)
				next := s.events(t.Context(), "reader", fmt.Sprintf(`subscription { happened(after: %d%s) { kind node { ... on Revision { source } } } }`, s.registry.Views().Position()-1, kinds))
				draft := func(base any, text string) string {
					return s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["secret"]), Base: fmt.Sprint(base), Source: text}).Subject
				}
				second := draft(s.ids["secretRevision"], "Now of oz.")
				if a := next(); a.id("happened.node.source") != "Now of oz.\n" {
					t.Fatalf("a member's draft: %+v", a)
				}
				end(s)
				draft(second, "Later of zanzibar.")
				s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "In public.")
				if a := next(); a.status != complete {
					t.Errorf("after the end: %+v", a)
				}
			})
		}
	}
}

// The role counts that a listener has when something happens, not the one it had.
func TestSubscriptionsFollowTheRole(t *testing.T) {
	s := newStage(t)
	s.admit("second", "loom", policies.Admin)
	after := s.registry.Views().Position() - 1
	next := s.events(t.Context(), "second", fmt.Sprintf(`subscription { happened(after: %d, kinds: ["comment.submitted/1"]) { node { ... on Comment { organisation { invitations { edges { node { email } } } } } } } }`, after))
	s.comment("loom", fmt.Sprint(s.ids["csn"]), "", "One.")
	if a := next(); a.at("happened.node.organisation.invitations.edges.0.node.email") != "kim@loom.example" {
		t.Errorf("as an admin: %+v", a)
	}
	s.do(s.actor("loom"), policies.ChangeRole{MemberID: s.actor("second").MemberID, Role: policies.Observer})
	s.comment("loom", fmt.Sprint(s.ids["csn"]), "", "Two.")
	if a := next(); a.status != 0 || a.at("happened.node.organisation") == nil || a.at("happened.node.organisation.invitations") != nil {
		t.Errorf("as an observer: %+v", a)
	}
}

// An open socket lends nothing that has ended: neither membership nor role.
func TestSocketsFollowMembership(t *testing.T) {
	s := newStage(t)
	s.admit("second", "loom", policies.Admin)
	c, err := s.dial("second")
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	ask := func(query string) (a answer) {
		t.Helper()
		number++
		id := fmt.Sprint(number)
		if err := wsjson.Write(t.Context(), c, map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": s.fill(query)}}); err != nil {
			t.Fatal(err)
		}
		for {
			var m struct {
				ID, Type string
				Payload  json.RawMessage
			}
			if err := wsjson.Read(t.Context(), c, &m); err != nil {
				t.Fatal(err)
			}
			switch {
			case m.ID != id:
				continue
			case m.Type == "error":
				err = json.Unmarshal(m.Payload, &a.Errors)
			case m.Type == "next":
				err = json.Unmarshal(m.Payload, &a)
			case m.Type == "complete":
				return a
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Type == "error" {
				return a
			}
		}
	}
	invitations := `{ node(id: "$loom") { ... on Organisation { members { edges { cursor } } invitations { edges { node { email } } } } } }`
	if a := ask(invitations); a.at("node.invitations.edges.0.node.email") != "kim@loom.example" {
		t.Fatalf("as an admin: %+v", a)
	}
	s.do(s.actor("loom"), policies.ChangeRole{MemberID: s.actor("second").MemberID, Role: policies.Observer})
	if a := ask(invitations); a.at("node.invitations") != nil || a.at("node.members") == nil {
		t.Errorf("as an observer: %+v", a)
	}
	s.do(s.actor("loom"), policies.RemoveMember{MemberID: s.actor("second").MemberID})
	position := s.registry.Views().Position()
	for _, query := range []string{invitations, `{ ledger { position } }`, `subscription { happened { seq } }`,
		`mutation { submitComment(input: {consultationId: "$csn", stance: SUPPORT, text: "x"}) { position } }`} {
		ask(query).refused(t, "FORBIDDEN", nil)
	}
	if now := s.registry.Views().Position(); now != position {
		t.Errorf("%d entries after the removal", now-position)
	}
}
