package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/storetest"
)

func openIn(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func open(t *testing.T) store.Store {
	return openIn(t, filepath.Join(t.TempDir(), "ä folder with % & ? in its name"))
}

func TestStore(t *testing.T) {
	storetest.Run(t, open)
	storetest.RunConcurrent(t, open, nil)
	storetest.RunDurable(t, open, func(t *testing.T, first store.Store) store.Store {
		return openIn(t, first.(*Store).dir)
	})
}

func TestFolderModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	s := openIn(t, dir)
	if err := s.Append(t.Context(), storetest.Entries(0, 1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{
		"": 0o700, "blobs": 0o700, "lock": 0o600, "ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != want {
			t.Errorf("%q has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
}

func TestOneProcess(t *testing.T) {
	dir := t.TempDir()
	first := openIn(t, dir)
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrLocked) {
		t.Errorf("Open of a folder that is open: %v, want ErrLocked", err)
	}
	if err := first.Append(t.Context(), storetest.Entries(0, 1)); err != nil {
		t.Errorf("Append after another tried to open: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openIn(t, dir)
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   error // nil: any
	}{
		{"newer version", func(t *testing.T, dir string) { alter(t, dir, "PRAGMA user_version=2") }, ErrVersion},
		{"something else", func(t *testing.T, dir string) { alter(t, dir, "PRAGMA application_id=7") }, nil},
		{"not a database", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "ledger.db"), []byte("this is a letter, and a long one at that"))
		}, store.ErrDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := openIn(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			test.damage(t, dir)
			_, err := Open(t.Context(), dir)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("Open = %v, want %v", err, test.want)
			}
			// A refusal lets go of the folder.
			if _, err := Open(t.Context(), dir); errors.Is(err, ErrLocked) {
				t.Errorf("the folder stays locked: %v", err)
			}
		})
	}
}

// alter runs a statement on a folder's database.
func alter(t *testing.T, dir, statement string) {
	t.Helper()
	s := openIn(t, dir)
	if _, err := s.conn.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHalfBlobIsSwept(t *testing.T) {
	dir := t.TempDir()
	if err := openIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "blobs", pending+"123")
	write(t, half, []byte("half"))
	openIn(t, dir)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a crash left is still there: %v", err)
	}
}

func TestDamagedBlob(t *testing.T) {
	s := openIn(t, t.TempDir())
	wantDigest := putBlob(t, s, "as it was")
	write(t, (*blobs)(s).file(wantDigest), []byte("as it is!"))
	r, err := s.Blobs().Open(t.Context(), wantDigest)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := readToEnd(r); !errors.Is(err, store.ErrCorruptBlob) {
		t.Errorf("reading a damaged blob: %v, want ErrCorruptBlob", err)
	}
	putBlob(t, s, "as it was") // mends it
	r, err = s.Blobs().Open(t.Context(), wantDigest)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := readToEnd(r); err != nil {
		t.Errorf("reading a mended blob: %v", err)
	}
}
