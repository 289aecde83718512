package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/store"
)

// Erase implements store.Entries.
//
// A crash between its two steps leaves the words in the write-ahead log alone;
// Open truncates that.
func (s *Store) Erase(ctx context.Context, seq int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil {
		return err
	}
	// zeroblob is the packed form of an erased payload, and as long as what it
	// replaces: see the package comment.
	erase := func() (sql.Result, error) {
		return s.conn.ExecContext(ctx, `UPDATE entries
			SET packed = zeroblob(length(packed)), salt = zeroblob(length(salt)) WHERE seq = ?`, seq)
	}
	res, err := erase()
	if isFull(err) { // an erasure is what the reserve is for
		s.freeReserve()
		res, err = erase()
	}
	if err != nil {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, s.failure(err))
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("couldn't erase entry %d: %w", seq, errors.Join(store.ErrNotFound, err))
	}
	if err := truncateLog(ctx, s.conn); err != nil {
		return fmt.Errorf("couldn't remove entry %d from the write-ahead log: %w", seq, s.failure(err))
	}
	return nil
}

// errBusy says that readers kept the log from being truncated.
var errBusy = errors.New("the write-ahead log is being read")

// truncateLog moves what the write-ahead log holds into the database and empties
// it. Readers, which are quick, may keep it busy for a moment.
func truncateLog(ctx context.Context, conn *sql.Conn) error {
	const attempts = 100
	for range attempts {
		var busy, frames, moved int
		row := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		if err := row.Scan(&busy, &frames, &moved); err != nil {
			return err
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return errBusy
}
