package views

import (
	"errors"
	"time"

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

// commentMore is what few comments have.
type commentMore struct {
	Quote       *policies.Quote        `json:",omitempty"`
	Cost        *policies.CostEstimate `json:",omitempty"`
	Attachments []policies.Attachment  `json:",omitempty"`
	DraftedBy   string                 `json:",omitempty"`
	Summary     string                 `json:",omitempty"`
	Disowning   string                 `json:",omitempty"`
	RedactedAt  *time.Time             `json:",omitempty"`
	Redaction   string                 `json:",omitempty"`
	QuestionID  string                 `json:",omitempty"`
	Choice      string                 `json:",omitempty"`
}

// moreOf is the column more of a comment, NULL where it has nothing more.
func moreOf(c *policies.Comment) (any, error) {
	if c.Quote == nil && c.Cost == nil && c.Attachments == nil && c.RedactedAt.IsZero() && c.DraftedBy+c.Summary+c.Disowning+c.Redaction+c.QuestionID == "" {
		return nil, nil
	}
	m := commentMore{c.Quote, c.Cost, c.Attachments, c.DraftedBy, c.Summary, c.Disowning, nil, c.Redaction, c.QuestionID, c.Choice}
	if !c.RedactedAt.IsZero() {
		m.RedactedAt = &c.RedactedAt
	}
	return table.Encode(m)
}

// add gives a comment what the column more holds of it.
func (m *commentMore) add(c *policies.Comment) {
	c.Quote, c.Cost, c.Attachments, c.DraftedBy = m.Quote, m.Cost, m.Attachments, m.DraftedBy
	c.Summary, c.Disowning, c.Redaction = m.Summary, m.Disowning, m.Redaction
	c.QuestionID, c.Choice = m.QuestionID, m.Choice
	if m.RedactedAt != nil {
		c.RedactedAt = *m.RedactedAt
	}
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
	provenance, err := table.EncodeOrNull(c.Provenance)
	if err != nil {
		return err
	}
	disposition, err := table.EncodeOrNull(c.Disposition)
	if err != nil {
		return err
	}
	more, err := moreOf(&c)
	if err != nil {
		return err
	}
	answer, duplicate, err := tx.answer(&c)
	if err != nil {
		return err
	}
	err = tx.insert("comments", table.Row{{"seq", c.Seq}, {"id", c.ID}, {"number", c.Number}, {"document", names[0]},
		{"clause", names[1]}, {"consultation", names[2]}, {"revision", names[3]}, {"organisation", names[4]},
		{"member", names[5]}, {"stance", names[6]}, {"type", names[7]}, {"late", c.Late}, {"at", table.Millis(c.SubmittedAt)},
		{"answer", answer}, {"duplicate_of", duplicate}, {"withdrawn_at", table.MillisOrNull(c.WithdrawnAt)},
		{"text", c.Text}, {"replacement", c.Replacement}, {"withdrawal", c.Withdrawal}, {"provenance", provenance},
		{"disposition", disposition}, {"disowned_at", table.MillisOrNull(c.DisownedAt)}, {"confidential", c.Confidential},
		{"supporters", c.Supporters}, {"more", more}})
	if err != nil {
		return err
	}
	last, err := tx.LastCommentNumber(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.lastNumbers.Put(c.DocumentID, max(last, c.Number))
	tx.counts.number(names[0], c.Number)
	tx.counts.add(counter{names[0], names[1], names[6]}, standingOf(&c, answer), 1)
	return tx.answered(&c, names[2])
}

// PutComment implements policies.Record. Of a comment only its withdrawal, its
// disowning and its answer change, and its words where it is redacted.
func (tx *Tx) PutComment(c policies.Comment) error {
	var seq int64
	var k counter
	var old standing
	err := one(tx.run, `SELECT seq, document, clause, stance, `+standingColumns+` FROM comments WHERE id = ? ORDER BY seq LIMIT 1`,
		[]any{c.ID}, append([]any{&seq, &k.document, &k.clause, &k.stance}, old.dest()...)...)
	if errors.Is(err, policies.ErrNotFound) {
		return tx.AddComment(c)
	}
	if err != nil {
		return err
	}
	disposition, err := table.EncodeOrNull(c.Disposition)
	if err != nil {
		return err
	}
	more, err := moreOf(&c)
	if err != nil {
		return err
	}
	answer, duplicate, err := tx.answer(&c)
	if err != nil {
		return err
	}
	if !c.RedactedAt.IsZero() {
		if err := tx.keepWords(seq); err != nil {
			return err
		}
		if err := tx.unindex(seq); err != nil {
			return err
		}
	}
	err = tx.db.file.Update("comments", "seq", table.Row{{"answer", answer}, {"duplicate_of", duplicate},
		{"withdrawn_at", table.MillisOrNull(c.WithdrawnAt)}, {"withdrawal", c.Withdrawal}, {"disposition", disposition},
		{"disowned_at", table.MillisOrNull(c.DisownedAt)}, {"text", c.Text}, {"replacement", c.Replacement}, {"more", more},
		{"answered_by", nil}, {"seq", seq}})
	if err != nil {
		return err
	}
	now := standingOf(&c, answer)
	if !old.ended() && now.ended() {
		if err := errors.Join(tx.reopen(c.ID), tx.takeBack(&c)); err != nil {
			return err
		}
	}
	tx.counts.add(k, now, 1)
	tx.counts.add(k, old, -1)
	if err := tx.countMember(seq, old, now); err != nil {
		return err
	}
	if c.Disposition == nil || !c.Disposition.At.Equal(tx.stamp.At) {
		return nil
	}
	return tx.exec(`INSERT INTO dispositions (comment, organisation, entry, at, data) SELECT seq, organisation, ?, ?, ? FROM comments WHERE seq = ?
		ON CONFLICT (comment, entry) DO UPDATE SET data = excluded.data`, tx.stamp.Seq, table.Millis(tx.stamp.At), disposition, seq)
}
