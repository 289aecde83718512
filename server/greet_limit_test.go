package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
)

// within serves a front's GraphQL once more, within limits.
func within(t *testing.T, f *servertest.Front, limits server.Limits) *servertest.Front {
	t.Helper()
	verifier, err := auth.New([]auth.Issuer{{URL: f.Issuer, Audience: "entente"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	log, _ := servertest.Log()
	running := httptest.NewServer(server.New(server.Options{Log: log, Limits: limits, Auth: verifier,
		Acting: acting.Middleware(f.Registry, log), GraphQL: graph.NewHandler(graph.Options{Registry: f.Registry, Log: log})}).Handler())
	t.Cleanup(running.Close)
	bounded := f.In(t)
	bounded.URL = running.URL
	return bounded
}

// A WebSocket has one place, that of the person whom it named: many people behind one address don't keep each
// other out, and nobody has more by naming itself late.
func TestHelloTakesThePersonsPlace(t *testing.T) {
	f := within(t, servertest.NewFront(t), server.Limits{Streams: 1, AllStreams: 4})
	hello := func(who string) int {
		code, _, _ := greet(t, f, map[string]any{"token": f.Tokens[who]})
		return int(code)
	}
	for _, step := range []struct {
		who  string
		code int
	}{{"reader-delegate", 0}, {"reader-admin", 0}, {"reader-delegate", 4429}, {"ferry-admin", 0}, {"kenya-admin", 1013}} {
		if code := hello(step.who); code != step.code {
			t.Errorf("%s: %d, want %d", step.who, code, step.code)
		}
	}
}

// Whoever tries tokens by WebSockets is turned away as whoever tries them by headers.
func TestRefusedHellosCount(t *testing.T) {
	const most = 10
	f := within(t, servertest.NewFront(t), server.Limits{Quotas: server.Quotas{Read: server.Quota{Requests: most, Per: time.Hour}}})
	for range 3 {
		if code, _, _ := greet(t, f, map[string]any{"token": "nonsense"}); code != 4401 {
			t.Fatalf("closed with %d, want 4401", code)
		}
	}
	refused := 0
	for r := (*http.Response)(nil); r == nil || r.StatusCode == http.StatusUnauthorized; {
		q := f.Request("", "GET", "/graphql?query={__typename}", "")
		q.Header.Set("Authorization", "Bearer nonsense")
		if r = f.Open(q); r.StatusCode == http.StatusUnauthorized {
			refused++
		}
	}
	if refused != most-3 {
		t.Errorf("%d more were refused one by one, want %d", refused, most-3)
	}
}
