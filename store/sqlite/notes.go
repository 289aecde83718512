package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ewtp/entente/store"
)

// Note implements store.Notes.
func (s *Store) Note(ctx context.Context, name string) (text string, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.check(ctx); err != nil {
		return "", err
	}
	err = s.reader.QueryRowContext(ctx, `SELECT text FROM notes WHERE name = ?`, name).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("couldn't read the note %s: %w", name, s.failure(err))
	}
	return text, nil
}

// SetNote implements store.Notes.
func (s *Store) SetNote(ctx context.Context, name, was, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(ctx); err != nil {
		return err
	}
	// One statement is a transaction.
	res, err := s.conn.ExecContext(context.WithoutCancel(ctx), `INSERT INTO notes (name, text)
		SELECT ?1, ?3 WHERE ?2 = coalesce((SELECT text FROM notes WHERE name = ?1), '')
		ON CONFLICT (name) DO UPDATE SET text = excluded.text`, name, was, text)
	if err != nil {
		return fmt.Errorf("couldn't write the note %s: %w", name, s.failure(err))
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("couldn't write the note %s: %w", name, errors.Join(store.ErrConflict, err))
	}
	return nil
}
