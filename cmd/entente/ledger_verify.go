package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/registry"
)

type ledgerVerify struct {
	JSON bool `name:"json" help:"Write the verdict as JSON."`
}

// verdict is what a verification found, for scripts.
type verdict struct {
	Verified bool `json:"verified"` // all entries fit, and a signature covers them
	registry.Reach
	Entry  *int64 `json:"entry,omitempty"` // the first that is bad, or may be
	Until  *int64 `json:"until,omitempty"` // the first bad entry lies before this
	Reason string `json:"reason,omitempty"`
}

// Run implements the command.
func (c *ledgerVerify) Run(ctx context.Context, g *globals) error {
	reach, err := perform[registry.Reach](ctx, g, "verify", &verifyErrand{})
	if err == nil && reach.Signed < reach.Entries {
		err = &unsignedError{reach}
	}
	v := verdict{Verified: err == nil, Reach: reach}
	var corrupt *ledger.Corrupt
	var unsigned *unsignedError
	switch {
	case errors.As(err, &corrupt):
		v.Entry, v.Until, v.Reason = &corrupt.Seq, &corrupt.Until, corrupt.Reason
	case errors.As(err, &unsigned):
		v.Reason = unsigned.Error()
	case err != nil:
		return err
	}
	if c.JSON {
		return errors.Join(err, writeJSON(g.out, v))
	}
	if corrupt == nil {
		_, told := fmt.Fprint(g.out, reachTold(reach))
		err = errors.Join(err, told)
	}
	return err
}

// reachTold says which entries were verified, and up to which a signature reaches.
func reachTold(r registry.Reach) string {
	told := fmt.Sprintf("verified: %d entries\n", r.Signed)
	if r.Signed > 0 {
		told += fmt.Sprintf("signed: up to entry %d\n", r.Signed-1)
	}
	if r.LateFrom < r.LateUntil {
		told += fmt.Sprintf("found at the server's start without a signature, as a crash leaves them, and signed since: entries %d to %d\n", r.LateFrom, r.LateUntil-1)
	}
	return told
}

// An unsignedError says that entries fit all that is known, but no signature covers them.
type unsignedError struct{ registry.Reach }

func (e *unsignedError) Error() string {
	return fmt.Sprintf("no signature covers the entries from %d to %d: they fit the rest, but whoever can write to the store could have written them, or taken others away; a server signs them at its start",
		e.Signed, e.Entries-1)
}

// ExitCode is the exit status that the program ends with.
func (*unsignedError) ExitCode() int { return exitUnsigned }

// verifyErrand holds every entry against the tree, after what was checked when the registry was opened, and
// the views against the entries. It leads to how far signatures reach.
type verifyErrand struct{}

func (*verifyErrand) run(ctx context.Context, n *node, show progress) (any, error) {
	reach, err := n.registry.Reach()
	if err != nil {
		return reach, err
	}
	if err := n.registry.Verify(ctx, func(done, total int64) { show("verified", done, total) }); err != nil {
		return reach, err
	}
	return reach, n.registry.VerifyViews(ctx, func(done, total int64) { show("compared with the views", done, total) })
}
