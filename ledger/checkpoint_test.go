package ledger

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

const testOrigin = "registry.example/ledger"

func newSigner(t testing.TB, origin string) *Signer {
	t.Helper()
	skey, vkey, err := GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(skey + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.VerifierKey() != vkey {
		t.Fatalf("VerifierKey() = %q, want %q", s.VerifierKey(), vkey)
	}
	return s
}

func TestCheckpoint(t *testing.T) {
	s := newSigner(t, testOrigin)
	for _, want := range []Checkpoint{
		{testOrigin, 0, emptyRoot},
		{testOrigin, 1, leaf(1)},
		{testOrigin, 1<<63 - 1, leaf(2)},
	} {
		msg, err := s.Sign(want.Size, want.Root)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Verifier().ParseCheckpoint(msg)
		if err != nil || got != want {
			t.Errorf("ParseCheckpoint = %+v, %v, want %+v", got, err, want)
		}
		again, err := s.Sign(want.Size, want.Root)
		if err != nil || !bytes.Equal(again, msg) {
			t.Errorf("the same tree was signed as %q and %q", msg, again)
		}
	}
}

func TestCheckpointWithWitness(t *testing.T) {
	s, witness := newSigner(t, testOrigin), newSigner(t, "witness.example")
	msg, err := s.Sign(7, leaf(7))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(msg, note.VerifierList(s.Verifier().verifier))
	if err != nil {
		t.Fatal(err)
	}
	if msg, err = note.Sign(n, witness.signer); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Verifier().ParseCheckpoint(msg); err != nil || c.Size != 7 {
		t.Errorf("ParseCheckpoint = %+v, %v, want size 7", c, err)
	}
}

func TestCheckpointRefused(t *testing.T) {
	s := newSigner(t, testOrigin)
	sign := func(s *Signer, text string) []byte {
		msg, err := note.Sign(&note.Note{Text: text}, s.signer)
		if err != nil {
			t.Fatal(err)
		}
		return msg
	}
	root := leaf(1).String()
	good := sign(s, testOrigin+"\n5\n"+root+"\n")
	for name, msg := range map[string][]byte{
		"nothing":           nil,
		"not a note":        []byte("hello\n"),
		"unsigned":          []byte(testOrigin + "\n5\n" + root + "\n\n"),
		"another key":       sign(newSigner(t, testOrigin), testOrigin+"\n5\n"+root+"\n"),
		"another key name":  sign(newSigner(t, "elsewhere.example"), testOrigin+"\n5\n"+root+"\n"),
		"another origin":    sign(s, "elsewhere.example\n5\n"+root+"\n"),
		"changed":           bytes.Replace(good, []byte("\n5\n"), []byte("\n6\n"), 1),
		"cut":               good[:len(good)-10],
		"two lines":         sign(s, testOrigin+"\n5\n"),
		"negative size":     sign(s, testOrigin+"\n-5\n"+root+"\n"),
		"leading zero":      sign(s, testOrigin+"\n05\n"+root+"\n"),
		"plus":              sign(s, testOrigin+"\n+5\n"+root+"\n"),
		"size too large":    sign(s, testOrigin+"\n9223372036854775808\n"+root+"\n"),
		"short root":        sign(s, testOrigin+"\n5\nAAAA\n"),
		"loose base64":      sign(s, testOrigin+"\n5\n"+strings.TrimSuffix(root, "=")+"\n"),
		"empty extension":   sign(s, testOrigin+"\n5\n"+root+"\n\n"),
		"size 0 with leaf":  sign(s, testOrigin+"\n0\n"+root+"\n"),
		"too large by half": append(bytes.Clone(good), make([]byte, 1<<20)...),
	} {
		if c, err := s.Verifier().ParseCheckpoint(msg); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: ParseCheckpoint = %+v, %v, want ErrCheckpoint", name, c, err)
		}
	}
	if c, err := s.Verifier().ParseCheckpoint(sign(s, testOrigin+"\n5\n"+root+"\nan extension\n")); err != nil || c.Size != 5 {
		t.Errorf("with an extension line: ParseCheckpoint = %+v, %v", c, err)
	}
}

func TestKeys(t *testing.T) {
	for _, origin := range []string{"", "a b", "a+b", "a\nb"} {
		if _, _, err := GenerateKey(rand.Reader, origin); err == nil {
			t.Errorf("GenerateKey took origin %q", origin)
		}
	}
	secret := "PRIVATE+KEY+" + testOrigin + "+00000000+AVerysecretkeyVerysecretkeyVerysecretkeyVery"
	for _, key := range []string{"", "x", newSigner(t, testOrigin).VerifierKey(), secret} {
		_, err := NewSigner(key)
		if err == nil {
			t.Errorf("NewSigner(%q) succeeded", key)
		} else if strings.Contains(err.Error(), "ecret") {
			t.Errorf("the error holds the key: %v", err)
		}
	}
	if _, err := NewVerifier("x"); err == nil {
		t.Error("NewVerifier took x")
	}
}

// FuzzParseCheckpoint feeds the text within the signature: nobody without the key
// gets that far, but a parser that is safe anyway is one worry less.
func FuzzParseCheckpoint(f *testing.F) {
	f.Add(Checkpoint{testOrigin, 5, leaf(1)}.text())
	f.Add("a\n0\n" + emptyRoot.String() + "\nextension\n")
	verifier := newSigner(f, testOrigin).Verifier()
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := verifier.ParseCheckpoint([]byte(text)); err == nil {
			t.Errorf("%q was taken for a signed checkpoint: %+v", text, c)
		}
		c, err := parseCheckpointText(text)
		if err == nil && !strings.HasPrefix(text, c.text()) {
			t.Errorf("%q was read as %+v", text, c)
		}
	})
}
