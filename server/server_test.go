package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
)

func text(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
}

// echo answers with the size of the body it could read, or 400.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	got, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the handler's own words: "+err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, len(got))
})

func TestRoutes(t *testing.T) {
	log, _ := servertest.Log()
	h := server.New(server.Options{Log: log, GraphQL: text("graphql"), Hub: text("hub"), Ledger: text("ledger"), Pages: text("pages"),
		Calendar: text("calendar"), Matrix: text("matrix"), Files: text("files"),
		Routes: []server.Route{{Pattern: "/demo/issuer/", Handler: text("issuer"), Public: true}}}).Handler()
	for path, want := range map[string]string{
		"/graphql": "graphql", "/hub/v1/rulesets": "hub", "/ledger/checkpoint": "ledger", "/demo/issuer/token": "issuer",
		"/calendar.ics": "calendar", "/reports/EWTP-R-2026-014/heard.md": "matrix", "/attachments": "files", "/attachments/cmt_1/abc": "files",
		"/receipts/cmt_1": "files", "/attachments/cmt_1": "pages", "/receipts/": "pages",
		"/": "pages", "/documents/EWTP-R-2026-014": "pages", "/graphql/ide.js": "graphql",
	} {
		if got := servertest.Serve(h, httptest.NewRequest("GET", path, nil)); got.Body.String() != want {
			t.Errorf("GET %s: %q, want %q", path, got.Body, want)
		}
	}
	bare := server.New(server.Options{Log: log}).Handler()
	for _, path := range []string{"/", "/graphql", "/hub/v1", "/nowhere"} {
		got := servertest.Serve(bare, httptest.NewRequest("GET", path, nil))
		if _, extensions := servertest.Refusal(t, got.Body.Bytes()); got.Code != 404 || extensions["code"] != "NOT_FOUND" {
			t.Errorf("GET %s: %d %s", path, got.Code, got.Body)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	log, _ := servertest.Log()
	h := server.New(server.Options{Log: log, GraphQL: text("x"), Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
	})}).Handler()
	for path, policy := range map[string]string{"/graphql": "default-src 'none'", "/healthz": "default-src 'none'", "/": "default-src 'self'"} {
		header := servertest.Serve(h, httptest.NewRequest("GET", path, nil)).Header()
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" ||
			!strings.HasPrefix(header.Get("Content-Security-Policy"), policy) {
			t.Errorf("GET %s: %v", path, header)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	log, _ := servertest.Log()
	h := server.New(server.Options{Log: log, GraphQL: text("done")}).Handler()
	for _, test := range []struct {
		name, method string
		headers      map[string]string
		status       int
	}{
		{"curl", "POST", nil, 200},
		{"a GraphQL client in a browser extension", "POST", map[string]string{"Origin": "chrome-extension://abc", "Sec-Fetch-Site": "cross-site"}, 200},
		{"our own page", "POST", map[string]string{"Cookie": "s=1", "Origin": "http://example.com", "Sec-Fetch-Site": "same-origin"}, 200},
		{"another site's form", "POST", map[string]string{"Cookie": "s=1", "Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, 403},
		{"another site's form, old browser", "POST", map[string]string{"Cookie": "s=1", "Origin": "http://evil.example"}, 403},
		{"another site's link", "GET", map[string]string{"Cookie": "s=1", "Sec-Fetch-Site": "cross-site"}, 200},
		{"another site's WebSocket", "GET", map[string]string{"Cookie": "s=1", "Origin": "http://evil.example", "Upgrade": "websocket", "Connection": "upgrade"}, 403},
	} {
		r := httptest.NewRequest(test.method, "http://example.com/graphql", nil)
		for name, value := range test.headers {
			r.Header.Set(name, value)
		}
		got := servertest.Serve(h, r)
		if got.Code != test.status {
			t.Errorf("%s: %d %s, want %d", test.name, got.Code, got.Body, test.status)
		}
		if test.status == 403 {
			if _, extensions := servertest.Refusal(t, got.Body.Bytes()); extensions["code"] != "FORBIDDEN" || extensions["reason"] != "cross_origin" {
				t.Errorf("%s: %v", test.name, extensions)
			}
		}
	}
}

func TestPanic(t *testing.T) {
	log, lines := servertest.Log()
	h := server.New(server.Options{Log: log, GraphQL: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("secret detail")
	})}).Handler()
	got := servertest.Serve(h, httptest.NewRequest("POST", "/graphql", nil))
	_, extensions := servertest.Refusal(t, got.Body.Bytes())
	if got.Code != 500 || extensions["code"] != "INTERNAL" || extensions["requestId"] != got.Header().Get("X-Request-Id") || strings.Contains(got.Body.String(), "secret") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	records := lines.Records(t)
	if len(records) != 2 || records[0]["cause"] != "secret detail" || !strings.Contains(fmt.Sprint(records[0]["stack"]), "server_test.go") ||
		records[0]["request"] != records[1]["request"] || records[1]["status"] != 500.0 {
		t.Errorf("log: %v", records)
	}
}

// Half an answer is cut, so that nobody takes it for a whole one.
func TestPanicInMidAnswer(t *testing.T) {
	log, lines := servertest.Log()
	front := httptest.NewServer(server.New(server.Options{Log: log, Hub: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic("boom")
	})}).Handler())
	defer front.Close()
	answer, err := http.Get(front.URL + "/hub/x")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read %q, %v; want an unexpected end", got, err)
	}
	front.Close()
	if !strings.Contains(lines.String(), `"aborted":true`) || !strings.Contains(lines.String(), `"cause":"boom"`) {
		t.Errorf("log: %s", lines)
	}
}

