package views

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// txTextBytes bounds the texts that a Tx keeps parsed beside those of the DB.
const txTextBytes = 32 << 20

// A Tx is one turn of the writer: the facts that commands are decided against and
// the record that events fold into. It sees what it wrote; readers do so after
// Commit. It is not safe for concurrent use. Every Tx ends with Commit or Rollback.
type Tx struct {
	db        *DB
	facts           // what isn't cached
	start     int64 // position at the beginning
	position  int64
	lastAt    time.Time
	stamp     policies.Stamp // of the entry being folded
	ready     *readyAnswer   // what was done for it, if it is an answer
	counts    counters
	texts     *lru.Cache[string, *clauses.Text] // read or added here
	failed    error                             // a fold that stopped half-way: nothing can be committed
	done      bool
	people    bool // a member or an organisation was put
	condition Condition
}

var (
	_ ledger.Tiles    = (*Tx)(nil)
	_ policies.Record = (*Tx)(nil)
)

// Begin waits for the writer's turn.
func (db *DB) Begin(ctx context.Context) (*Tx, error) {
	if err := db.file.Take(ctx); err != nil {
		return nil, fmt.Errorf("couldn't begin to write the views: %w", err)
	}
	tx, err := db.begin()
	if err != nil {
		db.file.Give()
		return nil, fmt.Errorf("couldn't begin to write the views: %w", err)
	}
	return tx, nil
}

