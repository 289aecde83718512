package views

import (
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// LastCommentNumber implements policies.Facts.
func (tx *Tx) LastCommentNumber(documentID string) (int, error) {
	return tx.db.cache.lastNumbers.Load(documentID, tx.facts.LastCommentNumber)
}

func (f facts) LastCommentNumber(documentID string) (last int, err error) {
	err = one(f.run, `SELECT last FROM comment_numbers WHERE document = `+numberOf,
		[]any{documentID}, &last)
	if errors.Is(err, policies.ErrNotFound) {
		return 0, nil
	}
	return last, err
}

// commentWords returns the column words of a comment: the JSON of what it says, but for
// what has a column of its own to filter or to count by.
func commentWords(w policies.CommentWords) (string, error) {
	w.ClauseID, w.Stance, w.Type, w.Confidential, w.Supporters = "", "", "", false, 0
	return table.Encode(w)
}

// confidants returns the column of that name.
func confidants(c policies.Comment) any {
	if !c.Confidential {
		return nil
	}
	return table.JSONList(c.Confidants)
}

// AddComment implements policies.Record. It keeps the comment as it was submitted: what
// becomes of it comes by PutComment.
func (tx *Tx) AddComment(c policies.Comment) error {
	var names [9]int64
	for i, s := range [...]string{c.DocumentID, c.ClauseID, c.ConsultationID, c.RevisionID, c.OrganisationID, c.MemberID,
		string(c.Stance), string(c.Type), c.DraftedBy} {
		var err error
		if names[i], err = tx.name(s); err != nil {
			return err
		}
	}
	provenance, err := table.EncodeOrNull(c.Provenance)
	if err != nil {
		return err
	}
	words, err := commentWords(c.CommentWords)
	if err != nil {
		return err
	}
	err = tx.insert("comments", table.Row{{"seq", c.Seq}, {"id", c.ID}, {"number", c.Number}, {"document", names[0]},
		{"clause", names[1]}, {"consultation", names[2]}, {"revision", names[3]}, {"organisation", names[4]},
		{"member", names[5]}, {"stance", names[6]}, {"type", names[7]}, {"drafted_by", names[8]}, {"confidants", confidants(c)}, {"late", c.Late},
		{"at", table.Millis(c.SubmittedAt)}, {"confidential", c.Confidential}, {"supporters", c.Supporters},
		{"words", words}, {"provenance", provenance}})
	if err != nil {
		return err
	}
	last, err := tx.LastCommentNumber(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.lastNumbers.Put(c.DocumentID, max(last, c.Number))
	if len(c.Attachments) > 0 {
		if err := tx.nameFiles(c.ID, c.OrganisationID, c.Attachments); err != nil {
			return err
		}
	}
	tx.counts.number(names[0], c.Number)
	tx.counts.came(names[0], c.SubmittedAt)
	k := counter{names[0], names[1], names[6]}
	tx.counts.add(k, commentState{confidential: c.Confidential, supporters: c.Supporters}, 1)
	if !c.Confidential {
		tx.counts.speak(k, names[4], 1)
	}
	return tx.addResponse(&c, names[2], names[4])
}

// PutComment implements policies.Record. Of a comment only its withdrawal, its
// disowning, its answer and whom it is told to change, and its words where it is redacted.
func (tx *Tx) PutComment(c policies.Comment) error {
	tx.noteChange(c.DocumentID)
	if err := tx.settleAnswer(); err != nil {
		return err
	}
	var seq, organisation int64
	var k counter
	var old commentState
	err := one(tx.run, `SELECT seq, organisation, document, clause, stance, `+commentStateColumns+` FROM comments WHERE id = ? ORDER BY seq LIMIT 1`,
		[]any{c.ID}, append([]any{&seq, &organisation, &k.document, &k.clause, &k.stance}, old.dest()...)...)
	if errors.Is(err, policies.ErrNotFound) {
		if err := tx.AddComment(c); err != nil {
			return err
		}
		return tx.PutComment(c)
	}
	if err != nil {
		return err
	}
	if !c.RedactedAt.IsZero() {
		if err := errors.Join(tx.keepSampleWords(seq), tx.unindex(seq)); err != nil {
			return err
		}
	}
	answer, err := tx.updateComment(seq, &c)
	if err != nil {
		return err
	}
	now := commentStateOf(&c, answer)
	if !old.ended() && now.ended() {
		if err := tx.removeResponse(&c, organisation); err != nil {
			return err
		}
		if !c.Confidential {
			tx.counts.speak(k, organisation, -1)
		}
	}
	tx.counts.add(k, now, 1)
	tx.counts.add(k, old, -1)
	if old.ended() != now.ended() || old.answered != now.answered {
		if err := tx.settleDuplicates(c.ID, now.ended(), now.answered); err != nil {
			return err
		}
	}
	return tx.countMember(seq, old, now)
}

// updateComment writes what changes of a comment, and adds its disposition to those that
// it had if the entry being folded gave it. It returns the column answer.
func (tx *Tx) updateComment(seq int64, c *policies.Comment) (answer int, err error) {
	disposition, err := table.EncodeOrNull(c.Disposition)
	if err != nil {
		return 0, err
	}
	words, err := commentWords(c.CommentWords)
	if err != nil {
		return 0, err
	}
	answer, duplicate, err := tx.dispositionColumns(c)
	if err != nil {
		return 0, err
	}
	err = tx.db.file.Update("comments", "seq", table.Row{{"answer", answer}, {"duplicate_of", duplicate},
		{"words", words}, {"confidants", confidants(*c)}, {"withdrawn_at", table.MillisOrNull(c.WithdrawnAt)}, {"withdrawal", c.Withdrawal},
		{"disowned_at", table.MillisOrNull(c.DisownedAt)}, {"disowning", c.Disowning},
		{"redacted_at", table.MillisOrNull(c.RedactedAt)}, {"redaction", c.Redaction},
		{"disposition", disposition}, {"answered_by", nil}, {"seq", seq}})
	if err != nil || c.Disposition == nil || !c.Disposition.At.Equal(tx.stamp.At) {
		return answer, err
	}
	return answer, tx.exec(`INSERT INTO dispositions (comment, organisation, entry, at, data) SELECT seq, organisation, ?, ?, ? FROM comments WHERE seq = ?
		ON CONFLICT (comment, entry) DO UPDATE SET data = excluded.data`, tx.stamp.Seq, table.Millis(tx.stamp.At), disposition, seq)
}
