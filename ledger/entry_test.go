package ledger

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestStatement(t *testing.T) {
	e := Entry{
		Seq:     3,
		At:      time.Date(2026, 7, 1, 14, 0, 0, 5_999_999, time.FixedZone("", 7200)),
		Kind:    "release.published/1",
		Subject: "rel_01",
		Command: "secret",
		Payload: []byte(`{"secret":true}`),
		Salt:    []byte("0123456789abcdef"),
	}
	e.Seal()
	const want = `{"at":"2026-07-01T12:00:00.005Z","kind":"release.published/1","subject":"rel_01",` +
		`"digest":"p23dbwoSTzU9XSPXvaUVElfgGmMCf0FF50Zz4vGdddw="}`
	got, err := e.Statement()
	if err != nil || string(got) != want {
		t.Errorf("Statement() = %s, %v, want %s", got, err, want)
	}
	e.Released = make([]byte, 32)
	const released = `,"released":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`
	if got, err := e.Statement(); err != nil || string(got) != want[:len(want)-1]+released {
		t.Errorf("Statement() = %s, %v", got, err)
	}
	e.Payload, e.Salt, e.Released = nil, nil, nil
	if got, err := e.Statement(); err != nil || string(got) != want {
		t.Errorf("once erased Statement() = %s, %v, want %s", got, err, want)
	}
	e.Subject = strings.Repeat("x", MaxStatement)
	if _, err := e.Statement(); err == nil {
		t.Error("a statement larger than MaxStatement was made")
	}
}

// FuzzStatement compares the two ways a statement is encoded.
func FuzzStatement(f *testing.F) {
	f.Add("comment.submitted/1", "cmt_01", int64(0), []byte(nil))
	f.Add("<>&\"\\", "\u2028\x7f\xff", int64(253402300799999), []byte{1})
	f.Fuzz(func(t *testing.T, kind, subject string, at int64, released []byte) {
		e := Entry{At: time.UnixMilli(at), Kind: kind, Subject: subject, Released: released}
		got, err := e.Statement()
		if err != nil {
			return
		}
		want, err := json.Marshal(e.statement())
		if err != nil || string(got) != string(want) {
			t.Errorf("Statement() = %s, json.Marshal gives %s, %v", got, want, err)
		}
	})
}
