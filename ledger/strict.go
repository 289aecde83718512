package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// checkObject wants a text to be one JSON object that every reader understands in the
// same way: it is UTF-8, has each of the keys that are named, and those that may
// be missing, once and as they are written, and no other, nor null. encoding/json by itself takes keys in
// any case, the last of two, and unknown ones, so that a file could show one thing here and
// something else elsewhere.
func checkObject(text []byte, keys []string, perhaps ...string) error {
	if !utf8.Valid(text) {
		return errors.New("it isn't UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.New("it is no object")
	}
	var seen []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // the decoder takes nothing else there
		switch {
		case !slices.Contains(keys, key) && !slices.Contains(perhaps, key):
			return fmt.Errorf("it has an unknown key %.40q", key)
		case slices.Contains(seen, key):
			return fmt.Errorf("it has the key %q twice", key)
		}
		seen = append(seen, key)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if string(value) == "null" {
			return fmt.Errorf("its %q is null", key)
		}
	}
	for _, key := range keys {
		if !slices.Contains(seen, key) {
			return fmt.Errorf("it lacks the key %q", key)
		}
	}
	if _, err := d.Token(); err != nil { // the end of the object
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}
