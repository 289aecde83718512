package views

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Views that were replaced are those that were made beside them, whatever they held
// and whatever was cached of them; until then, and where it is given up, readers have them as they were.
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
			beside, err := used.Beside(context.Background(), "anew")
			if err != nil {
				t.Fatal(err)
			}
			foldAll(t, beside, d.entries)
			if diff := cmp.Diff(before, dump(t, used)); diff != "" || used.Position() != int64(len(other.entries)) {
				t.Fatalf("readers see (-before +meanwhile):\n%s", diff)
			}
			if !kept {
				err = beside.Discard()
			} else {
				err = errors.Join(used.Replace(context.Background(), beside), beside.Discard(), used.ClearLog(context.Background()))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if used.Position() != fresh.Position() || used.Condition() != AsRecorded {
			t.Fatalf("%d entries, not %d; their condition is %d", used.Position(), fresh.Position(), used.Condition())
		}
		groupAll(t, used)
		if diff := cmp.Diff(dump(t, fresh), dump(t, used)); diff != "" {
			t.Fatalf("from nothing and anew (-+):\n%s", diff)
		}
	})
}
