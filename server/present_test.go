package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/graph/graphtest"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/servertest"
)

// askLate asks as somebody whose request's headers are with the server, and looked at,
// when meanwhile runs; only then the body comes. A client that expects to be told to go
// on is told so when the body is first read, behind all that names the caller.
func askLate(f *servertest.Front, who, organisation, query string, meanwhile func()) (status int, text string) {
	f.T.Helper()
	r := f.Request(who, "POST", "/graphql", "")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Expect", "100-continue")
	if organisation != "" {
		r.Header.Set(acting.OrganisationHeader, organisation)
	}
	query, _ = graphtest.AskErrors(query)
	body := strings.NewReader(fmt.Sprintf(`{"query":%q}`, query))
	r.Body, r.ContentLength = io.NopCloser(&once{body, meanwhile}), body.Size()
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	defer client.CloseIdleConnections()
	w, err := client.Do(r)
	if err != nil {
		f.T.Fatal(err)
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(w.Body)
	if err != nil {
		f.T.Fatal(err)
	}
	return w.StatusCode, string(answer)
}

// once runs a function before the first byte is read.
type once struct {
	io.Reader
	first func()
}

func (o *once) Read(p []byte) (int, error) {
	if o.first != nil {
		o.first()
		o.first = nil
	}
	return o.Reader.Read(p)
}

// What counts is who somebody is when it is decided: between the headers of a request
// and its body a membership may have ended, or its role changed.
func TestWhoActsIsReadAgain(t *testing.T) {
	f := servertest.NewFront(t)
	propose := `mutation { proposeDocument(input: {kind: STANDARD, title: "X", language: "en"}) { document { id } } }`
	invite := fmt.Sprintf(`mutation { inviteMember(input: {organisationId: %q, email: "second@people.example", role: ADMIN}) { invitation { id } } }`, f.Orgs["ferry"])
	member := func(who string) string { return f.Actor(who).MemberID }
	change := func(who string, role policies.Role) func() {
		return func() { f.Do(policies.Operator, policies.ChangeRole{MemberID: member(who), Role: role}) }
	}
	remove := func(who string) func() {
		return func() { f.Do(policies.Operator, policies.RemoveMember{MemberID: member(who)}) }
	}
	for _, x := range []struct {
		name, who, organisation, query string
		meanwhile                      func()
		want                           string
	}{
		{"nothing happens", "ferry-delegate", "", propose, func() {}, `"document":{"id"`},
		{"a delegate becomes an observer", "ferry-delegate", "", propose, change("ferry-delegate", policies.Observer), "an observer reads"},
		{"an observer becomes a delegate", "ferry-observer", "", propose, change("ferry-observer", policies.Delegate), `"document":{"id"`},
		{"an admin becomes a delegate", "ferry-admin", "", invite, change("ferry-admin", policies.Delegate), "only an admin"},
		{"a delegate is removed", "ferry-delegate", "", propose, remove("ferry-delegate"), "you aren't a member of that organisation any more"},
		{"an admin is removed", "ferry-admin", f.Orgs["ferry"], invite, remove("ferry-admin"), "you aren't a member of that organisation any more"},
	} {
		before := f.Registry.Views().Position()
		entries := int64(1) // of what happens meanwhile
		if x.name == "nothing happens" {
			entries--
		}
		status, text := askLate(f, x.who, x.organisation, x.query, x.meanwhile)
		if strings.HasPrefix(x.want, `"document"`) {
			entries++
		}
		if status != http.StatusOK || !strings.Contains(text, x.want) || f.Registry.Views().Position() != before+entries {
			t.Errorf("%s: %d %s, and %d entries, want %d and %s", x.name, status, text, f.Registry.Views().Position()-before, entries, x.want)
		}
	}
}

// Who belongs to several organisations names one for each write; and what was meant for
// one that is lost meanwhile is done for no other.
func TestOneOrganisationIsNamedForEachWrite(t *testing.T) {
	f := servertest.NewFront(t)
	ferry, reader := f.Orgs["ferry"], f.Orgs["reader"]
	policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: reader, Issuer: f.Issuer, Subject: "ferry-delegate", Role: policies.Delegate})
	propose := `mutation { proposeDocument(input: {kind: STANDARD, title: "X", language: "en"}) { document { sponsors { id } } } }`
	if r := f.Ask("ferry-delegate", propose); r.Code() != "FORBIDDEN" || !strings.Contains(r.Text, "name the organisation") {
		t.Errorf("without a name: %s", r.Text)
	}
	if r := f.Ask("ferry-delegate", `{ viewer { organisation { id } } }`); r.Code() != "" || !strings.Contains(r.Text, ferry) {
		t.Errorf("reading without a name: %s", r.Text)
	}
	for _, organisation := range []string{ferry, reader} {
		if _, text := askLate(f, "ferry-delegate", organisation, propose, func() {}); !strings.Contains(text, `[{"id":"`+organisation+`"}]`) {
			t.Errorf("for %s: %s", organisation, text)
		}
	}
	position := f.Registry.Views().Position()
	_, text := askLate(f, "ferry-delegate", ferry, propose, func() {
		a, err := f.Registry.Actor(t.Context(), f.Issuer, "ferry-delegate", ferry)
		if err != nil {
			t.Error(err)
		}
		f.Do(policies.Operator, policies.RemoveMember{MemberID: a.MemberID})
	})
	if !strings.Contains(text, `"FORBIDDEN"`) || f.Registry.Views().Position() != position+1 {
		t.Errorf("for one that was lost meanwhile: %s", text)
	}
	if r := f.Ask("ferry-delegate", propose); r.Code() != "" || !strings.Contains(r.Text, reader) {
		t.Errorf("as a member of one alone: %s", r.Text)
	}
}

