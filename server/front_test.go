package server_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/calendar"
	"github.com/ewtp/entente/server/files"
	"github.com/ewtp/entente/server/matrix"
	"github.com/ewtp/entente/server/record"
	"github.com/ewtp/entente/server/releases"
)

// A front is a whole registry behind its server, put together as the program does
// it, which callers reach over HTTP and with tokens only.
type front struct {
	t        *testing.T
	registry *registry.Registry
	clock    *clock
	log      *logBuffer
	url      string
	issuer   string
	tokens   map[string]string // by person
	orgs     map[string]string // IDs by name
}

// frontRoles are who calls, in the order of docs/rights.md: no token, a token of
// somebody who is a member of nothing, one whose verified address was invited, and
// every role of every kind of organisation.
func frontRoles() []string {
	list := []string{"", "nobody", "invited"}
	for _, o := range frontOrganisations {
		for _, r := range policies.Roles {
			list = append(list, o.name+"-"+string(r))
		}
	}
	return list
}

var frontOrganisations = []struct {
	name string
	kind policies.OrganisationKind
}{
	{"sponsor", policies.Government}, {"kenya", policies.Government}, {"reader", policies.Business},
	{"ferry", policies.Business}, {"hub", policies.HubOperator}, {"office", policies.Secretariat},
}

// newFront opens a registry with an organisation of each kind, each with one member
// of each role, and serves it.
func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{t: t, clock: newClock(), tokens: map[string]string{}, orgs: map[string]string{}}
	log, buffer := newLog()
	f.log = buffer
	var personas []issuer.Persona
	for _, who := range frontRoles()[1:] {
		personas = append(personas, issuer.Persona{ID: who, Name: personName(who), Email: who + "@people.example"})
	}
	var people http.Handler // set before anybody knows the address
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { people.ServeHTTP(w, r) }))
	t.Cleanup(provider.Close)
	f.issuer = provider.URL + "/people"
	made, err := issuer.New(issuer.Options{Issuer: f.issuer, Audience: "entente", Personas: personas})
	if err != nil {
		t.Fatal(err)
	}
	people = made
	checkpoints := checkpointKey(t)
	signer := releaseKey(t)
	f.registry = openRegistry(t, registry.Options{Rules: unvoted(), Clock: f.clock.now, Checkpoints: checkpoints, Sign: signer.Sign, Log: log})
	for _, o := range frontOrganisations {
		f.orgs[o.name] = f.do(policies.Operator, policies.RegisterOrganisation{Kind: o.kind, Name: "The " + o.name, Jurisdiction: "EE"})
		for _, role := range policies.Roles {
			who := o.name + "-" + string(role)
			f.do(policies.Operator, policies.AdmitMember{OrganisationID: f.orgs[o.name], Issuer: f.issuer, Subject: who, Name: personName(who), Role: role})
		}
	}
	for _, p := range personas {
		f.tokens[p.ID] = f.token(p.ID)
	}
	verifier, err := auth.New([]auth.Issuer{{URL: f.issuer, Audience: "entente", EmailDomains: []string{"people.example"}}}, nil, auth.WithLogger(log))
	if err != nil {
		t.Fatal(err)
	}
	tiles, err := record.New(f.registry, checkpoints.VerifierKey(), log)
	if err != nil {
		t.Fatal(err)
	}
	bundles, err := hub.NewHandler(releases.Source(f.registry.Views()), hub.Options{Keys: signer.PublicJWKS(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(server.New(server.Options{
		Acting: acting.Middleware(f.registry, log), GraphQL: graph.NewHandler(graph.Options{Registry: f.registry, Log: log}),
		Files: files.New(f.registry, server.CountUpload, log), Matrix: matrix.New(f.registry, log),
		Calendar: calendar.New(f.registry.Views(), f.registry.Now, log),
		Hub:      bundles, Ledger: tiles, Auth: verifier, Log: log,
		Limits: server.Limits{Quotas: server.Quotas{Read: server.Unlimited, Write: server.Unlimited, Machine: server.Unlimited, Upload: server.Unlimited}},
		Ready:  map[string]func(context.Context) error{"registry": f.registry.Ready},
	}).Handler())
	t.Cleanup(running.Close)
	f.url = running.URL
	return f
}

// personName is a name that stands nowhere but where people are named.
func personName(who string) string { return "Quilla " + strings.ToUpper(who) }

func releaseKey(t *testing.T) *hub.Signer {
	t.Helper()
	text, err := hub.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := hub.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := hub.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// token gets somebody's token at the issuer.
func (f *front) token(who string) string {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), "POST", f.issuer+"/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(who, issuer.Secret)
	status, body := f.send(r)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		f.t.Fatalf("no token for %s: %d %s", who, status, body)
	}
	return answer.AccessToken
}

func (f *front) send(r *http.Request) (int, []byte) {
	f.t.Helper()
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return w.StatusCode, body
}

// do carries a command out past the server and returns the ID of what it is about.
func (f *front) do(a policies.Actor, c policies.Command) string {
	f.t.Helper()
	return command(f.t, f.registry, a, c).Subject
}

// actor is who somebody is to the registry, found as the server finds it.
func (f *front) actor(who string) policies.Actor {
	f.t.Helper()
	if who == "" {
		return policies.Actor{}
	}
	a, err := f.registry.Actor(f.t.Context(), f.issuer, who, "")
	if err != nil {
		f.t.Fatal(err)
	}
	a.SignedIn, a.Email = true, who+"@people.example"
	return a
}

// request is one of somebody to a path of the server; "" is the public.
func (f *front) request(who, method, path, body string) *http.Request {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+f.tokens[who])
	}
	return r
}

