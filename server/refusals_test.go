package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/servertest"
)

// Whatever refuses a request, a browser is told once, by a page with the same status and headers,
// and a program as everywhere; so is a browser at a route without pages.
func TestRefusalsToBrowsers(t *testing.T) {
	log, _ := servertest.Log()
	whole := error(nil)
	pages := http.NewServeMux()
	pages.HandleFunc("/panics", func(http.ResponseWriter, *http.Request) { panic("boom") })
	pages.HandleFunc("/reads", echo.ServeHTTP)
	pages.HandleFunc("/methods", func(w http.ResponseWriter, r *http.Request) { answer.OnlyReads(w, r) })
	pages.HandleFunc("/", answer.NotFound)
	front := httptest.NewServer(server.New(server.Options{Log: log, Pages: pages, GraphQL: pages, Whole: func() error { return whole },
		Limits: server.Limits{Body: 10, Quotas: server.Quotas{Read: server.Quota{Requests: 40, Per: time.Hour}}},
		Refusals: func(w http.ResponseWriter, _ *http.Request, status int, told answer.Told) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<page %d %s>", status, told.Code)
		}}).Handler())
	defer front.Close()
	cookie := []string{"Cookie", "a=b", "Sec-Fetch-Site", "cross-site"}
	ask := func(method, path, body string, fields ...string) (*http.Response, string) {
		r, err := http.NewRequest(method, front.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(fields); i += 2 {
			r.Header.Set(fields[i], fields[i+1])
		}
		got, text := do(t, r)
		return got, string(text)
	}
	check := func(name, want, header, method, path, body string, fields ...string) {
		t.Helper()
		got, text := ask(method, path, body, append(fields, "Accept", "text/html,*/*;q=0.8")...)
		if text != want || !strings.HasPrefix(want, fmt.Sprintf("<page %d ", got.StatusCode)) || header != "" && got.Header.Get(header) == "" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s %q %v, want %s", name, got.Status, text, got.Header, want)
		}
		if got, text := ask(method, path, body, fields...); !strings.HasPrefix(text, `{"errors":[{`) || strings.Count(text, "\n") != 1 || !strings.HasPrefix(want, fmt.Sprintf("<page %d ", got.StatusCode)) {
			t.Errorf("%s, to a program: %s %q", name, got.Status, text)
		}
	}
	check("another site", "<page 403 FORBIDDEN>", "", "POST", "/reads", "x", cookie...)
	check("a token that is none", "<page 401 UNAUTHENTICATED>", "WWW-Authenticate", "GET", "/reads", "", "Authorization", "Bearer x")
	check("nothing there", "<page 404 NOT_FOUND>", "", "GET", "/nowhere", "")
	check("a method", "<page 405 INVALID>", "Allow", "POST", "/methods", "")
	check("a body that says that it is too large", "<page 413 INVALID>", "", "POST", "/reads", "more than ten bytes")
	check("a panic", "<page 500 INTERNAL>", answer.RequestIDHeader, "GET", "/panics", "")
	whole = errors.New("not yet")
	check("a registry that is being made anew", "<page 503 UNAVAILABLE>", "Retry-After", "GET", "/reads", "")
	whole = nil
	if got, text := ask("POST", "/graphql", "x", append(cookie, "Accept", "text/html")...); got.StatusCode != 403 || !strings.HasPrefix(text, `{"errors":[{`) {
		t.Errorf("at a route without pages: %s %s", got.Status, text)
	}
	for range 60 {
		ask("GET", "/nowhere", "")
	}
	check("too many", "<page 429 RATE_LIMITED>", "Retry-After", "GET", "/reads", "")
}

// A body of which only reading tells that it is too large is answered by a page too, in place of
// whatever its handler said.
func TestRefusalsWhileReading(t *testing.T) {
	log, _ := servertest.Log()
	front := run(t, server.New(server.Options{Log: log, Pages: echo, Limits: server.Limits{Body: 10},
		Refusals: func(w http.ResponseWriter, _ *http.Request, status int, told answer.Told) {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<page %d %s>", status, told.Code)
		}}))
	defer front.stop(t)
	got := raw(t, front.address, strings.NewReader("POST / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nTransfer-Encoding: chunked\r\n\r\n14\r\nmore than ten bytes!\r\n0\r\n\r\n"))
	if !strings.Contains(got, "413 ") || strings.Count(got, "<page 413 INVALID>") != 1 || strings.Contains(got, "own words") {
		t.Errorf("%s", got)
	}
}
