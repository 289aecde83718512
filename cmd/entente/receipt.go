package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/ledger"
)

// ledgerVerifyReceipt needs neither a registry nor a network.
type ledgerVerifyReceipt struct {
	File    string `arg:"" help:"The receipt."`
	Key     string `required:"" placeholder:"KEY" help:"The ledger's verifier key, as /ledger/key shows it, or @FILE that has it. Get it from somebody you trust, not with the receipt."`
	JSON    bool   `name:"json" help:"Write what it shows as JSON."`
	Extract string `placeholder:"DIR" help:"Also write the statement there, as statement.json, with its proof for other tools beside it: statement.json.tlog-proof (C2SP tlog-proof) and statement.json.spicy (torchwood's spicy)."`
}

// shownReceipt is what a receipt shows, for scripts.
type shownReceipt struct {
	Verified   bool            `json:"verified"`
	Origin     string          `json:"origin"` // the ledger's name
	Entries    int64           `json:"entries"`
	Seq        int64           `json:"seq"`
	At         string          `json:"at"`
	Kind       string          `json:"kind"`
	Subject    string          `json:"subject"`
	Payload    json.RawMessage `json:"payload"`
	PayloadRaw string          `json:"payloadRaw,omitempty"` // where it isn't JSON
}

// Run implements the command.
func (c *ledgerVerifyReceipt) Run(g *globals) error {
	v, err := c.verifier()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("couldn't read the receipt: %w", err)
	}
	receipt, err := ledger.ParseReceipt(text)
	var r ledger.Recorded
	if err == nil {
		r, err = v.CheckReceipt(receipt)
	}
	if err != nil {
		return fmt.Errorf("couldn't verify %s: %w", c.File, err)
	}
	if c.Extract != "" {
		if err := extractProof(receipt, c.Extract); err != nil {
			return err
		}
	}
	if c.JSON {
		s := shownReceipt{Verified: true, Origin: r.Checkpoint.Origin, Entries: r.Checkpoint.Size, Seq: r.Seq,
			At: r.At.Format(ledger.TimeLayout), Kind: r.Kind, Subject: r.Subject, Payload: json.RawMessage(r.Payload)}
		if !json.Valid(s.Payload) {
			s.Payload, s.PayloadRaw = nil, r.Payload
		}
		return writeJSON(g.out, s)
	}
	_, err = fmt.Fprintf(g.out, "verified: entry %d of %s is %s of %s, recorded at %s (in a ledger of %d entries)\n",
		r.Seq, r.Checkpoint.Origin, r.Kind, r.Subject, r.At.Format(ledger.TimeLayout), r.Checkpoint.Size)
	return err
}

// verifier reads the key.
func (c *ledgerVerifyReceipt) verifier() (*ledger.Verifier, error) {
	key := c.Key
	if file, ok := strings.CutPrefix(key, "@"); ok {
		b, err := os.ReadFile(file) // #nosec G304 -- the caller's own files, on its own machine
		if err != nil {
			return nil, fmt.Errorf("couldn't read the key: %w", err)
		}
		key = string(b)
	}
	v, err := ledger.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return nil, &usageError{"--key: " + err.Error()}
	}
	return v, nil
}

// extractProof writes the statement and its proof as other tools want them.
func extractProof(r ledger.Receipt, dir string) error {
	err := os.MkdirAll(dir, 0o755) // #nosec G301 -- statements and proofs are public
	for name, text := range map[string]string{
		"statement.json": r.Statement, "statement.json.tlog-proof": r.TlogProof(), "statement.json.spicy": r.Spicy(),
	} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)) // #nosec G306 -- the same
	}
	if err != nil {
		return fmt.Errorf("couldn't write the statement and its proof: %w", err)
	}
	return nil
}
