package policies_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// fullWords has a value in every field that words have, and that theirs have.
func fullWords(t *testing.T) (w CommentWords) {
	t.Helper()
	var fill func(reflect.Value)
	fill = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int64:
			v.SetInt(7)
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0))
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		default:
			t.Fatalf("no value for a %s", v.Type())
		}
	}
	fill(reflect.ValueOf(&w).Elem())
	return w
}

// No word is lost on its way into a payload and back, whatever is written apart there.
func TestPayloadsHoldEveryWord(t *testing.T) {
	words := fullWords(t)
	for _, e := range []Event{&CommentSubmitted{ID: "cmt_1", CommentWords: words}, &DraftWritten{ID: "dft_1", Words: words}} {
		b, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(e.Kind(), b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Errorf("%s (-encoded +decoded):\n%s", e.Kind(), diff)
		}
	}
}

// Every word there can be is said in a story, so that a golden payload holds it.
func TestStoriesSayEveryWord(t *testing.T) {
	w := newTown(t)
	everything(w)
	said := map[string]bool{}
	for _, x := range w.log {
		var payload map[string]json.RawMessage
		if x.kind != "comment.submitted/1" {
			continue
		}
		if err := json.Unmarshal(x.payload, &payload); err != nil {
			t.Fatal(err)
		}
		for key := range payload {
			said[key] = true
		}
	}
	b, err := json.Marshal(fullWords(t))
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(b, &keys); err != nil {
		t.Fatal(err)
	}
	for key := range keys {
		if !said[key] {
			t.Errorf("no comment of a story has %q: add one, and name it in laterFields", key)
		}
	}
}
