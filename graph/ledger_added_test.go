package graph

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/ewtp/entente/policies"
)

// events subscribes over server-sent events and returns what reads the next answer.
// The subscription has begun when it returns.
func (w *world) events(ctx context.Context, who, query string) func() response {
	w.t.Helper()
	return w.eventsWith(ctx, who, query, nil)
}

// eventsWith is events with variables.
func (w *world) eventsWith(ctx context.Context, who, query string, variables map[string]any) func() response {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, strings.NewReader(string(body)))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Test-Actor", who)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = res.Body.Close() })
	if got := res.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		w.t.Fatalf("type %q, status %d", got, res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	return func() (a response) {
		for lines.Scan() {
			switch data, isData := strings.CutPrefix(lines.Text(), "data: "); {
			case isData:
				if err := json.Unmarshal([]byte(data), &a); err != nil {
					w.t.Error(err)
				}
				return a
			case lines.Text() == "event: complete":
				return response{status: complete}
			}
		}
		return response{status: -1}
	}
}

const complete = 1 // status of a stream that ended as it should

// Each of those who listen hears what it may see, and the same from the record.
func TestHappenedTellsWhatTheViewerMaySee(t *testing.T) {
	s := newStage(t)
	from := s.registry.Views().Position() - 1
	query := fmt.Sprintf(`subscription { ledgerEntryAdded(after: %d) { seq kind subjectId node { __typename ... on Document { title } ... on Revision { source } ... on Comment { text } } document { title } } }`, from)
	people := []string{"", "ferry", "loom", "kenya", "estonia", "office"}
	next := map[string]func() response{}
	for _, who := range people {
		next[who] = s.events(t.Context(), who, query)
	}
	s.do(s.actor("estonia"), policies.ShareDocument{DocumentID: fmt.Sprint(s.ids["secret"]), OrganisationID: s.orgs["loom"], As: policies.AsReader})
	s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["secret"]), Base: fmt.Sprint(s.ids["secretRevision"]), Source: "Now of zanzibar and oz."})
	s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]), Source: "# A zanzibar draft\n"})
	s.admit("clerk", "loom", policies.Delegate)
	s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "The last word.")
	for who, want := range map[string]string{
		"":        "comment.submitted",
		"ferry":   "comment.submitted",
		"kenya":   "comment.submitted",
		"loom":    "document.shared revision.committed member.invited invitation.accepted comment.submitted",
		"estonia": "document.shared revision.committed revision.committed comment.submitted",
		"office":  "document.shared revision.committed revision.committed member.invited invitation.accepted comment.submitted",
	} {
		var heard []string
		for a := next[who](); ; a = next[who]() {
			if a.status != 0 || len(a.Errors) > 0 {
				t.Fatalf("%q: %+v", who, a)
			}
			heard = append(heard, a.id("ledgerEntryAdded.kind"))
			if text := fmt.Sprint(a.Data); want == "comment.submitted" && (strings.Contains(text, "zanzibar") || strings.Contains(text, "Secret")) {
				t.Errorf("%q hears %s", who, text)
			}
			if a.at("ledgerEntryAdded.node.text") == "The last word." {
				break
			}
		}
		if got := strings.Join(heard, " "); got != want {
			t.Errorf("%q hears %s\nwant %s", who, got, want)
		}
	}
}

func TestHappenedOfOneDocumentAndKind(t *testing.T) {
	s := newStage(t)
	next := s.events(t.Context(), "loom", s.fill(`subscription { ledgerEntryAdded(documentId: "$law", kinds: ["comment.submitted", "comment.disposed"]) { kind node { ... on Comment { text disposition { reason } } } } }`))
	// Over the same document: another kind, then two of those asked for.
	other, _ := s.law("Another", lawText)
	s.comment("ferry", s.open(other), "", "Elsewhere.")
	s.do(s.actor("estonia"), policies.ExtendConsultation{ConsultationID: fmt.Sprint(s.ids["csn"]), Closes: s.local(90 * day), Reason: "x"})
	s.do(s.actor("estonia"), policies.DisposeComment{CommentID: fmt.Sprint(s.ids["cmt"]), Outcome: policies.Noted, Reason: "Seen."})
	s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "Here.")
	if a := next(); a.at("ledgerEntryAdded.node.disposition.reason") != "Seen." {
		t.Errorf("first: %+v", a)
	}
	if a := next(); a.at("ledgerEntryAdded.node.text") != "Here." {
		t.Errorf("second: %+v", a)
	}
}

