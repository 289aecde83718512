package ledger

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// receiptOf makes the receipt of an entry of a record and what checks it.
func receiptOf(t testing.TB, r *record, seq int64, s *Signer) Receipt {
	t.Helper()
	text, err := s.Sign(r.checkpoint.Size, r.checkpoint.Root)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := NewReceipt(&r.entries[seq], r.tiles, text, r.checkpoint.Size)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// A receipt goes into a file and comes back, and shows what was recorded. Torchwood,
// which knows nothing of Entente, finds the statement in the ledger by it too.
func TestReceipt(t *testing.T) {
	r := newRecord(t, 300)
	s := newSigner(t, "registry.example/ledger")
	key, err := note.NewVerifier(s.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	for _, seq := range []int64{0, 1, 255, 256, 299} {
		file, err := json.MarshalIndent(receiptOf(t, r, seq, s), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := ParseReceipt(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Verifier().CheckReceipt(receipt)
		e := r.entries[seq]
		if err != nil || got.Seq != seq || got.Kind != e.Kind || got.Subject != e.Subject || !got.At.Equal(e.At) || got.Payload != string(e.Payload) || got.Checkpoint.Size != 300 {
			t.Errorf("entry %d: %+v, %v", seq, got, err)
		}
		policy := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(s.Origin()), torchwood.SingleVerifierPolicy(key))
		if err := torchwood.VerifyProof(policy, tlog.RecordHash([]byte(receipt.Statement)), []byte(receipt.TlogProof())); err != nil {
			t.Errorf("entry %d: torchwood says %v", seq, err)
		}
		if err := torchwood.VerifyProof(policy, tlog.RecordHash([]byte(receipt.Statement+" ")), []byte(receipt.TlogProof())); err == nil {
			t.Errorf("entry %d: torchwood takes another statement", seq)
		}
		if spicy, _ := strings.CutPrefix(receipt.TlogProof(), "c2sp.org/tlog-proof@v1\n"); spicy != receipt.Spicy() || !strings.HasPrefix(spicy, "index ") {
			t.Errorf("entry %d: spicy gets %q", seq, receipt.Spicy())
		}
	}
}

// Whatever is changed in a receipt, it shows nothing any more, and says why.
func TestReceiptRefused(t *testing.T) {
	r := newRecord(t, 20)
	s := newSigner(t, "registry.example/ledger")
	other := newSigner(t, "other.example/ledger")
	for name, x := range map[string]struct {
		change func(*Receipt)
		want   error
		words  string
	}{
		"payload":           {func(c *Receipt) { c.Payload += " " }, ErrReceipt, "payload isn't the one"},
		"salt":              {func(c *Receipt) { c.Salt = slices.Concat(c.Salt[:15], []byte{c.Salt[15] + 1}) }, ErrReceipt, "salt"},
		"salt and payload":  {func(c *Receipt) { c.Salt, c.Payload = append(slices.Clone(c.Salt), c.Payload[0]), c.Payload[1:] }, ErrReceipt, "salt"},
		"statement":         {func(c *Receipt) { c.Statement = strings.Replace(c.Statement, `"kind":"`, `"kind":"x`, 1) }, ErrReceipt, "isn't entry 7"},
		"a statement's key": {func(c *Receipt) { c.Statement = strings.Replace(c.Statement, "kind", "Kind", 1) }, ErrReceipt, `unknown key "Kind"`},
		"no statement":      {func(c *Receipt) { c.Statement = "" }, ErrReceipt, "statement"},
		"a bad time":        {func(c *Receipt) { c.Statement = "{}" }, ErrReceipt, `lacks the key "at"`},
		"seq":               {func(c *Receipt) { c.Seq++ }, ErrReceipt, "isn't entry 8"},
		"seq past the end":  {func(c *Receipt) { c.Seq = 20 }, ErrReceipt, "20 entries"},
		"negative seq":      {func(c *Receipt) { c.Seq = -1 }, ErrReceipt, "20 entries"},
		"proof":             {func(c *Receipt) { c.Proof = c.Proof[1:] }, ErrReceipt, "isn't entry 7"},
		"no hash":           {func(c *Receipt) { c.Proof = []string{"x"} }, ErrReceipt, "line 1 of its proof"},
		"checkpoint":        {func(c *Receipt) { c.Checkpoint = strings.Replace(c.Checkpoint, "\n20\n", "\n21\n", 1) }, ErrCheckpoint, ""},
		"another's":         {func(c *Receipt) { *c = receiptOf(t, r, 7, other) }, ErrCheckpoint, ""},
		"another record": {func(c *Receipt) {
			c.Checkpoint = receiptOf(t, newRecord(t, 19), 7, s).Checkpoint
		}, ErrReceipt, "isn't entry 7"},
	} {
		c := receiptOf(t, r, 7, s)
		x.change(&c)
		if _, err := s.Verifier().CheckReceipt(c); !errors.Is(err, x.want) || !strings.Contains(err.Error(), x.words) {
			t.Errorf("%s: %v; want %v with %q", name, err, x.want, x.words)
		}
	}
	erased := r.entries[3]
	erased.Payload, erased.Salt = nil, nil
	if _, err := NewReceipt(&erased, r.tiles, nil, 20); err == nil {
		t.Error("an erased entry has a receipt")
	}
	if _, err := NewReceipt(&r.entries[3], r.tiles, nil, 3); err == nil {
		t.Error("an entry has a receipt of a tree without it")
	}
}

// A file that readers might understand in two ways is no receipt, whatever it shows.
func TestParseReceiptIsStrict(t *testing.T) {
	file, err := json.Marshal(receiptOf(t, newRecord(t, 20), 7, newSigner(t, "registry.example/ledger")))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ old, new, words string }{
		"an unknown key":         {`{"format"`, `{"note":"mine","format"`, `unknown key "note"`},
		"a key in another case":  {`"payload":`, `"Payload":`, `unknown key "Payload"`},
		"a key twice":            {`"payload":`, `"payload":"{}","payload":`, `"payload" twice`},
		"the same, once escaped": {`"payload":`, `"p\u0061yload":"{}","payload":`, `"payload" twice`},
		"twice, in two cases":    {`"payload":`, `"PAYLOAD":"{}","payload":`, `unknown key "PAYLOAD"`},
		"a letter folded to s":   {`"seq":`, `"\u017feq":3,"seq":`, `unknown key`},
		"a key missing":          {`"seq":7,`, ``, `lacks the key "seq"`},
		"null":                   {`"seq":7,`, `"seq":null,`, `"seq" is null`},
		"not UTF-8":              {`{"format"`, "{\"\xff\":1,\"format\"", "isn't UTF-8"},
		"something after it":     {`{"format"`, `{} {"format"`, "receipt's JSON"},
		"no object":              {`{"format"`, `[{"format"`, "receipt's JSON"},
	} {
		text := strings.Replace(string(file), x.old, x.new, 1)
		if _, err := ParseReceipt([]byte(text)); !errors.Is(err, ErrReceipt) || !strings.Contains(err.Error(), x.words) {
			t.Errorf("%s: %v; want %q", name, err, x.words)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	r := newRecord(f, 5)
	s := newSigner(f, "registry.example/ledger")
	file, err := json.Marshal(receiptOf(f, r, 2, s))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(`{"format":"entente-receipt/1","seq":9007199254740993,"statement":"{\"at\":1}","proof":[null,"="]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		receipt, err := ParseReceipt(text)
		if err != nil {
			if !errors.Is(err, ErrReceipt) {
				t.Errorf("%v", err)
			}
			return
		}
		got, err := s.Verifier().CheckReceipt(receipt)
		switch {
		case err != nil && !errors.Is(err, ErrReceipt) && !errors.Is(err, ErrCheckpoint):
			t.Errorf("%v", err)
		case err == nil && (got.Payload != string(r.entries[got.Seq].Payload) || got.Subject != r.entries[got.Seq].Subject):
			t.Errorf("%s shows %+v", text, got)
		}
	})
}
