package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
)

// reserveSize is how much room is held back: for some thousand entries of erasure, what
// belongs to them in files beside the ledger, and the end of the process.
const reserveSize = 16 << 20

func (s *Store) reserveFile() string { return filepath.Join(s.dir, "reserve") }

// keepReserve holds room back, unless it is.
func (s *Store) keepReserve() (err error) {
	path := s.reserveFile()
	if info, err := os.Stat(path); err == nil && info.Size() == reserveSize {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // #nosec G304 -- our own folder
	if err != nil {
		return err
	}
	if err = errors.Join(durable.Allocate(f, reserveSize), f.Close()); err != nil {
		s.freeReserve()
	}
	return err
}

// freeReserve gives the room to whoever needs it to go on. What uses it up is for the
// caller to decide; Probe says when there is room again.
func (s *Store) freeReserve() { _ = os.Remove(s.reserveFile()) }

// reserved says whether the room is held back.
func (s *Store) reserved() bool {
	_, err := os.Stat(s.reserveFile())
	return !errors.Is(err, fs.ErrNotExist)
}

// Probe implements store.Entries. It holds room back again where that was given away, and
// commits a page as an append does.
func (s *Store) Probe(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil {
		return err
	}
	if !s.reserved() {
		if err := s.keepReserve(); err != nil {
			return fmt.Errorf("%w: couldn't hold room back: %w", store.ErrFull, err)
		}
	}
	_, err := s.conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA user_version=%d", schemaVersion))
	if err != nil {
		return fmt.Errorf("couldn't write to the ledger's file: %w", s.failure(err))
	}
	return nil
}