// A reply is an answer of GraphQL.
type reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
	text string
}

// code is that of the only error, "" for none.
func (r reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// ask posts a query.
func (f *front) ask(who, query string) reply {
	f.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		f.t.Fatal(err)
	}
	r := f.request(who, "POST", "/graphql", string(body))
	r.Header.Set("Content-Type", "application/json")
	return f.read(r)
}

// get asks by GET, where nothing may change.
func (f *front) get(who, query string) reply {
	f.t.Helper()
	r := f.request(who, "GET", "/graphql?query="+url.QueryEscape(query), "")
	r.Header.Set("Accept", "application/json")
	return f.read(r)
}

func (f *front) read(q *http.Request) reply {
	f.t.Helper()
	_, body := f.send(q)
	r := reply{text: string(body)}
	if err := json.Unmarshal(body, &r); err != nil {
		f.t.Fatalf("%v: %s", err, body)
	}
	return r
}

const frontText = "# Parcels\n\n## Scope {#scope}\n\nThis law applies to parcels.\n\n## Duties {#duties}\n\nThe sender pays.\n"

// A paper is a document in one of its phases, with what belongs to it.
type paper struct{ id, first, second, consultation, comment, ballot, instrument string }

// paper makes a regulation of the sponsor, which the reader is invited to: a draft
// of two revisions; or one whose first revision is open for comment, has a comment
// of ferry's, and whose second is a draft; or one whose second was adopted, or is put
// to a secret ballot in which the sponsor has taken its position.
func (f *front) paper(phase string) (p paper) {
	f.t.Helper()
	sponsor, ferry := f.actor("sponsor-delegate"), f.actor("ferry-delegate")
	p.id = f.do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Parcels", Language: "en", Parties: []string{"EE"}})
	f.do(sponsor, policies.ShareDocument{DocumentID: p.id, OrganisationID: f.orgs["reader"], As: policies.AsReader})
	p.first = f.do(sponsor, policies.CommitRevision{DocumentID: p.id, Source: frontText})
	if phase != "draft" {
		p.consultation = f.do(sponsor, policies.OpenConsultation{DocumentID: p.id, Closes: f.local(61), Zone: "UTC", Late: policies.LateRefused})
		p.comment = f.do(ferry, policies.SubmitComment{ConsultationID: p.consultation, CommentWords: policies.CommentWords{ClauseID: f.clause(p.first, "The sender pays."), Stance: policies.Amend, Type: policies.Technical,
			Text: "The seller should.", Replacement: "The seller pays all."}})
	}
	p.second = f.do(sponsor, policies.CommitRevision{DocumentID: p.id, Base: p.first, Source: strings.Replace(frontText, "The sender", "The seller", 1)})
	if phase == "adopted" || phase == "answered" || phase == "balloted" {
		f.do(sponsor, policies.DisposeComment{CommentID: p.comment, Outcome: policies.AcceptedWhole, Reason: "It should.",
			Change: &policies.ChangeReference{RevisionID: p.second, ClauseID: f.changed(p)}})
		f.clock.set(f.clock.now().AddDate(0, 0, 62))
	}
	if phase == "balloted" {
		p.ballot = f.do(sponsor, policies.OpenBallot{DocumentID: p.id, Closes: f.local(40000), Zone: "UTC", Secrecy: policies.SecretUntilClose}) // other papers take months
		f.do(sponsor, policies.CastPosition{BallotID: p.ballot, Position: policies.Yes})
	}
	if phase == "adopted" {
		p.instrument = f.do(sponsor, policies.AdoptDocument{DocumentID: p.id, EffectiveFrom: f.clock.now().Add(time.Hour)})
	}
	return p
}

// clause is the clause of a revision that says these words.
func (f *front) clause(revision, words string) string {
	f.t.Helper()
	text, err := f.registry.Views().Text(f.t.Context(), revision)
	if err != nil {
		f.t.Fatal(err)
	}
	for i := range text.Clauses {
		if text.Words(i) == words {
			return text.Clauses[i].ID
		}
	}
	f.t.Fatalf("no clause says %q", words)
	return ""
}

// mark names the answer that a comment has.
func (f *front) mark(comment string) string {
	f.t.Helper()
	found, err := f.registry.Views().Comments(f.t.Context(), policies.Operator, []string{comment})
	if err != nil {
		f.t.Fatal(err)
	}
	return found[comment].Disposition.Mark()
}

// changed is the clause that the second revision changes.
func (f *front) changed(p paper) string {
	f.t.Helper()
	text, err := f.registry.Views().Text(f.t.Context(), p.second)
	if err != nil {
		f.t.Fatal(err)
	}
	before, err := f.registry.Views().Text(f.t.Context(), p.first)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, c := range text.Clauses {
		if !slices.ContainsFunc(before.Clauses, func(o clauses.Clause) bool { return o.ID == c.ID && o.Hash == c.Hash }) {
			return c.ID
		}
	}
	f.t.Fatal("nothing changed")
	return ""
}

// local is the local time in UTC after so many days.
func (f *front) local(days int) string {
	return f.clock.now().AddDate(0, 0, days).Format("2006-01-02T15:04:05")
}

// open sends a request whose answer's header is wanted.
func (f *front) open(r *http.Request) *http.Response {
	f.t.Helper()
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := w.Body.Close(); err != nil {
		f.t.Fatal(err)
	}
	return w
}
