package views

import (
	"context"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// facts implements policies.Facts by queries alone. A Tx asks it for what its caches don't
// hold, a snapshot for everything.
type facts struct {
	run  table.Run
	text func(revisionID string) (*clauses.Text, error)
}

var _ policies.Facts = facts{}

// Consider calls f with the facts as they are now, which don't change while it runs. A
// caller learns so what a command would lead to, without giving it. It asks no rights;
// commands do.
func (db *DB) Consider(ctx context.Context, f func(policies.Facts) error) error {
	return db.file.Snapshot(ctx, func(r table.Run) error {
		return f(facts{run: r, text: func(id string) (*clauses.Text, error) { return db.textBy(r, id) }})
	})
}

// Once implements policies.Facts: whoever keeps what took long puts itself before these facts.
func (facts) Once(_ any, work func() (any, error)) (any, error) { return work() }
