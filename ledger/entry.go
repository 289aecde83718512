package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// SaltSize is the length of an entry's salt in bytes.
const SaltSize = 16

// MaxStatement is the largest statement in bytes: tlog-tiles entry bundles
// carry each leaf behind a big-endian uint16.
const MaxStatement = 65535

// An Entry is one thing that happened. Entries are never changed; an erased
// entry has lost its Payload and Salt and kept everything else.
type Entry struct {
	Seq     int64     // position in the ledger, from 0, without gaps
	At      time.Time // UTC, whole milliseconds; the "now" of the decision; never goes back
	Kind    string    // what happened and the payload's version: "comment.submitted/1"
	Subject string    // the ID of what it happened to
	Command string    // idempotency key of the command that caused it, unique in the ledger
	Payload []byte    // JSON; nil once erased
	Salt    []byte    // SaltSize random bytes; nil once erased
	Digest  [sha256.Size]byte
	// Words is a hash of what the command said, with Salt in it, so that its key isn't
	// taken for another's; nil where nobody can repeat it. Without Salt it tells nothing.
	Words []byte
	// Packed is Payload as package store/pack writes it, where that took long and was done ahead.
	// Whoever reads an entry gets none.
	Packed []byte
	// Released is the SHA-256 of what the entry released, nil for all but releases.
	Released []byte
}

// Seal sets e.Digest from its salt, cause and payload.
func (e *Entry) Seal() { e.Digest = digestOf(e.Salt, e.Cause(), e.Payload) }

// Cause is a hash of the command that caused the entry: SHA-256 of Command's length as a
// big-endian uint16, Command, and Words. So a receipt tells neither.
func (e *Entry) Cause() [sha256.Size]byte {
	b := make([]byte, 0, 128)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Command))) // #nosec G115 -- Check of package store bounds it
	b = append(b, e.Command...)
	return sha256.Sum256(append(b, e.Words...))
}

// Erased says whether the payload was removed.
func (e *Entry) Erased() bool { return e.Payload == nil }

// digestOf is SHA-256(salt || cause || payload).
func digestOf(salt []byte, cause [sha256.Size]byte, payload []byte) (d [sha256.Size]byte) {
	h := sha256.New()
	h.Write(salt)
	h.Write(cause[:])
	h.Write(payload)
	h.Sum(d[:0])
	return d
}

// statement is the public form of an entry: the Merkle leaf. Its JSON keys are
// in this order and its bytes never change.
type statement struct {
	At       string `json:"at"`
	Kind     string `json:"kind"`
	Subject  string `json:"subject"`
	Digest   string `json:"digest"`
	Released string `json:"released,omitempty"`
}

// TimeLayout is how a statement writes its time: RFC 3339, UTC, milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Statement returns the entry's public statement, which is its Merkle leaf. It
// fails where Kind or Subject isn't UTF-8 and where the statement would be larger
// than MaxStatement.
func (e *Entry) Statement() ([]byte, error) {
	// JSON would write all that isn't UTF-8 alike.
	if !utf8.ValidString(e.Kind) || !utf8.ValidString(e.Subject) {
		return nil, fmt.Errorf("kind or subject of entry %d isn't UTF-8", e.Seq)
	}
	s := e.statement()
	b := s.plain()
	if b == nil {
		var err error
		if b, err = json.Marshal(s); err != nil {
			return nil, fmt.Errorf("couldn't encode the statement of entry %d: %w", e.Seq, err)
		}
	}
	if len(b) > MaxStatement {
		return nil, fmt.Errorf("statement of entry %d is %d bytes, more than %d", e.Seq, len(b), MaxStatement)
	}
	return b, nil
}

func (e *Entry) statement() statement {
	s := statement{
		At:      e.At.UTC().Format(TimeLayout),
		Kind:    e.Kind,
		Subject: e.Subject,
		Digest:  base64.StdEncoding.EncodeToString(e.Digest[:]),
	}
	if e.Released != nil {
		s.Released = base64.StdEncoding.EncodeToString(e.Released)
	}
	return s
}

// plain encodes a statement as json.Marshal does, some ten times as fast, or
// returns nil where a string would need escaping. Verification encodes every
// entry there ever was.
func (s *statement) plain() []byte {
	if !isPlain(s.Kind) || !isPlain(s.Subject) {
		return nil
	}
	b := make([]byte, 0, 192+len(s.Kind)+len(s.Subject))
	b = append(b, `{"at":"`...)
	b = append(b, s.At...)
	b = append(b, `","kind":"`...)
	b = append(b, s.Kind...)
	b = append(b, `","subject":"`...)
	b = append(b, s.Subject...)
	b = append(b, `","digest":"`...)
	b = append(b, s.Digest...)
	if s.Released != "" {
		b = append(b, `","released":"`...)
		b = append(b, s.Released...)
	}
	return append(b, `"}`...)
}

// isPlain says whether JSON carries s as it is, without any escape.
func isPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}
