package views

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

// An Entry is a ledger entry without its payload: what its statement says, and the
// idempotency key of the command that led to it.
type Entry struct {
	Seq      int64
	At       time.Time
	Kind     string
	Subject  string
	Command  string // "" for none
	Digest   [32]byte
	Released []byte // SHA-256 of what it released, nil for most
	Erased   bool   // its payload was erased before it was folded
}

// Statement returns the entry's public statement, the Merkle leaf.
func (e Entry) Statement() ([]byte, error) {
	l := ledger.Entry{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Digest: e.Digest, Released: e.Released}
	return l.Statement()
}

const entryColumns = `e.seq, e.at, (SELECT name FROM names WHERE id = e.kind),
	coalesce(e.subject, (SELECT id FROM comments WHERE seq = e.seq)), coalesce(e.command, ''), e.digest, e.released, e.erased`

// entryShape is the shape of entryColumns.
func entryShape() (dest []any, value func() (Entry, error)) {
	var e Entry
	var at int64
	var digest, released []byte
	return []any{&e.Seq, &at, &e.Kind, &e.Subject, &e.Command, &digest, &released, &e.Erased}, func() (Entry, error) {
		v := e
		v.At = time.UnixMilli(at).UTC()
		v.Released = slices.Clone(released)
		if copy(v.Digest[:], digest) != len(v.Digest) {
			return v, fmt.Errorf("the digest of entry %d is cut off", e.Seq)
		}
		return v, nil
	}
}

// oneEntry loads an entry by a condition.
func oneEntry(r run, rest string, args ...any) (Entry, error) {
	dest, value := entryShape()
	if err := one(r, `SELECT `+entryColumns+` FROM entries e WHERE `+rest, args, dest...); err != nil {
		return Entry{}, err
	}
	return value()
}

// Entry returns an entry; policies.ErrNotFound where it isn't folded yet.
func (db *DB) Entry(ctx context.Context, seq int64) (Entry, error) {
	return oneEntry(db.run(ctx), `e.seq = ?`, seq)
}

// EntriesFrom returns up to limit entries from seq on.
func (db *DB) EntriesFrom(ctx context.Context, from int64, limit int) (entries []Entry, err error) {
	dest, value := entryShape()
	err = each(db.run(ctx), `SELECT `+entryColumns+` FROM entries e WHERE e.seq >= ? ORDER BY e.seq LIMIT ?`,
		[]any{from, max(limit, 0)}, dest, func() error {
			e, err := value()
			entries = append(entries, e)
			return err
		})
	return entries, err
}

// An EntryFilter narrows a list of entries; what is empty doesn't.
type EntryFilter struct {
	Kinds   []string // any of these
	Subject string   // ID of what it happened to
}

// submission is the kind of the entries whose subject is in the table comments.
var submission = (*policies.CommentSubmitted)(nil).Kind()

// Entries lists entries, oldest first.
func (db *DB) Entries(ctx context.Context, f EntryFilter, p Page) (List[Entry], error) {
	s := selection{columns: entryColumns, from: "entries e"}
	switch {
	case slices.Contains(f.Kinds, submission):
		s.and(`e.kind IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, jsonList(f.Kinds))
	case len(f.Kinds) > 0: // the few among the many
		s.and(`e.seq IN (SELECT seq FROM entries INDEXED BY entries_kind WHERE subject IS NOT NULL AND kind IN
			(SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))))`, jsonList(f.Kinds))
	}
	if f.Subject != "" {
		s.and(`e.seq IN (SELECT seq FROM entries WHERE subject = ? UNION ALL SELECT seq FROM comments WHERE id = ?)`,
			f.Subject, f.Subject)
	}
	return pageOf(db.run(ctx), s, order{tag: "entry", keys: []key{{"e.seq", number}}}, p, entryShape)
}

// nullTime makes sql.NullInt64 short where columns are scanned.
type nullTime = sql.NullInt64
