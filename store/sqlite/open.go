// Package sqlite keeps entries and blobs in one folder on one machine.
//
//	DIR/ledger.db        the entries: SQLite, write-ahead log, synchronous=FULL
//	DIR/lock             held by the process that has the folder open
//	DIR/reserve          room to go on with when the disk is full
//	DIR/blobs/ab/cdef…   a blob, by the SHA-256 of its content
//
// One process at a time has the folder open; one connection writes, several read.
// An Append is one transaction, durable when it returns, so that whoever batches
// what waits gets group commit.
//
// # Erasure
//
// Erase overwrites payload and salt in place with zeros of the same length, then
// checkpoints and truncates the write-ahead log. No row ever changes its size or
// is moved after it was written, so no older copy of it stays behind in a page.
// What the file system, its snapshots or backups keep of older bytes is beyond
// this package.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	sqlitedriver "modernc.org/sqlite"

	"github.com/ewtp/entente/store"
	"github.com/ewtp/entente/store/durable"
	"github.com/ewtp/entente/store/internal/tail"
)

// schemaVersion is the version of the tables this code reads and writes.
const schemaVersion = 1

// applicationID marks the file as ours (PRAGMA application_id): "Ent1".
const applicationID = 0x456e7431

// databaseFile is the entries' file in the folder.
const databaseFile = "ledger.db"

// readers is how many connections read at a time.
const readers = 4

// The table is append-only but for erasure. packed is a payload as package pack
// writes it. Entries are looked up by seq alone, so there is no other index.
const schema = `
CREATE TABLE entries (
	seq      INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL, -- milliseconds since 1970, UTC
	kind     TEXT NOT NULL,
	subject  TEXT NOT NULL,
	command  TEXT NOT NULL,
	packed   BLOB NOT NULL,
	salt     BLOB,
	digest   BLOB NOT NULL,
	words    BLOB,
	released BLOB
) STRICT;
CREATE TABLE notes (
	name TEXT PRIMARY KEY,
	text TEXT NOT NULL
) STRICT, WITHOUT ROWID;`

var (
	// ErrLocked says that another process, or another Store, has the folder open.
	ErrLocked = errors.New("the folder is in use by another process")

	// ErrVersion says that the folder was written by a newer version of the program.
	ErrVersion = errors.New("the ledger was written by a newer version of this program")
)

// A Store is a folder that is open. It is safe for concurrent use.
type Store struct {
	dir    string
	lock   *os.File
	tail   tail.Tail
	closed chan struct{}
	once   sync.Once

	// write is the one connection that writes. The mutex is held from the look at
	// the head to the end of the commit, and while the log is truncated.
	mu     sync.Mutex
	writer *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt

	reading sync.RWMutex // held for reading by who reads
	reader  *sql.DB
	read    *sql.Stmt
	digest  *sql.Stmt

	last atomic.Pointer[lastEntry] // appended here; nil before the first
}

var _ store.Store = (*Store)(nil)

// Open opens the ledger in a folder, which it makes if need be, with mode 0700.
// It fails with ErrLocked while another process has it open, and with ErrVersion
// where a newer version wrote it. An Erase that a crash interrupted before its
// last step is completed here.
func Open(ctx context.Context, dir string) (_ *Store, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the ledger: %w", err)
	}
	s := &Store{dir: dir, closed: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("couldn't open the ledger in %s: %w", dir, err), s.Close())
		}
	}()
	if err := s.openFolder(); err != nil {
		return nil, err
	}
	if err := s.openWriter(ctx); err != nil {
		return nil, err
	}
	if err := s.openReaders(ctx); err != nil {
		return nil, err
	}
	if err := truncateLog(ctx, s.conn); err != nil {
		return nil, explainError(err)
	}
	if err := s.loadHead(ctx); err != nil {
		return nil, err
	}
	_ = s.keepReserve() // where there is no room for it, Probe says so
	return s, nil
}

// OpenExisting opens the ledger in a folder that has one; where there is none it fails
// with store.ErrNoLedger and makes nothing.
func OpenExisting(ctx context.Context, dir string) (*Store, error) {
	info, err := os.Stat(filepath.Join(dir, databaseFile))
	if err == nil && info.Size() == 0 { // somebody made the file, and no ledger
		err = fs.ErrNotExist
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = store.ErrNoLedger
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't open the ledger in %s: %w", dir, err)
	}
	return Open(ctx, dir)
}

