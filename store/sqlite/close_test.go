package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/storetest"
)

// After the end, whoever was reading meanwhile, ledger.db alone holds every entry.
func TestClosedFileIsWhole(t *testing.T) {
	const n = 3000
	dir, copied := t.TempDir(), t.TempDir()
	s := openIn(t, dir)
	for at := int64(0); at < n; at += 100 {
		if err := s.Append(t.Context(), storetest.Entries(at, 100)); err != nil {
			t.Fatal(err)
		}
	}
	var readers sync.WaitGroup
	begun := make(chan bool, 8)
	for range cap(begun) {
		readers.Go(func() {
			for {
				_, err := s.Read(t.Context(), 0, n)
				select {
				case begun <- true:
				default:
				}
				if err != nil {
					if !errors.Is(err, store.ErrClosed) {
						t.Errorf("Read while it is closed: %v", err)
					}
					return
				}
			}
		})
	}
	<-begun
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, beside := range []string{"ledger.db-wal", "ledger.db-shm"} {
		if _, err := os.Stat(filepath.Join(dir, beside)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", beside, err)
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, databaseFile))
	if err == nil {
		err = os.WriteFile(filepath.Join(copied, databaseFile), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if head, err := openIn(t, copied).Head(t.Context()); head != n || err != nil {
		t.Errorf("the copy of ledger.db has %d entries, %v, want %d", head, err, n)
	}
	readers.Wait()
}
