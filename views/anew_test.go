package views

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Views that are made anew over others are those that were empty before, whatever the others held
// and whatever was cached of them; until then, and where it is given up, readers have the others.
func TestAnewIsAsFromNothing(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		other, d := randomStory(t), randomStory(t)
		open := func(name string) *DB {
			db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprint(name, runs)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return db
		}
		fresh, used := open("fresh"), open("used")
		defer fresh.Close()
		defer used.Close()
		foldAll(t, fresh, d.entries)
		foldAll(t, used, other.entries)
		groupAll(t, fresh)
		groupAll(t, used) // else the background may, between two looks
		before := dump(t, used)
		for _, kept := range []bool{false, true} {
			tx, err := used.BeginAnew(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback() // a failure mustn't keep the turn from Close
			for i := range d.entries {
				foldOne(t, tx, &d.entries[i])
			}
			if diff := cmp.Diff(before, dump(t, used)); diff != "" {
				t.Fatalf("readers see (-before +meanwhile):\n%s", diff)
			}
			if kept {
				commit(t, tx)
				break
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, dump(t, used)); diff != "" || used.Position() != int64(len(other.entries)) {
				t.Fatalf("given up (-before +after):\n%s", diff)
			}
		}
		if err := used.Clear(context.Background()); err != nil {
			t.Fatal(err)
		}
		groupAll(t, used)
		if diff := cmp.Diff(dump(t, fresh), dump(t, used)); diff != "" {
			t.Fatalf("from nothing and anew (-+):\n%s", diff)
		}
	})
}
