package table

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	sqlitedriver "modernc.org/sqlite"
)

// readers is how many connections read at a time. Each has a page cache of at
// most 8 MiB; the writer's is 64 MiB, since inserts touch every index.
const readers = 4

// Options say what a file holds.
type Options struct {
	Schema  string // SQL that makes the tables
	Version int    // changes with Schema, and with whatever else is written to the tables
	// Idle names indexes that may be missing while much is written at once.
	Idle  []string
	Pages int // bytes of pages that the writer keeps
	Log   *slog.Logger

	// Rewrite makes a query another while [File.Rewriting] says so.
	Rewrite func(query string) string

	// Resume reads what a file says of itself that is taken up again. Where it fails,
	// the file is made anew.
	Resume func(Run) error
}

// minPages is what a writer keeps at least.
const minPages = 1 << 20

// A File is an open file of tables. It is safe for concurrent use.
type File struct {
	path    string
	options Options

	// turn holds one token: whoever has it may use the writer and its statements.
	turn    chan struct{}
	writer  *sql.DB
	conn    *sql.Conn
	queries map[string]*sql.Stmt              // prepared on conn
	execs   map[string]driver.StmtExecContext // likewise
	rows    map[rowKey][]rowStatement         // likewise
	values  []driver.NamedValue               // used again by each statement

	reader     *sql.DB
	prepared   sync.Map // SQL -> *sql.Stmt, prepared on reader
	statements atomic.Int64

	rewriting atomic.Bool
	rewritten sync.Map // query -> what it is rewritten to

	closed  atomic.Bool
	closing chan struct{}

	checked bool // all pages were looked at when it was opened
}

// schemaOfFile is the table of the engine itself: clean is 1 where the file was closed
// in order, and boot is the bootID of whoever opened it last.
const schemaOfFile = `CREATE TABLE file (clean INTEGER NOT NULL, boot TEXT NOT NULL); INSERT INTO file VALUES (0, '');`

// Open opens a file, which it makes if need be. A file of another version, or a
// damaged one, is deleted and made anew.
func Open(ctx context.Context, path string, o Options) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	f, err := open(ctx, path, o)
	if errors.Is(err, errUnusable) {
		o.Log.Warn("the file is made anew", "path", path, "reason", err)
		if err := Remove(path); err != nil {
			return nil, fmt.Errorf("couldn't delete an unusable file: %w", err)
		}
		f, err = open(ctx, path, o)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't open %s: %w", path, err)
	}
	return f, nil
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

// Path is where the file is.
func (f *File) Path() string { return f.path }

// Remove deletes a file that nobody has open, with what SQLite keeps beside it; one that isn't
// there is no error.
func Remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, path string, o Options) (_ *File, err error) {
	f := &File{path: path, options: o, turn: make(chan struct{}, 1), closing: make(chan struct{}),
		queries: map[string]*sql.Stmt{}, execs: map[string]driver.StmtExecContext{}, rows: map[rowKey][]rowStatement{}}
	defer func() {
		if err != nil {
			err = errors.Join(unusable(err), f.closeAll())
		}
	}()
	if err := f.openWriter(ctx); err != nil {
		return nil, err
	}
	f.reader, err = sql.Open("sqlite", f.dsn("query_only(ON)", "cache_size(-8192)"))
	if err != nil {
		return nil, err
	}
	f.reader.SetMaxOpenConns(readers)
	f.reader.SetMaxIdleConns(readers)
	if err := f.reader.PingContext(ctx); err != nil {
		return nil, err
	}
	f.turn <- struct{}{}
	return f, nil
}

