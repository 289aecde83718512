package views

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"golang.org/x/sync/singleflight"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/views/table"
)

// schemaVersion changes with schema.sql and with whatever a fold writes.
const schemaVersion = 45

//go:embed schema.sql
var schema string

// defaultMemory is what a registry keeps that serves readers.
const defaultMemory = 128 << 20

// Options say how a DB is opened.
type Options struct {
	Log *slog.Logger // nil: nothing is logged

	// Memory bounds what is kept for the next who asks, in bytes: half of it are parsed texts, half
	// are pages of the file. Zero: 128 MiB.
	Memory int
}

// A DB is an open file of views. It is safe for concurrent use.
type DB struct {
	log       *slog.Logger
	file      *table.File
	cache     caches       // of whoever has the writer's turn
	position  atomic.Int64 // entries committed
	condition condition
	busy      atomic.Int64 // when a Tx ended last, in nanoseconds since 1970

	texts    *lru.Cache[string, *clauses.Text]
	carriers *lru.Cache[string, *clauses.Carrier] // by the IDs of the two revisions
	loading  singleflight.Group
	packed   *lru.Cache[clauses.Hash, []byte] // texts whose fold is prepared
	changes  changes                          // of whoever has the writer's turn

	belongings belongings
	answers    answersReady

	indexing indexer
}

// Open opens the views in a file, which it makes if need be. A file of another
// schema version, or a damaged one, is deleted and made anew, at position 0. Files beside it, that
// a process was making when it ended, are deleted.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Memory == 0 {
		o.Memory = defaultMemory
	}
	db := &DB{log: o.Log, texts: newTextCache(o.Memory / 2), carriers: lru.New[string](carrierBytes, carrierWeight),
		packed: newPackedCache()}
	db.belongings.init()
	if err := removeBeside(path); err != nil {
		return nil, fmt.Errorf("couldn't delete what a former process left behind: %w", err)
	}
	file, err := table.Open(ctx, path, table.Options{Schema: schema, Version: schemaVersion, Idle: idleIndexes, Pages: o.Memory / 2, Log: o.Log, Resume: db.resume, Rewrite: nowRewritten})
	if err != nil {
		return nil, fmt.Errorf("couldn't open the views: %w", err)
	}
	db.file = file
	if err := db.inTurn(ctx, db.noteAnswering); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't open the views: %w", err), file.Close())
	}
	db.indexing.start(db)
	return db, nil
}

// resume reads the position of a file that is taken up again.
func (db *DB) resume(r table.Run) error {
	var position, condition int64
	if err := one(r, `SELECT position, condition FROM state`, nil, &position, &condition); err != nil {
		return err
	}
	db.position.Store(position)
	db.condition.set(Condition(condition))
	return nil
}

// Close waits for the writer and the readers under way. Closing twice is no error.
func (db *DB) Close() error {
	db.indexing.stop()
	return db.file.Close()
}

// Position returns how many ledger entries are folded and committed.
func (db *DB) Position() int64 { return db.position.Load() }

// Statements returns how many SQL statements readers have run so far.
func (db *DB) Statements() int64 { return db.file.Statements() }

// Reset empties the views, for a rebuild from the ledger that nobody reads meanwhile.
func (db *DB) Reset(ctx context.Context) error {
	if err := db.file.Take(ctx); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	defer db.file.Give()
	if err := db.file.Reset(ctx); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	return db.forget(0, AsRecorded)
}

// forget drops all that is kept of what the file held before: now it has a position and a condition.
func (db *DB) forget(position int64, c Condition) error {
	db.cache = caches{}
	db.texts.Clear()
	db.carriers.Clear()
	db.belongings.changed()
	db.position.Store(position)
	db.condition.set(c)
	return db.noteAnswering()
}
