package pack

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ewtp/entente/store"
)

func TestEncode(t *testing.T) {
	for _, test := range []struct {
		name    string
		payload []byte
		form    byte
	}{
		{"erased", nil, erased},
		{"empty", []byte{}, plain},
		{"small", []byte(strings.Repeat("a", threshold)), plain},
		{"large", []byte(strings.Repeat("a", threshold+1)), packed},
	} {
		b := Encode(test.payload)
		if b[0] != test.form {
			t.Errorf("%s: form %d, want %d", test.name, b[0], test.form)
		}
		got, err := Decode(b)
		if err != nil || !bytes.Equal(got, test.payload) || (got == nil) != (test.payload == nil) {
			t.Errorf("%s: came back as %.20q, %v", test.name, got, err)
		}
		clear(b)
		if got, err := Decode(b); got != nil || err != nil {
			t.Errorf("%s: overwritten with zeros it is %.20q, %v, want an erased payload", test.name, got, err)
		}
	}
}

// TestDecodeBound feeds a few kilobytes that unpack to more than any payload.
func TestDecodeBound(t *testing.T) {
	bomb := encoder.EncodeAll(make([]byte, store.MaxPayload+1), []byte{packed})
	if _, err := Decode(bomb); !errors.Is(err, ErrMalformed) {
		t.Errorf("Decode of %d bytes that unpack to MaxPayload+1: %v, want ErrMalformed", len(bomb), err)
	}
	// The same with a frame that doesn't say how large it is.
	var stream bytes.Buffer
	stream.WriteByte(packed)
	w, err := zstd.NewWriter(&stream)
	if err != nil {
		t.Fatal(err)
	}
	for range store.MaxPayload>>20 + 1 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(stream.Bytes()); !errors.Is(err, ErrMalformed) {
		t.Errorf("Decode of a stream that unpacks to more than MaxPayload: %v, want ErrMalformed", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{erased, 0, 0})
	f.Add([]byte{3})
	f.Add(Encode([]byte("{}")))
	f.Add(Encode(bytes.Repeat([]byte("abc"), 1000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		payload, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("Decode: %v, want ErrMalformed", err)
			}
			return
		}
		if len(payload) > store.MaxPayload {
			t.Fatalf("Decode returned %d bytes", len(payload))
		}
		again, err := Decode(Encode(payload))
		if err != nil || !bytes.Equal(again, payload) || (again == nil) != (payload == nil) {
			t.Fatalf("payload of %d bytes came back as %d bytes, %v", len(payload), len(again), err)
		}
	})
}
