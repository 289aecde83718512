package views

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
	sqlitedriver "modernc.org/sqlite"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// schemaVersion changes with schema.sql and with whatever a fold writes.
const schemaVersion = 13

//go:embed schema.sql
var schema string

// readers is how many connections read at a time. Each has a page cache of at
// most 8 MiB; the writer's is 64 MiB, since inserts touch every index.
const readers = 4

// textBytes bounds the texts kept parsed.
const textBytes = 64 << 20

// Options say how a DB is opened.
type Options struct {
	Log *slog.Logger // nil: nothing is logged
}

// A DB is an open file of views. It is safe for concurrent use.
type DB struct {
	path string
	log  *slog.Logger

	// turn holds one token: whoever has it may use the writer, its statements and
	// its caches.
	turn   chan struct{}
	writer *sql.DB
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt              // queries prepared on conn
	execs  map[string]driver.StmtExecContext // statements prepared on conn
	values []driver.NamedValue               // used again by each statement
	cache  caches

	reader     *sql.DB
	prepared   sync.Map // SQL -> *sql.Stmt, prepared on reader
	statements atomic.Int64
	position   atomic.Int64 // entries committed
	texts      *textCache
	carriers   *lru[*clauses.Carrier] // by the IDs of the two revisions
	loading    singleflight.Group

	indexing indexer
	busy     atomic.Int64 // when a Tx ended last, in nanoseconds since 1970
	closed   atomic.Bool
}

// Open opens the views in a file, which it makes if need be. A file of another
// schema version, or a damaged one, is deleted and made anew, at position 0.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the views: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db, err := open(ctx, path, o.Log)
	if errors.Is(err, errUnusable) {
		o.Log.Warn("the views are made anew", "path", path, "reason", err)
		if err := remove(path); err != nil {
			return nil, fmt.Errorf("couldn't delete unusable views: %w", err)
		}
		db, err = open(ctx, path, o.Log)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't open the views in %s: %w", path, err)
	}
	return db, nil
}

// errUnusable says that the file is to be deleted and made anew.
var errUnusable = errors.New("the file can't be used")

// unusable marks an error that says the file is damaged or no database.
func unusable(err error) error {
	const corrupt, notADatabase = 11, 26 // SQLITE_CORRUPT, SQLITE_NOTADB
	var e *sqlitedriver.Error
	if errors.As(err, &e) && (e.Code()&0xff == corrupt || e.Code()&0xff == notADatabase) {
		return fmt.Errorf("%w: %w", errUnusable, err)
	}
	return err
}

func remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, path string, log *slog.Logger) (_ *DB, err error) {
	db := &DB{path: path, log: log, turn: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{},
		execs: map[string]driver.StmtExecContext{},
		texts: newTextCache(textBytes), carriers: newLRU(carrierBytes, carrierWeight)}
	defer func() {
		if err != nil {
			err = errors.Join(unusable(err), db.closeFiles())
		}
	}()
	if err := db.openWriter(ctx); err != nil {
		return nil, err
	}
	db.reader, err = sql.Open("sqlite", db.dsn("query_only(ON)", "cache_size(-8192)"))
	if err != nil {
		return nil, err
	}
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	if err := db.reader.PingContext(ctx); err != nil {
		return nil, err
	}
	db.turn <- struct{}{}
	db.indexing.start(db)
	return db, nil
}

