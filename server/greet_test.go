package server_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
)

// greet opens a WebSocket that says a payload first. The code is that with which it was closed, 0 where it
// goes on, and then ask asks a question on it.
func greet(t *testing.T, f *servertest.Front, payload map[string]any) (code websocket.StatusCode, reason string, ask func(query string) (string, error)) {
	t.Helper()
	var c *websocket.Conn
	eventually(func() bool { // a socket that was refused gives its place back in a moment
		socket, res, err := websocket.Dial(t.Context(), f.URL+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if res != nil && res.Body != nil {
			_ = res.Body.Close()
		}
		full := res != nil && res.StatusCode == http.StatusTooManyRequests
		if err != nil && !full {
			t.Fatal(err)
		}
		c = socket
		return !full
	})
	t.Cleanup(func() { _ = c.CloseNow() })
	hear := func() (kind, payload string, err error) {
		for {
			var m struct {
				Type    string
				Payload json.RawMessage
			}
			if err := wsjson.Read(t.Context(), c, &m); err != nil || m.Type != "ping" {
				return m.Type, string(m.Payload), err
			}
		}
	}
	if err := wsjson.Write(t.Context(), c, map[string]any{"type": "connection_init", "payload": payload}); err != nil {
		t.Fatal(err)
	}
	kind, _, err := hear()
	var closed websocket.CloseError
	switch {
	case errors.As(err, &closed):
		return closed.Code, closed.Reason, nil
	case err != nil || kind != "connection_ack":
		t.Fatalf("hello is answered with %q, %v", kind, err)
	}
	return 0, "", func(query string) (string, error) {
		if query != "" {
			if err := wsjson.Write(t.Context(), c, map[string]any{"type": "subscribe", "id": "1", "payload": map[string]string{"query": query}}); err != nil {
				return "", err
			}
		}
		for {
			if kind, payload, err := hear(); err != nil || kind == "next" || kind == "error" {
				return payload, err
			}
		}
	}
}

const whose = "{ viewer { organisation { name } } }"

// The first message of a WebSocket names its caller, as the headers of a request do, in whatever way clients
// write it.
func TestHelloNamesTheCaller(t *testing.T) {
	f := servertest.NewFront(t)
	token := f.Tokens["reader-delegate"]
	for name, c := range map[string]struct {
		payload map[string]any
		code    websocket.StatusCode
		says    string
	}{
		"nobody":                   {nil, 0, `null`},
		"other things":             {map[string]any{"clientName": "x", "retries": 3}, 0, `null`},
		"a header":                 {map[string]any{"Authorization": "Bearer " + token}, 0, "The reader"},
		"a header in lower case":   {map[string]any{"authorization": "bearer " + token}, 0, "The reader"},
		"a token":                  {map[string]any{"token": token}, 0, "The reader"},
		"with its organisation":    {map[string]any{"token": token, "entente-organisation": f.Orgs["reader"]}, 0, "The reader"},
		"with another's":           {map[string]any{"token": token, "Entente-Organisation": f.Orgs["ferry"]}, 4403, "member"},
		"an organisation alone":    {map[string]any{"Entente-Organisation": f.Orgs["ferry"]}, 4401, "sign in"},
		"a bad token":              {map[string]any{"Authorization": "Bearer nonsense"}, 4401, "token"},
		"another scheme":           {map[string]any{"Authorization": "Basic " + token}, 4401, "Bearer"},
		"a token with another end": {map[string]any{"token": token[:len(token)-8] + "AAAAAAAA"}, 4401, "signature"},
		"what is no text":          {map[string]any{"Authorization": 7}, 4400, "text"},
		"two":                      {map[string]any{"Authorization": "Bearer " + token, "token": token}, 4400, "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			code, said, ask := greet(t, f.In(t), c.payload)
			if ask != nil {
				var err error
				if said, err = ask(whose); err != nil {
					t.Fatal(err)
				}
			}
			if code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("%d %q, want %d %q", code, said, c.code, c.says)
			}
		})
	}
}

// What the first message lent ends with the membership, as what a header lent does; until then a
// subscription tells what its caller may see.
func TestHelloLastsAsLongAsTheMembership(t *testing.T) {
	f := servertest.NewFront(t)
	_, _, ask := greet(t, f, map[string]any{"token": f.Tokens["reader-delegate"]})
	if got, err := ask("subscription { ledgerEntryAdded(after: 0) { seq } }"); err != nil || !strings.Contains(got, `"seq"`) {
		t.Fatalf("%s %v", got, err)
	}
	f.Do(f.Actor("office-admin"), policies.RemoveMember{MemberID: f.Actor("reader-delegate").MemberID})
	for {
		_, err := ask("")
		var closed websocket.CloseError
		if errors.As(err, &closed) && closed.Code == 4403 {
			return
		}
		if err != nil {
			t.Fatalf("ended with %v, want 4403", err)
		}
	}
}
