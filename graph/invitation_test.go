package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

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
	want := []string{"open@loom.example OPEN", "revoked@loom.example REVOKED", "late@loom.example EXPIRED", "kim@loom.example ACCEPTED", "<nil> ACCEPTED", "<nil> ACCEPTED"}
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
		"viewer":            `{ viewer { email invitations { nodes { id email } } organisation { invitations { edges { node { email } } } } } }`,
		"ledger":            `{ ledgerEntries(filter: {kinds: ["member.invited"]}, first: 100) { edges { node { statement node { __typename id } document { id } } } } }`,
		"ledger by subject": `{ ledgerEntries(filter: {subjectId: "$invitation"}) { edges { node { statement node { __typename id } } } } }`,
		"search":            `{ search(query: "kim") { edges { node { snippet { text } } } } }`,
		"search address":    `{ search(query: "kim@loom.example") { edges { node { snippet { text } } } } }`,
	}
	knows := map[string][]string{
		"list": {"clerk", "loom", "office"}, "lists": {"clerk", "loom", "office"}, "through a comment": {"clerk", "loom", "office"},
		"viewer": {"guest", "kim", "loom"}, "node": {"clerk", "guest", "kim", "loom", "office"}, "nodes": {"clerk", "guest", "kim", "loom", "office"},
		"ledger": {"clerk", "guest", "kim", "loom", "office"}, "ledger by subject": {"clerk", "guest", "kim", "loom", "office"},
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
			if strings.Contains(string(b), "kim@loom") || strings.Contains(string(b), fmt.Sprintf(`"id":%q`, s.ids["invitation"])) {
				told = append(told, who)
			}
		}
		if diff := cmp.Diff(knows[name], told); diff != "" {
			t.Errorf("%s tells (-want +got):\n%s", name, diff)
		}
	}
	for _, who := range []string{"", "crane", "eve", "ferry", "hub", "intern"} {
		hidden, none := s.ok(who, fmt.Sprintf(`{ node(id: %q) { id } }`, s.ids["invitation"]), nil), s.ok(who, `{ node(id: "inv_01h45ytscbebyvny4gc8cr8ma2") { id } }`, nil)
		if diff := cmp.Diff(none, hidden, cmp.AllowUnexported(response{})); diff != "" {
			t.Errorf("%q tells a hidden invitation from none:\n%s", who, diff)
		}
	}
	mutations := map[string][]string{"acceptInvitation": {"", "clerk", "crane", "eve", "ferry", "hub", "intern", "loom", "office"},
		"revokeInvitation": {"", "crane", "eve", "ferry", "guest", "hub", "intern", "kim"}}
	for _, mutation := range slices.Sorted(maps.Keys(mutations)) {
		for _, who := range mutations[mutation] {
			ask := func(id any) response {
				return s.ask(who, fmt.Sprintf(`mutation { %s(input: {invitationId: %q}) { ledgerPosition } }`, mutation, id), nil)
			}
			hidden, none := ask(s.ids["invitation"]), ask("inv_01h45ytscbebyvny4gc8cr8ma2")
			if diff := cmp.Diff(none, hidden, cmp.AllowUnexported(response{})); diff != "" || len(none.Errors) != 1 {
				t.Errorf("%s: %q tells a hidden invitation from none: %+v\n%s", mutation, who, none, diff)
			}
		}
	}
	if strings.Contains(s.log.String(), "kim@") {
		t.Errorf("the log tells an address: %s", s.log)
	}
}
