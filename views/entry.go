package views

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// An Entry is a ledger entry without its payload: what its statement says, and the
// idempotency key of the command that led to it.
type Entry struct {
	Seq      int64
	At       time.Time
	Kind     string
	Subject  string
	About    string // ID of what it is about: the subject, or what stands behind a cover, "" where that isn't told
	Command  string // "" for none
	Digest   [32]byte
	Released []byte // SHA-256 of what it released, nil for most
	Erased   bool   // its payload was erased, or is to be

	words []byte // see wordsOf
}

// Said says whether the entry's command said what a caller says: by that, hash makes a
// fingerprint with a salt. False where the entry has none to compare it with.
func (e Entry) Said(hash func(salt []byte) []byte) bool {
	return len(e.words) > ledger.SaltSize &&
		bytes.Equal(hash(e.words[:ledger.SaltSize]), e.words[ledger.SaltSize:])
}

// Statement returns the entry's public statement, the Merkle leaf.
func (e Entry) Statement() ([]byte, error) {
	l := ledger.Entry{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Digest: e.Digest, Released: e.Released}
	return l.Statement()
}

// subjectOf is the ID that stands in the statement of e, a row of entries.
const subjectOf = `coalesce(e.subject, (SELECT id FROM comments WHERE seq = e.seq))`

// entryShape is the shape of e as nobody in particular is shown it: what stands behind
// covers isn't told.
func entryShape() (table.Fields, func() (Entry, error)) {
	return entryShapeWith(`iif(e.told IS NULL, ` + subjectOf + `, '')`)
}

// entryShown is the shape of e as a viewer is shown it. args are for the question marks of
// the columns.
func entryShown(viewer policies.Actor) (shape table.Shape[Entry], args []any) {
	told, args := toldBehind(viewer)
	return func() (table.Fields, func() (Entry, error)) {
		return entryShapeWith(`CASE WHEN e.told IS NULL THEN ` + subjectOf + ` WHEN ` + told + ` THEN e.about ELSE '' END`)
	}, args
}

// toldBehind says that a viewer is told what stands behind the cover of e.
func toldBehind(viewer policies.Actor) (condition string, args []any) {
	told, args := commentTold(viewer)
	return `EXISTS (SELECT 1 FROM comments c WHERE c.seq = e.told AND ` + told + `)`, args
}

func entryShapeWith(about string) (table.Fields, func() (Entry, error)) {
	var e Entry
	var digest, released, words []byte
	return table.Fields{{"e.seq", &e.Seq}, {"e.at", table.Time(&e.At)}, {nameOf("e.kind"), &e.Kind},
			{subjectOf, &e.Subject}, {about, &e.About}, {"coalesce(e.command, '')", &e.Command},
			{"e.digest", &digest}, {"e.released", &released}, {"e.words", &words}, {"e.erased <> 0", &e.Erased}}, func() (Entry, error) {
			v := e
			v.Released, v.words = slices.Clone(released), slices.Clone(words)
			if copy(v.Digest[:], digest) != len(v.Digest) {
				return v, fmt.Errorf("the digest of entry %d is cut off", e.Seq)
			}
			return v, nil
		}
}

// oneEntry loads an entry by a condition.
func oneEntry(r table.Run, rest string, args ...any) (Entry, error) {
	fields, value := entryShape()
	if err := one(r, `SELECT `+fields.Columns()+` FROM entries e WHERE `+rest, args, fields.Dest()...); err != nil {
		return Entry{}, err
	}
	return value()
}

// Entry returns an entry; policies.ErrNotFound where it isn't folded yet.
func (db *DB) Entry(ctx context.Context, seq int64) (Entry, error) {
	return oneEntry(db.file.Read(ctx), `e.seq = ?`, seq)
}

