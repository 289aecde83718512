package acting_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/server/servertest"
)

// actsFor tells for whom somebody acts, as GraphQL tells it; by way of the header, if it
// names an organisation.
func actsFor(f *servertest.Front, person, organisation string) (status int, text string) {
	f.T.Helper()
	r := f.Request(person, "POST", "/graphql", `{"query":"{ viewer { organisation { id } role } }"}`)
	r.Header.Set("Content-Type", "application/json")
	if organisation != "" {
		r.Header.Set("Entente-Organisation", organisation)
	}
	status, body := f.Send(r)
	return status, string(body)
}

// Whoever left, was removed or got another role is that from the next request on, with
// the same token; and who belongs to two acts for one at a time.
func TestLeavingCountsFromTheNextRequest(t *testing.T) {
	f := servertest.NewFront(t)
	ferry, kenya := f.Orgs["ferry"], f.Orgs["kenya"]
	for _, who := range []string{"ferry-delegate", "ferry-observer"} { // and are in two
		policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: kenya, Issuer: f.Issuer, Subject: who, Role: policies.Observer})
	}
	acts := func(person, header, want string) {
		t.Helper()
		if status, text := actsFor(f, person, header); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s, asking for %q, acts as %d %s, want %s", person, header, status, text, want)
		}
	}
	refused := func(person, header string) {
		t.Helper()
		if status, text := actsFor(f, person, header); status != http.StatusForbidden || !strings.Contains(text, `"FORBIDDEN"`) {
			t.Errorf("%s, asking for %q: %d %s", person, header, status, text)
		}
	}
	acts("ferry-delegate", "", ferry)
	acts("ferry-delegate", kenya, kenya)
	propose := `mutation { proposeDocument(input: {kind: STANDARD, title: "X", language: "en"}) { document { id } } }`
	if r := f.Ask("ferry-delegate", fmt.Sprintf(`mutation { leaveOrganisation(input: {organisationId: %q}) { ledgerPosition } }`, ferry)); r.Code() != "" {
		t.Fatal(r.Text)
	}
	refused("ferry-delegate", ferry)
	acts("ferry-delegate", "", kenya)
	if r := f.Ask("ferry-delegate", propose); r.Code() != "FORBIDDEN" {
		t.Errorf("after leaving: %s", r.Text)
	}

	// Removed from both by their admins.
	for _, o := range []string{"ferry", "kenya"} {
		a, err := f.Registry.Actor(t.Context(), f.Issuer, "ferry-observer", f.Orgs[o])
		if err != nil {
			t.Fatal(err)
		}
		if r := f.Ask(o+"-admin", fmt.Sprintf(`mutation { removeMember(input: {memberId: %q}) { ledgerPosition } }`, a.MemberID)); r.Code() != "" {
			t.Fatal(r.Text)
		}
		refused("ferry-observer", f.Orgs[o])
	}
	acts("ferry-observer", "", `"organisation":null`)

	member := f.Actor("kenya-delegate").MemberID
	acts("kenya-delegate", "", `"DELEGATE"`)
	if r := f.Ask("kenya-admin", fmt.Sprintf(`mutation { changeRole(input: {memberId: %q, role: OBSERVER}) { ledgerPosition } }`, member)); r.Code() != "" {
		t.Fatal(r.Text)
	}
	acts("kenya-delegate", "", `"OBSERVER"`)
	if r := f.Ask("kenya-delegate", propose); r.Code() != "FORBIDDEN" {
		t.Errorf("as an observer: %s", r.Text)
	}
}

// An invitation that has expired makes nobody a member, whose address ever it is.
func TestExpiredInvitationThroughTheServer(t *testing.T) {
	f := servertest.NewFront(t)
	id := f.Do(policies.Operator, policies.InviteMember{OrganisationID: f.Orgs["ferry"], Email: "invited@people.example", Role: policies.Observer})
	accept := fmt.Sprintf(`mutation { acceptInvitation(input: {invitationId: %q}) { member { id } } }`, id)
	f.Clock.Set(f.Clock.Now().AddDate(0, 0, 14))
	if r := f.Ask("invited", accept); r.Code() != "CONFLICT" || !strings.Contains(r.Text, "expired") {
		t.Errorf("after 14 days: %s", r.Text)
	}
	if status, text := actsFor(f, "invited", ""); status != http.StatusOK || !strings.Contains(text, `"organisation":null`) {
		t.Errorf("%d %s", status, text)
	}
}
