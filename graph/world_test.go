package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/graph/graphtest"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
)

// A world is a registry with people in it, and a server in front of it. Who asks is
// named in a header that only this test's server knows.
type world struct {
	t        testing.TB
	registry *registry.Registry
	store    *registrytest.Store
	url      string
	slowURL  string // where nothing is written straight; "" where nobody compares
	clock    *clock
	log      *lockedBuffer

	mu     sync.Mutex
	actors map[string]policies.Actor
	orgs   map[string]string // organisation IDs by the name of their people
}

// clock is a time that only moves when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const day = 24 * time.Hour

// newWorld has a secretariat (office), two governments (estonia, kenya), three
// businesses (ferry, loom, crane) with an observer (intern, of loom) and a hub.
func newWorld(t testing.TB) *world {
	w := &world{t: t, store: registrytest.NewStore(), log: &lockedBuffer{}, actors: map[string]policies.Actor{}, orgs: map[string]string{},
		clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	w.registry = openRegistry(t, w.clock, w.store)
	for _, o := range []struct {
		who  string
		kind policies.OrganisationKind
	}{
		{"office", policies.Secretariat}, {"estonia", policies.Government}, {"kenya", policies.Government},
		{"ferry", policies.Business}, {"loom", policies.Business}, {"crane", policies.Business}, {"hub", policies.HubOperator},
	} {
		in := "EE"
		if o.who == "kenya" {
			in = "KE"
		}
		out := w.do(policies.Operator, policies.RegisterOrganisation{Kind: o.kind, Name: "The " + o.who, Jurisdiction: in})
		w.orgs[o.who] = out.Subject
		w.admit(o.who, o.who, policies.Admin)
	}
	w.admit("intern", "loom", policies.Observer)
	log := slog.New(slog.NewTextHandler(w.log, nil))
	w.serve(NewHandler(Options{Registry: w.registry, Log: log}))
	w.slowURL = w.listen(newHandler(Options{Registry: w.registry, Log: log}, func(graphql.ExecutableSchema) straight { return straight{} }))
	return w
}

func (w *world) serve(h http.Handler) { w.url, w.slowURL = w.listen(h), "" }

func (w *world) listen(h http.Handler) (url string) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx, departure := WithDeparture(r.Context())
		defer departure.Returned(func() {})
		h.ServeHTTP(rw, r.WithContext(registry.NewContext(ctx, w.actor(r.Header.Get("Test-Actor")))))
	}))
	w.t.Cleanup(server.Close)
	return server.URL + "/graphql"
}

func (w *world) actor(who string) policies.Actor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.actors[who]
}

func (w *world) admit(who, of string, role policies.Role) {
	w.t.Helper()
	do := func(a policies.Actor, c policies.Command) string { return w.do(a, c).Subject }
	id := policiestest.Admit(do, policies.Operator, policies.InviteMember{OrganisationID: w.orgs[of], Issuer: "https://id.example", Subject: who, Name: "Person " + who, Role: role})
	m, err := w.registry.Views().Members(w.t.Context(), []string{id})
	if err != nil {
		w.t.Fatal(err)
	}
	o, err := w.registry.Views().Organisations(w.t.Context(), []string{w.orgs[of]})
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.actors[who] = policies.ActorFor(m[id], o[w.orgs[of]])
}

// visit lets somebody sign in who is a member of nothing.
func (w *world) visit(who string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.actors[who] = policies.Actor{SignedIn: true, Issuer: "https://id.example", Subject: who, Name: "Person " + who, Email: who + "@loom.example"}
}

// again looks up who somebody is by now, as each request does.
func (w *world) again(who string) {
	w.t.Helper()
	was := w.actor(who)
	a, err := w.registry.Actor(w.t.Context(), was.Issuer, was.Subject, "")
	if err != nil {
		w.t.Fatal(err)
	}
	a.SignedIn, a.Name, a.Email = was.SignedIn, was.Name, was.Email
	w.mu.Lock()
	defer w.mu.Unlock()
	w.actors[who] = a
}

// do carries a command out past GraphQL, where a test only wants its effect.
func (w *world) do(a policies.Actor, c policies.Command) registry.Outcome {
	w.t.Helper()
	out, err := w.registry.Do(context.Background(), a, "", c)
	if err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
	return out
}