func TestHappenedIsRefused(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ who, args, code, field string }{
		{"ferry", `documentId: "$secret"`, "NOT_FOUND", "documentId"},
		{"", `documentId: "doc_none"`, "NOT_FOUND", "documentId"},
		{"", `kinds: ["comment.written"]`, "INVALID", "kinds 0"},
		{"", `after: 100000`, "INVALID", "after"},
		{"", `after: -1`, "INVALID", "after"},
	} {
		next := s.events(t.Context(), c.who, s.fill(`subscription { ledgerEntryAdded(`+c.args+`) { seq } }`))
		next().refused(t, c.code, pathOf(c.field))
		if a := next(); a.status != complete {
			t.Errorf("%s: after the refusal: %+v", c.args, a)
		}
	}
	plain := s.ask("", `subscription { ledgerEntryAdded { seq } }`, nil)
	plain.refused(t, "SUBSCRIPTION_NEEDS_STREAM", nil)
	queried := s.events(t.Context(), "", `{ viewer { role } }`)
	if a := queried(); a.status != 0 || a.Data == nil {
		t.Errorf("a query over events: %+v", a)
	}
	if a := queried(); a.status != complete {
		t.Errorf("then: %+v", a)
	}
}

// dial opens a WebSocket and says hello.
func (s stage) dial(who string) (*websocket.Conn, error) {
	c, res, err := websocket.Dial(s.t.Context(), s.url, &websocket.DialOptions{
		Subprotocols: []string{"graphql-ws", "graphql-transport-ws"}, HTTPHeader: http.Header{"Test-Actor": {who}},
	})
	if err != nil {
		return nil, err
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	s.t.Cleanup(func() { _ = c.CloseNow() })
	if c.Subprotocol() != "graphql-transport-ws" {
		return nil, fmt.Errorf("the protocol is %q", c.Subprotocol())
	}
	if err := wsjson.Write(s.t.Context(), c, map[string]any{"type": "connection_init"}); err != nil {
		return nil, err
	}
	var ack struct{ Type string }
	if err := wsjson.Read(s.t.Context(), c, &ack); err != nil || ack.Type != "connection_ack" {
		return nil, errors.Join(err, fmt.Errorf("hello answered with %q", ack.Type))
	}
	return c, nil
}

func TestHappenedOverAWebSocket(t *testing.T) {
	s := newStage(t)
	c, err := s.dial("loom")
	if err != nil {
		t.Fatal(err)
	}
	position := s.registry.Views().Position()
	subscribe := map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": fmt.Sprintf(`subscription { ledgerEntryAdded(after: %d) { node { ... on Comment { text member { name } } } } }`, position-1)}}
	if err := wsjson.Write(t.Context(), c, subscribe); err != nil {
		t.Fatal(err)
	}
	s.comment("loom", fmt.Sprint(s.ids["csn"]), "", "Over the wire.")
	for {
		var m struct {
			Type    string
			Payload response
		}
		if err := wsjson.Read(t.Context(), c, &m); err != nil {
			t.Fatal(err)
		}
		if m.Type == "ping" {
			continue
		}
		if m.Type != "next" || m.Payload.at("ledgerEntryAdded.node.text") != "Over the wire." || m.Payload.at("ledgerEntryAdded.node.member.name") != "Person loom" {
			t.Errorf("got %+v", m)
		}
		return
	}
}

func TestWebSocketsComeFromOurOwnPages(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		origin, protocol string
		want             int
	}{
		{"https://elsewhere.example", "graphql-transport-ws", http.StatusForbidden},
		{"null", "graphql-transport-ws", http.StatusForbidden},
		{"", "graphql-ws", http.StatusBadRequest},
		{"", "", http.StatusBadRequest},
		{strings.TrimSuffix(w.url, "/graphql"), "graphql-transport-ws", http.StatusSwitchingProtocols},
		{"", "graphql-transport-ws", http.StatusSwitchingProtocols},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]string{"Origin": c.origin, "Sec-WebSocket-Protocol": c.protocol, "Connection": "Upgrade",
			"Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} {
			if v != "" {
				r.Header.Set(k, v)
			}
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("origin %q, protocol %q: %s, want %d", c.origin, c.protocol, res.Status, c.want)
		}
	}
}

