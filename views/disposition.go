package views

import (
	"encoding/json"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// dispositionColumns returns a comment's columns answer and duplicate_of, as policies.Disposition.Answers says. Everything
// that asks whether a comment is answered asks the column; of an earlier moment, disposedThen says the same.
func (tx *Tx) dispositionColumns(c *policies.Comment) (answer int, duplicateOf any, err error) {
	switch {
	case c.Disposition == nil:
		return 0, nil, nil
	case c.Disposition.Outcome.Accepts():
		return 2, nil, nil
	case c.Disposition.Outcome != policies.Duplicate:
		return 1, nil, nil
	}
	var ended bool
	err = one(tx.run, `SELECT withdrawn_at IS NOT NULL OR disowned_at IS NOT NULL FROM comments WHERE id = ? ORDER BY seq LIMIT 1`,
		[]any{c.Disposition.DuplicateOf}, &ended)
	if errors.Is(err, policies.ErrNotFound) {
		err = nil
	}
	if ended {
		return 0, c.Disposition.DuplicateOf, err
	}
	return 1, c.Disposition.DuplicateOf, err
}

// reopenDuplicates makes the duplicates of a comment that no longer stands unanswered.
func (tx *Tx) reopenDuplicates(id string) error {
	var k counter
	var s commentState
	err := table.Each(tx.run, `SELECT document, clause, stance, `+commentStateColumns+` FROM comments
		WHERE duplicate_of = ? AND answer > 0`, []any{id}, append([]any{&k.document, &k.clause, &k.stance}, s.dest()...), func() error {
		open := s
		open.answered = false
		tx.counts.add(k, open, 1)
		tx.counts.add(k, s, -1)
		return nil
	})
	if err != nil {
		return err
	}
	if err := tx.countMembers(`c.duplicate_of = ? AND c.answer > 0 AND `+commentStands, false, id); err != nil {
		return err
	}
	return tx.exec(`UPDATE comments SET answer = 0 WHERE duplicate_of = ? AND answer > 0`, id)
}

// DisposeAll implements policies.Record. However many comments are disposed of, it takes
// the same few statements, and the disposition is kept once.
func (tx *Tx) DisposeAll(documentID string, entries policies.Entries, d policies.Disposition) error {
	document, err := tx.name(documentID)
	if err != nil {
		return err
	}
	b, err := json.Marshal([]int64(entries))
	if err != nil {
		return err
	}
	list := string(b)
	answer, duplicate, err := tx.dispositionColumns(&policies.Comment{Disposition: &d})
	if err != nil {
		return err
	}
	if err := tx.countAnswers(document, list, answer > 0); err != nil {
		return err
	}
	data, err := table.Encode(d)
	if err != nil {
		return err
	}
	err = tx.upsert("shared_answers", "entry", table.Row{{"entry", tx.stamp.Seq}, {"data", data}})
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE comments SET answer = ?, duplicate_of = ?, disposition = NULL, answered_by = ?
		WHERE document = ? AND seq IN (SELECT value FROM json_each(?))`, answer, duplicate, tx.stamp.Seq, document, list)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO dispositions (comment, organisation, entry, at) SELECT seq, organisation, ?, ? FROM comments
		WHERE document = ? AND seq IN (SELECT value FROM json_each(?))
		ON CONFLICT (comment, entry) DO UPDATE SET data = NULL`, tx.stamp.Seq, table.Millis(tx.stamp.At), document, list)
}

// countAnswers counts the comments of list, their seqs in JSON, as answered or not, where
// they were counted the other way before.
func (tx *Tx) countAnswers(document int64, list string, answered bool) error {
	const which = `c.document = ? AND ` + commentStands + ` AND NOT c.confidential
		AND (c.answer > 0) <> ? AND c.seq IN (SELECT value FROM json_each(?))`
	now, old := commentState{answered: answered}, commentState{answered: !answered}
	k := counter{document: document}
	var n int64
	err := table.Each(tx.run, `SELECT c.clause, c.stance, count(*) FROM comments c WHERE `+which+` GROUP BY 1, 2`,
		[]any{document, answered, list}, []any{&k.clause, &k.stance, &n}, func() error {
			tx.counts.add(k, now, n)
			tx.counts.add(k, old, -n)
			return nil
		})
	if err != nil {
		return err
	}
	return tx.countMembers(which, answered, document, answered, list)
}

// commentStands is the condition that c stands.
const commentStands = `c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

// dispositionNow is the JSON of the disposition of c.
const dispositionNow = `coalesce(c.disposition, (SELECT data FROM shared_answers WHERE entry = c.answered_by))`

// dispositionThen is the JSON of x, a row of dispositions.
const dispositionThen = `coalesce(x.data, (SELECT data FROM shared_answers WHERE entry = x.entry))`

// disposedThen is the condition that c had a disposition at a time, and that it counted
// then. It takes the time four times.
const disposedThen = `EXISTS (SELECT 1 FROM dispositions x WHERE x.comment = c.seq AND x.at <= ?
	AND x.entry = (SELECT max(y.entry) FROM dispositions y WHERE y.comment = c.seq AND y.at <= ?)
	AND NOT EXISTS (SELECT 1 FROM comments o WHERE o.id = json_extract(` + dispositionThen + `, '$.DuplicateOf') AND (o.withdrawn_at <= ? OR o.disowned_at <= ?)))`

// undisposed is the condition of the index comments_unanswered, for a document.
const undisposed = `c.document = ` + numberOf + ` AND c.answer = 0
	AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

func (f facts) Undisposed(documentID string, limit int) ([]policies.Comment, int, error) {
	var total int
	err := one(f.run, `SELECT count(*) FROM comments c WHERE `+undisposed, []any{documentID}, &total)
	if err != nil {
		return nil, 0, err
	}
	list, err := f.comments(undisposed+` ORDER BY c.seq LIMIT ?`, documentID, max(limit, 0))
	return list, total, err
}

func (f facts) Accepted(documentID string) ([]policies.Comment, error) {
	return f.comments(`c.document = `+numberOf+` AND c.answer = 2
		AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL ORDER BY c.seq`, documentID)
}
