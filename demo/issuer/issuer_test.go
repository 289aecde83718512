package issuer_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/demo/issuer"
	"github.com/ewtp/entente/server/auth"
)

const audience = "entente-demo"

var personas = []issuer.Persona{
	{ID: "mina", Name: "Mina Okafor", Email: "mina@gov.example", Organisation: "Ministry of Trade"},
	{ID: "jon-2", Name: "Jón <b>", Organisation: "Parcels & Sons"},
}

// start serves an issuer on loopback and returns its URL.
func start(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	at := server.URL + "/demo/issuer"
	handler, err := issuer.New(issuer.Options{Issuer: at, Audience: audience, Personas: personas})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/demo/issuer/", handler)
	return at
}

func ask(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func tokenRequest(t *testing.T, at string, form string, basic ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", at+"/token", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if len(basic) == 2 {
		r.SetBasicAuth(basic[0], basic[1])
	}
	return r
}

func accessToken(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, text := ask(t, r)
	var body struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s %s", answer.Status, text)
	}
	if body.TokenType != "Bearer" || body.ExpiresIn != 3600 || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%+v, Cache-Control %q", body, answer.Header.Get("Cache-Control"))
	}
	return body.AccessToken
}

func TestTokensPassVerification(t *testing.T) {
	at := start(t)
	basic := accessToken(t, tokenRequest(t, at, "grant_type=client_credentials", "mina", "demo"))
	form := accessToken(t, tokenRequest(t, at, "grant_type=client_credentials&client_id=jon-2&client_secret=demo"))

	provider, err := oidc.NewProvider(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: audience}).Verify(context.Background(), basic)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "name", "email", "email_verified"} {
		if claims[name] == nil {
			t.Errorf("the token has no %s", name)
		}
	}

	verifier, err := auth.New([]auth.Issuer{{URL: at, Audience: audience, EmailDomains: []string{auth.AnyDomain}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]auth.Identity{
		basic: {Issuer: at, Subject: "mina", Name: "Mina Okafor", Email: "mina@gov.example", EmailVerified: true, ClientID: "mina"},
		form:  {Issuer: at, Subject: "jon-2", Name: "Jón <b>", ClientID: "jon-2"},
	} {
		got, err := verifier.Verify(context.Background(), raw)
		if err != nil {
			t.Fatal(err)
		}
		token, err := provider.Verifier(&oidc.Config{ClientID: audience}).Verify(context.Background(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if lasts := got.Expiry.Sub(token.IssuedAt); lasts != time.Hour {
			t.Errorf("the token lasts for %s", lasts)
		}
		got.Expiry = time.Time{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Verify (-want +got):\n%s", diff)
		}
	}
}

func TestTokenRefusals(t *testing.T) {
	at := start(t)
	const grant = "grant_type=client_credentials"
	changed := func(r *http.Request, change func(*http.Request)) *http.Request { change(r); return r }
	for _, test := range []struct {
		name   string
		r      *http.Request
		status int
		code   string
	}{
		{"no grant type", tokenRequest(t, at, "client_id=mina&client_secret=demo"), 400, "invalid_request"},
		{"another grant", tokenRequest(t, at, "grant_type=password&client_id=mina&client_secret=demo"), 400, "unsupported_grant_type"},
		{"wrong secret", tokenRequest(t, at, grant, "mina", "Demo"), 401, "invalid_client"},
		{"no secret", tokenRequest(t, at, grant+"&client_id=mina"), 401, "invalid_client"},
		{"unknown persona", tokenRequest(t, at, grant, "eve", "demo"), 401, "invalid_client"},
		{"nobody", tokenRequest(t, at, grant), 401, "invalid_client"},
		{"both ways", tokenRequest(t, at, grant+"&client_secret=demo", "mina", "demo"), 400, "invalid_request"},
		{"two names", tokenRequest(t, at, grant+"&client_id=jon-2", "mina", "demo"), 400, "invalid_request"},
		{"parameter twice", tokenRequest(t, at, grant+"&"+grant, "mina", "demo"), 400, "invalid_request"},
		{"not basic", changed(tokenRequest(t, at, grant), func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }), 401, "invalid_client"},
		{"JSON", changed(tokenRequest(t, at, "{}", "mina", "demo"), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }), 400, "invalid_request"},
		{"in the query", changed(tokenRequest(t, at, ""), func(r *http.Request) { r.URL.RawQuery = grant + "&client_id=mina&client_secret=demo" }), 400, "invalid_request"},
		{"GET", changed(tokenRequest(t, at, grant, "mina", "demo"), func(r *http.Request) { r.Method = "GET" }), 405, "invalid_request"},
		{"large", tokenRequest(t, at, grant+"&x="+strings.Repeat("y", 1<<20), "mina", "demo"), 400, "invalid_request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, text := ask(t, test.r)
			var body struct {
				Code        string `json:"error"`
				Description string `json:"error_description"`
			}
			if err := json.Unmarshal([]byte(text), &body); err != nil {
				t.Fatalf("%s: %q", answer.Status, text)
			}
			if answer.StatusCode != test.status || body.Code != test.code || body.Description == "" {
				t.Errorf("%s %+v, want %d %s", answer.Status, body, test.status, test.code)
			}
			if answer.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control: %q", answer.Header.Get("Cache-Control"))
			}
			if (test.status == 401) != (answer.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("WWW-Authenticate: %q", answer.Header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestLoopbackOnly(t *testing.T) {
	for host, good := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1:8080": true, "127.1.2.3": true, "[::1]:8080": true, "[::1]": true,
		"entente.example": false, "localhost.evil.example": false, "0.0.0.0:8080": false, "10.0.0.1": false, "[::]:80": false, "127.0.0.1.evil.example": false,
	} {
		handler, err := issuer.New(issuer.Options{Issuer: "http://" + host + "/demo/issuer", Audience: audience})
		if (err == nil) != good {
			t.Errorf("New on host %s: %v", host, err)
			continue
		}
		if !good {
			continue
		}
		for requested, want := range map[string]int{host: 200, "entente.example": 421} {
			r := httptest.NewRequest("GET", "/demo/issuer/", nil)
			r.Host = requested
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("issuer on %s asked as %s: %d, want %d", host, requested, w.Code, want)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	const at = "http://localhost:8080/demo/issuer"
	for _, options := range []issuer.Options{
		{Issuer: "localhost:8080/demo/issuer", Audience: audience},
		{Issuer: at + "/", Audience: audience},
		{Issuer: at + "?x", Audience: audience},
		{Issuer: at},
		{Issuer: at, Audience: audience, Personas: []issuer.Persona{{ID: "a:b"}}},
		{Issuer: at, Audience: audience, Personas: []issuer.Persona{{ID: "a"}, {ID: "a"}}},
	} {
		if _, err := issuer.New(options); err == nil {
			t.Errorf("New(%+v) passes", options)
		}
	}
}

func TestPage(t *testing.T) {
	at := start(t)
	r, _ := http.NewRequest("GET", at+"/", nil)
	answer, text := ask(t, r)
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s %v", answer.Status, answer.Header)
	}
	for _, want := range []string{"Mina Okafor", "Jón &lt;b&gt;", "Parcels &amp; Sons", "curl -s -u 'mina:demo' -d grant_type=client_credentials '" + at + "/token'"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "<b>") {
		t.Error("the page has script, or text taken for markup")
	}
}
