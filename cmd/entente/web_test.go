package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/demo/issuer"
)

// everyAnswer are the headers without which no answer leaves, and what they begin with.
var everyAnswer = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Permissions-Policy":           "camera=()",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Content-Security-Policy":      "default-src 'none'",
	"X-Request-Id":                 "",
}

// pagesOnly are the headers that say something to a browser that shows an answer.
var pagesOnly = []string{"Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"}

// active is markup that a policy without 'unsafe-inline' would stop: there is to be none.
var active = regexp.MustCompile(`(?is)<script(?:\s+[^>]*)?>\s*[^<\s]|<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|(?:src|href)\s*=\s*["']?(?:https?:)?//`)

// checkAnswer says what an answer lacks.
func checkAnswer(t *testing.T, what string, header http.Header, body string) {
	t.Helper()
	for name, begin := range everyAnswer {
		if slices.Contains(pagesOnly, name) && (strings.Contains(what, " /hub/") || strings.Contains(what, " /ledger/")) && header.Get(name) == "" {
			continue // no browser shows what programs poll
		}
		if name == "Referrer-Policy" && strings.HasPrefix(header.Get("Content-Type"), "text/html") && header.Get(name) == "same-origin" {
			continue // where a form stands, its Origin is to be told
		}
		if values := header.Values(name); len(values) != 1 || !strings.HasPrefix(values[0], begin) {
			t.Errorf("%s: %s is %q", what, name, values)
		}
	}
	policy := header.Get("Content-Security-Policy")
	for _, directive := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action "} {
		if !strings.Contains(policy, directive) {
			t.Errorf("%s: the policy %q lacks %s", what, policy, directive)
		}
	}
	for _, hole := range []string{"unsafe", "*", "http:", "https:", "data:"} {
		if strings.Contains(policy, hole) {
			t.Errorf("%s: the policy %q has %s", what, policy, hole)
		}
	}
	if strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		if found := active.FindString(body); found != "" {
			t.Errorf("%s: the page has %q", what, found)
		}
	}
	if len(body) > 0 && header.Get("Content-Type") == "" {
		t.Errorf("%s: no content type", what)
	}
}