// A response is what came back. Its errors are those at the top, and then those in the payloads of mutations, which
// have a Type.
type response struct {
	Data   map[string]any
	Errors []responseError
	status int
}

type responseError struct {
	graphtest.Refusal
	Message    string
	Path       []any
	Extensions map[string]any
}

// ask posts a query as somebody, "" for the public.
func (w *world) ask(who, query string, variables map[string]any) response {
	w.t.Helper()
	query, change := graphtest.AskErrors(query)
	b, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	status, _, body := w.post(who, string(b), "Content-Type", "application/json")
	var a response
	if err := json.Unmarshal(body, &a); err != nil {
		w.t.Fatalf("%v: %s", err, body)
	}
	if bytes.Contains(body, []byte(`:""`)) || bytes.Contains(body, []byte(`[""`)) {
		w.t.Errorf("%s asks %s and is answered with an empty text, where null says that there is none: %s", who, query, body)
	}
	a.status = status
	if change {
		a.tellRefusals(w.t)
	}
	return a
}

// tellRefusals puts the errors of payloads after those at the top, and holds that each stands where it belongs.
func (a *response) tellRefusals(t testing.TB) {
	t.Helper()
	for _, e := range a.Errors {
		if code := policies.Code(fmt.Sprint(e.Extensions["code"])); code != policies.Invalid && userErrors(&policies.Error{Code: code}) != nil {
			t.Errorf("%s stands at the top: %s", code, e.Message)
		}
	}
	list, err := graphtest.TakeErrors(a.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		field := []any{"input"}
		of := ast.NamedType(strings.TrimSuffix(r.Payload, "Payload")+"Input", nil)
		for _, step := range r.Path {
			if of = below(of, step); of == nil {
				t.Errorf("%s has no %v: %s", r.Payload, r.Path, r.Message)
				break
			}
			if n, err := strconv.ParseFloat(step, 64); err == nil {
				field = append(field, n)
				continue
			}
			field = append(field, step)
		}
		extensions := map[string]any{"code": r.Code}
		if len(field) > 1 {
			extensions["field"] = field
		}
		a.Errors = append(a.Errors, responseError{Refusal: r, Message: r.Message, Path: []any{r.Field}, Extensions: extensions})
	}
}

// post sends a body with headers.
func (w *world) post(who, body string, headers ...string) (int, http.Header, []byte) {
	w.t.Helper()
	return w.send(http.MethodPost, w.url, who, body, headers...)
}

func (w *world) send(method, url, who, body string, headers ...string) (int, http.Header, []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Test-Actor", who)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header, b
}

// below is the type of a field of an input, or of an item of a list; nil where there is none of that name.
func below(of *ast.Type, step string) *ast.Type {
	if of.Elem != nil {
		if _, err := strconv.Atoi(step); err != nil {
			return nil
		}
		return of.Elem
	}
	d := theSchema().Types[of.Name()]
	if of.Name() == "ID" { // of what it names
		return of
	}
	if d == nil || d.Fields.ForName(step) == nil {
		return nil
	}
	return d.Fields.ForName(step).Type
}

// once asks once and expects no errors.
func (w *world) once(who, query string, variables map[string]any) response {
	w.t.Helper()
	a := w.ask(who, query, variables)
	if len(a.Errors) > 0 {
		w.t.Fatalf("%s asks %s\n%v: %+v\n%s", who, query, variables, a.Errors, w.log)
	}
	return a
}

// ok asks and expects no errors; and of a question, that gqlgen answers the same, byte for byte, where
// nothing is written straight.
func (w *world) ok(who, query string, variables map[string]any) response {
	w.t.Helper()
	a := w.once(who, query, variables)
	if w.slowURL != "" && !strings.Contains(query, "mutation") {
		w.sameBothWays(who, query, variables)
	}
	return a
}

// sameBothWays wants one answer, with what is written straight and without.
func (w *world) sameBothWays(who, query string, variables map[string]any) {
	w.t.Helper()
	b, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	var answers [2]string
	for i, url := range []string{w.url, w.slowURL} {
		_, _, body := w.send(http.MethodPost, url, who, string(b), "Content-Type", "application/json")
		answers[i] = string(body)
	}
	if answers[0] != answers[1] || strings.Contains(answers[0], "GRAPHQL_VALIDATION_FAILED") {
		w.t.Errorf("%s asks %s\n%v: straight\n%s\nand without\n%s", who, query, variables, answers[0], answers[1])
	}
}

