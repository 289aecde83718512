package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ewtp/entente/ledger"
)

// ledgerCommand is for whoever answers for the record.
type ledgerCommand struct {
	Verify     ledgerVerify     `cmd:"" help:"Hold every entry against the last signed checkpoint. Exit status 3: it doesn't fit, and which entry."`
	Erase      ledgerErase      `cmd:"" help:"Destroy the words of an entry for good; its public statement stays."`
	Checkpoint ledgerCheckpoint `cmd:"" help:"Print a signed checkpoint of the ledger as it is."`

	VerifyReceipt ledgerVerifyReceipt `cmd:"" name:"verify-receipt" help:"Check a receipt, without a registry or a network. Exit status 3: it shows nothing, and why."`
}

type ledgerVerify struct {
	JSON bool `name:"json" help:"Write the verdict as JSON."`
}

// verdict is what a verification found, for scripts.
type verdict struct {
	Verified bool   `json:"verified"`
	Entries  int64  `json:"entries,omitempty"` // how many there are
	Entry    *int64 `json:"entry,omitempty"`   // the first that is bad, or may be
	Until    *int64 `json:"until,omitempty"`   // the first bad entry lies before this
	Reason   string `json:"reason,omitempty"`
}

// Run implements the command.
func (c *ledgerVerify) Run(ctx context.Context, g *globals) error {
	entries, err := c.verify(ctx, g)
	v := verdict{Verified: err == nil, Entries: entries}
	var corrupt *ledger.Corrupt
	if errors.As(err, &corrupt) {
		v.Entry, v.Until, v.Reason = &corrupt.Seq, &corrupt.Until, corrupt.Reason
	}
	switch {
	case err != nil && corrupt == nil:
		return err
	case c.JSON:
		return errors.Join(err, writeJSON(g.out, v))
	case err == nil:
		_, err = fmt.Fprintf(g.out, "verified: %d entries\n", entries)
	}
	return err
}

// verify opens the registry, which checks what it has to before it serves, and then
// checks everything.
func (c *ledgerVerify) verify(ctx context.Context, g *globals) (entries int64, err error) {
	n, err := g.openExisting(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	show := g.progress()
	err = n.registry.Verify(ctx, func(done, total int64) {
		if show != nil {
			show("verified", done, total)
		}
	})
	return n.views.Position(), err
}

type ledgerErase struct {
	Seq    int64  `arg:"" help:"The entry's number, from 0."`
	Reason string `required:"" help:"The order or the law that demands it, for the record; not the words that are to go."`
}

// Run implements the command.
func (c *ledgerErase) Run(ctx context.Context, g *globals) (err error) {
	if c.Seq < 0 {
		return &usageError{"entries count from 0"}
	}
	n, err := g.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	if err := n.registry.Erase(ctx, []int64{c.Seq}, c.Reason, nil); err != nil {
		return fmt.Errorf("couldn't erase entry %d: %w", c.Seq, err)
	}
	_, err = fmt.Fprintf(g.out, "erased the words of entry %d\n", c.Seq)
	return err
}

type ledgerCheckpoint struct{}

// Run implements the command.
func (ledgerCheckpoint) Run(ctx context.Context, g *globals) (err error) {
	n, err := g.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	text, err := n.registry.Checkpoint(ctx)
	if err != nil {
		return fmt.Errorf("couldn't sign a checkpoint: %w", err)
	}
	_, err = g.out.Write(text)
	return err
}
