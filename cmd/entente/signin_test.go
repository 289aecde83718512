package main

import (
	"bufio"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/server/signin"
)

func TestProvidersFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("trade.secret", "hush\n")
	t.Setenv("TEST_PROVIDER_SECRET", "quiet")
	for _, test := range []struct {
		name, text string
		want       []signin.Provider
		complaint  string
	}{
		{"two", `[{"name":"trade","label":"Trade","url":"https://id.example","clientId":"c","clientSecretFile":"trade.secret"},
			{"name":"b","url":"https://b.example","clientId":"d","clientSecretEnv":"TEST_PROVIDER_SECRET","scopes":["openid"]}]`,
			[]signin.Provider{{Name: "trade", Label: "Trade", URL: "https://id.example", ClientID: "c", ClientSecret: "hush"},
				{Name: "b", URL: "https://b.example", ClientID: "d", ClientSecret: "quiet", Scopes: []string{"openid"}}}, ""},
		{"a secret in the file itself", `[{"name":"b","url":"https://b.example","clientId":"d","clientSecret":"oops"}]`, nil, "unknown field"},
		{"no list", `{}`, nil, "isn't a list"},
		{"two secrets", `[{"name":"b","clientSecretFile":"x","clientSecretEnv":"y"}]`, nil, "two places"},
		{"no such file", `[{"name":"b","clientSecretFile":"none"}]`, nil, "couldn't read the secret"},
		{"nothing in the environment", `[{"name":"b","clientSecretEnv":"TEST_PROVIDER_NOTHING"}]`, nil, "empty"},
		{"the demonstration's issuer", `[{"name":"b","url":"http://localhost:8080/demo/issuer/","clientId":"d"}]`, nil, "for entente demo only"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := (&signInSettings{ProvidersFile: write("providers.json", test.text)}).providers()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (err == nil) != (test.complaint == "") || err != nil && !strings.Contains(err.Error(), test.complaint) {
				t.Errorf("%v, want %q", err, test.complaint)
			}
			if err != nil && strings.Contains(err.Error(), "oops") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func TestPublicURL(t *testing.T) {
	got := &net.TCPAddr{Port: 4711}
	for _, test := range []struct{ given, listen, want string }{
		{"", "localhost:0", "http://localhost:4711"},
		{"", "[::1]:0", "http://[::1]:4711"},
		{"https://registry.example", ":8080", "https://registry.example"},
		{"", ":8080", ""},
		{"", "10.0.0.1:8080", ""},
	} {
		public, err := (&signInSettings{PublicURL: test.given}).public(test.listen, got)
		if public != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q, listening at %q: %q, %v", test.given, test.listen, public, err)
		}
	}
}

// TestDemoSignIn signs in at the demonstration as a browser does, and acts by the cookie.
func TestDemoSignIn(t *testing.T) {
	base := start(t, "demo", "--log-level=warn").base
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	send := func(method, at, body string, fields ...string) (*http.Response, string) {
		t.Helper()
		return send(t, browser.Do, method, at, body, fields...)
	}
	form := []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}

	chosen, page := send("GET", base+"/signin?return=/me", "")
	if chosen.Request.URL.Path != "/demo/issuer/authorize" || !strings.Contains(page, `value="parcel-seller"`) {
		t.Fatalf("led to %s: %s", chosen.Request.URL, page)
	}
	checkAnswerPolicy(t, chosen.Header)
	fields := chosen.Request.URL.Query()
	fields.Set("persona", "parcel-seller")
	me, page := send("POST", base+"/demo/issuer/authorize", fields.Encode(), form...)
	if me.Request.URL.Path != "/me" || !strings.Contains(page, "Little Fern Parcels") {
		t.Fatalf("led to %s: %s", me.Request.URL, page)
	}
	checkAnswerPolicy(t, me.Header)

	const viewer = `{"query":"{ viewer { organisation { name } } }"}`
	ask := func(site string) (int, string) {
		answer, text := send("POST", base+"/graphql", viewer, "Content-Type", "application/json", "Sec-Fetch-Site", site)
		return answer.StatusCode, text
	}
	if status, text := ask("same-origin"); status != 200 || !strings.Contains(text, "Little Fern Parcels") {
		t.Errorf("by the cookie: %d %s", status, text)
	}
	if status, text := ask("cross-site"); status != 403 || !strings.Contains(text, "cross_origin") {
		t.Errorf("from another site: %d %s", status, text)
	}
	if answer, _ := send("GET", base+"/hub/v1/", ""); answer.Header.Get("Set-Cookie") != "" || strings.Contains(answer.Header.Get("Vary"), "Cookie") {
		t.Errorf("the hub's answer is about somebody: %v", answer.Header)
	}
	if _, page := send("GET", base+"/", ""); !strings.Contains(page, `<a href="/me">`) || strings.Contains(page, `"/signin?return=`) {
		t.Errorf("the front page: %s", page)
	}
	ended := listen(t, browser, base)
	out1, _ := send("POST", base+"/signout", "", form...)
	if last := <-ended; last != "event: complete" {
		t.Errorf("after signing out, the stream ended with %q", last)
	}
	if !strings.Contains(out1.Header.Get("Refresh"), "/demo/issuer/logout?") {
		t.Errorf("Refresh: %q", out1.Header.Get("Refresh"))
	}
	if _, text := ask("same-origin"); strings.Contains(text, "Little Fern Parcels") {
		t.Errorf("after signing out: %s", text)
	}
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	if left := jar.Cookies(at); len(left) != 0 {
		t.Errorf("cookies are left: %v", left)
	}
}

// listen opens a stream of events in the browser's name; the channel yields the last
// event's line when it ends.
func listen(t *testing.T, browser *http.Client, base string) <-chan string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", base+"/graphql", strings.NewReader(`{"query":"subscription { ledgerEntryAdded { kind } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	answer, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() {
		defer answer.Body.Close()
		last := ""
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "event: ") {
				last = lines.Text()
			}
		}
		ended <- last
	}()
	return ended
}

// checkAnswerPolicy says what a page's content security policy lacks.
func checkAnswerPolicy(t *testing.T, header http.Header) {
	t.Helper()
	for _, directive := range []string{"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, directive) || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy %q lacks %s", policy, directive)
		}
	}
}
