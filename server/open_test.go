package server_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/servertest"
)

// The schema's text is the same for everybody: no token is looked at, caches may keep it, and pages of every
// site may read it.
func TestSchemaIsOpen(t *testing.T) {
	f := servertest.NewFront(t)
	r := f.Request("", "GET", "/graphql/schema.graphql", "")
	r.Header.Set("Authorization", "Bearer nonsense")
	r.Header.Set("Origin", "https://tools.example")
	got := f.Open(r)
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "", "Entente-Position": "", "Vary": "",
		"Cache-Control": "public, max-age=300", "Content-Type": "text/plain; charset=utf-8"} {
		if is := got.Header.Get(name); got.StatusCode != 200 || is != want {
			t.Errorf("%s: %s is %q, want %q", got.Status, name, is, want)
		}
	}
}

// faces serves at every route what cookie and token a request came with.
func faces() http.Handler {
	log, _ := servertest.Log()
	face := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("cookie=" + r.Header.Get("Cookie") + " " + r.Method))
	})
	return server.New(server.Options{Log: log, GraphQL: face, Hub: face, Ledger: face, Matrix: face, Files: face, Calendar: face, Pages: face}).Handler()
}

var elsewhere = map[string]string{"Origin": "https://tools.example", "Sec-Fetch-Site": "cross-site"}

func ask(h http.Handler, method, path string, fields ...map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://registry.example"+path, nil)
	for _, f := range fields {
		for name, value := range f {
			r.Header.Set(name, value)
		}
	}
	return servertest.Serve(h, r)
}

// What may be read without signing in is open to pages of every site, and nothing else is; nowhere are
// credentials allowed.
func TestOpenRoutes(t *testing.T) {
	h := faces()
	preflight := map[string]string{"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type,entente-organisation"}
	for path, open := range map[string]bool{
		"/graphql": true, "/graphql/schema.graphql": true, "/hub/v1/": true, "/ledger/checkpoint": true, "/calendar.ics": true,
		"/graphql/ide.js": false, "/reports/x": false, "/attachments": false, "/receipts/x": false, "/me": false, "/": false, "/healthz": false,
	} {
		for _, w := range []*httptest.ResponseRecorder{ask(h, "GET", path, elsewhere), ask(h, "GET", path), ask(h, "OPTIONS", path, elsewhere, preflight),
			ask(h, "GET", path, elsewhere, map[string]string{"Authorization": "Bearer nonsense"})} {
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != map[bool]string{true: "*"}[open] || w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: %d %v, open: %t", path, w.Code, w.Header(), open)
			}
		}
		w := ask(h, "OPTIONS", path, elsewhere, preflight)
		allowed := strings.Split(strings.ToLower(w.Header().Get("Access-Control-Allow-Headers")), ", ")
		for name := range strings.SplitSeq(preflight["Access-Control-Request-Headers"], ",") {
			if slices.Contains(allowed, name) != open || (w.Code == http.StatusNoContent) != open {
				t.Errorf("%s: a preflight is answered with %d %v", path, w.Code, w.Header())
			}
		}
	}
}

// Everything that an answer tells a client of its limits and place can be read by a page.
func TestOpenAnswersShowTheirHeaders(t *testing.T) {
	f := servertest.NewFront(t)
	r := f.Request("", "POST", "/graphql", `{"query":"{ __typename }"}`)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://tools.example")
	got := f.Open(r)
	shown := strings.Split(got.Header.Get("Access-Control-Expose-Headers"), ", ")
	for _, name := range []string{"Entente-Position", "Entente-Cost", "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "X-Request-Id"} {
		if !slices.Contains(shown, name) {
			t.Errorf("%s isn't shown", name)
		}
	}
	for name := range got.Header {
		if strings.HasPrefix(name, "Entente-") && !slices.Contains(shown, name) {
			t.Errorf("%s isn't shown", name)
		}
	}
}

// A cookie that another site made a browser send is never looked at: a question is answered as to anybody, and
// whatever may change something is refused, as it always was. Our own pages keep theirs.
func TestCookiesFromElsewhereAreNotHeeded(t *testing.T) {
	h := faces()
	cookie := map[string]string{"Cookie": "s=1"}
	for _, path := range []string{"/graphql", "/hub/v1/", "/ledger/checkpoint"} {
		for site, fields := range map[string]map[string]string{
			"elsewhere": elsewhere, "a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": "https://a.registry.example"},
			"an old browser": {"Origin": "https://tools.example"}, "a sandbox": {"Origin": "null"},
		} {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
				w := ask(h, method, path, cookie, fields)
				if question := method == "GET" || method == "HEAD"; question && (w.Code != 200 || strings.Contains(w.Body.String(), "s=1")) || !question && w.Code != 403 {
					t.Errorf("%s %s from %s: %d %s", method, path, site, w.Code, w.Body)
				}
			}
			socket := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"}
			if w := ask(h, "GET", path, cookie, fields, socket); w.Code != 403 {
				t.Errorf("a WebSocket at %s from %s: %d", path, site, w.Code)
			}
		}
		for _, own := range []map[string]string{{"Sec-Fetch-Site": "same-origin", "Origin": "https://registry.example"}, {"Sec-Fetch-Site": "none"}, {}} {
			for _, method := range []string{"GET", "POST"} {
				if w := ask(h, method, path, cookie, own); w.Code != 200 || w.Body.String() != "cookie=s=1 "+method {
					t.Errorf("%s %s from our own: %d %s", method, path, w.Code, w.Body)
				}
			}
		}
	}
}
