package views

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// So that a fold leaves some to be spread in every story.
func init() { spreadBatch = 2 }

// Views that are opened again go on with what was to be spread, wherever they were left.
func TestSpreadGoesOn(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		whole := reopen(t, filepath.Join(dir, "whole"+strconv.Itoa(runs)))
		defer whole.Close()
		foldAll(t, whole, d.entries)
		path := filepath.Join(dir, "left"+strconv.Itoa(runs))
		left := reopen(t, path)
		foldAll(t, left, d.entries)
		for range rapid.IntRange(0, 3).Draw(t, "turns") {
			if _, err := left.spreadSome(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := left.Close(); err != nil {
			t.Fatal(err)
		}
		left = reopen(t, path)
		defer left.Close()
		if diff := cmp.Diff(dump(t, whole)["clause_texts"], dump(t, left)["clause_texts"]); diff != "" {
			t.Fatalf("spread at once and in two lives (-+):\n%s", diff)
		}
		if err := left.Compare(ctx, whole, func(int64) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

// reopen opens views as a process does that finds them as another left them.
func reopen(t tester, path string) *DB {
	db, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}