// TestEveryAnswerIsGuarded walks the real server's routes, with what is right and
// what is wrong about a request.
func TestEveryAnswerIsGuarded(t *testing.T) {
	s := start(t, "serve", "--log-level=debug", "--secretariat-name=Secretariat")
	html := []string{"Accept", "text/html"}
	pages := 0
	for _, step := range []struct {
		method, path, body string
		fields             []string
		status             int
	}{
		{"GET", "/", "", html, 200},
		{"GET", "/nowhere", "", nil, 404},
		{"POST", "/", "", html, 405},
		{"GET", "/graphql", "", html, 200},
		{"GET", "/graphql/ide.js", "", nil, 200},
		{"GET", "/graphql/ide.css", "", nil, 200},
		{"POST", "/graphql/ide.js", "", nil, 405},
		{"GET", "/graphql?query={__typename}", "", nil, 200},
		{"POST", "/graphql", `{"query":"{ __typename }"}`, []string{"Content-Type", "application/json"}, 200},
		{"POST", "/graphql", `{"query":"{ __typename }"}`, []string{"Content-Type", "text/plain"}, 415},
		{"POST", "/graphql", "{", []string{"Content-Type", "application/json"}, 400},
		{"PUT", "/graphql", "", nil, 405},
		{"OPTIONS", "/graphql", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 204},
		{"OPTIONS", "/graphql", "", nil, 405},
		{"OPTIONS", "/signout", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 404},
		{"POST", "/graphql", "", []string{"Authorization", "Bearer x"}, 401},
		{"POST", "/graphql", "", []string{"Cookie", "a=b", "Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/hub/v1/", "", nil, 200},
		{"GET", "/hub/v1/nowhere", "", nil, 404},
		{"DELETE", "/hub/v1/", "", nil, 405},
		{"POST", "/hub/v1/", strings.Repeat("x", 65<<10), nil, 413},
		{"GET", "/ledger/checkpoint", "", nil, 200},
		{"GET", "/ledger/key", "", nil, 200},
		{"GET", "/ledger/tile/0/x001/../../000", "", nil, 307},
		{"GET", "/ledger/nowhere", "", nil, 404},
		{"GET", "/healthz", "", nil, 200},
		{"POST", "/healthz", "", nil, 405},
		{"GET", "/readyz", "", nil, 200},
		{"GET", "/metrics", "", nil, 404},
		{"GET", "/nowhere", "", html, 404},
		{"GET", "/demo/issuer/", "", html, 404}, // not in serve
		{"GET", "/debug/pprof/", "", nil, 404},
		{"GET", "//hub//v1", "", nil, 307},
		{"GET", "/hub", "", html, 307},
	} {
		what := step.method + " " + step.path
		answer, body := s.send(t, step.method, step.path, step.body, step.fields...)
		if answer.StatusCode != step.status {
			t.Errorf("%s: %s %s, want %d", what, answer.Status, body, step.status)
		}
		checkAnswer(t, what, answer.Header, strings.ReplaceAll(body, s.base, "")) // a page names itself in full
		if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && answer.StatusCode == 200 {
			pages++
		}
		open := answer.Header.Get("Access-Control-Allow-Origin")
		path, _, _ := strings.Cut(step.path, "?")
		public := path == "/graphql" || strings.HasPrefix(path, "/hub/") || strings.HasPrefix(path, "/ledger/") || path == "/calendar.ics"
		if open != "" && (!public || open != "*") || answer.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: another site's pages may read the answer", what)
		}
		if public && answer.StatusCode == 200 && open == "" {
			t.Errorf("%s: another site's pages may not read the answer", what)
		}
		if answer.StatusCode == 405 && answer.Header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", what)
		}
		if got := answer.Header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: Strict-Transport-Security %q without TLS", what, got)
		}
		limited := !strings.HasPrefix(step.path, "/healthz") && !strings.HasPrefix(step.path, "/readyz")
		if answer.StatusCode == 200 && limited != (answer.Header.Get("RateLimit") != "" && answer.Header.Get("RateLimit-Policy") != "") {
			t.Errorf("%s: RateLimit %q", what, answer.Header.Get("RateLimit"))
		}
	}
	if pages != 2 {
		t.Errorf("%d pages were seen, want 2", pages)
	}
}

