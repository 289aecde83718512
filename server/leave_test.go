package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// who is for whom somebody acts, as GraphQL tells it; by way of the header, if it
// names an organisation.
func (f *front) who(person, organisation string) (status int, text string) {
	f.t.Helper()
	r := f.request(person, "POST", "/graphql", `{"query":"{ viewer { organisation { id } role } }"}`)
	r.Header.Set("Content-Type", "application/json")
	if organisation != "" {
		r.Header.Set("Entente-Organisation", organisation)
	}
	status, body := f.send(r)
	return status, string(body)
}

// Whoever left, was removed or got another role is that from the next request on, with
// the same token; and who belongs to two acts for one at a time.
func TestLeavingCountsFromTheNextRequest(t *testing.T) {
	f := newFront(t)
	ferry, kenya := f.orgs["ferry"], f.orgs["kenya"]
	for _, who := range []string{"ferry-delegate", "ferry-observer"} { // and are in two
		f.do(policies.Operator, policies.AdmitMember{OrganisationID: kenya, Issuer: f.issuer, Subject: who, Role: policies.Observer})
	}
	acts := func(person, header, want string) {
		t.Helper()
		if status, text := f.who(person, header); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s, asking for %q, acts as %d %s, want %s", person, header, status, text, want)
		}
	}
	refused := func(person, header string) {
		t.Helper()
		if status, text := f.who(person, header); status != http.StatusForbidden || !strings.Contains(text, `"FORBIDDEN"`) {
			t.Errorf("%s, asking for %q: %d %s", person, header, status, text)
		}
	}
	acts("ferry-delegate", "", ferry)
	acts("ferry-delegate", kenya, kenya)
	propose := `mutation { proposeDocument(input: {kind: STANDARD, title: "X", language: "en"}) { document { id } } }`
	if r := f.ask("ferry-delegate", propose); r.code() != "" {
		t.Fatal(r.text)
	}
	if r := f.ask("ferry-delegate", fmt.Sprintf(`mutation { leaveOrganisation(input: {organisationId: %q}) { position } }`, ferry)); r.code() != "" {
		t.Fatal(r.text)
	}
	refused("ferry-delegate", ferry)
	acts("ferry-delegate", "", kenya)
	if r := f.ask("ferry-delegate", propose); r.code() != "FORBIDDEN" {
		t.Errorf("after leaving: %s", r.text)
	}

	// Removed from both by their admins.
	for _, o := range []string{"ferry", "kenya"} {
		a, err := f.registry.Actor(t.Context(), f.issuer, "ferry-observer", f.orgs[o])
		if err != nil {
			t.Fatal(err)
		}
		if r := f.ask(o+"-admin", fmt.Sprintf(`mutation { removeMember(input: {memberId: %q}) { position } }`, a.MemberID)); r.code() != "" {
			t.Fatal(r.text)
		}
		refused("ferry-observer", f.orgs[o])
	}
	acts("ferry-observer", "", `"organisation":null`)

	member := f.actor("kenya-delegate").MemberID
	acts("kenya-delegate", "", `"DELEGATE"`)
	if r := f.ask("kenya-admin", fmt.Sprintf(`mutation { changeRole(input: {memberId: %q, role: OBSERVER}) { position } }`, member)); r.code() != "" {
		t.Fatal(r.text)
	}
	acts("kenya-delegate", "", `"OBSERVER"`)
	if r := f.ask("kenya-delegate", propose); r.code() != "FORBIDDEN" {
		t.Errorf("as an observer: %s", r.text)
	}
}

// An invitation that has expired makes nobody a member, whose address ever it is.
func TestExpiredInvitationThroughTheServer(t *testing.T) {
	f := newFront(t)
	id := f.do(policies.Operator, policies.InviteMember{OrganisationID: f.orgs["ferry"], Email: "invited@people.example", Role: policies.Observer})
	accept := fmt.Sprintf(`mutation { acceptInvitation(input: {invitationId: %q}) { member { id } } }`, id)
	f.clock.set(f.clock.now().AddDate(0, 0, 14))
	if r := f.ask("invited", accept); r.code() != "CONFLICT" || !strings.Contains(r.text, "expired") {
		t.Errorf("after 14 days: %s", r.text)
	}
	if status, text := f.who("invited", ""); status != http.StatusOK || !strings.Contains(text, `"organisation":null`) {
		t.Errorf("%d %s", status, text)
	}
}
