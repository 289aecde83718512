package pack

import (
	"bytes"
	"errors"
	"math/bits"
	"slices"
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
		{"of middle size", []byte(strings.Repeat("a", threshold+1)), primed},
		{"large", []byte(strings.Repeat("a", primeUpTo+1)), packed},
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

// comment is a comment's payload as the registry writes it.
const comment = `{"id":"cmt_01kb0r5c9ee2wvsy7d0x1m4t8q","number":4711,"document":"doc_01kb0qzv3mfs6ah8n2p5c7r9dk","consultation":"csn_01kb0r0w1xegq4j6t8y2z5v7mb",` +
	`"revision":"rev_01kb0r0a2cf3h5k7n9q1s3v5x7","clause":"cnhq9e72h0k7ernr2","organisation":"org_01kb0qx9s7e5c3a1z9y7w5v3t1","stance":"oppose","type":"substantive",` +
	`"text":"We carry about nine hundred consignments a week, nearly all of them worth less than thirty euros. Filing each item ten days ahead would cost us a further clerk.",` +
	`"by":"mem_01kb0qy4h2ej4k6m8n0p2q4r6s"}`

// What most payloads have in common isn't kept with each.
func TestPrimedIsSmall(t *testing.T) {
	b := Encode([]byte(comment))
	if got, err := Decode(b); string(got) != comment || err != nil {
		t.Fatalf("came back as %.20q, %v", got, err)
	}
	if b[0] != primed || 100*len(b) > 65*len(comment) {
		t.Errorf("%d bytes of %d, in form %x", len(b), len(comment), b[0])
	}
}

// No one or two flipped bits of the form turn words into words that were erased, whatever
// the rest is.
func TestFormsAreFarApart(t *testing.T) {
	forms := []byte{erased, plain, packed, primed}
	for i, a := range forms {
		for _, b := range forms[i+1:] {
			if n := bits.OnesCount8(a ^ b); n < 4 {
				t.Errorf("forms %x and %x differ in %d bits", a, b, n)
			}
		}
	}
	for _, payload := range []string{comment, "{}", strings.Repeat(comment, 50)} {
		b := Encode([]byte(payload))
		for i := range b {
			for bit := range 8 {
				damaged := slices.Clone(b)
				damaged[i] ^= 1 << bit
				if got, err := Decode(damaged); got == nil && err == nil {
					t.Fatalf("bit %d of byte %d flipped: it was erased", bit, i)
				}
			}
		}
		b[0] = erased
		if _, err := Decode(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("words behind an erased form: %v", err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for b.Loop() {
		Encode([]byte(comment))
	}
}
