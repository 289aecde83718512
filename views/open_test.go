package views

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// What can't be used is made anew; what can is taken up where it was.
func TestOpenAgain(t *testing.T) {
	s, _ := docket(t)
	n := int64(len(s.entries))
	for name, c := range map[string]struct {
		harm func(path string) error
		want int64
	}{
		"as it was":       {func(string) error { return nil }, n},
		"overwritten":     {func(p string) error { return os.WriteFile(p, []byte("this is no database, whatever it was"), 0o600) }, 0},
		"empty":           {func(p string) error { return os.Truncate(p, 0) }, 0},
		"cut off":         {func(p string) error { return os.Truncate(p, 8192) }, 0},
		"other version":   {func(p string) error { return alter(p, "PRAGMA user_version=999") }, 0},
		"not closed":      {func(p string) error { return alter(p, "UPDATE file SET clean = 0") }, n},
		"without a state": {func(p string) error { return alter(p, "DELETE FROM state") }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "views.db")
			db, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			foldAll(t, db, s.entries)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := c.harm(path); err != nil {
				t.Fatal(err)
			}
			db = openAt(t, path)
			if db.Position() != c.want {
				t.Errorf("position %d, want %d", db.Position(), c.want)
			}
			foldAll(t, db, s.entries[db.Position():])
		})
	}
}

// alter runs SQL on a file of views.
func alter(path, query string) error {
	w, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer w.Close()
	_, err = w.Exec(query)
	return err
}

func TestReset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	db := openAt(t, path)
	s, c := docket(t)
	foldAll(t, db, s.entries)
	want := dump(t, db)
	if _, err := db.Search(t.Context(), policies.Operator, SearchFilter{Query: "paragraph"}, Page{First: 1}); err != nil {
		t.Fatal(err)
	}
	if err := db.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if db.Position() != 0 {
		t.Errorf("position %d after a reset", db.Position())
	}
	if _, err := db.Text(t.Context(), c.RevisionID); err != policies.ErrNotFound {
		t.Errorf("a text is left: %v", err)
	}
	for _, suffix := range []string{"", "-wal"} { // nor on disk: the words may have been erased
		if b, err := os.ReadFile(path + suffix); err != nil || bytes.Contains(b, []byte("paragraph")) {
			t.Errorf("views.db%s still holds words, or %v", suffix, err)
		}
	}
	foldAll(t, db, s.entries)
	if diff := cmp.Diff(want, dump(t, db)); diff != "" {
		t.Errorf("rows (-before +after):\n%s", diff)
	}
	l, err := db.Search(t.Context(), policies.Operator, SearchFilter{Query: "paragraph"}, Page{First: 100})
	if err != nil || len(l.Items) != 50 {
		t.Errorf("%d hits after a rebuild, want 50, %v", len(l.Items), err)
	}
}
