package views

import (
	"context"
	"errors"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// tileID is the number of a tile's row.
func tileID(level int, n int64) int64 { return int64(level)<<56 | n }

func tile(r table.Run, level int, n int64) (data []byte, err error) {
	err = one(r, `SELECT data FROM tiles WHERE id = ?`, []any{tileID(level, n)}, &data)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	return data, err
}

// Tile implements ledger.Tiles; it sees what the Tx wrote.
func (tx *Tx) Tile(level int, n int64) ([]byte, error) { return tile(tx.run, level, n) }

// SetTile implements ledger.Tiles.
func (tx *Tx) SetTile(level int, n int64, data []byte) error {
	return tx.upsert("tiles", "id", table.Row{{"id", tileID(level, n)}, {"data", data}})
}

// Tiles returns the committed hash tiles. They can't be set.
func (db *DB) Tiles() ledger.Tiles { return tiles{db} }

type tiles struct{ db *DB }

func (t tiles) Tile(level int, n int64) ([]byte, error) {
	return tile(t.db.file.Read(context.Background()), level, n)
}

func (t tiles) SetTile(int, int64, []byte) error {
	return errors.New("couldn't set a tile: only the writer may")
}
