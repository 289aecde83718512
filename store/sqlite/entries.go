package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/pack"
)

// loadHead reads the head from the file.
func (s *Store) loadHead(ctx context.Context) error {
	var head int64
	if err := s.conn.QueryRowContext(ctx, `SELECT coalesce(max(seq)+1, 0) FROM entries`).Scan(&head); err != nil {
		return fmt.Errorf("couldn't read the head: %w", explainError(err))
	}
	s.tail.Advance(head)
	return nil
}

// Append implements store.Entries. All of it is one transaction: a crash leaves
// all the entries or none. Once begun it isn't cancelled by ctx.
func (s *Store) Append(ctx context.Context, entries []ledger.Entry) error {
	if err := store.Check(entries); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil || len(entries) == 0 {
		return err
	}
	if head := s.tail.Head(); entries[0].Seq != head {
		return fmt.Errorf("couldn't append entry %d: %w: it is at %d", entries[0].Seq, store.ErrConflict, head)
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.insertAll(ctx, entries); err != nil {
		return fmt.Errorf("couldn't append entry %d: %w", entries[0].Seq, err)
	}
	s.tail.Advance(entries[0].Seq + int64(len(entries)))
	end := &entries[len(entries)-1]
	s.last.Store(&lastEntry{end.Seq, end.Digest})
	return nil
}

// lastEntry is what was appended last.
type lastEntry struct {
	seq    int64
	digest ledger.Hash
}

// insertAll inserts the entries in one transaction.
func (s *Store) insertAll(ctx context.Context, entries []ledger.Entry) error {
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.failure(err)
	}
	for i := range entries {
		e := &entries[i]
		if _, err := s.insert.ExecContext(ctx, e.Seq, e.At.UnixMilli(), e.Kind, e.Subject, e.Command,
			pack.Ahead(e.Packed, e.Payload), e.Salt, e.Digest[:], e.Words, e.Released); err != nil {
			_, rollback := s.conn.ExecContext(ctx, "ROLLBACK")
			return s.failure(errors.Join(err, rollback))
		}
	}
	if _, err := s.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return s.undecided(ctx, err)
	}
	return nil
}

// undecided ends a transaction whose commit failed: the log may or may not hold
// it whole. What the file says now is what counts.
func (s *Store) undecided(ctx context.Context, err error) error {
	// Where SQLite has rolled back by itself this fails, and says nothing new.
	_, _ = s.conn.ExecContext(ctx, "ROLLBACK")
	before := s.tail.Head()
	unread := s.loadHead(ctx)
	if isFull(err) && unread == nil && s.tail.Head() == before {
		return s.failure(err) // the frame that ends a transaction is written last, and had no room
	}
	return errors.Join(fmt.Errorf("%w: %w", store.ErrAmbiguous, err), unread)
}

// Digest implements store.Entries. Nobody else writes to the folder, so it needn't ask the
// file for the last entry.
func (s *Store) Digest(ctx context.Context, seq int64) (digest ledger.Hash, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.check(ctx); err != nil {
		return digest, err
	}
	if last := s.last.Load(); last != nil && last.seq == seq {
		return last.digest, nil
	}
	var kept []byte
	switch err := s.digest.QueryRowContext(ctx, seq).Scan(&kept); {
	case errors.Is(err, sql.ErrNoRows):
		return digest, fmt.Errorf("couldn't read the digest of entry %d: %w", seq, store.ErrNotFound)
	case err != nil:
		return digest, fmt.Errorf("couldn't read the digest of entry %d: %w", seq, s.failure(err))
	case len(kept) != len(digest):
		return digest, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(seq, fmt.Errorf("its digest is %d bytes", len(kept))))
	}
	return ledger.Hash(kept), nil
}

// Read implements store.Entries.
func (s *Store) Read(ctx context.Context, from int64, limit int) ([]ledger.Entry, error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	from = max(from, 0)
	n := min(int64(max(limit, 0)), max(s.tail.Head()-from, 0))
	if n == 0 {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, from, n)
	if err != nil {
		return nil, fmt.Errorf("couldn't read entries from %d: %w", from, s.failure(err))
	}
	defer rows.Close()
	entries := make([]ledger.Entry, 0, min(n, 10_000))
	for rows.Next() {
		seq := from + int64(len(entries))
		var e ledger.Entry
		if err := scanEntry(rows, &e); err != nil {
			return nil, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(seq, err))
		}
		if e.Seq != seq {
			return nil, fmt.Errorf("couldn't read the ledger: %w", store.DamagedEntry(seq, fmt.Errorf("entry %d stands in its place", e.Seq)))
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("couldn't read entries from %d: %w", from, s.failure(err))
	}
	return entries, nil
}

// errSaltLeft says that an erasure is only half there.
var errSaltLeft = errors.New("it says that it was erased, and its salt is there")

// scanEntry reads a row. It fails only where the row isn't one that was written.
func scanEntry(rows *sql.Rows, e *ledger.Entry) error {
	var (
		at             int64
		packed, digest sql.RawBytes
	)
	err := rows.Scan(&e.Seq, &at, &e.Kind, &e.Subject, &e.Command, &packed, &e.Salt, &digest, &e.Words, &e.Released)
	if err != nil {
		return err
	}
	if len(digest) != len(e.Digest) {
		return fmt.Errorf("its digest is %d bytes", len(digest))
	}
	copy(e.Digest[:], digest)
	e.At = time.UnixMilli(at).UTC()
	if e.Payload, err = pack.Decode(packed); err != nil {
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	if e.Erased() {
		if !pack.IsZero(e.Salt) {
			return errSaltLeft
		}
		e.Salt = nil
	}
	return nil
}

// Head implements store.Entries. Nobody else writes to the folder, so it needn't
// ask the file.
func (s *Store) Head(ctx context.Context) (int64, error) {
	return s.tail.Head(), s.check(ctx)
}

// Wait implements store.Entries.
func (s *Store) Wait(ctx context.Context, seq int64) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	return s.tail.Wait(ctx, seq, s.closed, store.ErrClosed)
}
