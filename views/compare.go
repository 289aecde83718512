package views

import (
	"context"
	"errors"
	"fmt"

	"github.com/ewtp/entente/views/table"
)

// A Difference says where views first aren't what the ledger's entries make of them.
type Difference struct {
	Table string
	Row   int64 // from 1
}

func (d *Difference) Error() string {
	return fmt.Sprintf("the views aren't what the ledger says: table %s, from row %d on", d.Table, d.Row)
}

// errUnspread says that a moment was met between a fold and what is spread behind it.
var errUnspread = errors.New("what is spread behind the fold is under way")

// Compare holds all that a fold writes, as it stands at one moment, against other views. It
// calls catchUp with the position of that moment, for others to be brought to. The error
// is a *Difference where they differ, and ErrStruck where there is nothing to compare with. What is indexed behind the fold is left out: words
// to search, and campaigns; what is spread behind it is waited for.
func (db *DB) Compare(ctx context.Context, other *DB, catchUp func(position int64) error) error {
	for {
		err := db.SpreadAll(ctx)
		if err == nil {
			err = db.compare(ctx, other, catchUp)
		}
		if !errors.Is(err, errUnspread) {
			return err
		}
	}
}

func (db *DB) compare(ctx context.Context, other *DB, catchUp func(position int64) error) error {
	return db.file.Snapshot(ctx, func(r table.Run) error {
		var position int64
		var c Condition
		var under bool
		if err := one(r, `SELECT position, condition, EXISTS (SELECT 1 FROM unspread) OR EXISTS (SELECT 1 FROM answering) FROM state`, nil, &position, &c, &under); err != nil {
			return err
		}
		switch {
		case c != AsRecorded:
			return ErrStruck
		case under:
			return errUnspread
		}
		if err := catchUp(position); err != nil {
			return err
		}
		if err := other.SpreadAll(ctx); err != nil {
			return err
		}
		names, err := table.DecodeAll[string](r, `SELECT json_quote(name) FROM sqlite_schema WHERE type = 'table'
			AND name NOT IN ('file', 'state') AND name NOT GLOB 'search*' AND name NOT GLOB 'campaign*' AND name <> 'answering_comments' ORDER BY name`)
		if err != nil {
			return err
		}
		return other.file.Snapshot(ctx, func(o table.Run) error { return sameTables(r, o, names) })
	})
}

// sameTables returns a *Difference where two files differ in one of the tables.
func sameTables(a, b table.Run, names []string) error {
	for _, name := range names {
		row, err := table.Difference(a, b, name)
		if err != nil {
			return fmt.Errorf("couldn't compare the table %s: %w", name, err)
		}
		if row > 0 {
			return &Difference{Table: name, Row: row}
		}
	}
	return nil
}
