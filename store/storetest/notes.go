package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ewtp/entente/store"
)

func wantNote(t *testing.T, s store.Store, name, want string) {
	t.Helper()
	if got, err := s.Note(t.Context(), name); got != want || err != nil {
		t.Errorf("Note(%q) = %q, %v, want %q", name, got, err, want)
	}
}

func testNotes(t *testing.T, s store.Store) {
	wantNote(t, s, "a", "")
	for _, step := range []struct {
		name, was, text string
		refused         bool
	}{
		{"a", "x", "y", true}, {"a", "", "one", false}, {"a", "", "two", true}, {"a", "two", "one", true},
		{"a", "one", "ключ\n\"'\\ \U0001f680", false}, {"b", "", "other", false}, {"a", "one", "three", true},
	} {
		err := s.SetNote(t.Context(), step.name, step.was, step.text)
		if step.refused != errors.Is(err, store.ErrConflict) || !step.refused && err != nil {
			t.Errorf("SetNote(%q, %q, %q): %v", step.name, step.was, step.text, err)
		}
	}
	wantNote(t, s, "a", "ключ\n\"'\\ \U0001f680")
	wantNote(t, s, "b", "other")
	wantHead(t, s, 0) // it is beside the entries
}

// testOneNote has several callers write a note that isn't there, and then replace it: one does.
func testOneNote(t *testing.T, stores []store.Store) {
	was := ""
	for round := range 5 {
		var wins atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				err := stores[i%len(stores)].SetNote(t.Context(), "key", was, fmt.Sprintf("%d of %d", i, round))
				switch {
				case err == nil:
					wins.Add(1)
				case !errors.Is(err, store.ErrConflict):
					t.Errorf("SetNote: %v", err)
				}
			})
		}
		all.Wait()
		text, err := stores[0].Note(t.Context(), "key")
		if wins.Load() != 1 || text == was || err != nil {
			t.Fatalf("round %d: %d wrote it, and it is %q, %v", round, wins.Load(), text, err)
		}
		was = text
	}
}
