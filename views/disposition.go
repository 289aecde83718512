package views

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// The column answer of a comment says whether it is answered, as policies.Answered does: everything that asks so
// asks the column. Of an earlier moment, answeredThen says the same.
const (
	awaitsOriginal = -1 // it repeats a comment that stands and has no answer yet: decided, not answered
	answersNothing = 0
	answersIt      = 1
	acceptsIt      = 2 // in whole or in part
)

// answerOfDuplicate is what a duplicate's column has, by the comment that it repeats.
func answerOfDuplicate(originalEnded, originalAnswered bool) int {
	switch {
	case originalEnded:
		return answersNothing
	case originalAnswered:
		return answersIt
	}
	return awaitsOriginal
}

// dispositionColumns returns a comment's columns answer and duplicate_of.
func (tx *Tx) dispositionColumns(c *policies.Comment) (answer int, duplicateOf any, err error) {
	switch {
	case c.Disposition == nil:
		return answersNothing, nil, nil
	case c.Disposition.Outcome.Accepts():
		return acceptsIt, nil, nil
	case c.Disposition.Outcome != policies.Duplicate:
		return answersIt, nil, nil
	}
	var ended, answered bool
	err = one(tx.run, `SELECT withdrawn_at IS NOT NULL OR disowned_at IS NOT NULL, answer > 0 FROM comments WHERE id = ? ORDER BY seq LIMIT 1`,
		[]any{c.Disposition.DuplicateOf}, &ended, &answered)
	if errors.Is(err, policies.ErrNotFound) { // erased
		return answersIt, c.Disposition.DuplicateOf, nil
	}
	return answerOfDuplicate(ended, answered), c.Disposition.DuplicateOf, err
}

// settleDuplicates brings the duplicates of a comment, and theirs in turn, to what became of it. Each is
// set to the same answer once, so it ends whatever repeats what.
func (tx *Tx) settleDuplicates(id string, ended, answered bool) error {
	answer := answerOfDuplicate(ended, answered)
	answered = answer > 0
	if err := tx.countDuplicates(id, answered); err != nil {
		return err
	}
	var next []string
	var duplicate string
	err := table.Each(tx.run, `SELECT c.id FROM comments c WHERE c.duplicate_of = ? AND (c.answer > 0) <> ? AND `+commentStands+`
		AND EXISTS (SELECT 1 FROM comments x WHERE x.duplicate_of = c.id)`, []any{id, answered}, []any{&duplicate}, func() error {
		next = append(next, duplicate)
		return nil
	})
	if err != nil {
		return err
	}
	if err := tx.exec(`UPDATE comments SET answer = ? WHERE duplicate_of = ? AND answer <> ?`, answer, id, answer); err != nil {
		return err
	}
	for _, id := range next {
		if err := tx.settleDuplicates(id, false, answered); err != nil {
			return err
		}
	}
	return nil
}

// countDuplicates counts the duplicates of a comment as answered or not, where they were counted the other way before.
func (tx *Tx) countDuplicates(id string, answered bool) error {
	var k counter
	var s commentState
	err := table.Each(tx.run, `SELECT document, clause, stance, `+commentStateColumns+` FROM comments
		WHERE duplicate_of = ? AND (answer > 0) <> ?`, []any{id, answered}, append([]any{&k.document, &k.clause, &k.stance}, s.dest()...), func() error {
		now := s
		now.answered = answered
		tx.counts.add(k, now, 1)
		tx.counts.add(k, s, -1)
		return nil
	})
	if err != nil {
		return err
	}
	return tx.countMembers(`c.duplicate_of = ? AND (c.answer > 0) <> ? AND `+commentStands, answered, id, answered)
}

// repeatedAmong lists the comments of list, their seqs in JSON, that stand and that others repeat. It goes from one repeated comment to
// the next in the index, so that many duplicates of one cost no more than one.
func (tx *Tx) repeatedAmong(document int64, list string) (ids []string, err error) {
	var id string
	err = table.Each(tx.run, `WITH RECURSIVE repeated(id) AS (
			SELECT min(duplicate_of) FROM comments WHERE duplicate_of IS NOT NULL
			UNION ALL SELECT (SELECT min(duplicate_of) FROM comments WHERE duplicate_of > r.id) FROM repeated r WHERE r.id IS NOT NULL)
		SELECT r.id FROM repeated r CROSS JOIN comments c ON c.id = r.id
		WHERE c.document = ? AND `+commentStands+` AND c.seq IN (SELECT value FROM json_each(?))`, []any{document, list}, []any{&id}, func() error {
		ids = append(ids, id)
		return nil
	})
	return ids, err
}