// dsn names the file with the pragmas that every connection needs.
func (f *File) dsn(pragmas ...string) string {
	p := filepath.ToSlash(f.path)
	if p[0] != '/' {
		p = "/" + p // a drive's letter
	}
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// openWriter opens the writing connection and sees to the schema.
func (f *File) openWriter(ctx context.Context) (err error) {
	// SQLite gives its other files the mode of this one.
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	f.writer, err = sql.Open("sqlite", f.dsn("journal_mode(WAL)", "synchronous(OFF)", fmt.Sprintf("cache_size(-%d)", max(f.options.Pages, minPages)>>10),
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)"))
	if err != nil {
		return err
	}
	f.writer.SetMaxOpenConns(1)
	if f.conn, err = f.writer.Conn(ctx); err != nil {
		return err
	}
	var version, tables int
	err = f.conn.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&version, &tables)
	switch {
	case err != nil:
		return err
	case version == 0 && tables == 0:
		return f.create(ctx)
	case version != f.options.Version:
		return fmt.Errorf("%w: its version is %d, not %d", errUnusable, version, f.options.Version)
	}
	return f.resume(ctx)
}

// create makes the tables.
func (f *File) create(ctx context.Context) error {
	_, err := f.conn.ExecContext(ctx, "BEGIN IMMEDIATE; "+f.tables()+" COMMIT")
	if err != nil {
		_, _ = f.conn.ExecContext(ctx, "ROLLBACK") // none may be open: the first error counts
		return err
	}
	return f.begin(ctx)
}

// tables is the SQL that makes the tables, for a transaction.
func (f *File) tables() string {
	return fmt.Sprintf("%s %s PRAGMA user_version=%d;", schemaOfFile, f.options.Schema, f.options.Version)
}

// resume takes up a file where it was left. One that wasn't closed in order may
// have lost pages if the machine went down, so all of its pages are looked at, unless the machine has been running since: what a
// process that was killed had written, the system still has.
func (f *File) resume(ctx context.Context) error {
	var clean bool
	var boot string
	if err := f.conn.QueryRowContext(ctx, `SELECT clean, boot FROM file`).Scan(&clean, &boot); err != nil {
		return fmt.Errorf("%w: %w", errUnusable, err)
	}
	if f.checked = !clean && (boot == "" || boot != bootID()); f.checked {
		var verdict string
		if err := f.conn.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return fmt.Errorf("%w: %s", errUnusable, verdict)
		}
	}
	if err := f.options.Resume(f.Write); err != nil {
		return fmt.Errorf("%w: %w", errUnusable, err)
	}
	if err := f.MakeIdle(); err != nil { // of a process that ended in between
		return fmt.Errorf("%w: %w", errUnusable, err)
	}
	return f.begin(ctx)
}

// begin notes that the file is open, and since when the machine runs.
func (f *File) begin(ctx context.Context) error {
	_, err := f.conn.ExecContext(ctx, `UPDATE file SET clean = 0, boot = ?`, bootID())
	return err
}

// Close waits for the writer and the readers under way. Closing twice is no error.
func (f *File) Close() error { return f.close(true) }

func (f *File) close(clean bool) (err error) {
	if f.closed.Swap(true) {
		return nil
	}
	close(f.closing)
	<-f.turn // never given back: Take fails with ErrClosed
	if clean {
		_, err = f.conn.ExecContext(context.Background(), `UPDATE file SET clean = 1`)
	}
	return errors.Join(err, f.closeAll())
}

func (f *File) closeAll() (err error) {
	if f.reader != nil {
		err = errors.Join(err, f.reader.Close())
	}
	// A statement left open would keep the connection, and with it the log, open.
	for _, s := range f.queries {
		err = errors.Join(err, s.Close())
	}
	for _, s := range f.execs {
		err = errors.Join(err, s.(driver.Stmt).Close())
	}
	if f.conn != nil {
		err = errors.Join(err, f.conn.Close())
	}
	if f.writer != nil {
		err = errors.Join(err, f.writer.Close())
	}
	return err
}

// ErrClosed says that a file is closed.
var ErrClosed = errors.New("the file is closed")

// Take waits for the writer's turn, which ends with Give.
func (f *File) Take(ctx context.Context) error {
	if f.closed.Load() {
		return ErrClosed
	}
	select {
	case <-f.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-f.closing:
		return ErrClosed
	}
}

// Give gives the writer's turn to whoever waits for it.
func (f *File) Give() { f.turn <- struct{}{} }

// Taken reports whether somebody has the writer's turn.
func (f *File) Taken() bool { return len(f.turn) == 0 }

// Reset empties the file, for whoever has the writer's turn.
func (f *File) Reset(ctx context.Context) error {
	if err := f.Transact(f.empty); err != nil {
		return err
	}
	if _, err := f.conn.ExecContext(ctx, `VACUUM`); err != nil {
		return fmt.Errorf("couldn't clear the file: %w", err)
	}
	cleared, err := f.truncateLog(ctx)
	if err == nil && !cleared {
		err = errLogIsRead
	}
	return err
}

// empty drops all tables and makes them again.
func (f *File) empty() error {
	drop := ""
	var name string
	err := Each(f.Write, `SELECT iif(type = 'view', 'VIEW ', 'TABLE ') || name FROM pragma_table_list
		WHERE schema = 'main' AND type IN ('table', 'virtual', 'view') AND name NOT LIKE 'sqlite_%'`, nil, []any{&name}, func() error {
		drop += "DROP " + name + "; "
		return nil
	})
	if err != nil {
		return err
	}
	if _, err = f.conn.ExecContext(writing, drop+f.tables()); err != nil {
		return err
	}
	return f.begin(writing)
}