// ShownEntry returns an entry as a viewer is shown it; policies.ErrNotFound where it isn't
// folded yet.
func (db *DB) ShownEntry(ctx context.Context, viewer policies.Actor, seq int64) (Entry, error) {
	shape, first := entryShown(viewer)
	fields, value := shape()
	if err := one(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM entries e WHERE e.seq = ?`, append(first, seq), fields.Dest()...); err != nil {
		return Entry{}, err
	}
	return value()
}

// covered returns the columns about and told of an event's entry.
func (tx *Tx) covered(ev policies.Event) (about, told any, err error) {
	c, ok := ev.(policies.CoveredEvent)
	switch {
	case !ok:
		return nil, nil, nil
	case tx.ready != nil:
		return tx.ready.about, tx.ready.told, nil
	}
	behind := c.Covers()
	entries, err := json.Marshal([]int64(behind.Entries))
	if err != nil {
		return nil, nil, err
	}
	var seq int64
	err = one(tx.run, `SELECT c.seq FROM comments c WHERE c.seq IN (SELECT value FROM json_each(?)) OR c.id IN (SELECT value FROM json_each(?))
		ORDER BY c.confidential, c.seq LIMIT 1`, []any{string(entries), table.JSONList(behind.CommentIDs)}, &seq)
	if errors.Is(err, policies.ErrNotFound) { // erased
		return behind.ID, int64(-1), nil
	}
	return behind.ID, seq, err
}

// EntriesFrom returns up to limit entries from seq on.
func (db *DB) EntriesFrom(ctx context.Context, from int64, limit int) (entries []Entry, err error) {
	fields, value := entryShape()
	err = table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM entries e WHERE e.seq >= ? ORDER BY e.seq LIMIT ?`,
		[]any{from, max(limit, 0)}, fields.Dest(), func() error {
			e, err := value()
			entries = append(entries, e)
			return err
		})
	return entries, err
}

// An EntryFilter narrows a list of entries; what is empty doesn't.
type EntryFilter struct {
	Kinds   []string // any of these
	Subject string   // ID of what it happened to, as far as the viewer is told
}

// submission is the kind of the entries whose subject is in the table comments.
var submission = (*policies.CommentSubmitted)(nil).Kind()

// Entries lists entries as a viewer is shown them, oldest first.
func (db *DB) Entries(ctx context.Context, viewer policies.Actor, f EntryFilter, p Page) (List[Entry], error) {
	shape, first := entryShown(viewer)
	s := table.Selection{First: first, From: "entries e"}
	switch {
	case slices.Contains(f.Kinds, submission):
		s.And(`e.kind IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Kinds))
	case len(f.Kinds) > 0: // the few among the many
		s.And(`e.seq IN (SELECT seq FROM entries INDEXED BY entries_kind WHERE subject IS NOT NULL AND kind IN
			(SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))))`, table.JSONList(f.Kinds))
	}
	if f.Subject != "" {
		told, args := toldBehind(viewer)
		s.And(`e.seq IN (SELECT seq FROM entries WHERE subject = ? UNION ALL SELECT seq FROM comments WHERE id = ?
			UNION ALL SELECT e.seq FROM entries e WHERE e.about = ? AND `+told+`)`, append([]any{f.Subject, f.Subject, f.Subject}, args...)...)
	}
	return pageOf(db.file.Read(ctx), s, table.Ascending("entry", table.Number("e.seq")), p, shape)
}

// erasure is the kind of the entries that order an erasure.
var erasure = (*policies.EntryErased)(nil).Kind()

// ErasureOrdered says whether an erasure of an entry is on record.
func (db *DB) ErasureOrdered(ctx context.Context, seq int64) (ordered bool, err error) {
	return ordered, one(db.file.Read(ctx), `SELECT EXISTS (SELECT 1 FROM entries e WHERE e.subject = ?
		AND e.kind = (SELECT id FROM names WHERE name = ?))`, []any{(&policies.EntryErased{Seq: seq}).Subject(), erasure}, &ordered)
}

// UnfinishedErasures lists the entries of which an erasure is on record and that had
// their payload when they were folded. An order names what came before it.
func (db *DB) UnfinishedErasures(ctx context.Context) (seqs []int64, err error) {
	var seq int64
	err = table.Each(db.file.Read(ctx), `SELECT DISTINCT e.seq FROM entries x INDEXED BY entries_kind
		CROSS JOIN entries e ON e.seq = CAST(substr(x.subject, 7) AS INTEGER)
		WHERE x.subject IS NOT NULL AND x.kind = (SELECT id FROM names WHERE name = ?) AND e.seq < x.seq AND e.erased <> 1 ORDER BY e.seq`,
		[]any{erasure}, []any{&seq}, func() error {
			seqs = append(seqs, seq)
			return nil
		})
	return seqs, err
}
