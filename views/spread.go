package views

import (
	"context"
	"errors"
	"fmt"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// What a revision changes of the words of clauses is spread over clause_texts: a row for
// each. Of a whole law that is too much for one turn of the writer, so the rest of it
// comes behind the fold, like what is indexed: before a search, and before clauses are looked for that come back.
// One revision is spread after the other, so that rows have the same numbers wherever and whenever that is done.

// spreadBatch is how many rows of clause_texts are written in one turn of the writer.
var spreadBatch = 250 // a variable for tests

// spread spreads a revision that was just added, as far as that is quick.
func (tx *Tx) spread(revisionID string, document int64, number int, t *clauses.Text) error {
	var waiting, whole bool
	err := one(tx.run, `SELECT EXISTS (SELECT 1 FROM unspread)`, nil, &waiting)
	if err == nil && !waiting {
		whole, err = tx.replaceClauseTexts(document, number, t, spreadBatch)
	}
	if err != nil || whole {
		return err
	}
	return tx.exec(`INSERT INTO unspread SELECT n, document FROM revisions WHERE id = ? ON CONFLICT DO NOTHING`, revisionID)
}

// replaceClauseTexts ends the words of clauses that a revision left out or changed, and
// begins those of new and changed ones, of at most so many; whole says whether that was all. Clauses
// that stayed cost nothing. It goes on where it was left.
func (tx *Tx) replaceClauseTexts(document int64, number int, t *clauses.Text, most int) (whole bool, err error) {
	old, err := tx.headClauses(document)
	if err != nil {
		return false, err
	}
	whole = true
	next := make(map[string]headClause, len(t.Clauses))
	for i := range t.Clauses {
		c := &t.Clauses[i]
		was, ok := old[c.ID]
		if ok && was.hash == c.Hash {
			next[c.ID] = was
			continue
		}
		if most--; most < 0 {
			whole = false
			if ok {
				next[c.ID] = was // until its turn comes
			}
			continue
		}
		if next[c.ID], err = tx.beginWords(document, number, t, i); err != nil {
			return false, err
		}
	}
	for id, was := range old {
		is, stays := next[id]
		if is == was {
			continue
		}
		if !stays {
			if most--; most < 0 {
				next[id], whole = was, false
				continue
			}
		}
		if err := tx.db.file.Update("clause_texts", "n", table.Row{{"until", number}, {"n", was.n}}); err != nil {
			return false, err
		}
	}
	tx.db.cache.live.Put(document, next)
	return whole, nil
}

// beginWords adds the words of a clause.
func (tx *Tx) beginWords(document int64, number int, t *clauses.Text, i int) (headClause, error) {
	c := &t.Clauses[i]
	n, err := tx.db.file.Insert("clause_texts", table.Row{{"document", document}, {"clause", c.ID}, {"hash", c.Hash[:]},
		{"since", number}, {"words", t.Alone(i)}})
	return headClause{n, c.Hash}, err
}

// SpreadAll spreads every revision and every answer committed so far, in turns of the writer.
func (db *DB) SpreadAll(ctx context.Context) error {
	if err := db.SettleAnswers(ctx); err != nil {
		return err
	}
	for {
		n, err := db.spreadSome(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// spreadSome takes a turn of the writer to spread some of the next revision, and says how
// many were waiting.
func (db *DB) spreadSome(ctx context.Context) (waiting int, err error) {
	var id string
	err = db.inTurn(ctx, func() error {
		return one(db.file.Write, `SELECT (SELECT count(*) FROM unspread),
			coalesce((SELECT r.id FROM revisions r WHERE r.n = (SELECT min(revision) FROM unspread)), '')`, nil, &waiting, &id)
	})
	if err != nil || waiting == 0 {
		return 0, err
	}
	var t *clauses.Text
	if id != "" { // read before the turn, for that takes long
		if t, err = db.Text(ctx, id); err != nil && !errors.Is(err, policies.ErrNotFound) {
			return 0, fmt.Errorf("couldn't read a text to spread: %w", err)
		}
	}
	tx, err := db.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() // nothing after Commit
	if err := tx.spreadNext(id, t); err != nil {
		return 0, fmt.Errorf("couldn't spread a text: %w", err)
	}
	return waiting, tx.Commit()
}

// spreadNext spreads some of the next revision if it is that one, or passes over one that isn't there.
func (tx *Tx) spreadNext(id string, t *clauses.Text) error {
	var n, document int64
	var number int
	var next string
	err := one(tx.run, `SELECT u.revision, u.document, coalesce(r.id, ''), coalesce(r.number, 0) FROM unspread u
		LEFT JOIN revisions r ON r.n = u.revision ORDER BY u.revision LIMIT 1`, nil, &n, &document, &next, &number)
	switch {
	case errors.Is(err, policies.ErrNotFound), err == nil && next != id:
		return nil // somebody else did it
	case err != nil:
		return err
	}
	whole := t == nil
	if t != nil {
		if whole, err = tx.replaceClauseTexts(document, number, t, spreadBatch); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	return tx.exec(`DELETE FROM unspread WHERE revision = ?`, n)
}
