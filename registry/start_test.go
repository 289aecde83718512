package registry

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
	"github.com/ewtp/entente/store/mem"
	"github.com/ewtp/entente/store/sqlite"
	"github.com/ewtp/entente/views"
)

func signer(t testing.TB) *ledger.Signer {
	t.Helper()
	key, _, err := ledger.GenerateKey(rand.Reader, "registry.example/ledger")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// earlier is a folder with a ledger in SQLite, views and a checkpoint, as a
// registry that was closed left them.
type earlier struct {
	t    *testing.T
	dir  string
	key  *ledger.Signer
	cast cast
	seen string // its views' state
	seq  int64  // of the comment with the words

	unsigned bool // open without a checkpoint too
	shorter  bool // open a ledger that has lost entries too
	looks    bool // open it to look only
}

const theWords = "Nowhere else do these words stand."

func earlierRun(t *testing.T) *earlier {
	e := &earlier{t: t, dir: t.TempDir(), key: signer(t)}
	e.run(func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		e.cast = settle(t, r, 5)
		for i := range 10 {
			text := "Other words."
			if i == 5 {
				text = theWords
			}
			if out := do(t, r, e.cast.carrier, "", e.cast.says(i, text)); i == 5 {
				e.seq = out.Seq
			}
		}
		e.seen = e.cast.state(t, r)
	})
	return e
}

func (e *earlier) path(name string) string { return filepath.Join(e.dir, name) }

// run opens what is in the folder, lets f look at the outcome and closes it all.
func (e *earlier) run(f func(r *Registry, err error)) {
	e.t.Helper()
	s, err := sqlite.Open(e.t.Context(), e.dir)
	if err != nil {
		e.t.Fatal(err)
	}
	defer closed(e.t, s)
	e.runOn(s, f)
}

func (e *earlier) runOn(s store.Store, f func(r *Registry, err error)) {
	e.t.Helper()
	db, err := views.Open(e.t.Context(), e.path("views.db"), views.Options{})
	if err != nil {
		e.t.Fatal(err)
	}
	defer closed(e.t, db)
	r, err := Open(e.t.Context(), Options{Store: s, Views: db, Checkpoints: e.key, CheckpointFile: e.path("checkpoint"), Unsigned: e.unsigned, Shorter: e.shorter, SignOnDemand: e.looks})
	f(r, err)
	if err == nil {
		closed(e.t, r)
	}
}

