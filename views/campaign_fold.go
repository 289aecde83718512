package views

import (
	"encoding/binary"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
	"github.com/ewtp/entente/views/table"
)

// memberCounts counts what became of some members of a campaign.
type memberCounts struct{ answered, ended int64 }

func (s commentState) members() memberCounts {
	switch {
	case s.ended():
		return memberCounts{ended: 1}
	case s.answered:
		return memberCounts{answered: 1}
	}
	return memberCounts{}
}

func (c *counters) countMember(sample int64, m memberCounts, times int64) {
	if c.members == nil {
		c.members = map[int64]memberCounts{}
	}
	was := c.members[sample]
	c.members[sample] = memberCounts{was.answered + times*m.answered, was.ended + times*m.ended}
}

// countMember brings what became of a comment into the counts of its campaign, if it is
// grouped already. One that isn't is counted when it is grouped, as it is then.
func (tx *Tx) countMember(seq int64, old, now commentState) error {
	if old.members() == now.members() {
		return nil
	}
	var sample int64
	err := one(tx.run, `SELECT sample FROM campaign_members WHERE comment = ?`, []any{seq}, &sample)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	tx.counts.countMember(sample, now.members(), 1)
	tx.counts.countMember(sample, old.members(), -1)
	return err
}

// countMembers counts the comments c of a condition, all of which stand, as answered or not
// in their campaigns, where they were counted the other way before.
func (tx *Tx) countMembers(which string, answered bool, args ...any) error {
	now, old := commentState{answered: answered}, commentState{answered: !answered}
	var sample, n int64
	return table.Each(tx.run, `SELECT m.sample, count(*) FROM comments c CROSS JOIN campaign_members m ON m.comment = c.seq
		WHERE `+which+` GROUP BY 1`, args, []any{&sample, &n}, func() error {
		tx.counts.countMember(sample, now.members(), n)
		tx.counts.countMember(sample, old.members(), -n)
		return nil
	})
}

// groupAll groups every comment that the Tx knows.
func (tx *Tx) groupAll() error {
	for {
		n, err := tx.db.groupFrom(groupBatch)
		if err != nil || n == 0 {
			return err
		}
	}
}

// keepSampleWords groups a comment, whose text is about to be taken from view, by what it
// said, and keeps its words if it is a sample, so that later comments are still compared
// with them.
func (tx *Tx) keepSampleWords(seq int64) error {
	if err := tx.groupAll(); err != nil {
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

// sampleWords returns the words that a sample was submitted with.
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
	if err := tx.groupAll(); err != nil {
		return policies.Campaign{}, err
	}
	return tx.facts.Campaign(id)
}

// Campaign finds campaigns among the comments that are grouped; a Tx groups all first.
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
