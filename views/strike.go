package views

import (
	"errors"
	"sync/atomic"

	"github.com/ewtp/entente/policies"
)

// A Condition says what erasures have left of views until they are made anew.
type Condition int64

// Conditions, each worse than the one before.
const (
	// AsRecorded are views that are what the ledger's entries make of them.
	AsRecorded Condition = iota
	// Struck are views without the words that were erased; some of what followed from them
	// may still be there, such as which comments are copies.
	Struck
	// Unshowable are views in which erased words may still stand.
	Unshowable
)

// ErrStruck says that views aren't what the ledger's entries make of them, because entries were
// erased since.
var ErrStruck = errors.New("the views are to be made anew: entries were erased")

// A condition is that of a DB.
type condition struct{ atomic.Int64 }

func (c *condition) set(to Condition) { c.Store(int64(to)) }

// worsen sets the condition unless it is worse already. Whoever has the writer's turn may.
func (c *condition) worsen(to Condition) { c.set(max(to, Condition(c.Load()))) }

// Condition says what erasures have left of the views.
func (db *DB) Condition() Condition { return Condition(db.condition.Load()) }

// strikers take the words of an entry out of the views, by its kind. They are there for what
// is nothing any more once it is erased, and is many times what is erased; after the others the views
// can't be shown until they are made anew.
var strikers = map[string]func(tx *Tx, seq int64) error{
	submission:                             (*Tx).strikeComment,
	(*policies.CommentReplied)(nil).Kind(): (*Tx).strikeReply,
}

// strike takes the words of an entry out of the views when its erasure is ordered, in the same
// commit: no reader meets views that know of the order and hold the words. Where they were erased before the entry
// was folded, or it comes after the order, there is nothing to strike.
func (tx *Tx) strike(seq int64) error {
	var kind string
	err := one(tx.run, `SELECT `+nameOf("e.kind")+` FROM entries e WHERE e.seq = ? AND e.seq < ? AND e.erased = 0`, []any{seq, tx.position}, &kind)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE entries SET erased = 2, words = NULL, about = NULL, told = NULL,
		subject = coalesce(subject, (SELECT id FROM comments WHERE seq = entries.seq)) WHERE seq = ?`, seq)
	left := Unshowable
	if strike := strikers[kind]; err == nil && strike != nil {
		left, err = Struck, strike(tx, seq)
	}
	if err != nil {
		return err
	}
	tx.condition = max(tx.condition, left)
	return tx.exec(`UPDATE state SET condition = max(condition, ?)`, int64(left))
}

// strikeComment takes a comment out of the views, with what only it had.
func (tx *Tx) strikeComment(seq int64) error {
	if err := tx.settleAnswer(); err != nil {
		return err
	}
	list, err := tx.comments(`c.seq = ?`, seq)
	if err != nil || len(list) == 0 {
		return err
	}
	c := &list[0]
	var organisation int64
	var k counter
	var old commentState
	err = one(tx.run, `SELECT organisation, document, clause, stance, `+commentStateColumns+` FROM comments WHERE seq = ?`,
		[]any{seq}, append([]any{&organisation, &k.document, &k.clause, &k.stance}, old.dest()...)...)
	if err != nil {
		return err
	}
	tx.counts.add(k, old, -1)
	if !old.ended() {
		err = tx.removeResponse(c, organisation)
		if !c.Confidential {
			tx.counts.speak(k, organisation, -1)
		}
	}
	err = errors.Join(err, tx.unindex(seq), tx.nameFiles(c.ID, c.OrganisationID, nil))
	for _, gone := range []string{
		`DELETE FROM question_answers WHERE comment = ?`,
		`DELETE FROM dispositions WHERE comment = ?`,
		`DELETE FROM endorsements WHERE comment = ?`,
		`DELETE FROM campaign_members WHERE comment = ?`,
		`DELETE FROM comments WHERE seq = ?`,
	} {
		err = errors.Join(err, tx.exec(gone, seq))
	}
	return err
}

// dropZeros deletes counters of what there is no more: nothing else than a strike leaves any.
func (tx *Tx) dropZeros() error {
	return errors.Join(tx.exec(`DELETE FROM counters WHERE total = 0`), tx.exec(`DELETE FROM question_counters WHERE standing = 0`))
}

// strikeReply takes a reply out of the views.
func (tx *Tx) strikeReply(seq int64) error { return tx.exec(`DELETE FROM replies WHERE n = ?`, seq) }
