package views

import (
	"encoding/binary"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
	"github.com/ewtp/entente/views/table"
)

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
	err := one(r, `SELECT c.words, w.words FROM comments c LEFT JOIN campaign_words w ON w.sample = c.seq WHERE c.seq = ?`,
		[]any{seq}, table.JSON(&c.CommentWords), &packed)
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

// Campaign knows of comments that are grouped; a Tx groups them all first.
func (f facts) Campaign(id string) (policies.Campaign, error) {
	c := policies.Campaign{ID: id}
	err := one(f.run, `SELECT d.name, c.id, g.size, g.adding FROM comments c CROSS JOIN campaigns g ON g.sample = c.seq
		CROSS JOIN names d ON d.id = g.document WHERE c.id = ? AND g.size > 1 ORDER BY c.seq LIMIT 1`,
		[]any{policies.CampaignSample(id)}, &c.DocumentID, &c.SampleID, &c.Size, &c.Adding)
	if err != nil {
		return policies.Campaign{}, err
	}
	return c, nil
}
