package views

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ewtp/entente/views/table"
)

// Beside opens empty views in a file beside this one, named by what they are for: to fold the
// ledger into and to compare with, or to replace these by. What an earlier one left behind is deleted; end
// it with Discard.
func (db *DB) Beside(ctx context.Context, purpose string) (*DB, error) {
	path := db.file.Path() + "." + purpose
	if err := table.Remove(path); err != nil {
		return nil, fmt.Errorf("couldn't delete views: %w", err)
	}
	return Open(ctx, path, Options{Log: db.log})
}

// removeBeside deletes files beside views that nobody has open.
func removeBeside(path string) error {
	dir, name := filepath.Split(path)
	files, err := os.ReadDir(filepath.Clean(dir))
	for _, f := range files {
		if strings.HasPrefix(f.Name(), name+".") {
			err = errors.Join(err, os.Remove(dir+f.Name()))
		}
	}
	return err
}

// Discard closes views and deletes their file.
func (db *DB) Discard() error { return errors.Join(db.Close(), table.Remove(db.file.Path())) }

// Replace puts other views, from Beside, in the place of these, at once, and closes them: readers
// see the ones or the others, whole, and so does who comes after a crash. What was
// there goes from the file with ClearLog.
func (db *DB) Replace(ctx context.Context, other *DB) error {
	if err := db.file.Take(ctx); err != nil {
		return fmt.Errorf("couldn't replace the views: %w", err)
	}
	defer db.file.Give()
	other.indexing.stop()
	if err := db.file.Replace(other.file); err != nil {
		return fmt.Errorf("couldn't replace the views: %w", err)
	}
	err := db.forget(other.Position(), other.Condition())
	db.indexing.wake()
	return err
}

// ClearLog rids the file of what was there before it was replaced.
func (db *DB) ClearLog(ctx context.Context) error { return db.file.ClearLog(ctx) }

// Settle does all that is done behind the fold: comments are grouped, and texts indexed.
func (db *DB) Settle(ctx context.Context) error {
	for {
		n, err := db.groupSome(ctx)
		if err != nil {
			return fmt.Errorf("couldn't group comments: %w", err)
		}
		if n == 0 {
			return db.catchUp(ctx)
		}
	}
}
