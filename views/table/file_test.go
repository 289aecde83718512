package table

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const schema = `CREATE TABLE things (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL DEFAULT 0, at INTEGER);`

// thing is a row of things.
type thing struct {
	Name     string
	Size, At int
}

func options(version int, resume func(Run) error) Options {
	return Options{Schema: schema, Version: version, Log: slog.New(slog.DiscardHandler), Resume: resume}
}

func openTest(tb testing.TB) *File {
	tb.Helper()
	f, err := Open(tb.Context(), filepath.Join(tb.TempDir(), "file.db"), options(1, nil))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := f.Close(); err != nil {
			tb.Error(err)
		}
	})
	if err := f.Take(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(f.Give)
	return f
}

// things lists the things there are, by name.
func things(tb testing.TB, r Run) (list []thing) {
	tb.Helper()
	var x thing
	err := Each(r, `SELECT name, size, coalesce(at, 0) FROM things ORDER BY name`, nil, []any{&x.Name, &x.Size, &x.At}, func() error {
		list = append(list, x)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// A file is taken up again unless it can't be used.
func TestOpenAgain(t *testing.T) {
	kept := []thing{{"one", 1, 0}}
	fine := func(Run) error { return nil }
	for name, c := range map[string]struct {
		harm    func(path string) error
		options Options
		want    []thing
	}{
		"as it was":     {func(string) error { return nil }, options(1, fine), kept},
		"other version": {func(string) error { return nil }, options(2, fine), nil},
		"no database":   {func(p string) error { return os.WriteFile(p, []byte("nonsense, and quite long at that"), 0o600) }, options(1, fine), nil},
		"cut off":       {func(p string) error { return os.Truncate(p, 4096) }, options(1, fine), nil},
		"not closed":    {func(p string) error { return alter(p, `UPDATE file SET clean = 0`) }, options(1, fine), kept},
		"unreadable":    {func(string) error { return nil }, options(1, func(Run) error { return errors.New("says nothing of itself") }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			f, err := Open(t.Context(), path, options(1, nil))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Insert("things", Row{{"name", "one"}, {"size", 1}}); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(f.Close(), f.Close(), c.harm(path)); err != nil {
				t.Fatal(err)
			}
			if f, err = Open(t.Context(), path, c.options); err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if diff := cmp.Diff(c.want, things(t, f.Read(t.Context()))); diff != "" {
				t.Errorf("things (-want +got):\n%s", diff)
			}
		})
	}
}

// A file that wasn't closed in order is looked through, unless the machine has been running since.
func TestUncleanFileIsLookedThrough(t *testing.T) {
	for name, c := range map[string]struct {
		left string
		want bool
	}{
		"closed":                       {`UPDATE file SET boot = 'another'`, false},
		"killed":                       {`UPDATE file SET clean = 0`, bootID() == ""},
		"the machine went down":        {`UPDATE file SET clean = 0, boot = 'another'`, true},
		"who knows whether it did":     {`UPDATE file SET clean = 0, boot = ''`, true},
		"killed after it was emptied":  {`UPDATE file SET clean = 0`, bootID() == ""},
		"closed, nobody knows by whom": {`UPDATE file SET boot = ''`, false},
	} {
		path := filepath.Join(t.TempDir(), "file.db")
		f, err := Open(t.Context(), path, options(1, nil))
		if err != nil {
			t.Fatal(err)
		}
		if name == "killed after it was emptied" {
			if err := errors.Join(f.Take(t.Context()), f.Reset(t.Context())); err != nil {
				t.Fatal(err)
			}
			f.Give()
		}
		if err := errors.Join(f.Close(), alter(path, c.left)); err != nil {
			t.Fatal(err)
		}
		if f, err = Open(t.Context(), path, options(1, func(Run) error { return nil })); err != nil {
			t.Fatal(err)
		}
		if f.checked != c.want {
			t.Errorf("%s: looked through %t", name, f.checked)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// alter runs SQL on a file that is closed.
func alter(path, query string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.Exec(query)
	return errors.Join(err, db.Close())
}

// Readers see what is committed, and a snapshot what was when it began.
func TestReadersSeeWhatIsCommitted(t *testing.T) {
	f := openTest(t)
	add := func(name string) func() error {
		return func() error {
			_, err := f.Insert("things", Row{{"name", name}})
			if n := len(things(t, f.Read(t.Context()))); n > 1 {
				t.Errorf("a reader sees %d things before the commit", n)
			}
			return err
		}
	}
	if err := f.Transact(add("one")); err != nil {
		t.Fatal(err)
	}
	err := f.Snapshot(t.Context(), func(r Run) error {
		things(t, r)
		if err := f.Transact(add("two")); err != nil {
			return err
		}
		if n := len(things(t, r)); n != 1 {
			t.Errorf("the snapshot has %d things", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lost := errors.New("lost")
	if err := f.Transact(func() error { return errors.Join(lost, f.Exec(`DELETE FROM things`)) }); !errors.Is(err, lost) {
		t.Errorf("the transaction ends with %v", err)
	}
	if n := len(things(t, f.Read(t.Context()))); n != 2 {
		t.Errorf("%d things after a rollback", n)
	}
	if err := f.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(things(t, f.Read(t.Context()))); n != 0 {
		t.Errorf("%d things after a reset", n)
	}
}

// One has the turn at a time, and nobody who waits for it waits for ever.
func TestTurns(t *testing.T) {
	f, err := Open(t.Context(), filepath.Join(t.TempDir(), "file.db"), options(1, nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Take(t.Context()); err != nil || !f.Taken() {
		t.Fatalf("the first turn: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Take(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a turn of somebody who went away: %v", err)
	}
	waiting := make(chan error)
	go func() { waiting <- f.Take(context.Background()) }()
	closed := make(chan error)
	go func() { closed <- f.Close() }()
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("a turn of a file that is being closed: %v", err)
	}
	f.Give()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := f.Take(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("a turn of a closed file: %v", err)
	}
}
