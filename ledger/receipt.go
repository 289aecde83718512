package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// ReceiptFormat is the first thing that a receipt's file says.
const ReceiptFormat = "entente-receipt/1"

// A Receipt shows whoever has the ledger's verifier key that an entry was recorded,
// when, and what it says, without asking the server again. Its JSON is
//
//	{
//	  "format": "entente-receipt/1",
//	  "seq": 17,                     position in the ledger, from 0
//	  "statement": "{\"at\":…}",     the Merkle leaf, byte for byte
//	  "salt": "…",                   base64; digest in the statement is SHA-256(salt || cause || payload)
//	  "cause": "…",                  base64: see [Entry.Cause]
//	  "payload": "{\"id\":…}",       what was recorded, byte for byte
//	  "proof": ["…"],                inclusion proof (RFC 6962, section 2.1.1), base64, the leaf's sibling first
//	  "checkpoint": "…"              a signed checkpoint (C2SP tlog-checkpoint) of a tree that has the entry
//	}
type Receipt struct {
	Format     string   `json:"format"`
	Seq        int64    `json:"seq"`
	Statement  string   `json:"statement"`
	Salt       []byte   `json:"salt"`
	Cause      []byte   `json:"cause"`
	Payload    string   `json:"payload"`
	Proof      []string `json:"proof"`
	Checkpoint string   `json:"checkpoint"`
}

// ErrReceipt says that a receipt shows nothing: it is malformed, or doesn't fit.
var ErrReceipt = errors.New("not a valid receipt")

func badReceipt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrReceipt, fmt.Sprintf(format, args...))
}

// NewReceipt makes the receipt of an entry that isn't erased. The checkpoint is of a
// tree of that size, which the tiles must reach.
func NewReceipt(e *Entry, tiles Tiles, checkpoint []byte, size int64) (Receipt, error) {
	if e.Erased() {
		return Receipt{}, fmt.Errorf("couldn't make a receipt of entry %d: its words were erased", e.Seq)
	}
	if !utf8.Valid(e.Payload) { // JSON would carry another
		return Receipt{}, fmt.Errorf("couldn't make a receipt of entry %d: its payload isn't UTF-8", e.Seq)
	}
	statement, err := e.Statement()
	if err != nil {
		return Receipt{}, err
	}
	proof, err := ProveRecord(tiles, e.Seq, size)
	if err != nil {
		return Receipt{}, err
	}
	cause := e.Cause()
	r := Receipt{Format: ReceiptFormat, Seq: e.Seq, Statement: string(statement), Salt: e.Salt, Cause: cause[:], Payload: string(e.Payload),
		Proof: make([]string, len(proof)), Checkpoint: string(checkpoint)}
	for i, h := range proof {
		r.Proof[i] = h.String()
	}
	return r, nil
}

// receiptKeys are the keys of a receipt, each of which it has.
var receiptKeys = []string{"format", "seq", "statement", "salt", "cause", "payload", "proof", "checkpoint"}

// maxReceipt bounds a receipt's file: the largest payload, escaped, and some.
const maxReceipt = 96 << 20

// ParseReceipt reads a receipt's JSON; it proves nothing. A receipt whose keys aren't
// exactly those of a receipt, once each, is none. Its errors wrap ErrReceipt.
func ParseReceipt(text []byte) (Receipt, error) {
	var r Receipt
	if len(text) > maxReceipt {
		return r, badReceipt("it is larger than %d bytes", maxReceipt)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, badReceipt("it isn't a receipt's JSON: %v", err)
	}
	if r.Format != ReceiptFormat {
		return r, badReceipt("its format is %.40q, not %q", r.Format, ReceiptFormat)
	}
	if err := checkObject(text, receiptKeys); err != nil {
		return r, badReceipt("it isn't a receipt's JSON: %v", err)
	}
	return r, nil
}

// A Recorded is what a receipt shows.
type Recorded struct {
	Seq        int64
	At         time.Time
	Kind       string
	Subject    string
	Payload    string
	Checkpoint Checkpoint // that has it
}

// CheckReceipt returns what a receipt shows, once it has checked that the checkpoint
// is signed by the ledger, that the statement is in its tree at that place, and that
// the payload is the one that the statement names. Its errors wrap ErrReceipt, or
// ErrCheckpoint where the signature is to blame.
func (v *Verifier) CheckReceipt(r Receipt) (Recorded, error) {
	c, err := v.ParseCheckpoint([]byte(r.Checkpoint))
	if err != nil {
		return Recorded{}, err
	}
	var s statement
	err = checkObject([]byte(r.Statement), []string{"at", "kind", "subject", "digest"}, "released")
	if err = errors.Join(err, json.Unmarshal([]byte(r.Statement), &s)); err != nil {
		return Recorded{}, badReceipt("its statement isn't one of a ledger: %v", err)
	}
	at, err := time.Parse(TimeLayout, s.At)
	if err != nil {
		return Recorded{}, badReceipt("its statement has no time: %.40q", s.At)
	}
	proof, err := r.proof()
	if err != nil {
		return Recorded{}, err
	}
	if r.Seq < 0 || r.Seq >= c.Size {
		return Recorded{}, badReceipt("its checkpoint is of %d entries, which entry %d isn't among", c.Size, r.Seq)
	}
	if err := tlog.CheckRecord(proof, c.Size, c.Root, r.Seq, LeafHash([]byte(r.Statement))); err != nil {
		return Recorded{}, badReceipt("the statement isn't entry %d of the ledger that was signed", r.Seq)
	}
	if len(r.Salt) != SaltSize { // else its end could be taken for the payload's beginning
		return Recorded{}, badReceipt("its salt is %d bytes long, not %d", len(r.Salt), SaltSize)
	}
	if len(r.Cause) != sha256.Size {
		return Recorded{}, badReceipt("its cause is %d bytes long, not %d", len(r.Cause), sha256.Size)
	}
	want, err := base64.StdEncoding.DecodeString(s.Digest)
	if have := digestOf(r.Salt, [sha256.Size]byte(r.Cause), []byte(r.Payload)); err != nil || !bytes.Equal(have[:], want) {
		return Recorded{}, badReceipt("the payload isn't the one that was recorded, or the salt isn't")
	}
	return Recorded{Seq: r.Seq, At: at, Kind: s.Kind, Subject: s.Subject, Payload: r.Payload, Checkpoint: c}, nil
}

func (r Receipt) proof() (tlog.RecordProof, error) {
	proof := make(tlog.RecordProof, len(r.Proof))
	for i, text := range r.Proof {
		var err error
		if proof[i], err = tlog.ParseHash(text); err != nil {
			return nil, badReceipt("line %d of its proof isn't a hash: %.80q", i+1, text)
		}
	}
	return proof, nil
}

// TlogProof is the proof that the statement was recorded in the form of C2SP
// tlog-proof, for tools that know nothing of Entente. What they verify with it is the
// statement.
func (r Receipt) TlogProof() string { return "c2sp.org/tlog-proof@v1\n" + r.Spicy() }

// Spicy is the same in the form that torchwood's command spicy takes, up to v0.9.0,
// beside the file that it is of: without the line that names the format.
func (r Receipt) Spicy() string {
	var b strings.Builder
	fmt.Fprintf(&b, "index %d\n", r.Seq)
	for _, h := range r.Proof {
		b.WriteString(h + "\n")
	}
	b.WriteString("\n" + r.Checkpoint)
	return b.String()
}