func (db *DB) begin() (*Tx, error) {
	if err := db.file.Exec("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	tx := &Tx{db: db, texts: newTextCache(txTextBytes)}
	tx.facts = facts{run: db.file.Write, text: tx.Text}
	err := one(tx.run, `SELECT position, last_at FROM state`, nil, &tx.position, table.Time(&tx.lastAt))
	if err == nil && tx.position != db.position.Load() {
		err = errors.New("another process has written to the file")
	}
	if err != nil {
		return nil, errors.Join(err, db.file.Exec("ROLLBACK"))
	}
	tx.start = tx.position
	return tx, nil
}

// Position returns how many entries are folded, those of this Tx included.
func (tx *Tx) Position() int64 { return tx.position }

// LastAt returns the time of the last entry folded, zero before the first.
func (tx *Tx) LastAt() time.Time { return tx.lastAt }

// Outcome returns the entry that a command with that idempotency key led to, the
// first if there were several; policies.ErrNotFound where there is none.
func (tx *Tx) Outcome(command string) (Entry, error) {
	return outcome(tx.run, command)
}

// Outcome returns the same as that of a Tx, of what is committed.
func (db *DB) Outcome(ctx context.Context, command string) (Entry, error) {
	return outcome(db.file.Read(ctx), command)
}

func outcome(r table.Run, command string) (Entry, error) {
	if command == "" {
		return Entry{}, policies.ErrNotFound
	}
	return oneEntry(r, "e.command_hash = ? AND e.command = ? ORDER BY e.seq LIMIT 1", commandHash(command), command)
}

// Fold brings the next entry in: its row and what its event changes; for an erased
// entry ev is nil, and what remains of it is folded. e.Seq must be tx.Position(). After an error the
// Tx can only be rolled back.
func (tx *Tx) Fold(e *ledger.Entry, ev policies.Event) error {
	switch {
	case tx.done:
		return errors.New("couldn't fold an entry: the transaction is over")
	case tx.failed != nil:
		return tx.failed
	case e.Seq != tx.position:
		return fmt.Errorf("couldn't fold entry %d: %d is the next", e.Seq, tx.position)
	}
	if err := tx.fold(e, ev); err != nil {
		tx.failed = fmt.Errorf("couldn't fold entry %d (%s): %w", e.Seq, e.Kind, err)
		return tx.failed
	}
	tx.position, tx.lastAt = e.Seq+1, e.At
	return nil
}

func (tx *Tx) fold(e *ledger.Entry, ev policies.Event) error {
	kind, err := tx.name(e.Kind)
	if err != nil {
		return err
	}
	var subject, command, hash any = e.Subject, nil, nil
	if c, ok := ev.(*policies.CommentSubmitted); ok && c.ID == e.Subject {
		subject = nil
	}
	if e.Command != "" {
		command, hash = e.Command, commandHash(e.Command)
	}
	tx.ready = tx.readyFor(ev)
	about, told, err := tx.covered(ev)
	if err != nil {
		return err
	}
	err = tx.insert("entries", table.Row{{"about", about}, {"told", told}, {"seq", e.Seq}, {"at", table.Millis(e.At)}, {"kind", kind}, {"subject", subject},
		{"command", command}, {"command_hash", hash}, {"digest", e.Digest[:]}, {"words", wordsOf(e)}, {"released", e.Released}, {"erased", e.Erased()}})
	if err != nil {
		return err
	}
	if struck, is := policies.ErasureOf(e.Kind, e.Subject); is {
		if err := tx.strike(struck); err != nil {
			return err
		}
	}
	if ev == nil && e.Erased() {
		ev = policies.Remains(e.Kind, e.Subject)
	}
	if ev == nil {
		return nil
	}
	tx.stamp = policies.Stamp{Seq: e.Seq, At: e.At}
	return ev.Fold(tx.stamp, tx)
}

// wordsOf is the salt and the fingerprint of what an entry's command said; nil where
// there is none, or no longer one that can be compared.
func wordsOf(e *ledger.Entry) []byte {
	if e.Words == nil || e.Erased() {
		return nil
	}
	return slices.Concat(e.Salt, e.Words)
}

// commandHash keeps the index of commands small: keys may be long, and come in no
// order.
func commandHash(command string) int64 {
	h := sha256.Sum256([]byte(command))
	return int64(binary.BigEndian.Uint64(h[:])) // #nosec G115 -- a hash as SQLite keeps integers, all 64 bits of it
}

func (tx *Tx) exec(query string, args ...any) error { return tx.db.file.Exec(query, args...) }

func (tx *Tx) insert(into string, r table.Row) error {
	_, err := tx.db.file.Insert(into, r)
	return err
}

func (tx *Tx) upsert(into, key string, r table.Row) error { return tx.db.file.Upsert(into, key, r) }

// Commit makes all that was folded visible to readers. Where it fails, all is as
// before Begin.
func (tx *Tx) Commit() error {
	if tx.done {
		return errors.New("couldn't commit: the transaction is over")
	}
	if err := tx.commit(); err != nil {
		return fmt.Errorf("couldn't commit the views: %w", errors.Join(err, tx.Rollback()))
	}
	tx.db.cache.commit()
	if tx.people {
		tx.db.belongings.changed()
	}
	tx.texts.Move(tx.db.texts)
	tx.db.condition.worsen(tx.condition)
	tx.db.position.Store(tx.position)
	tx.end()
	if tx.position > tx.start {
		tx.db.indexing.wake()
	}
	return nil
}

func (tx *Tx) commit() error {
	if tx.failed != nil {
		return tx.failed
	}
	if err := tx.counts.write(tx); err != nil {
		return err
	}
	if tx.condition != AsRecorded {
		if err := tx.dropZeros(); err != nil {
			return err
		}
	}
	if tx.position > tx.start {
		if err := tx.exec(`UPDATE state SET position = ?, last_at = ?`, tx.position, table.Millis(tx.lastAt)); err != nil {
			return err
		}
	}
	return tx.exec("COMMIT")
}

// Rollback leaves nothing of what the Tx wrote, neither in tables nor in caches.
// After Commit or Rollback it does nothing.
func (tx *Tx) Rollback() error {
	if tx.done {
		return nil
	}
	tx.db.cache.rollback()
	err := tx.exec("ROLLBACK")
	if err == nil && tx.Answering() {
		err = tx.db.noteAnswering()
	}
	tx.end()
	if err != nil {
		return fmt.Errorf("couldn't roll the views back: %w", err)
	}
	return nil
}

func (tx *Tx) end() {
	tx.done = true
	tx.db.busy.Store(time.Now().UnixNano())
	tx.db.file.Give()
}
