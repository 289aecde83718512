package views

import (
	"context"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// facts answer policies.Facts by queries alone: under a Tx what its caches don't
// know, on a snapshot everything.
type facts struct {
	run  table.Run
	text func(revisionID string) (*clauses.Text, error)
}

var _ policies.Facts = facts{}

// Consider calls f with the facts as they are now, unchanging while it runs: to learn
// what a command would come to without giving it. It asks no rights; commands do.
func (db *DB) Consider(ctx context.Context, f func(policies.Facts) error) error {
	return db.file.Snapshot(ctx, func(r table.Run) error {
		return f(facts{run: r, text: func(id string) (*clauses.Text, error) { return db.textBy(r, id) }})
	})
}
