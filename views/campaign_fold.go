package views

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
	"github.com/ewtp/entente/views/table"
)

// grouped is the last comment that is grouped, within the Tx.
func (db *DB) grouped() (seq int64, err error) {
	return seq, one(db.file.Write, `SELECT grouped FROM state`, nil, &seq)
}

// members are what became of some members of a campaign.
type members struct{ answered, ended int64 }

func (s standing) members() members {
	switch {
	case s.ended():
		return members{ended: 1}
	case s.answered:
		return members{answered: 1}
	}
	return members{}
}

func (c *counters) member(sample int64, m members, times int64) {
	if c.members == nil {
		c.members = map[int64]members{}
	}
	was := c.members[sample]
	c.members[sample] = members{was.answered + times*m.answered, was.ended + times*m.ended}
}

// countMember brings a change of what became of a comment into its campaign's counts,
// if it is grouped already; else it is counted as it stands when it is.
func (tx *Tx) countMember(seq int64, old, now standing) error {
	if old.members() == now.members() {
		return nil
	}
	var sample int64
	err := one(tx.run, `SELECT sample FROM campaign_members WHERE comment = ?`, []any{seq}, &sample)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	tx.counts.member(sample, now.members(), 1)
	tx.counts.member(sample, old.members(), -1)
	return err
}

// group groups every comment that the Tx knows.
func (tx *Tx) group() error {
	for {
		n, err := tx.db.groupFrom(groupBatch)
		if err != nil || n == 0 {
			return err
		}
	}
}

// keepWords sees to it that a comment whose text is taken from view is grouped by what
// it said, and that what comes later is still compared with that.
func (tx *Tx) keepWords(seq int64) error {
	if err := tx.group(); err != nil {
		return err
	}
	var sample int64
	err := one(tx.run, `SELECT sample FROM campaigns WHERE sample = ?`, []any{seq}, &sample)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := sampleWords(tx.run, seq)
	if err != nil {
		return err
	}
	return tx.db.file.InsertNew("campaign_words", table.Row{{"sample", seq}, {"words", packWords(list)}})
}

func packWords(list []campaign.Word) []byte {
	b := make([]byte, 0, 8*len(list))
	for _, w := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(w))
	}
	return b
}

func unpackWords(b []byte) []campaign.Word {
	list := make([]campaign.Word, len(b)/8)
	for i := range list {
		list[i] = campaign.Word(binary.BigEndian.Uint64(b[8*i:]))
	}
	return list
}

// sampleWords are the words that a sample had when it came.
func sampleWords(r table.Run, seq int64) ([]campaign.Word, error) {
	var c policies.Comment
	var packed []byte
	err := one(r, `SELECT c.text, c.replacement, w.words FROM comments c LEFT JOIN campaign_words w ON w.sample = c.seq WHERE c.seq = ?`,
		[]any{seq}, &c.Text, &c.Replacement, &packed)
	switch {
	case errors.Is(err, policies.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case packed != nil:
		return unpackWords(packed), nil
	}
	return policies.CampaignWords(&c), nil
}

// Campaign implements policies.Facts.
func (tx *Tx) Campaign(id string) (policies.Campaign, error) {
	if err := tx.group(); err != nil {
		return policies.Campaign{}, err
	}
	return tx.facts.Campaign(id)
}

// Selected implements policies.Facts.
func (tx *Tx) Selected(documentID string, s policies.Selection, before int64, limit int) ([]policies.Selected, int, error) {
	if s.CampaignID != "" || s.Adding != nil {
		if err := tx.group(); err != nil {
			return nil, 0, err
		}
	}
	return tx.facts.Selected(documentID, s, before, limit)
}

// PutEndorsement implements policies.Record.
func (tx *Tx) PutEndorsement(e policies.Endorsement) error {
	var comment int64
	err := one(tx.run, `SELECT seq FROM comments WHERE id = ? ORDER BY seq LIMIT 1`, []any{e.CommentID}, &comment)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	organisation, err := tx.name(e.OrganisationID)
	if err != nil {
		return err
	}
	data, err := table.Encode(e)
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE endorsements SET until = ? WHERE comment = ? AND organisation = ? AND until IS NULL`,
		table.Millis(tx.stamp.At), comment, organisation)
	if err != nil {
		return err
	}
	return tx.upsert("endorsements", "comment, organisation, entry", table.Row{{"comment", comment}, {"organisation", organisation},
		{"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)}, {"until", nil}, {"position", string(e.Position)}, {"data", data}})
}

// DisposeAll implements policies.Record. However many comments are answered, it takes
// the same few statements, and what the answer says is kept once.
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
	answer, duplicate, err := tx.answer(&policies.Comment{Disposition: &d})
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

// countAnswers counts comments, a JSON list of them, as answered or not, where they
// weren't counted so before.
func (tx *Tx) countAnswers(document int64, list string, answered bool) error {
	const which = `c.document = ? AND ` + stands + ` AND NOT c.confidential
		AND (c.answer > 0) <> ? AND c.seq IN (SELECT value FROM json_each(?))`
	now, old := standing{answered: answered}, standing{answered: !answered}
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

// stands is the condition that c stands.
const stands = `c.withdrawn_at IS NULL AND c.disowned_at IS NULL`

// countMembers counts standing comments, those of a condition, as answered or not in
// their campaigns, where they were counted the other way before.
func (tx *Tx) countMembers(which string, answered bool, args ...any) error {
	now, old := standing{answered: answered}, standing{answered: !answered}
	var sample, n int64
	return table.Each(tx.run, `SELECT m.sample, count(*) FROM comments c CROSS JOIN campaign_members m ON m.comment = c.seq
		WHERE `+which+` GROUP BY 1`, args, []any{&sample, &n}, func() error {
		tx.counts.member(sample, now.members(), n)
		tx.counts.member(sample, old.members(), -n)
		return nil
	})
}