// at returns what stands at a path such as "documents.edges.0.node.id".
func (a response) at(path string) any {
	var v any = a.Data
	for p := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a response) id(path string) string { return fmt.Sprint(a.at(path)) }

// refused expects one error with a code, and a field unless that is nil.
func (a response) refused(t testing.TB, code string, field []any) {
	t.Helper()
	if len(a.Errors) != 1 && (len(a.Errors) == 0 || slices.ContainsFunc(a.Errors, func(e responseError) bool { return e.Type != "InvalidField" })) {
		t.Fatalf("want %s at %v, got %+v, data %v", code, field, a.Errors, a.Data)
	}
	e := a.Errors[0]
	if e.Extensions["code"] != code {
		t.Errorf("code %v, want %s: %s", e.Extensions["code"], code, e.Message)
	}
	reason, _ := e.Extensions["reason"].(string)
	if (code == string(policies.Forbidden)) != slices.Contains(policies.Reasons, policies.Reason(reason)) {
		t.Errorf("%s has the reason %q", code, reason)
	}
	var got []any
	if f, ok := e.Extensions["field"].([]any); ok {
		got = f
	}
	if diff := cmp.Diff(field, got); diff != "" {
		t.Errorf("field of %q (-want +got):\n%s", e.Message, diff)
	}
	if e.Message == "" {
		t.Error("no message")
	}
}

// same compares an answer with JSON.
func (a response) same(t testing.TB, want string) {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(want), &v); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v, a.Data); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

const lawText = `# Parcels

## Scope {#scope}

This law applies to parcels worth less than 150 euros.

## Duties {#duties}

(1) The carrier declares every parcel.

(2) The sender pays.
`

// law proposes a regulation by estonia with one revision, and returns both IDs.
func (w *world) law(title, text string) (document, revision string) {
	w.t.Helper()
	d := w.do(w.actor("estonia"), policies.ProposeDocument{Kind: "regulation", Title: title, Language: "en", Topics: []string{"customs"}, Parties: []string{"EE"}}).Subject
	return d, w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: d, Source: text, Note: "first"}).Subject
}

// open opens the head of a document for comment for 61 days.
func (w *world) open(document string) string {
	w.t.Helper()
	return w.openOn(policiestest.From(document, w.clock.Now().Add(72*day)))
}

// openOn opens a document for comment for 61 days, on given terms.
func (w *world) openOn(terms policies.ProposeTerms) string {
	w.t.Helper()
	document := w.do(w.actor("estonia"), terms).Subject
	return w.do(w.actor("estonia"), policies.OpenConsultation{DocumentID: document, Title: "Have your say", Closes: w.local(61 * day), Zone: "UTC", Late: policies.LateRefused}).Subject
}

// local is the local time in UTC after a while.
func (w *world) local(after time.Duration) string {
	return w.clock.Now().Add(after).Format("2006-01-02T15:04:05")
}

func (w *world) comment(who, consultation, clause, text string) string {
	w.t.Helper()
	return w.do(w.actor(who), policies.SubmitComment{ConsultationID: consultation, CommentWords: policies.CommentWords{ClauseID: clause, Stance: policies.Oppose, Type: policies.Technical, Text: text}}).Subject
}

// parseJSON reads JSON and puts values in for "$name".
func parseJSON(s string, values map[string]any) (any, error) {
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil, err
	}
	return put(v, values), nil
}

func put(v any, values map[string]any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = put(e, values)
		}
	case []any:
		for i, e := range x {
			x[i] = put(e, values)
		}
	case string:
		if name, ok := strings.CutPrefix(x, "$"); ok {
			return values[name]
		}
	}
	return v
}

// clause returns the ID of the clause of a revision that is cited so.
func (w *world) clause(revision, citation string) string {
	w.t.Helper()
	text, err := w.registry.Views().Text(w.t.Context(), revision)
	if err != nil {
		w.t.Fatal(err)
	}
	i := text.Clauses.FindCitation(citation)
	if i < 0 {
		w.t.Fatalf("no clause %s in %+v", citation, text.Clauses)
	}
	return text.Clauses[i].ID
}
