package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestNoSecretIsLogged sends the real server every sort of secret by every way there
// is, good ones and bad ones, and looks for them in all that it wrote.
func TestNoSecretIsLogged(t *testing.T) {
	front := httptest.NewServer(http.NotFoundHandler()) // spans go there, which it refuses
	defer front.Close()
	at := people(t, "mina")
	good := tokenOf(t, at, "mina")
	parts := strings.Split(good, ".")

	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", front.URL) // so failures are logged too
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=otlp-secret")
	s := start(t, "serve", "--log-level=debug", "--issuer="+at+"="+testAudience, "--issuer=http://127.0.0.1:1="+testAudience,
		"--secretariat-name=Secretariat", "--secretariat-issuer="+at, "--secretariat-subject=mina")
	const query = `{"query":"{ __typename viewer-secret }","variables":{"x":"variable-secret"}}`
	bearer := func(token string) []string {
		return []string{"Authorization", "Bearer " + token, "Content-Type", "application/json"}
	}
	down := "eyJhbGciOiJFUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"http://127.0.0.1:1"}`)) + ".c2lnbmF0dXJl"
	for _, step := range []struct {
		method, path, body string
		fields             []string
		status             int
	}{
		{"POST", "/graphql", `{"query":"{ __typename }"}`, bearer(good), 200},
		{"POST", "/graphql", query, bearer(good), 200},
		{"POST", "/graphql", query, bearer(parts[0] + "." + parts[1] + ".dGFtcGVyZWQtc2lnbmF0dXJl"), 401},
		{"POST", "/graphql", query, bearer("opaque-token-secret"), 401},
		{"POST", "/graphql", query, bearer(down), 503},
		{"POST", "/graphql", query, []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("client:client-secret"))}, 401},
		{"POST", "/graphql", "broken-json-secret", bearer(good), 400},
		{"GET", "/graphql?query={__typename}&access_token=query-secret", "", nil, 200},
		{"GET", "/?code=code-secret&state=state-secret", "", []string{"Cookie", "session=cookie-secret", "Referer", "http://x/?code=referer-secret"}, 200},
		{"POST", "/graphql", query, []string{"Cookie", "session=cookie-secret", "Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/hub/v1/", "", bearer(good), 200},
		{"GET", "/ledger/checkpoint", "", bearer("opaque-token-secret"), 200},
		{"GET", "/nowhere", "", []string{"Proxy-Authorization", "Basic proxy-secret", "X-Forwarded-For", "header-secret"}, 404},
	} {
		answer, body := s.send(t, step.method, step.path, step.body, step.fields...)
		if answer.StatusCode != step.status {
			t.Errorf("%s %s: %s %s, want %d", step.method, step.path, answer.Status, body, step.status)
		}
		if answer.StatusCode >= 400 && strings.Contains(body, "-secret") {
			t.Errorf("%s %s: the refusal says %s", step.method, step.path, body)
		}
	}
	s.end()

	wrote := s.log.String() + s.out.String()
	if n := strings.Count(wrote, `"msg":"request"`); n != 13 {
		t.Errorf("%d requests are logged, want 13, so the rest means little", n)
	}
	secrets := []string{"-secret", good, parts[1], parts[2], "dGFtcGVyZWQtc2lnbmF0dXJl", "c2lnbmF0dXJl", "Bearer ", "PRIVATE KEY"}
	keys, err := filepath.Glob(filepath.Join(s.dir, "keys", "*"))
	if err != nil || len(keys) == 0 {
		t.Fatalf("no key files: %v", err)
	}
	for _, name := range keys {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); len(line) > 20 && !strings.HasPrefix(line, "-----") {
				secrets = append(secrets, line)
			}
		}
	}
	for _, secret := range secrets {
		if strings.Contains(wrote, secret) {
			t.Errorf("the log holds %q:\n%s", secret, wrote)
		}
	}
}

// A store's password stands in its URL, which is repeated nowhere.
func TestStorePasswordIsNotShown(t *testing.T) {
	for _, store := range []string{
		"mongodb://user:store-secret@127.0.0.1:1/entente?serverSelectionTimeoutMS=200&connectTimeoutMS=200",
		"mongodb://user:store-secret@127.0.0.1:port/entente",
		"mongodb://user:store-secret%zz@127.0.0.1:1/entente",
		"mongodb+srv://user:store-secret@127.0.0.1/entente",
		"postgres://user:store-secret@127.0.0.1/entente",
	} {
		status := run(t.Context(), clocks{now: time.Now}, []string{"serve", "--store", store, "--data=" + t.TempDir()}, io.Discard, io.Discard)
		if strings.HasPrefix(store, "mongodb") && status != exitUsage {
			t.Errorf("%s on the command line: status %d", store, status)
		}
		t.Setenv("ENTENTE_STORE", store)
		var wrote safeBuffer
		status = run(t.Context(), clocks{now: time.Now}, []string{"serve", "--listen=127.0.0.1:0", "--log-level=debug", "--data=" + t.TempDir()}, &wrote, &wrote)
		if status == exitOK || wrote.String() == "" || strings.Contains(wrote.String(), "store-secret") {
			t.Errorf("%s: status %d: %s", store, status, &wrote)
		}
	}
}

func TestHoldsPassword(t *testing.T) {
	for arg, want := range map[string]bool{
		"--store=mongodb://u:p@host/db": true, "mongodb+srv://u:p@host": true, "mongodb://:p@host": true,
		"mongodb://u@host/db": false, "mongodb://host:27017/db": false, "mongodb://host:1,other:2/db?x=a:b@c": false,
		"--store=sqlite:dir": false, "serve": false, "": false,
	} {
		if got := holdsPassword([]string{"serve", arg}); got != want {
			t.Errorf("%q: %t", arg, got)
		}
	}
}
