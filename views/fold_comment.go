package views

import (
	"errors"

	"github.com/ewtp/entente/policies"
)

// LastCommentNumber implements policies.Facts.
func (tx *Tx) LastCommentNumber(documentID string) (int, error) {
	return cached(&tx.db.cache.lastNumbers, documentID, tx.facts.LastCommentNumber)
}

// answer gives a comment's columns answer and duplicate_of. To call a comment the
// duplicate of one that is withdrawn answers neither.
func (tx *Tx) answer(c *policies.Comment) (answer int, duplicateOf any, err error) {
	switch {
	case c.Disposition == nil:
		return 0, nil, nil
	case c.Disposition.Outcome.Accepts():
		return 2, nil, nil
	case c.Disposition.Outcome != policies.Duplicate:
		return 1, nil, nil
	}
	var withdrawn bool
	err = one(tx.run, `SELECT withdrawn_at IS NOT NULL FROM comments WHERE id = ? ORDER BY seq LIMIT 1`,
		[]any{c.Disposition.DuplicateOf}, &withdrawn)
	if errors.Is(err, policies.ErrNotFound) {
		err = nil
	}
	if withdrawn {
		return 0, c.Disposition.DuplicateOf, err
	}
	return 1, c.Disposition.DuplicateOf, err
}

// reopen takes the answer from the duplicates of a comment that was withdrawn.
func (tx *Tx) reopen(id string) error {
	var k counter
	var withdrawn bool
	err := each(tx.run, `SELECT document, clause, stance, withdrawn_at IS NOT NULL FROM comments
		WHERE duplicate_of = ? AND answer > 0`, []any{id}, []any{&k.document, &k.clause, &k.stance, &withdrawn}, func() error {
		tx.counts.add(k.document, k.clause, k.stance, tallyOf(false, withdrawn).minus(tallyOf(true, withdrawn)))
		return nil
	})
	if err != nil {
		return err
	}
	return tx.exec(`UPDATE comments SET answer = 0 WHERE duplicate_of = ? AND answer > 0`, id)
}

// AddComment implements policies.Record.
func (tx *Tx) AddComment(c policies.Comment) error {
	var names [8]int64
	for i, s := range [...]string{c.DocumentID, c.ClauseID, c.ConsultationID, c.RevisionID, c.OrganisationID, c.MemberID,
		string(c.Stance), string(c.Type)} {
		var err error
		if names[i], err = tx.name(s); err != nil {
			return err
		}
	}
	provenance, err := optional(c.Provenance)
	if err != nil {
		return err
	}
	disposition, err := optional(c.Disposition)
	if err != nil {
		return err
	}
	answer, duplicate, err := tx.answer(&c)
	if err != nil {
		return err
	}
	err = tx.exec(`INSERT INTO comments (seq, id, number, document, clause, consultation, revision, organisation,
			member, stance, type, late, at, answer, duplicate_of, withdrawn_at, text, replacement, withdrawal, provenance, disposition)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Seq, c.ID, c.Number, names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[7], c.Late,
		when(c.SubmittedAt), answer, duplicate, maybe(c.WithdrawnAt), c.Text, c.Replacement, c.Withdrawal, provenance, disposition)
	if err != nil {
		return err
	}
	last, err := tx.LastCommentNumber(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.lastNumbers.put(c.DocumentID, max(last, c.Number))
	tx.counts.number(names[0], c.Number)
	tx.counts.add(names[0], names[1], names[6], tallyOf(answer > 0, !c.WithdrawnAt.IsZero()))
	return nil
}

// optional is the JSON of what may not be there, NULL where it isn't.
func optional[T any](v *T) (any, error) {
	if v == nil {
		return nil, nil
	}
	return encode(v)
}

// PutComment implements policies.Record. Of a comment only its withdrawal and its
// answer change.
func (tx *Tx) PutComment(c policies.Comment) error {
	var seq, document, clause, stance int64
	var old int
	var withdrawn bool
	err := one(tx.run, `SELECT seq, document, clause, stance, answer, withdrawn_at IS NOT NULL
		FROM comments WHERE id = ? ORDER BY seq LIMIT 1`, []any{c.ID}, &seq, &document, &clause, &stance, &old, &withdrawn)
	if errors.Is(err, policies.ErrNotFound) {
		return tx.AddComment(c)
	}
	if err != nil {
		return err
	}
	disposition, err := optional(c.Disposition)
	if err != nil {
		return err
	}
	answer, duplicate, err := tx.answer(&c)
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE comments SET answer = ?, duplicate_of = ?, withdrawn_at = ?, withdrawal = ?, disposition = ?
		WHERE seq = ?`, answer, duplicate, maybe(c.WithdrawnAt), c.Withdrawal, disposition, seq)
	if err != nil {
		return err
	}
	if !withdrawn && !c.WithdrawnAt.IsZero() {
		if err := tx.reopen(c.ID); err != nil {
			return err
		}
	}
	tx.counts.add(document, clause, stance,
		tallyOf(answer > 0, !c.WithdrawnAt.IsZero()).minus(tallyOf(old > 0, withdrawn)))
	if c.Disposition == nil || !c.Disposition.At.Equal(tx.stamp.At) {
		return nil
	}
	return tx.exec(`INSERT INTO dispositions (comment, entry, at, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (comment, entry) DO UPDATE SET data = excluded.data`,
		seq, tx.stamp.Seq, when(tx.stamp.At), disposition)
}

