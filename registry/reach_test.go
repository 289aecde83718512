package registry

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/sqlite"
)

// reach wants what signatures reach, and a ledger that is sound.
func (e *earlier) reach(want Reach) func(*Registry, error) {
	return func(r *Registry, err error) {
		e.t.Helper()
		if err != nil {
			e.t.Fatal(err)
		}
		got, err := r.Reach()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			e.t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if err := r.Verify(e.t.Context(), nil); err != nil {
			e.t.Error(err)
		}
	}
}

// forge appends an entry as whoever can write to the store does: it says the same as the last comment.
func (e *earlier) forge() {
	e.t.Helper()
	s, err := sqlite.Open(e.t.Context(), e.dir)
	if err != nil {
		e.t.Fatal(err)
	}
	defer closed(e.t, store.Store(s))
	all := entriesOf(e.t, s)
	forged := all[e.seq]
	forged.Seq, forged.At, forged.Command = int64(len(all)), all[len(all)-1].At, "forged"
	forged.Seal()
	if err := s.Append(e.t.Context(), []ledger.Entry{forged}); err != nil {
		e.t.Fatal(err)
	}
}

// Entries that no signature covers, as who forges some leaves them and a crash too, are told
// by who looks, who signs none; and by who signs them, for as long as it runs.
func TestForgedTail(t *testing.T) {
	e := earlierRun(t)
	before, err := os.ReadFile(e.path("checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	e.run(func(r *Registry, err error) {
		n = r.Views().Position()
		e.reach(Reach{Entries: n, Signed: n, LateFrom: n, LateUntil: n})(r, err)
	})
	e.forge()
	e.looks = true
	for range 2 {
		e.run(e.reach(Reach{Entries: n + 1, Signed: n}))
		if now, err := os.ReadFile(e.path("checkpoint")); err != nil || string(now) != string(before) {
			t.Fatalf("who only looks signed something: %s, %v", now, err)
		}
	}
	e.looks = false
	e.run(e.reach(Reach{Entries: n + 1, Signed: n + 1, LateFrom: n, LateUntil: n + 1}))
	e.run(e.reach(Reach{Entries: n + 1, Signed: n + 1, LateFrom: n + 1, LateUntil: n + 1}))

	// Without a checkpoint nothing is covered.
	if err := os.Remove(e.path("checkpoint")); err != nil {
		t.Fatal(err)
	}
	e.looks = true
	e.run(func(r *Registry, err error) {
		if !errors.Is(err, ErrNoCheckpoint) {
			t.Errorf("without a checkpoint: %v", err)
		}
	})
	e.unsigned = true
	e.run(e.reach(Reach{Entries: n + 1, Signed: 0}))
	e.run(e.reach(Reach{Entries: n + 1, Signed: 0}))
}