func TestAccessLog(t *testing.T) {
	log, lines := servertest.Log()
	h := server.New(server.Options{Log: log, Pages: text("hello"), GraphQL: echo}).Handler()
	r := httptest.NewRequest("POST", "/docs/a%0A%7B%22level%22%3A%22ERROR%22%7D%1b%5B2J/%E2%80%AE?access_token=tkn", strings.NewReader("body-words"))
	r.Header.Set("User-Agent", "agent\r\n{\"msg\":\"forged\"}\x1b\u202e"+strings.Repeat("A", 1000))
	r.Header.Set("X-Request-Id", "forged-id")
	r.Header.Set("Cookie", "session=cookie-words")
	r.Method = "PO\nST"
	w := servertest.Serve(h, r)
	bearer := httptest.NewRequest("POST", "/graphql", nil)
	bearer.Header.Set("Authorization", "Bearer token-words")
	servertest.Serve(h, bearer)

	records := lines.Records(t)
	if len(records) != 3 || records[1]["msg"] != "refused a token" || records[1]["reason"] != "malformed" || records[1]["request"] != records[2]["request"] {
		t.Fatalf("%d records: %s", len(records), lines)
	}
	got := records[0]
	id := w.Header().Get("X-Request-Id")
	if got["request"] != id || len(id) < 16 || got["status"] != 200.0 || got["route"] != "/" || got["bytes"] != 5.0 || got["method"] != "PO?ST" ||
		got["path"] != "/docs/a%0A%7B%22level%22%3A%22ERROR%22%7D%1b%5B2J/%E2%80%AE" {
		t.Errorf("record %v", got)
	}
	if agent := got["agent"].(string); len(agent) > 200 || strings.ContainsAny(agent, "\r\n\x1b\u202e") {
		t.Errorf("agent %q", agent)
	}
	for _, secret := range []string{"tkn", "body-words", "forged-id", "cookie-words", "token-words"} {
		if strings.Contains(lines.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, lines)
		}
	}
}

// The whole chain: the demo issuer on the server's own listener, a token from it,
// and every refusal in the error shape.
func TestBearerTokens(t *testing.T) {
	log, _ := servertest.Log()
	var front *httptest.Server
	mux := http.NewServeMux()
	front = httptest.NewServer(mux)
	defer front.Close()
	at := front.URL + "/demo/issuer"
	demo, err := issuer.New(issuer.Options{Issuer: at, Audience: "entente", Personas: []issuer.Persona{{ID: "mina", Name: "Mina"}}})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.New([]auth.Issuer{{URL: at, Audience: "entente"}, {URL: "http://127.0.0.1:1", Audience: "entente"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		identity, ok := auth.From(r.Context())
		fmt.Fprint(w, identity.Subject, ok)
	})
	mux.Handle("/", server.New(server.Options{Log: log, Auth: verifier, GraphQL: who, Ledger: who,
		Routes: []server.Route{{Pattern: "/demo/issuer/", Handler: demo, Public: true}}}).Handler())

	r, _ := http.NewRequest("POST", at+"/token", strings.NewReader("grant_type=client_credentials"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("mina", "demo")
	_, body := do(t, r)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &token); err != nil || token.AccessToken == "" {
		t.Fatalf("no token: %s", body)
	}
	down := "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjEifQ.c2ln"
	for _, test := range []struct {
		name, path, authorization string
		status                    int
		body, code, reason        string
	}{
		{"anonymous", "/graphql", "", 200, "false", "", ""},
		{"good", "/graphql", "Bearer " + token.AccessToken, 200, "minatrue", "", ""},
		{"tampered", "/graphql", "Bearer " + token.AccessToken[:len(token.AccessToken)-8] + "AAAAAAAA", 401, "", "UNAUTHENTICATED", "bad_signature"},
		{"nonsense", "/graphql", "Bearer x", 401, "", "UNAUTHENTICATED", "malformed"},
		{"provider down", "/graphql", "Bearer " + down, 503, "", "UNAVAILABLE", "provider_unavailable"},
		{"public route", "/ledger/checkpoint", "Bearer x", 200, "false", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := http.NewRequest("GET", front.URL+test.path, nil)
			if test.authorization != "" {
				r.Header.Set("Authorization", test.authorization)
			}
			answer, body := do(t, r)
			if answer.StatusCode != test.status {
				t.Fatalf("%s %s, want %d", answer.Status, body, test.status)
			}
			if test.status == 200 {
				if string(body) != test.body {
					t.Errorf("%q, want %q", body, test.body)
				}
				return
			}
			_, extensions := servertest.Refusal(t, body)
			if diff := cmp.Diff(map[string]any{"code": test.code, "reason": test.reason}, extensions); diff != "" {
				t.Errorf("extensions (-want +got):\n%s", diff)
			}
			if (test.status == 503) != (answer.Header.Get("Retry-After") != "") || (test.status == 401) != (answer.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("headers %v", answer.Header)
			}
		})
	}
}

func do(t *testing.T, r *http.Request) (*http.Response, []byte) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}
