package acting_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server"
	"github.com/ewtp/entente/server/acting"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/store/mem"
)

// A pair is a server with streams, and another node of its record that writes.
type pair struct {
	t             *testing.T
	other         *registry.Registry
	url           string
	log           *servertest.LogBuffer
	loom          string            // an organisation
	members       map[string]string // IDs by subject
	expiry        atomic.Pointer[time.Time]
	asked, faulty atomic.Bool // whether sessions were asked about, and whether that fails
}

func newPair(t *testing.T) *pair {
	t.Helper()
	log, buffer := servertest.Log()
	h := &pair{t: t, log: buffer, members: map[string]string{}}
	record := mem.Open()
	node := func() *registry.Registry { return registrytest.Open(t, registry.Options{Store: record, Log: log}) }
	here := node()
	h.other = node()
	h.loom = h.do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "Loom", Jurisdiction: "EE"})
	for _, who := range []string{"ann", "ben", "cyn"} {
		h.members[who] = policiestest.Admit(h.do, policies.Operator, policies.InviteMember{OrganisationID: h.loom, Issuer: servertest.Issuer, Subject: who, Role: policies.Admin})
	}
	if err := here.WaitFor(t.Context(), h.other.Views().Position()); err != nil {
		t.Fatal(err)
	}
	// Who asks is in a header; a session of a year, unless the test says otherwise.
	sessions := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if who := r.Header.Get(servertest.WhoHeader); who != "" {
				identity := auth.Identity{Issuer: servertest.Issuer, Subject: who, Session: true, Expiry: time.Now().AddDate(1, 0, 0)}
				if expiry := h.expiry.Load(); expiry != nil {
					identity.Expiry = *expiry
				}
				identity.Over = func(ctx context.Context) (bool, error) {
					if h.asked.Store(true); h.faulty.Load() {
						return false, errors.New("the views are gone")
					}
					key := policies.SessionKey(servertest.Issuer, who, policies.AllSessions)
					ended, err := here.Views().SessionsEnded(ctx, []string{key})
					return len(ended) > 0, err
				}
				r = r.WithContext(auth.NewContext(r.Context(), identity))
			}
			next.ServeHTTP(w, r)
		})
	}
	running := httptest.NewServer(server.New(server.Options{Sessions: sessions, Log: log,
		Acting: acting.Middleware(here, log), GraphQL: graph.NewHandler(graph.Options{Registry: here, Log: log})}).Handler())
	t.Cleanup(running.Close)
	h.url = running.URL + "/graphql"
	return h
}

// do carries a command out on the other node.
func (h *pair) do(a policies.Actor, c policies.Command) string {
	h.t.Helper()
	return registrytest.Do(h.t, h.other, a, c).Subject
}

const listening = `subscription { ledgerEntryAdded { kind } }`

// A stream is one that somebody has open.
type stream struct {
	hear func() string // the next kind of entry; "" at the end
	end  func() string // how it ended, once hear has said that it did
}

// socket subscribes over a WebSocket.
func (h *pair) socket(who string) stream {
	h.t.Helper()
	ctx := h.t.Context()
	c, res, err := websocket.Dial(ctx, h.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{servertest.WhoHeader: {who}}})
	if err != nil {
		h.t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	h.t.Cleanup(func() { _ = c.CloseNow() })
	var failed error
	read := func() (kind, of string) {
		var m struct {
			Type    string
			Payload struct{ Data map[string]map[string]string }
		}
		if failed = wsjson.Read(ctx, c, &m); failed != nil {
			return "", "closed"
		}
		return m.Payload.Data["ledgerEntryAdded"]["kind"], m.Type
	}
	for _, m := range []map[string]any{{"type": "connection_init"}, {"id": "1", "type": "subscribe", "payload": map[string]string{"query": listening}}} {
		if err := wsjson.Write(ctx, c, m); err != nil {
			h.t.Fatal(err)
		}
	}
	return stream{
		hear: func() string {
			for {
				if kind, of := read(); kind != "" || of == "closed" {
					return kind
				}
			}
		},
		end: func() string {
			var closed websocket.CloseError
			if !errors.As(failed, &closed) {
				return fmt.Sprint(failed)
			}
			return fmt.Sprintf("%d %s", closed.Code, closed.Reason)
		},
	}
}

// events subscribes over server-sent events.
func (h *pair) events(who string) stream {
	h.t.Helper()
	body, err := json.Marshal(map[string]string{"query": listening})
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url, strings.NewReader(string(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set(servertest.WhoHeader, who)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = res.Body.Close() })
	lines, last := bufio.NewReader(res.Body), ""
	var failed error
	return stream{
		hear: func() string {
			for {
				line, err := lines.ReadString('\n')
				if failed = err; err != nil {
					return ""
				}
				if event, ok := strings.CutPrefix(line, "event: "); ok {
					last = strings.TrimSpace(event)
				}
				var answer struct{ Data map[string]map[string]string }
				data, _ := strings.CutPrefix(line, "data: ")
				if json.Unmarshal([]byte(data), &answer) == nil && answer.Data["ledgerEntryAdded"]["kind"] != "" {
					return answer.Data["ledgerEntryAdded"]["kind"]
				}
			}
		},
		end: func() string {
			if failed != io.EOF {
				return fmt.Sprint(failed)
			}
			return last
		},
	}
}

// listen opens a stream of each kind for somebody and waits until both hear.
func (h *pair) listen(who string) (streams []stream) {
	h.t.Helper()
	streams = []stream{h.socket(who), h.events(who)}
	for hearing := 0; hearing < len(streams); {
		kinds := make(chan string, 1)
		go func() { kinds <- streams[hearing].hear() }()
		tick := time.NewTicker(10 * time.Millisecond)
		for waiting := true; waiting; { // a subscription begins some time after it was asked for
			select {
			case kind := <-kinds:
				if waiting = false; kind == "" {
					h.t.Fatalf("%q hears nothing: %s", who, streams[hearing].end())
				}
				hearing++
			case <-tick.C:
				h.do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: fmt.Sprintf("Noise %d", h.other.Views().Position()), Jurisdiction: "EE"})
			}
		}
		tick.Stop()
	}
	return streams
}

