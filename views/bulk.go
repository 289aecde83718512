package views

import (
	"context"
	"errors"
	"fmt"
)

// idleIndexes are the indexes by which no fold finds anything. They are the most of what a row of
// entries and of comments costs, for it comes at another place in each; made at once they are sorted.
var idleIndexes = []string{"entries_command", "entries_subject", "entries_about", "entries_kind",
	"comments_clause", "comments_document", "comments_organisation", "comments_unanswered"}

// Bulk calls fold, which folds so much at once that lists and searches may do without their indexes
// meanwhile: nobody else reads the views.
func (db *DB) Bulk(ctx context.Context, fold func() error) error {
	if err := db.inTurn(ctx, db.file.DropIdle); err != nil {
		return fmt.Errorf("couldn't begin a bulk: %w", err)
	}
	err := fold()
	return errors.Join(err, db.inTurn(context.WithoutCancel(ctx), db.file.MakeIdle))
}

// inTurn calls f in a turn of the writer.
func (db *DB) inTurn(ctx context.Context, f func() error) error {
	if err := db.file.Take(ctx); err != nil {
		return err
	}
	defer db.file.Give()
	return f()
}
