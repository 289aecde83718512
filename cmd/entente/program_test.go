package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ewtp/entente/demo/issuer"
)

// A safeBuffer is written by the program while a test reads it.
type safeBuffer struct {
	mu    sync.Mutex // guards text
	text  bytes.Buffer
	wrote chan<- struct{} // gets a word after each write, where there is room; may be nil
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.wrote <- struct{}{}:
	default:
	}
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// A running is the program itself, run within the test until the test ends it.
type running struct {
	base     string // its URL
	dir      string // its data
	out, log *safeBuffer
	wrote    <-chan struct{} // has a word after each write of the program
	end      func()          // returns once the program has ended
}

// up finds the address in what the program writes when it can be asked.
var up = map[string]*regexp.Regexp{
	"serve": regexp.MustCompile(`"msg":"the server is up".*"address":"([^"]+)"`),
	"demo":  regexp.MustCompile(`Entente is at http://(\S+) with`),
}

// start runs serve or demo, and returns when it can be asked.
func start(t testing.TB, command string, args ...string) *running {
	t.Helper()
	wrote, ended := make(chan struct{}, 1), make(chan struct{})
	r := &running{dir: t.TempDir(), out: &safeBuffer{wrote: wrote}, log: &safeBuffer{wrote: wrote}, wrote: wrote}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(ended)
		status := run(ctx, clocks{now: time.Now}, append([]string{command, "--listen=127.0.0.1:0", "--data=" + r.dir}, args...), r.out, r.log)
		if status != exitOK {
			t.Errorf("the program ended with %d: %s", status, r.log)
		}
	}()
	r.end = func() { cancel(); <-ended }
	t.Cleanup(r.end)
	for {
		if found := up[command].FindStringSubmatch(r.out.String() + r.log.String()); found != nil {
			r.base = "http://" + found[1]
			return r
		}
		select {
		case <-wrote:
		case <-ended:
			t.Fatalf("the program ended before it was up: %s", r.log)
		}
	}
}

// send sends a request and returns the answer and its body.
func (r *running) send(t *testing.T, method, path, body string, fields ...string) (*http.Response, string) {
	t.Helper()
	return send(t, http.DefaultTransport.RoundTrip, method, r.base+path, body, fields...)
}

// send sends a request by a transport or a client, and returns the answer and its body.
func send(t *testing.T, by func(*http.Request) (*http.Response, error), method, at, body string, fields ...string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(fields); i += 2 {
		q.Header.Add(fields[i], fields[i+1])
	}
	answer, err := by(q)
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

// openIssuer starts an issuer of those people, who are called as they are named, and
// returns its URL.
func openIssuer(ids ...string) (at string, closes func(), err error) {
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	o := issuer.Options{Issuer: s.URL + "/people", Audience: testAudience}
	for _, id := range ids {
		o.Personas = append(o.Personas, issuer.Persona{ID: id, Name: id, Email: id + "@example.org"})
	}
	people, err := issuer.New(o)
	if err == nil {
		mux.Handle("/people/", people)
	}
	return o.Issuer, s.Close, err
}

// people opens an issuer of those people until the test has ended.
func people(t testing.TB, ids ...string) string {
	t.Helper()
	at, closes, err := openIssuer(ids...)
	t.Cleanup(closes)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// fetchToken gets a person's token at an issuer, by the client credentials grant.
func fetchToken(at, person string) (string, error) {
	r, err := http.NewRequest(http.MethodPost, at+"/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(person, issuer.Secret)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer w.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(w.Body).Decode(&answer); err != nil {
		return "", fmt.Errorf("no token for %s: status %d: %w", person, w.StatusCode, err)
	}
	if w.StatusCode != http.StatusOK || answer.AccessToken == "" {
		return "", fmt.Errorf("no token for %s: status %d", person, w.StatusCode)
	}
	return answer.AccessToken, nil
}