// A key with other words, for another organisation, or of what the person did as a
// person, is KEY_REUSED, and never somebody's first outcome.
func TestKeysWithOtherWords(t *testing.T) {
	f := servertest.NewFront(t)
	ask := func(who, organisation, mutation, input, want string) {
		t.Helper()
		query := fmt.Sprintf(`mutation { %s(input: {%s, idempotencyKey: "k"}) { ledgerPosition repeated } }`, mutation, input)
		if _, text := askLate(f, who, organisation, query, func() {}); !strings.Contains(text, want) {
			t.Errorf("%s of %s for %q: %s, want %s", mutation, who, organisation, text, want)
		}
	}
	const conflict = `"code":"KEY_REUSED","path":["idempotencyKey"]`
	const x, y = `kind: STANDARD, title: "X", language: "en"`, `kind: STANDARD, title: "Y", language: "en"`
	ferry, reader := f.Orgs["ferry"], f.Orgs["reader"]
	ask("ferry-delegate", "", "proposeDocument", x, `"repeated":false`)
	ask("ferry-delegate", "", "proposeDocument", x, `"repeated":true`)
	ask("ferry-delegate", "", "proposeDocument", y, conflict)
	ask("ferry-delegate", "", "saveFilter", `name: "X", topics: ["parcels"]`, conflict)
	ask("ferry-delegate", "", "leaveOrganisation", fmt.Sprintf("organisationId: %q", ferry), conflict)
	ask("ferry-admin", "", "proposeDocument", x, `"repeated":false`) // another's key is another

	policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: reader, Issuer: f.Issuer, Subject: "ferry-delegate", Role: policies.Delegate})
	ask("ferry-delegate", ferry, "proposeDocument", x, `"repeated":true`)
	ask("ferry-delegate", reader, "proposeDocument", x, conflict)
	f.Do(policies.Operator, policies.RemoveMember{MemberID: f.Actor("ferry-delegate").MemberID})
	ask("ferry-delegate", reader, "proposeDocument", x, conflict) // of a membership that is past

	invited := f.Do(policies.Operator, policies.InviteMember{OrganisationID: ferry, Email: "invited@people.example", Role: policies.Delegate})
	again := f.Do(policies.Operator, policies.InviteMember{OrganisationID: reader, Email: "invited@people.example", Role: policies.Delegate})
	ask("invited", "", "acceptInvitation", fmt.Sprintf("invitationId: %q", invited), `"repeated":false`)
	ask("invited", "", "acceptInvitation", fmt.Sprintf("invitationId: %q", invited), `"repeated":true`)
	ask("invited", "", "acceptInvitation", fmt.Sprintf("invitationId: %q", again), conflict)
	ask("invited", "", "proposeDocument", x, conflict)
}