func closed(t *testing.T, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// change changes the byte of a file that follows some others.
func (e *earlier) change(name, after string) {
	e.t.Helper()
	file, err := os.ReadFile(e.path(name))
	if err != nil {
		e.t.Fatal(err)
	}
	at := bytes.LastIndex(file, []byte(after))
	if at < 0 {
		e.t.Fatalf("%s doesn't hold %q", name, after)
	}
	file[at+len(after)]++
	if err := os.WriteFile(e.path(name), file, 0o600); err != nil {
		e.t.Fatal(err)
	}
}

// packed are the bytes that the ledger keeps of an entry's payload.
func (e *earlier) packed(seq int64) (b []byte) {
	e.t.Helper()
	db, err := sql.Open("sqlite", e.path("ledger.db"))
	if err != nil {
		e.t.Fatal(err)
	}
	defer closed(e.t, db)
	if err := db.QueryRowContext(e.t.Context(), "SELECT packed FROM entries WHERE seq = ?", seq).Scan(&b); err != nil {
		e.t.Fatal(err)
	}
	return b
}

// emptyLog brings all of the ledger into its main file, where changing a byte
// changes that byte only: SQLite drops frames of its log that don't add up.
func (e *earlier) emptyLog() {
	e.t.Helper()
	db, err := sql.Open("sqlite", e.path("ledger.db"))
	if err != nil {
		e.t.Fatal(err)
	}
	defer closed(e.t, db)
	if _, err := db.ExecContext(e.t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		e.t.Fatal(err)
	}
}

func (e *earlier) removeViews() {
	e.t.Helper()
	files, err := filepath.Glob(e.path("views.db*"))
	if err != nil || len(files) == 0 {
		e.t.Fatalf("there are no views to remove: %v", err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			e.t.Fatal(err)
		}
	}
}

// same is for run: what it opens must be what was closed.
func (e *earlier) same(r *Registry, err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
	if diff := cmp.Diff(e.seen, e.cast.state(e.t, r)); diff != "" {
		e.t.Errorf("the views (-before +after):\n%s", diff)
	}
	if n := e.cast.found(e.t, r, theWords); n != 1 {
		e.t.Errorf("a search finds %d, want 1", n)
	}
	if err := r.Ready(e.t.Context()); err != nil {
		e.t.Errorf("Ready: %v", err)
	}
	if err := r.Verify(e.t.Context(), nil); err != nil {
		e.t.Errorf("Verify: %v", err)
	}
}

func TestStartAgain(t *testing.T) {
	e := earlierRun(t)
	e.run(e.same)
}

// TestOneByteChanged: a ledger that isn't what was signed is refused, and the entry named.
func TestOneByteChanged(t *testing.T) {
	for name, prepare := range map[string]func(e *earlier){
		"with its views": func(*earlier) {}, "without views": (*earlier).removeViews,
	} {
		t.Run(name, func(t *testing.T) {
			e := earlierRun(t)
			prepare(e)
			e.emptyLog()
			packed := e.packed(e.seq)
			e.change("ledger.db", string(packed[:len(packed)/2]))
			e.run(func(_ *Registry, err error) {
				var corrupt *ledger.Corrupt
				if !errors.As(err, &corrupt) || corrupt.Seq != e.seq || corrupt.Until != e.seq+1 {
					t.Errorf("Open = %v, want that entry %d is corrupt", err, e.seq)
				}
			})
		})
	}
}

func TestBadCheckpoint(t *testing.T) {
	e := earlierRun(t)
	e.change("checkpoint", "\n\n— registry.example/ledger ")
	e.run(func(_ *Registry, err error) {
		if !errors.Is(err, ledger.ErrCheckpoint) {
			t.Errorf("Open = %v, want ErrCheckpoint", err)
		}
	})
}

// TestNoCheckpoint: where a checkpoint was and is no longer, the start is refused, unless
// somebody answers for it; and then there is one again.
func TestNoCheckpoint(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"missing": os.Remove, "empty": func(path string) error { return os.Truncate(path, 0) },
		"blank": func(path string) error { return os.WriteFile(path, []byte(" \n"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			e := earlierRun(t)
			if err := spoil(e.path("checkpoint")); err != nil {
				t.Fatal(err)
			}
			e.run(func(_ *Registry, err error) {
				if !errors.Is(err, ErrNoCheckpoint) {
					t.Errorf("Open = %v, want ErrNoCheckpoint", err)
				}
			})
			e.unsigned = true
			e.run(e.same)
			e.unsigned = false
			e.run(e.same)
		})
	}
}

// TestKilledAtFirst: whoever is stopped before the first checkpoint is due starts again.
func TestKilledAtFirst(t *testing.T) {
	dir, key, s := t.TempDir(), signer(t), mem.Open()
	open := func(name string) *Registry {
		return openOn(t, Options{Store: s, Checkpoints: key, CheckpointFile: filepath.Join(dir, "checkpoint"), Views: openViews(t, filepath.Join(dir, name))})
	}
	settle(t, open("first.db"), 2)
	open("second.db")
}

// filling is a disk that takes no more names once it is full.
type filling struct {
	durable.Disk
	full atomic.Bool
}

func (d *filling) Rename(from, to string) error {
	if d.full.Load() {
		return errors.New("the disk is full")
	}
	return d.Disk.Rename(from, to)
}

// TestCheckpointIsKeptFirst: a checkpoint that couldn't be kept is shown to nobody.
func TestCheckpointIsKeptFirst(t *testing.T) {
	dir := t.TempDir()
	disk := &filling{Disk: durable.OS}
	r := openOn(t, Options{Checkpoints: signer(t), CheckpointFile: filepath.Join(dir, "checkpoint"), disk: disk})
	settle(t, r, 2)
	disk.full.Store(true)
	if text, err := r.Checkpoint(t.Context()); err == nil || text != nil {
		t.Errorf("it was shown: %s, %v", text, err)
	}
	disk.full.Store(false)
	if text, err := r.Checkpoint(t.Context()); err != nil || text == nil {
		t.Errorf("none is shown afterwards: %v", err)
	}
}

// TestShorterLedger: a ledger that lost entries is refused.
func TestShorterLedger(t *testing.T) {
	e := earlierRun(t)
	s, err := sqlite.Open(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	entries := entriesOf(t, s)
	closed(t, s)
	for _, kept := range []int{0, 1, len(entries) - 1} {
		short := mem.Open()
		if err := short.Append(t.Context(), entries[:kept]); err != nil {
			t.Fatal(err)
		}
		e.runOn(short, func(_ *Registry, err error) {
			var corrupt *ledger.Corrupt
			if !errors.As(err, &corrupt) {
				t.Errorf("Open with %d of %d entries: %v, want a *ledger.Corrupt", kept, len(entries), err)
			}
		})
	}
}

func TestViewsDeleted(t *testing.T) {
	e := earlierRun(t)
	e.removeViews()
	e.run(e.same)
}

// TestForeignViews: views of another ledger are made anew, whether a checkpoint
// gives them away or only their last entry.
func TestForeignViews(t *testing.T) {
	for _, name := range []string{"checkpoint", "no checkpoint"} {
		t.Run(name, func(t *testing.T) {
			e, other := earlierRun(t), earlierRun(t)
			e.removeViews()
			if err := os.Rename(other.path("views.db"), e.path("views.db")); err != nil {
				t.Fatal(err)
			}
			if name == "no checkpoint" {
				if err := os.Remove(e.path("checkpoint")); err != nil {
					t.Fatal(err)
				}
				e.unsigned = true
			}
			e.run(e.same)
		})
	}
}

// wantShorter is for runOn: the ledger is refused for having lost entries.
func wantShorter(t *testing.T, words string) func(*Registry, error) {
	return func(_ *Registry, err error) {
		t.Helper()
		if !errors.Is(err, ErrShorter) || !strings.Contains(err.Error(), words) {
			t.Errorf("Open = %v, want ErrShorter and %q", err, words)
		}
	}
}

// TestLostTail: a ledger that lost its last entries, which no checkpoint covers, is refused with both
// numbers as long as its views remember them; nothing is thrown away for it.
func TestLostTail(t *testing.T) {
	e := earlierRun(t)
	if err := os.Remove(e.path("checkpoint")); err != nil {
		t.Fatal(err)
	}
	e.unsigned = true
	db, err := sql.Open("sqlite", e.path("ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "DELETE FROM entries WHERE seq > ?", e.seq); err != nil {
		t.Fatal(err)
	}
	closed(t, db)
	for range 2 {
		e.run(wantShorter(t, fmt.Sprintf("it has %d, and", e.seq+1)))
	}
	e.shorter = true
	e.run(func(r *Registry, err error) {
		if err != nil || r.Views().Position() != e.seq+1 {
			t.Errorf("accepted: %v", err)
		}
	})
}

// TestViewsDamaged: a flipped byte in the words that views serve is found and mended, and
// said.
func TestViewsDamaged(t *testing.T) {
	e := earlierRun(t)
	e.run(func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if err := r.VerifyViews(t.Context(), nil); err != nil {
			t.Errorf("sound views: %v", err)
		}
	})
	e.change("views.db", "Nowhere else do ")
	e.run(func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if e.cast.state(t, r) == e.seen {
			t.Fatal("nothing was damaged: the test proves nothing")
		}
		var found *views.Difference
		if err := r.VerifyViews(t.Context(), nil); !errors.Is(err, ErrViews) || !errors.As(err, &found) || found.Table != "comments" {
			t.Errorf("damaged views: %v", err)
		}
		e.same(r, nil)
	})
	e.run(e.same)
	if left, _ := filepath.Glob(e.path("*.beside*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}

// TestForeignViewsOfNothing: an empty ledger beside views of one with entries has lost them,
// unless somebody says otherwise; then nothing of the other one is signed.
func TestForeignViewsOfNothing(t *testing.T) {
	e := earlierRun(t)
	if err := os.Remove(e.path("checkpoint")); err != nil {
		t.Fatal(err)
	}
	e.runOn(mem.Open(), wantShorter(t, "it has 0, and"))
	e.shorter = true
	e.runOn(mem.Open(), func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if c := checkpointOf(t, r, e.key); c.Size != 0 || r.Views().Position() != 0 {
			t.Errorf("the checkpoint is of %d entries, the views of %d; want none", c.Size, r.Views().Position())
		}
		settle(t, r, 2)
	})
}

func checkpointOf(t *testing.T, r *Registry, key *ledger.Signer) ledger.Checkpoint {
	t.Helper()
	text, err := r.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := key.Verifier().ParseCheckpoint(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLaggingViews has views that miss what the ledger has, as after a crash
// between append and commit: they catch up to what a replay makes.
func TestLaggingViews(t *testing.T) {
	e := earlierRun(t)
	s, err := sqlite.Open(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	other := openOn(t, Options{Store: s})
	for i := range 20 {
		do(t, other, e.cast.second, "", e.cast.says(i, "While the other was away."))
	}
	e.seen = e.cast.state(t, other)
	e.runOn(s, e.same)
}

// TestErase: an erased comment's words are nowhere, and the record is whole.
func TestErase(t *testing.T) {
	e := earlierRun(t)
	packed := e.packed(e.seq)
	gone := func(r *Registry) {
		t.Helper()
		if n := e.cast.found(t, r, theWords); n != 0 {
			t.Errorf("a search still finds %d", n)
		}
		if state := e.cast.state(t, r); bytes.Contains([]byte(state), []byte("Nowhere")) {
			t.Errorf("the words are still in the views")
		}
		entry, err := r.Views().Entry(t.Context(), e.seq)
		if err != nil || !entry.Erased {
			t.Errorf("entry %d: %+v, %v, want it erased", e.seq, entry, err)
		}
		if err := r.Verify(t.Context(), nil); err != nil {
			t.Errorf("Verify: %v", err)
		}
	}
	e.run(func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		before := checkpointOf(t, r, e.key)
		other := openOn(t, Options{Store: r.o.Store})
		var refused *policies.Error
		if err := r.Erase(t.Context(), []int64{e.seq}, "", nil); !errors.As(err, &refused) || refused.Field != "reason" {
			t.Errorf("erasing without a reason: %v", err)
		}
		for range 2 { // the second finds nothing left to do, and is put on record once
			if err := r.Erase(t.Context(), []int64{e.seq}, "An order.", nil); err != nil {
				t.Fatal(err)
			}
		}
		if after := checkpointOf(t, r, e.key); after.Size != before.Size+1 {
			t.Errorf("%d entries after an erasure of %d, want the record of it besides", after.Size, before.Size)
		}
		if root, err := ledger.RootAt(r.Views().Tiles(), before.Size); err != nil || root != before.Root {
			t.Errorf("the erasure changed the tree: %v, %v", root, err)
		}
		gone(r)
		if err := other.WaitFor(t.Context(), before.Size+1); err != nil {
			t.Fatal(err)
		}
		if err := other.onWriter(t.Context(), func() error { return nil }); err != nil { // its rebuild is over
			t.Fatal(err)
		}
		gone(other)
		if err := r.Erase(t.Context(), []int64{1_000_000}, "An order.", nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("erasing what isn't there: %v, want ErrNotFound", err)
		}
		do(t, r, e.cast.carrier, "", e.cast.says(0, "Life goes on."))
		e.seen = e.cast.state(t, r)
	})
	reopened := func(r *Registry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		gone(r)
		if diff := cmp.Diff(e.seen, e.cast.state(t, r)); diff != "" {
			t.Errorf("the views (-before +after):\n%s", diff)
		}
	}
	e.run(reopened)
	e.removeViews()
	e.run(reopened)
	files, err := filepath.Glob(e.path("*.db*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("there are no files: %v", err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(file, []byte("Nowhere else")) || bytes.Contains(file, packed[len(packed)/2:]) {
			t.Errorf("%s still holds the words", filepath.Base(name))
		}
	}
}

// TestCancelledStart: Open gives up when it is told to.
func TestCancelledStart(t *testing.T) {
	e := earlierRun(t)
	s, err := sqlite.Open(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	db := openViews(t, filepath.Join(t.TempDir(), "views.db"))
	if _, err := Open(ctx, Options{Store: s, Views: db}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want context.Canceled", err)
	}
}
