package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/servertest"
)

// metered serves GraphQL within limits; see servertest.Sessions.
func metered(t *testing.T, limits server.Limits) string {
	t.Helper()
	log, _ := servertest.Log()
	r := registrytest.Open(t, registry.Options{Log: log})
	for _, name := range []string{"One", "Two"} { // so that something has happened
		registrytest.Do(t, r, policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: name, Jurisdiction: "EE"})
	}
	running := httptest.NewServer(server.New(server.Options{Log: log, Sessions: servertest.Sessions, Limits: limits,
		Acting: acting.Middleware(r, log), GraphQL: graph.NewHandler(graph.Options{Registry: r, Log: log})}).Handler())
	t.Cleanup(running.Close)
	return running.URL + "/graphql"
}

// listen asks for events; its answer's body is open until end.
func listen(t *testing.T, address, who string) (answer *http.Response, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", address, strings.NewReader(`{"query":"subscription { ledgerEntryAdded { kind } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set(servertest.WhoHeader, who)
	answer, err = http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	end = func() { cancel(); _ = answer.Body.Close() }
	t.Cleanup(end)
	return answer, end
}

// eventually waits for what another goroutine does in a moment.
func eventually(is func() bool) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		<-tick.C
	}
}

// A caller has so many streams open and no more, and all callers together so many.
func TestStreamsAreBounded(t *testing.T) {
	address := metered(t, server.Limits{Streams: 2, AllStreams: 3})
	_, end := listen(t, address, "ann")
	listen(t, address, "ann")
	for _, step := range []struct {
		who    string
		status int
		code   string
	}{{"ann", 429, "RATE_LIMITED"}, {"ben", 200, ""}, {"ben", 503, "UNAVAILABLE"}, {"", 503, "UNAVAILABLE"}} {
		got, _ := listen(t, address, step.who)
		if got.StatusCode != step.status {
			t.Errorf("%q: %s, want %d", step.who, got.Status, step.status)
			continue
		}
		if step.status == 200 {
			continue
		}
		if body, err := io.ReadAll(got.Body); err != nil || !strings.Contains(string(body), step.code) || got.Header.Get("Retry-After") == "" {
			t.Errorf("%q: %s %v %v", step.who, body, got.Header, err)
		}
	}
	answer, err := http.Get(address + "?query={__typename}")
	if err != nil || answer.StatusCode != 200 {
		t.Errorf("a question while all streams are open: %v, %v", answer, err)
	}
	end()
	eventually(func() bool {
		got, _ := listen(t, address, "ann")
		return got.StatusCode == 200
	})
}

// A socket is one with its hello said; say sends a message, and hear returns the next
// one's type, ID and payload.
type socket struct {
	say  func(message string)
	hear func() (kind, id, payload string, err error)
}

func openSocket(t *testing.T, address string) socket {
	t.Helper()
	ctx := t.Context()
	c, res, err := websocket.Dial(ctx, address, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	s := socket{
		say: func(message string) {
			t.Helper()
			if err := c.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
				t.Fatal(err)
			}
		},
		hear: func() (string, string, string, error) {
			for {
				var m struct {
					Type, ID string
					Payload  any
				}
				if err := wsjson.Read(ctx, c, &m); err != nil || m.Type != "ping" {
					return m.Type, m.ID, fmt.Sprint(m.Payload), err
				}
			}
		},
	}
	s.say(`{"type":"connection_init"}`)
	if kind, _, _, err := s.hear(); kind != "connection_ack" {
		t.Fatalf("hello is answered with %q, %v", kind, err)
	}
	return s
}

func subscribe(id int, query string) string {
	return fmt.Sprintf(`{"type":"subscribe","id":"%d","payload":{"query":%q}}`, id, query)
}

// What comes by a WebSocket counts message by message, whatever it is: a question, one
// that isn't even GraphQL, a ping.
func TestSocketsAreMetered(t *testing.T) {
	for name, message := range map[string]string{"questions": subscribe(1, "{ __typename }"), "nonsense": subscribe(1, "{"), "pings": `{"type":"ping"}`} {
		t.Run(name, func(t *testing.T) {
			s := openSocket(t, metered(t, server.Limits{Quotas: server.Quotas{Read: server.Quota{Requests: 6, Per: time.Hour}}}))
			for range 5 { // the request and the hello are counted already
				s.say(message)
			}
			for {
				_, _, _, err := s.hear()
				var closed websocket.CloseError
				if errors.As(err, &closed) && closed.Code == 4429 {
					return
				}
				if err != nil {
					t.Fatalf("ended with %v, want 4429", err)
				}
			}
		})
	}
	t.Run("in time", func(t *testing.T) { // one that comes a little early waits
		s := openSocket(t, metered(t, server.Limits{Quotas: server.Quotas{Read: server.Quota{Requests: 20, Per: 100 * time.Millisecond}}}))
		for i := range 40 {
			s.say(subscribe(i, "{ __typename }"))
		}
		for answered := 0; answered < 40; {
			kind, _, payload, err := s.hear()
			if err != nil {
				t.Fatal(err)
			}
			if kind == "next" {
				if answered++; !strings.Contains(payload, "__typename:Query") {
					t.Errorf("answered with %s", payload)
				}
			}
		}
	})
}

// Each subscription on a WebSocket is a stream of its caller.
func TestSubscriptionsOnASocketAreBounded(t *testing.T) {
	s := openSocket(t, metered(t, server.Limits{Streams: 3}))
	// begin subscribes to what has happened already, and says whether that is told.
	begin := func(id int) bool {
		t.Helper()
		s.say(subscribe(id, "subscription { ledgerEntryAdded(after: 0) { seq } }"))
		for {
			kind, heard, payload, err := s.hear()
			if err != nil {
				t.Fatal(err)
			}
			if heard != fmt.Sprint(id) || kind == "complete" {
				continue
			}
			if told := strings.Contains(payload, "ledgerEntryAdded:map[seq:1]"); told != strings.Contains(payload, "RATE_LIMITED") {
				return told
			}
			t.Fatalf("%s %s", kind, payload)
		}
	}
	if !begin(0) || !begin(1) || begin(2) { // the socket itself is one
		t.Error("not two subscriptions are open beside the socket")
	}
	s.say(`{"type":"complete","id":"0"}`)
	id := 2
	eventually(func() bool { id++; return begin(id) })
	if begin(id + 1) {
		t.Error("one more than that is open")
	}
}
