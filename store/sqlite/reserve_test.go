package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/storetest"
)

// Where there is no room an append adds nothing and says so, the reserve is given away, and
// when there is room again it is made again.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	reserve := filepath.Join(dir, "reserve")
	if info, err := os.Stat(reserve); err != nil || info.Size() != reserveSize || info.Mode().Perm() != 0o600 {
		t.Fatalf("the reserve: %v, %v", info, err)
	}
	if err := s.Append(t.Context(), storetest.Entries(0, 3)); err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		t.Helper()
		if _, err := s.conn.ExecContext(t.Context(), "PRAGMA max_page_count="+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // what there is, then
	large := storetest.Entry(3, "large", make([]byte, 1<<20))
	for i := range large.Payload {
		large.Payload[i] = byte(i * i >> 8)
	}
	large.Seal()
	err := s.Append(t.Context(), append(storetest.Entries(3, 0), large))
	if !errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrAmbiguous) {
		t.Errorf("without room: %v", err)
	}
	if _, err := os.Stat(reserve); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the reserve is kept: %v", err)
	}
	if head, err := s.Head(t.Context()); head != 3 || err != nil {
		t.Errorf("head %d, %v", head, err)
	}
	if err := s.Erase(t.Context(), 1); err != nil {
		t.Errorf("an erasure without room: %v", err)
	}
	limit("1000000")
	if err := s.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(reserve); err != nil || info.Size() != reserveSize {
		t.Errorf("the reserve, with room again: %v", err)
	}
	if err := s.Append(t.Context(), storetest.Entries(3, 1)); err != nil {
		t.Error(err)
	}
}