// dsn names the file with the pragmas that every connection needs.
func (db *DB) dsn(pragmas ...string) string {
	p := filepath.ToSlash(db.path)
	if p[0] != '/' {
		p = "/" + p // a drive's letter
	}
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// openWriter opens the writing connection and sees to the schema.
func (db *DB) openWriter(ctx context.Context) (err error) {
	// SQLite gives its other files the mode of this one.
	f, err := os.OpenFile(db.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db.writer, err = sql.Open("sqlite", db.dsn("journal_mode(WAL)", "synchronous(OFF)", "cache_size(-65536)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)"))
	if err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(1)
	if db.conn, err = db.writer.Conn(ctx); err != nil {
		return err
	}
	var version, tables int
	err = db.conn.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &tables)
	switch {
	case err != nil:
		return err
	case version == 0 && tables == 0:
		return db.create(ctx, "")
	case version != schemaVersion:
		return fmt.Errorf("%w: its schema version is %d, not %d", errUnusable, version, schemaVersion)
	}
	return db.resume(ctx)
}

// create makes the tables, after what is to be done before.
func (db *DB) create(ctx context.Context, before string) error {
	_, err := db.conn.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s %s PRAGMA user_version=%d; COMMIT", before, schema, schemaVersion))
	if err != nil {
		_, _ = db.conn.ExecContext(ctx, "ROLLBACK") // none may be open: the first error counts
	}
	return err
}

// resume takes up a file where it was left. One that wasn't closed in order may
// have lost pages if the machine went down, so all of its pages are looked at.
func (db *DB) resume(ctx context.Context) error {
	var position int64
	var clean bool
	row := db.conn.QueryRowContext(ctx, `SELECT position, clean FROM state`)
	if err := row.Scan(&position, &clean); err != nil {
		return fmt.Errorf("%w: %w", errUnusable, err)
	}
	if !clean {
		var verdict string
		if err := db.conn.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return fmt.Errorf("%w: %s", errUnusable, verdict)
		}
	}
	if _, err := db.conn.ExecContext(ctx, `UPDATE state SET clean = 0`); err != nil {
		return err
	}
	db.position.Store(position)
	return nil
}

// Close waits for the writer and the readers under way. Closing twice is no error.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	db.indexing.stop()
	<-db.turn // never given back: Begin fails with errClosed
	_, err := db.conn.ExecContext(context.Background(), `UPDATE state SET clean = 1`)
	return errors.Join(err, db.closeFiles())
}

func (db *DB) closeFiles() (err error) {
	if db.reader != nil {
		err = errors.Join(err, db.reader.Close())
	}
	// A statement left open would keep the connection, and with it the log, open.
	for _, s := range db.stmts {
		err = errors.Join(err, s.Close())
	}
	for _, s := range db.execs {
		err = errors.Join(err, s.(driver.Stmt).Close())
	}
	if db.conn != nil {
		err = errors.Join(err, db.conn.Close())
	}
	if db.writer != nil {
		err = errors.Join(err, db.writer.Close())
	}
	return err
}

// Position returns how many ledger entries are folded and committed.
func (db *DB) Position() int64 { return db.position.Load() }

// Statements returns how many SQL statements readers have run so far.
func (db *DB) Statements() int64 { return db.statements.Load() }

var errClosed = errors.New("the views are closed")

// take waits for the writer's turn.
func (db *DB) take(ctx context.Context) error {
	for {
		if db.closed.Load() {
			return errClosed
		}
		select {
		case <-db.turn:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-db.indexing.done: // Close has begun
			return errClosed
		}
	}
}

func (db *DB) give() { db.turn <- struct{}{} }

// Reset empties the views, for a rebuild from the ledger.
func (db *DB) Reset(ctx context.Context) error {
	if err := db.take(ctx); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	defer db.give()
	drop := ""
	rows, err := db.conn.QueryContext(ctx, `SELECT name FROM pragma_table_list
		WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'`)
	if err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return errors.Join(err, rows.Close())
		}
		drop += "DROP TABLE " + name + "; "
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	if err := db.create(ctx, drop); err != nil {
		return fmt.Errorf("couldn't empty the views: %w", err)
	}
	// What was dropped still stands in free pages and in the log. A rebuild may be
	// there to be rid of it: see registry.Registry.Erase.
	if _, err := db.conn.ExecContext(ctx, `VACUUM; PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("couldn't clear the views' file: %w", err)
	}
	db.cache = caches{}
	db.texts.clear()
	db.carriers.clear()
	db.position.Store(0)
	return nil
}

var _ policies.Record = (*Tx)(nil)
