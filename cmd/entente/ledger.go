package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ewtp/entente/ledger"
)

// ledgerCommand is for whoever answers for the record.
type ledgerCommand struct {
	Verify     ledgerVerify     `cmd:"" help:"Hold every entry against the last signed checkpoint. Exit status 3: an entry doesn't fit; the error names it. 6: nothing is wrong, but no signature covers some of them."`
	Erase      ledgerErase      `cmd:"" help:"Destroy the words of an entry for good; its public statement stays. The entry is shown first."`
	Checkpoint ledgerCheckpoint `cmd:"" help:"Print a signed checkpoint of the ledger as it is."`

	VerifyReceipt ledgerVerifyReceipt `cmd:"" name:"verify-receipt" help:"Check a receipt, without a registry or a network. Exit status 3: the receipt is refused; the error says why."`
}

type ledgerErase struct {
	Seq    int64  `arg:"" help:"The entry's number, from 0."`
	Reason string `required:"" help:"The order or the law that demands it, for the record; not the words that are to go."`
	Yes    bool   `help:"Don't ask whether it is the right one."`
}

// Run implements the command.
func (c *ledgerErase) Run(ctx context.Context, g *globals) error {
	if c.Seq < 0 {
		return &usageError{"entries count from 0"}
	}
	e, err := perform[shownEntry](ctx, g, "entry", &entryErrand{Seq: c.Seq})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(g.out, e.line()); err != nil {
		return err
	}
	if err := g.confirm(c.Yes, e.Subject); err != nil {
		return err
	}
	if _, err := perform[any](ctx, g, "erase", &eraseErrand{Seqs: []int64{c.Seq}, Reason: c.Reason}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "erased the words of entry %d\n", c.Seq)
	return err
}

// shownEntry is an entry without its words.
type shownEntry struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	Erased  bool      `json:"erased"`
}

func (e shownEntry) line() string {
	line := fmt.Sprintf("entry %d: %s of %s, recorded at %s", e.Seq, e.Kind, e.Subject, e.At.UTC().Format(ledger.TimeLayout))
	if e.Erased {
		line += ", erased already"
	}
	return line
}

// entryErrand looks at an entry.
type entryErrand struct{ Seq int64 }

func (c *entryErrand) run(ctx context.Context, n *node, _ progress) (any, error) {
	e, err := n.views.Entry(ctx, c.Seq)
	if err != nil {
		return nil, fmt.Errorf("couldn't find entry %d: %w", c.Seq, err)
	}
	return shownEntry{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Erased: e.Erased}, nil
}

// eraseErrand erases entries.
type eraseErrand struct {
	Seqs   []int64
	Reason string
}

func (c *eraseErrand) run(ctx context.Context, n *node, show progress) (any, error) {
	err := n.registry.Erase(ctx, c.Seqs, c.Reason, func(done, total int64) { show("erased", done, total) })
	if err != nil {
		return nil, fmt.Errorf("couldn't erase: %w", err)
	}
	return nil, nil
}

type ledgerCheckpoint struct{}

// Run implements the command.
func (ledgerCheckpoint) Run(ctx context.Context, g *globals) error {
	text, err := perform[string](ctx, g, "checkpoint", &checkpointErrand{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(g.out, text)
	return err
}

// checkpointErrand signs a checkpoint.
type checkpointErrand struct{}

func (*checkpointErrand) run(ctx context.Context, n *node, _ progress) (any, error) {
	text, err := n.registry.Checkpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("couldn't sign a checkpoint: %w", err)
	}
	return string(text), nil
}