// DisposeAll implements policies.Record. However many comments are disposed of, it takes
// the same few statements, and the disposition is kept once. Where it was made ready, the comments' own rows come behind
// the fold.
func (tx *Tx) DisposeAll(documentID string, entries policies.Entries, d policies.Disposition) error {
	tx.noteChange(documentID)
	answer, duplicate, err := tx.dispositionColumns(&policies.Comment{Disposition: &d})
	if err != nil {
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
	if tx.ready != nil && tx.ready.answer == answer {
		return tx.disposeBehind(tx.ready, duplicate)
	}
	if err := tx.settleAnswer(); err != nil {
		return err
	}
	document, err := tx.name(documentID)
	if err != nil {
		return err
	}
	return tx.disposeNow(document, entries, answer, duplicate)
}

// disposeNow writes the answer that is being folded into the rows of all its comments.
func (tx *Tx) disposeNow(document int64, entries policies.Entries, answer int, duplicate any) error {
	b, err := json.Marshal([]int64(entries))
	if err != nil {
		return err
	}
	list := string(b)
	if err := tx.countAnswers(document, list, answer > 0); err != nil {
		return err
	}
	repeated, err := tx.repeatedAmong(document, list)
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE comments SET answer = ?, duplicate_of = ?, disposition = NULL, answered_by = ?
		WHERE document = ? AND seq IN (SELECT value FROM json_each(?))`, answer, duplicate, tx.stamp.Seq, document, list)
	if err != nil {
		return err
	}
	for _, id := range repeated {
		if err := tx.settleDuplicates(id, false, answer > 0); err != nil {
			return err
		}
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

// answeredThen is the condition that c was answered at a time, as policies.Answered says: all of the comments
// that it repeated, one after another, had a disposition then, and stood. It takes the time five times.
const answeredThen = `NOT EXISTS (WITH RECURSIVE repeated(seq) AS (
		SELECT c.seq UNION SELECT (SELECT o.seq FROM comments o WHERE o.id = json_extract(` + dispositionThen + `, '$.DuplicateOf') ORDER BY o.seq LIMIT 1)
		FROM repeated r CROSS JOIN dispositions x ON x.comment = r.seq AND x.at <= ?
			AND x.entry = (SELECT max(y.entry) FROM dispositions y WHERE y.comment = r.seq AND y.at <= ?))
	SELECT 1 FROM repeated r CROSS JOIN comments o ON o.seq = r.seq
	WHERE NOT EXISTS (SELECT 1 FROM dispositions x WHERE x.comment = o.seq AND x.at <= ?)
		OR o.seq <> c.seq AND (o.withdrawn_at <= ? OR o.disowned_at <= ?))`

// undisposed is the condition of the index comments_unanswered, for a document.
const undisposed = `c.document = ` + numberOf + ` AND c.answer <= 0
	AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

// Answered says of comments by ID whether they are answered, as policies.Answered says; those that aren't, and those that the
// viewer isn't told, are absent.
func (db *DB) Answered(ctx context.Context, viewer policies.Actor, ids []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(ids) == 0 {
		return found, nil
	}
	var id string
	open, args := disclosed(viewer)
	return found, table.Each(db.file.Read(ctx), `SELECT c.id FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value WHERE c.answer > 0 AND `+open,
		append([]any{table.JSONList(ids)}, args...), []any{&id}, func() error {
			found[id] = true
			return nil
		})
}

func (f facts) Undisposed(documentID string, limit int) ([]policies.Comment, int, error) {
	return f.undisposed(undisposed, limit, documentID)
}

func (f facts) undisposed(which string, limit int, args ...any) ([]policies.Comment, int, error) {
	var total int
	err := one(f.run, `SELECT count(*) FROM comments c WHERE `+which, args, &total)
	if err != nil || total == 0 {
		return nil, total, err
	}
	list, err := f.comments(which+` ORDER BY c.seq LIMIT ?`, append(args, max(limit, 0))...)
	return list, total, err
}

func (f facts) Accepted(documentID string) ([]policies.Comment, error) {
	return f.comments(`c.document = `+numberOf+` AND c.answer = 2
		AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL ORDER BY c.seq`, documentID)
}
