package views

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/views/table"
)

// indexesOf lists the indexes of views, with what makes them.
func indexesOf(t *testing.T, db *DB) (list []string) {
	t.Helper()
	var name string
	err := table.Each(db.file.Read(context.Background()), `SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema WHERE type = 'index' ORDER BY 1`, nil,
		[]any{&name}, func() error { list = append(list, name); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestBulk: the idle indexes are gone within a bulk, and there again after it, whether the fold failed, or
// the process ended in it.
func TestBulk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	db, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := indexesOf(t, db)
	stopped := errors.New("stopped")
	err = db.Bulk(t.Context(), func() error {
		if got := indexesOf(t, db); len(got) != len(want)-len(idleIndexes) {
			t.Errorf("%d indexes in a bulk, of %d, %d of them idle", len(got), len(want), len(idleIndexes))
		}
		return stopped
	})
	if diff := cmp.Diff(want, indexesOf(t, db)); diff != "" || !errors.Is(err, stopped) {
		t.Errorf("after a bulk that failed with %v (-before +after):\n%s", err, diff)
	}
	if err := errors.Join(db.inTurn(t.Context(), db.file.DropIdle), db.Close()); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(t.Context(), path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if diff := cmp.Diff(want, indexesOf(t, db)); diff != "" {
		t.Errorf("opened again in the middle of a bulk (-before +after):\n%s", diff)
	}
}