// Whoever listens as a member hears no more once it is none, and by its new role as
// soon as that changes.
func TestSubscriptionsFollowMembership(t *testing.T) {
	for name, end := range map[string]func(s stage){
		"removed": func(s stage) { s.do(s.actor("office"), policies.RemoveMember{MemberID: s.actor("reader").MemberID}) },
		"left":    func(s stage) { s.do(s.actor("reader"), policies.LeaveOrganisation{OrganisationID: s.orgs["estonia"]}) },
	} {
		for _, kinds := range []string{"", `, kinds: ["revision.committed"]`} {
			t.Run(name+kinds, func(t *testing.T) {
				s := newStage(t)
				s.admit("reader", "estonia", policies.Observer)
				next := s.events(t.Context(), "reader", fmt.Sprintf(`subscription { ledgerEntryAdded(after: %d%s) { kind node { ... on Revision { source } } } }`, s.registry.Views().Position()-1, kinds))
				draft := func(base any, text string) string {
					return s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["secret"]), Base: fmt.Sprint(base), Source: text}).Subject
				}
				second := draft(s.ids["secretRevision"], "Now of oz.")
				if a := next(); a.id("ledgerEntryAdded.node.source") != "Now of oz.\n" {
					t.Fatalf("a member's draft: %+v", a)
				}
				end(s)
				draft(second, "Later of zanzibar.")
				s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "In public.")
				if a := next(); a.status != complete {
					t.Errorf("after the end: %+v", a)
				}
			})
		}
	}
}

// The role counts that a listener has when something happens, not the one it had.
func TestSubscriptionsFollowTheRole(t *testing.T) {
	s := newStage(t)
	s.admit("second", "loom", policies.Admin)
	after := s.registry.Views().Position() - 1
	next := s.events(t.Context(), "second", fmt.Sprintf(`subscription { ledgerEntryAdded(after: %d, kinds: ["comment.submitted"]) { node { ... on Comment { organisation { invitations { edges { node { email } } } } } } } }`, after))
	s.comment("loom", fmt.Sprint(s.ids["csn"]), "", "One.")
	if a := next(); a.at("ledgerEntryAdded.node.organisation.invitations.edges.1.node.email") != "kim@loom.example" {
		t.Errorf("as an admin: %+v", a)
	}
	s.do(s.actor("loom"), policies.ChangeRole{MemberID: s.actor("second").MemberID, Role: policies.Observer})
	s.comment("loom", fmt.Sprint(s.ids["csn"]), "", "Two.")
	if a := next(); a.status != 0 || a.at("ledgerEntryAdded.node.organisation") == nil || a.at("ledgerEntryAdded.node.organisation.invitations") != nil {
		t.Errorf("as an observer: %+v", a)
	}
}

// An open socket lends nothing that has ended: neither membership nor role.
func TestSocketsFollowMembership(t *testing.T) {
	s := newStage(t)
	s.admit("second", "loom", policies.Admin)
	c, err := s.dial("second")
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	ask := func(query string) (a response) {
		t.Helper()
		number++
		id := fmt.Sprint(number)
		if err := wsjson.Write(t.Context(), c, map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": s.fill(query)}}); err != nil {
			t.Fatal(err)
		}
		for {
			var m struct {
				ID, Type string
				Payload  json.RawMessage
			}
			if err := wsjson.Read(t.Context(), c, &m); err != nil {
				t.Fatal(err)
			}
			switch {
			case m.ID != id:
				continue
			case m.Type == "error":
				err = json.Unmarshal(m.Payload, &a.Errors)
			case m.Type == "next":
				err = json.Unmarshal(m.Payload, &a)
			case m.Type == "complete":
				return a
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Type == "error" {
				return a
			}
		}
	}
	invitations := `{ node(id: "$loom") { ... on Organisation { members { edges { cursor } } invitations { edges { node { email } } } } } }`
	if a := ask(invitations); a.at("node.invitations.edges.1.node.email") != "kim@loom.example" {
		t.Fatalf("as an admin: %+v", a)
	}
	s.do(s.actor("loom"), policies.ChangeRole{MemberID: s.actor("second").MemberID, Role: policies.Observer})
	if a := ask(invitations); a.at("node.invitations") != nil || a.at("node.members") == nil {
		t.Errorf("as an observer: %+v", a)
	}
	s.do(s.actor("loom"), policies.RemoveMember{MemberID: s.actor("second").MemberID})
	position := s.registry.Views().Position()
	for _, query := range []string{invitations, `{ ledger { position } }`, `subscription { ledgerEntryAdded { seq } }`,
		`mutation { submitComment(input: {consultationId: "$csn", stance: SUPPORT, text: "x"}) { ledgerPosition } }`} {
		ask(query).refused(t, "FORBIDDEN", nil)
	}
	if now := s.registry.Views().Position(); now != position {
		t.Errorf("%d entries after the removal", now-position)
	}
}
