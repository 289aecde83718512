package views

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// ClearUpload implements policies.Record.
func (tx *Tx) ClearUpload(id string, at time.Time) error {
	u, err := decodeOne[policies.Upload](tx.run, `SELECT data FROM uploads WHERE id = ? AND kept`, id)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	u.ClearedAt = at
	data, err := table.Encode(u)
	if err != nil {
		return err
	}
	if err := tx.exec(`UPDATE uploads SET kept = 0, idle = 0, data = ? WHERE id = ?`, data, id); err != nil {
		return err
	}
	return tx.countStored(&u, -u.Size)
}

// AddClearing implements policies.Record.
func (tx *Tx) AddClearing(c policies.Clearing) error {
	data, err := table.Encode(c)
	if err != nil {
		return err
	}
	if err := tx.insert("clearings", table.Row{{"id", c.ID}, {"data", data}}); err != nil {
		return err
	}
	for _, digest := range c.Files {
		if err := tx.insert("going_files", table.Row{{"digest", digest}, {"clearing", c.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// EndClearing implements policies.Record.
func (tx *Tx) EndClearing(id string) error {
	if err := tx.exec(`DELETE FROM going_files WHERE clearing = ?`, id); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM clearings WHERE id = ?`, id)
}

func (f facts) IdleUploads(until time.Time, limit int) ([]policies.Upload, error) {
	return table.DecodeAll[policies.Upload](f.run, `SELECT data FROM uploads WHERE idle AND at <= ? ORDER BY at, n LIMIT ?`, table.Millis(until), limit)
}

func (f facts) FileHolders(digest string) (n int, err error) {
	err = one(f.run, `SELECT (SELECT count(*) FROM uploads WHERE digest = ?1 AND kept) + (SELECT count(*) FROM named_files WHERE digest = ?1)`, []any{digest}, &n)
	return n, err
}

func (f facts) FileGoing(digest string) (going bool, err error) {
	err = one(f.run, `SELECT EXISTS (SELECT 1 FROM going_files WHERE digest = ?)`, []any{digest}, &going)
	return going, err
}

func (f facts) Clearing(id string) (policies.Clearing, error) {
	return decodeOne[policies.Clearing](f.run, `SELECT data FROM clearings WHERE id = ?`, id)
}

// HasIdleUploads says whether there are uploads of up to a time to be cleared.
func (db *DB) HasIdleUploads(ctx context.Context, until time.Time) (bool, error) {
	idle, err := facts{run: db.file.Read(ctx)}.IdleUploads(until, 1)
	return len(idle) > 0, err
}

// Clearings lists those under way, the oldest first.
func (db *DB) Clearings(ctx context.Context) ([]policies.Clearing, error) {
	return table.DecodeAll[policies.Clearing](db.file.Read(ctx), `SELECT data FROM clearings ORDER BY n`)
}
