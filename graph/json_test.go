package graph

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"pgregory.net/rapid"
)

func TestSaidOnce(t *testing.T) {
	for text, twice := range map[string]bool{
		`{"a": 1, "b": {"a": 2}}`: false, `[{"a": 1}, {"a": 2}]`: false, `{"a": "b", "b": "a"}`: false, `{"a": {"b": 1}, "b": {"b": 1}}`: false,
		`{"a": ["a", "a"]}`: false, `{"a": 1, "A": 2}`: false, `7`: false, `{`: false, ``: false,
		`{"a": 1, "a": 1}`: true, `{"a": 1, "\u0061": 2}`: true, `[[{"x": {}, "y": [], "x": null}]]`: true, `{"": 1, "": 2}`: true,
		`{"a": {"b": {"c": 1, "d": {}, "c": 2}}}`: true, `{"a": [], "b": {}, "a": 3`: true,
	} {
		if err := saidOnce([]byte(text)); (err != nil) != twice {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What Go writes says everything once, and whatever is said again after it is found.
func TestSaidTwiceAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth, key := rapid.IntRange(0, 20).Draw(t, "depth"), rapid.String().Draw(t, "key")
		text, err := json.Marshal(map[string]any{key: rapid.MapOf(rapid.String(), rapid.Int()).Draw(t, "values")})
		if err != nil {
			t.Fatal(err)
		}
		wrap := func(s string) []byte {
			return []byte(strings.Repeat(`[{"in":`, depth) + s + strings.Repeat(`}]`, depth))
		}
		if err := saidOnce(wrap(string(text))); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again := strings.TrimSuffix(string(text), "}") + "," + strings.TrimPrefix(string(text), "{")
		if saidOnce(wrap(again)) == nil {
			t.Fatalf("%s passes", again)
		}
	})
}

// A message on a WebSocket that says something twice closes the socket as one that is no message does.
func TestMessagesAreSaidOnce(t *testing.T) {
	s := newStage(t)
	for name, text := range map[string]string{
		"a query twice":       `{"id": "1", "type": "subscribe", "payload": {"query": "{__typename}", "query": "{ viewer { role } }"}}`,
		"a query in capitals": `{"id": "1", "type": "subscribe", "payload": {"Query": "{__typename}"}}`,
		"a type in capitals":  `{"id": "1", "TYPE": "subscribe", "payload": {"query": "{__typename}"}}`,
		"a type twice":        `{"id": "1", "type": "ping", "type": "subscribe", "payload": {"query": "{__typename}"}}`,
	} {
		c, err := s.dial("loom")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		for err == nil {
			if err = wsjson.Read(t.Context(), c, &m); err == nil && m["type"] == "next" {
				t.Errorf("%s is answered with %v", name, m)
			}
		}
		if websocket.CloseStatus(err) < 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