func TestDemoIssuerIsGuarded(t *testing.T) {
	const at = "http://localhost:8080/demo/issuer"
	people, err := issuer.New(issuer.Options{Issuer: at, Audience: "x", Personas: []issuer.Persona{{ID: "m", Name: "<script>alert(1)</script>"}}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	people.ServeHTTP(w, httptest.NewRequest("GET", at+"/", nil))
	if w.Code != 200 || active.MatchString(w.Body.String()) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestRedirectsStayHere sends what has led elsewhere on other servers. Nothing that
// stands in a request becomes another host, or another header.
func TestRedirectsStayHere(t *testing.T) {
	s := start(t, "serve")
	base, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	redirects := 0
	for _, opaque := range []string{
		"//evil.example/", "//evil.example/..", "///evil.example//x", `/\evil.example/..`, "/%2f%2fevil.example/..", "/hub/..//evil.example",
		"//hub", "//hub/?next=https://evil.example", "/.//evil.example", "/hub/v1/%0d%0aSet-Cookie:%20a=b/..", "//graphql%0d%0aX-Evil:%201", "/hub?to=//evil.example",
	} {
		r, _ := http.NewRequest("GET", s.base, nil)
		r.URL.Opaque = opaque
		answer, err := client.Do(r)
		if err != nil {
			t.Errorf("%s: %v", opaque, err)
			continue
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.Header.Get("Set-Cookie")+answer.Header.Get("X-Evil") != "" {
			t.Errorf("%s: headers %v", opaque, answer.Header)
		}
		to := answer.Header.Get("Location")
		if to == "" {
			continue
		}
		redirects++
		got, err := base.Parse(to)
		if err != nil || got.Host != base.Host || strings.HasPrefix(strings.ReplaceAll(to, `\`, "/"), "//") {
			t.Errorf("%s: to %q, %v", opaque, to, err)
		}
	}
	if redirects < 5 {
		t.Errorf("only %d of them led anywhere, so this shows little", redirects)
	}
}

// A browser follows links by GET, with cookies; none of them may change anything.
func TestGetChangesNothing(t *testing.T) {
	s := start(t, "serve")
	mutation := url.QueryEscape(`mutation { registerOrganisation(input: {kind: BUSINESS, name: "x", jurisdiction: "CH"}) { ledgerPosition } }`)
	head := func() string { _, body := s.send(t, "GET", "/ledger/checkpoint", ""); return body }
	before := head()
	for _, fields := range [][]string{nil, {"Accept", "text/html"}, {"Accept", "text/event-stream"}, {"X-HTTP-Method-Override", "POST"}} {
		answer, body := s.send(t, "GET", "/graphql?query="+mutation, "", fields...)
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "POST" {
			t.Errorf("%q: %s %s", fields, answer.Status, body)
		}
	}
	if after := head(); after != before {
		t.Errorf("the ledger moved:\n%s%s", before, after)
	}
}

// Behind a proxy that ends TLS, each client has a budget of its own and browsers are
// told to stay with TLS. Nobody else's word counts.
func TestBehindProxy(t *testing.T) {
	const entry, of = "X-Forwarded-For", "X-Forwarded-Proto"
	s := start(t, "serve", "--log-level=debug", "--limit-read=2/h", "--trusted-proxy=127.0.0.0/8", "--trusted-proxy=::1/128")
	for i, step := range []struct {
		client, proto string
		status        int
	}{
		{"192.0.2.1", "https", 200}, {"192.0.2.1", "https", 200}, {"192.0.2.1", "https", 429},
		{"203.0.113.9, 192.0.2.1", "http", 429}, {"192.0.2.2", "http", 200},
	} {
		answer, body := s.send(t, "GET", "/", "", entry, step.client, of, step.proto)
		if answer.StatusCode != step.status || (answer.Header.Get("Strict-Transport-Security") != "") != (step.proto == "https") {
			t.Errorf("step %d: %s %s %v", i, answer.Status, body, answer.Header)
		}
	}
	s.end()
	if !strings.Contains(s.log.String(), `"remote":"192.0.2.2"`) {
		t.Errorf("the log doesn't know the client:\n%s", s.log)
	}
	alone := start(t, "serve", "--log-level=debug", "--limit-read=2/h", "--hsts")
	for i, want := range []int{200, 200, 429} {
		answer, _ := alone.send(t, "GET", "/", "", entry, "192.0.2."+string(rune('1'+i)), of, "http")
		if answer.StatusCode != want || answer.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("without a proxy, %d: %s", i, answer.Status)
		}
	}
}

// Changes have a budget of their own, which a refused change uses too; reading goes on.
func TestWriteLimitThroughGraphQL(t *testing.T) {
	s := start(t, "serve", "--log-level=debug", "--limit-write=1/h")
	const mutation = `{"query":"mutation { registerOrganisation(input: {kind: BUSINESS, name: \"x\", jurisdiction: \"CH\"}) { ledgerPosition } }"}`
	for i, step := range []struct{ body, code, limit string }{
		{mutation, "UNAUTHENTICATED", `"write";r=0;t=3600`},
		{mutation, "RATE_LIMITED", `"write";r=0;t=`},
		{`{"query":"{ __typename }"}`, "", ""},
	} {
		answer, body := s.send(t, "POST", "/graphql", step.body, "Content-Type", "application/json")
		limits := strings.Join(answer.Header.Values("RateLimit"), ", ")
		if (step.code == "") != !strings.Contains(body, `"code":`) || !strings.Contains(body, step.code) || !strings.Contains(limits, step.limit) ||
			!strings.HasPrefix(limits, `"read";r=`) || (step.limit == "") != !strings.Contains(limits, `"write"`) {
			t.Errorf("step %d: %s %s, RateLimit %s", i, answer.Status, body, limits)
		}
	}
}