// ends waits until both streams have ended, and says how they should have.
func (h *pair) ends(who string, streams []stream, code string) {
	h.t.Helper()
	for i, want := range []string{code, "complete"} {
		for streams[i].hear() != "" {
		}
		if got := streams[i].end(); got != want {
			h.t.Errorf("%s's stream %d ended with %q, want %q", who, i, got, want)
		}
	}
}

// lives says something new and waits until both streams tell it.
func (h *pair) lives(who string, streams []stream) {
	h.t.Helper()
	slug := fmt.Sprintf("set-%d", h.other.Views().Position())
	h.do(policies.Operator, policies.CreateRuleSet{Slug: slug, Title: slug})
	for i := range streams {
		for {
			kind := streams[i].hear()
			if kind == "" {
				h.t.Fatalf("%q's stream %d ended with %s", who, i, streams[i].end())
			}
			if kind == "ruleset.created" {
				break
			}
		}
	}
}

// Whatever ends what a stream was opened with, it ends the stream, on every node; and
// nobody else's.
func TestStreamsEndWithWhatTheyWereOpenedWith(t *testing.T) {
	for _, c := range []struct {
		name, code string
		do         func(h *pair)
	}{
		{"session revoked", "4401 Unauthorized", func(h *pair) { h.do(policies.Operator, policies.EndSessions{MemberID: h.members["ann"]}) }},
		{"member removed", "4403 Forbidden", func(h *pair) { h.do(policies.Operator, policies.RemoveMember{MemberID: h.members["ann"]}) }},
		{"member left", "4403 Forbidden", func(h *pair) {
			ann := policies.Actor{SignedIn: true, MemberID: h.members["ann"], OrganisationID: h.loom, Chamber: policies.Business, Role: policies.Admin,
				Issuer: servertest.Issuer, Subject: "ann"}
			h.do(ann, policies.LeaveOrganisation{OrganisationID: h.loom})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newPair(t)
			ann, ben, stranger, public := h.listen("ann"), h.listen("ben"), h.listen("stranger"), h.listen("")
			c.do(h)
			h.ends("ann", ann, c.code)
			h.lives("ben", ben)
			h.lives("a stranger", stranger)
			h.lives("the public", public)
			// The next to end is seen too, and so are those opened since.
			late := h.listen("cyn")
			h.do(policies.Operator, policies.EndSessions{MemberID: h.members["cyn"]})
			h.ends("cyn", late, "4401 Unauthorized")
			h.lives("ben", ben)
		})
	}
}

// Once an organisation is closed, or merged into another, nobody hears anything as one of its
// people any more.
func TestStreamsEndWithTheirOrganisation(t *testing.T) {
	for name, end := range map[string]func(h *pair){
		"closed": func(h *pair) {
			h.do(policies.Operator, policies.CloseOrganisation{OrganisationID: h.loom, Reason: "Struck off."})
		},
		"merged": func(h *pair) {
			weir := h.do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: "Weir", Jurisdiction: "EE"})
			c := policies.MergeOrganisations{OrganisationID: h.loom, Into: weir, Reason: "One firm."}
			h.do(policies.Operator, c)
			h.do(policies.Actor{SignedIn: true, MemberID: h.members["cyn"], OrganisationID: h.loom, Chamber: policies.Business, Role: policies.Admin,
				Issuer: servertest.Issuer, Subject: "cyn"}, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newPair(t)
			ann, ben, stranger := h.listen("ann"), h.listen("ben"), h.listen("stranger")
			end(h)
			h.ends("ann", ann, "4403 Forbidden")
			h.ends("ben", ben, "4403 Forbidden")
			h.lives("a stranger", stranger)
		})
	}
}

func TestStreamsEndWhenTheirTimeIsOver(t *testing.T) {
	h := newPair(t)
	ben := h.listen("ben")
	soon := time.Now().Add(100 * time.Millisecond)
	h.expiry.Store(&soon)
	for _, who := range []string{"ann", "stranger"} {
		h.ends(who, []stream{h.socket(who), h.events(who)}, "4401 Unauthorized")
		if time.Now().Before(soon) {
			t.Error("a stream ended before its time")
		}
	}
	h.lives("ben", ben)
}

// What ended while the stream was being opened ends it too; and where it can't be
// known, it ends.
func TestStreamsAreOverAtOnce(t *testing.T) {
	h := newPair(t)
	h.do(policies.Operator, policies.EndSessions{MemberID: h.members["ann"]})
	ann := []stream{h.socket("ann"), h.events("ann")}
	h.ends("ann", ann, "4401 Unauthorized")
	h.faulty.Store(true)
	h.ends("ben", []stream{h.socket("ben"), h.events("ben")}, "4401 Unauthorized")
	if !strings.Contains(h.log.String(), "couldn't look up whether a stream may go on") {
		t.Errorf("the log: %s", h.log)
	}
}

// An answer that doesn't last is asked nothing more.
func TestOrdinaryRequestsHaveNoLease(t *testing.T) {
	h := newPair(t)
	r, err := http.NewRequestWithContext(t.Context(), "POST", h.url, strings.NewReader(`{"query":"{ viewer { role } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(servertest.WhoHeader, "ann")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || !strings.Contains(string(text), "ADMIN") || h.asked.Load() {
		t.Errorf("%s, %v; the session was asked about: %t", text, err, h.asked.Load())
	}
}
