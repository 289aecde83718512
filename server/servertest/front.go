// Package servertest is a whole registry behind its server, and what tests need to ask it:
// members of every role, documents in every phase, a log and a clock.
package servertest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/calendar"
	"github.com/ewtp/entente/server/files"
	"github.com/ewtp/entente/server/matrix"
	"github.com/ewtp/entente/server/record"
	"github.com/ewtp/entente/server/releases"
	"github.com/ewtp/entente/server/web"
)

// A Front is a whole registry behind its server, put together as the program does
// it, which callers reach over HTTP and with tokens only.
type Front struct {
	T        *testing.T
	Registry *registry.Registry
	Clock    *Clock
	Log      *LogBuffer
	URL      string
	Issuer   string
	Tokens   map[string]string // by person
	Orgs     map[string]string // IDs by name
}

// Roles are who calls, in the order of docs/rights.md: no token, a token of
// somebody who is a member of nothing, one whose verified address was invited, and
// every role of every kind of organisation.
func Roles() []string {
	list := []string{"", "nobody", "invited"}
	for _, o := range Organisations {
		for _, r := range policies.Roles {
			list = append(list, o.Name+"-"+string(r))
		}
	}
	return list
}

// Organisations are those of a front, each with a member of every role.
var Organisations = []struct {
	Name string
	Kind policies.OrganisationKind
}{
	{"sponsor", policies.Government}, {"kenya", policies.Government}, {"reader", policies.Business},
	{"ferry", policies.Business}, {"hub", policies.HubOperator}, {"office", policies.Secretariat},
}

// NewFront opens a registry with an organisation of each kind, each with one member
// of each role, and serves it. Its rules are Unvoted, changed as wanted.
func NewFront(t *testing.T, change ...func(*policies.Rules)) *Front {
	t.Helper()
	f := &Front{T: t, Clock: NewClock(), Tokens: map[string]string{}, Orgs: map[string]string{}}
	log, buffer := Log()
	f.Log = buffer
	var personas []issuer.Persona
	for _, who := range Roles()[1:] {
		personas = append(personas, issuer.Persona{ID: who, Name: PersonName(who), Email: who + "@people.example"})
	}
	var people http.Handler // set before anybody knows the address
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { people.ServeHTTP(w, r) }))
	t.Cleanup(provider.Close)
	f.Issuer = provider.URL + "/people"
	made, err := issuer.New(issuer.Options{Issuer: f.Issuer, Audience: "entente", Personas: personas})
	if err != nil {
		t.Fatal(err)
	}
	people = made
	checkpoints := CheckpointKey(t)
	signer := ReleaseKey(t)
	rules := Unvoted()
	for _, c := range change {
		c(&rules)
	}
	f.Registry = registrytest.Open(t, registry.Options{Rules: rules, Clock: f.Clock.Now, Checkpoints: checkpoints, Sign: signer.Sign, Log: log})
	for _, o := range Organisations {
		f.Orgs[o.Name] = f.Do(policies.Operator, policies.RegisterOrganisation{Kind: o.Kind, Name: "The " + o.Name, Jurisdiction: "EE"})
		for _, role := range policies.Roles {
			who := o.Name + "-" + string(role)
			policiestest.Admit(f.Do, policies.Operator, policies.InviteMember{OrganisationID: f.Orgs[o.Name], Issuer: f.Issuer, Subject: who, Name: PersonName(who), Role: role})
		}
	}
	for _, p := range personas {
		f.Tokens[p.ID] = f.token(p.ID)
	}
	verifier, err := auth.New([]auth.Issuer{{URL: f.Issuer, Audience: "entente", EmailDomains: []string{"people.example"}}}, nil, auth.WithLogger(log))
	if err != nil {
		t.Fatal(err)
	}
	tiles, err := record.New(f.Registry, checkpoints.VerifierKey(), log)
	if err != nil {
		t.Fatal(err)
	}
	bundles, err := hub.NewHandler(releases.Source(f.Registry.Views()), hub.Options{Keys: signer.PublicJWKS(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	attached := files.New(f.Registry, server.CountUpload, log)
	pages, err := web.New(web.Options{Registry: f.Registry, SignIn: true, Log: log, KeepFile: attached.Keep, CountUpload: server.CountUpload, VerifierKey: checkpoints.VerifierKey()})
	if err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(server.New(server.Options{
		Pages: pages, Refusals: pages.Refuse,
		Acting: acting.Middleware(f.Registry, log), GraphQL: graph.NewHandler(graph.Options{Registry: f.Registry, Log: log}),
		Files: attached, Matrix: matrix.New(f.Registry, log),
		Calendar: calendar.New(f.Registry.Views(), f.Registry.Now, log),
		Hub:      bundles, Ledger: tiles, Auth: verifier, Log: log,
		Limits: server.Limits{Quotas: server.Quotas{Read: server.Unlimited, Write: server.Unlimited, Machine: server.Unlimited, Upload: server.Unlimited}},
		Ready:  map[string]func(context.Context) error{"registry": f.Registry.Ready},
	}).Handler())
	t.Cleanup(running.Close)
	f.URL = running.URL
	return f
}

// In is the front for a test within its own.
func (f *Front) In(t *testing.T) *Front {
	in := *f
	in.T = t
	return &in
}

// PersonName is a name that stands nowhere but where people are named.
func PersonName(who string) string { return "Quilla " + strings.ToUpper(who) }

// token gets somebody's token at the issuer.
func (f *Front) token(who string) string {
	f.T.Helper()
	r, err := http.NewRequestWithContext(f.T.Context(), "POST", f.Issuer+"/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		f.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(who, issuer.Secret)
	status, body := f.Send(r)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		f.T.Fatalf("no token for %s: %d %s", who, status, body)
	}
	return answer.AccessToken
}

// Do carries a command out past the server and returns the ID of what it is about.
func (f *Front) Do(a policies.Actor, c policies.Command) string {
	f.T.Helper()
	return registrytest.Do(f.T, f.Registry, a, c).Subject
}

// Actor is who somebody is to the registry, found as the server finds it.
func (f *Front) Actor(who string) policies.Actor {
	f.T.Helper()
	if who == "" {
		return policies.Actor{}
	}
	a, err := f.Registry.Actor(f.T.Context(), f.Issuer, who, "")
	if err != nil {
		f.T.Fatal(err)
	}
	a.SignedIn, a.Email = true, who+"@people.example"
	return a
}