// openFolder makes and locks the folder.
func (s *Store) openFolder() error {
	if err := os.MkdirAll(filepath.Join(s.dir, "blobs"), 0o700); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	s.lock = lock
	if err := durable.TryLock(lock); errors.Is(err, durable.ErrLocked) {
		return ErrLocked
	} else if err != nil {
		return err
	}
	// SQLite gives its other files the mode of this one.
	db, err := os.OpenFile(s.path(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	if err := durable.OS.SyncDir(s.dir); err != nil {
		return err
	}
	return s.sweepBlobs()
}

func (s *Store) path() string { return filepath.Join(s.dir, databaseFile) }

// dsn names the database file with the pragmas that every connection needs.
func (s *Store) dsn(pragmas ...string) string {
	p := filepath.ToSlash(s.path())
	if p[0] != '/' {
		p = "/" + p // a drive's letter
	}
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// openWriter opens the writing connection and brings the schema about.
func (s *Store) openWriter(ctx context.Context) (err error) {
	s.writer, err = sql.Open("sqlite", s.dsn("journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)"))
	if err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if s.conn, err = s.writer.Conn(ctx); err != nil {
		return explainError(err)
	}
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	s.insert, err = s.conn.PrepareContext(ctx, `INSERT INTO entries
		(seq, at, kind, subject, command, packed, salt, digest, words, released) VALUES (?,?,?,?,?,?,?,?,?,?)`)
	return explainError(err)
}

// checkSchema creates the tables in a new file and refuses one that isn't ours.
func (s *Store) checkSchema(ctx context.Context) error {
	var id, version, tables int
	row := s.conn.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`)
	if err := row.Scan(&id, &version, &tables); err != nil {
		return explainError(err)
	}
	switch {
	case id == 0 && version == 0 && tables == 0:
		_, err := s.conn.ExecContext(ctx, fmt.Sprintf(
			"BEGIN IMMEDIATE; %s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
			schema, applicationID, schemaVersion))
		return explainError(err)
	case id != applicationID:
		return fmt.Errorf("%s is a database of something else", s.path())
	case version > schemaVersion:
		return fmt.Errorf("%w: its version is %d, and %d is known here", ErrVersion, version, schemaVersion)
	}
	return nil
}

// isFull says whether SQLite had no room for what it was to write.
func isFull(err error) bool {
	const full = 13 // SQLITE_FULL
	var e *sqlitedriver.Error
	return errors.As(err, &e) && e.Code()&0xff == full
}

// explainError tells a file that is damaged from one that can't be used now.
func explainError(err error) error {
	const corrupt, notADatabase = 11, 26 // SQLITE_CORRUPT, SQLITE_NOTADB
	var e *sqlitedriver.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case corrupt:
			return fmt.Errorf("%w: %w", store.ErrDamaged, err)
		case notADatabase:
			return fmt.Errorf("%w: ledger.db isn't an SQLite database, or its first page is overwritten: %w", store.ErrDamaged, err)
		}
	}
	return err
}

func (s *Store) openReaders(ctx context.Context) (err error) {
	s.reader, err = sql.Open("sqlite", s.dsn("query_only(ON)"))
	if err != nil {
		return err
	}
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	s.read, err = s.reader.PrepareContext(ctx, `SELECT
		seq, at, kind, subject, command, packed, salt, digest, words, released
		FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`)
	if err == nil {
		s.digest, err = s.reader.PrepareContext(ctx, `SELECT digest FROM entries WHERE seq = ?`)
	}
	return explainError(err)
}

// Close implements store.Entries. It waits for an Append and for Reads under way. Then
// ledger.db holds everything, and there is no write-ahead log beside it.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reading.Lock()
		defer s.reading.Unlock()
		// A statement that is left keeps its connection open, and a connection the log.
		err = errors.Join(closeAll(s.read, s.digest, s.reader), s.emptyLog(), closeAll(s.insert, s.conn, s.writer, s.lock))
	})
	return err
}

// emptyLog moves what the write-ahead log holds into the database, where it was opened
// whole.
func (s *Store) emptyLog() error {
	if s.insert == nil {
		return nil
	}
	const patience = 10 * time.Second // nobody else reads by now, but the end mustn't hang on it
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := truncateLog(ctx, s.conn); err != nil {
		return fmt.Errorf("couldn't move the write-ahead log into the ledger's file, beside which it stays: %w", err)
	}
	return nil
}

// closeAll closes in that order what was opened.
func closeAll(opened ...io.Closer) (err error) {
	for _, c := range opened {
		if !reflect.ValueOf(c).IsNil() {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// check fails when ctx is done or the store is closed.
func (s *Store) check(ctx context.Context) error {
	return store.Alive(ctx, s.closed)
}

// failure tells a store that was closed meanwhile from one that failed.
func (s *Store) failure(err error) error {
	select {
	case <-s.closed:
		return store.ErrClosed
	default:
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err := explainError(err); errors.Is(err, store.ErrDamaged) {
		return err
	}
	if isFull(err) {
		s.freeReserve()
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}