// counters gather what a Tx counts, to be written once a key when it commits.
// Nobody asks for counts within a Tx.
type counters struct {
	tallies map[counter]tally
	numbers map[int64]int // by document: the highest number of a comment
}

// A counter is a row of the table counters: see schema.sql.
type counter struct{ document, clause, stance int64 }

// wholeDocument stands for all clauses together.
const wholeDocument = -1

type tally struct{ total, answered, withdrawn int64 }

func tallyOf(answered, withdrawn bool) tally {
	t := tally{total: 1}
	switch {
	case withdrawn:
		t.withdrawn = 1
	case answered:
		t.answered = 1
	}
	return t
}

func (t tally) plus(o tally) tally {
	return tally{t.total + o.total, t.answered + o.answered, t.withdrawn + o.withdrawn}
}

func (t tally) minus(o tally) tally {
	return tally{t.total - o.total, t.answered - o.answered, t.withdrawn - o.withdrawn}
}

func (c *counters) add(document, clause, stance int64, t tally) {
	if c.tallies == nil {
		c.tallies = map[counter]tally{}
	}
	for _, clause := range [...]int64{clause, wholeDocument} {
		k := counter{document, clause, stance}
		c.tallies[k] = c.tallies[k].plus(t)
	}
}

func (c *counters) number(document int64, n int) {
	if c.numbers == nil {
		c.numbers = map[int64]int{}
	}
	c.numbers[document] = max(c.numbers[document], n)
}

func (c *counters) write(tx *Tx) error {
	for k, t := range c.tallies {
		if t == (tally{}) {
			continue
		}
		err := tx.exec(`INSERT INTO counters (document, clause, stance, total, answered, withdrawn)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (document, clause, stance) DO UPDATE SET
			total = total + excluded.total, answered = answered + excluded.answered,
			withdrawn = withdrawn + excluded.withdrawn`, k.document, k.clause, k.stance, t.total, t.answered, t.withdrawn)
		if err != nil {
			return err
		}
	}
	for document, n := range c.numbers {
		err := tx.exec(`INSERT INTO comment_numbers (document, last) VALUES (?, ?)
			ON CONFLICT (document) DO UPDATE SET last = max(last, excluded.last)`, document, n)
		if err != nil {
			return err
		}
	}
	*c = counters{}
	return nil
}
