package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// decodeJSON reads exactly one JSON value that everybody reads in one way. It keeps numbers as
// they are written.
func decodeJSON(b []byte, into any) error {
	if err := saidOnce(b); err != nil {
		return err
	}
	d := decoderOf(b)
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more after the value")
	}
	return nil
}

// decoderOf returns a decoder that keeps numbers as they are written.
func decoderOf(b []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d
}

// An object is what saidOnce knows of one that isn't closed yet: its keys, and whether the next
// token is one. An array has no keys.
type object struct {
	keys    map[string]bool
	isKey   bool
	isArray bool
}

// A twiceSaid is a key that stands twice in one JSON object: some readers take the first of
// the two values, and encoding/json takes the last.
type twiceSaid string

func (t twiceSaid) Error() string {
	return fmt.Sprintf("the key %.40q stands twice in one object", string(t))
}

// saidOnce refuses JSON in which a key stands twice in one object, at any depth. What is no JSON
// is for the decoder to say.
func saidOnce(b []byte) error {
	var open []object // the innermost last
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		token, err := d.Token()
		if err != nil {
			return nil
		}
		if n := len(open); n > 0 && !open[n-1].isArray {
			in := &open[n-1]
			if key, ok := token.(string); ok && in.isKey {
				if in.keys[key] {
					return twiceSaid(key)
				}
				in.keys[key], in.isKey = true, false
				continue
			}
			in.isKey = true
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{keys: map[string]bool{}, isKey: true})
		case json.Delim('['):
			open = append(open, object{isArray: true})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}

// members reads an object's members by the keys that are named, spelt as they are: encoding/json would
// take a key in any case. Others are passed over, but for one that is another only by its case.
func members(b []byte, into map[string]any) error {
	var all map[string]json.RawMessage
	if err := decodeJSON(b, &all); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if target, ok := into[key]; ok {
			if err := decoderOf(all[key]).Decode(target); err != nil {
				return fmt.Errorf("%s has the wrong type", key)
			}
			continue
		}
		for known := range into {
			if strings.EqualFold(known, key) {
				return fmt.Errorf("%.40q is spelt %q", key, known)
			}
		}
	}
	return nil
}

// plain reads a WebSocket's message. One that says something twice, or spells a key in another
// case, is handed on as none: gqlgen would take one of the two.
func plain(message io.Reader) (io.Reader, error) {
	text, err := io.ReadAll(message)
	if err == nil && checkMessage(text) != nil {
		text = nil
	}
	return bytes.NewReader(text), err
}

// checkMessage checks the spelling of a message, and of the request in it.
func checkMessage(text []byte) error {
	var kind string
	var payload json.RawMessage
	if err := members(text, map[string]any{"id": new(string), "type": &kind, "payload": &payload}); err != nil {
		return err
	}
	if kind != "subscribe" {
		return nil
	}
	_, err := readParams(payload)
	return err
}
