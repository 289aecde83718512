package views

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/campaign"
	"github.com/ewtp/entente/views/table"
)

// Comments are grouped behind the fold: a comment of its own costs several times more to
// compare than to store, and a burst should be acknowledged first. Grouping goes by the
// order of entries, each comment by the words that it came with, so the groups are the
// same whenever and wherever it is done: before a command is decided by them it catches
// up within the Tx, and so it does before words are taken from view.

// grouped returns the seq of the last comment that is grouped, as the writer sees it.
func (db *DB) grouped() (seq int64, err error) {
	return seq, one(db.file.Write, `SELECT grouped FROM state`, nil, &seq)
}

// groupBatch is how many comments are grouped in one turn of the writer.
const groupBatch = 512

// groupSome takes a turn of the writer to group the next comments, and says how many
// there were.
func (db *DB) groupSome(ctx context.Context) (n int, err error) {
	if err := db.file.Take(ctx); err != nil {
		return 0, err
	}
	defer db.file.Give()
	err = db.file.Transact(func() (err error) {
		n, err = db.groupFrom(groupBatch)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("couldn't group comments: %w", err)
	}
	return n, nil
}

// mostWaiting is how many comments a reader groups before it is told of groups; what
// waits beyond them is grouped in the background.
const mostWaiting = 4 * groupBatch

// groupFor groups up to most waiting comments before a reader asks for groups, so that
// whoever wrote a moment ago reads what it wrote.
func (db *DB) groupFor(ctx context.Context, most int) error {
	for n := 0; n < most; {
		waiting, err := db.waiting(ctx)
		if err != nil || !waiting {
			return err
		}
		k, err := db.groupSome(ctx)
		if err != nil {
			return err
		}
		n += k
	}
	return nil
}

// waiting reports whether there are comments that aren't grouped.
func (db *DB) waiting(ctx context.Context) (waiting bool, err error) {
	return waiting, one(db.file.Read(ctx), `SELECT coalesce((SELECT max(seq) FROM comments), -1) > grouped FROM state`, nil, &waiting)
}

// groupFrom groups the next comments within the transaction under way.
func (db *DB) groupFrom(limit int) (int, error) {
	at, err := db.grouped()
	if err != nil {
		return 0, err
	}
	type row struct {
		seq, document int64
		c             policies.Comment
		commentState
	}
	var r row
	var rows []row
	err = table.Each(db.file.Write, `SELECT seq, document, words, `+commentStateColumns+` FROM comments
		WHERE seq > ? ORDER BY seq LIMIT ?`, []any{at, limit},
		append([]any{&r.seq, &r.document, table.JSON(&r.c.CommentWords)}, r.dest()...), func() error {
			rows = append(rows, r)
			return nil
		})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	g := grouper{db: db, indexes: map[int64]*groupIndex{}, sizes: map[int64]*campaignSize{}}
	for _, r := range rows {
		if r.confidential {
			continue // see policies.CampaignWords
		}
		if err := g.group(r.document, r.seq, &r.c, r.members()); err != nil {
			return 0, err
		}
	}
	if err := g.writeSizes(); err != nil {
		return 0, err
	}
	return len(rows), db.file.Exec(`UPDATE state SET grouped = ?`, rows[len(rows)-1].seq)
}

// A grouper groups a batch of comments.
type grouper struct {
	db      *DB
	indexes map[int64]*groupIndex   // by document
	sizes   map[int64]*campaignSize // by sample: what the batch adds to it
}

type campaignSize struct {
	document, members, adding int64
	became                    memberCounts
}

func (g *grouper) group(document, seq int64, c *policies.Comment, m memberCounts) error {
	ix := g.indexes[document]
	if ix == nil {
		ix = &groupIndex{db: g.db, document: document, known: map[campaign.Hash]campaign.Placement{}, words: map[int64][]campaign.Word{}}
		g.indexes[document] = ix
	}
	p, ok, err := campaign.Place(ix, seq, policies.CampaignWords(c))
	if err != nil || !ok {
		return err
	}
	s := g.sizes[p.Sample]
	if s == nil {
		s = &campaignSize{document: document}
		g.sizes[p.Sample] = s
	}
	s.members++
	s.became = memberCounts{s.became.answered + m.answered, s.became.ended + m.ended}
	if p.Added > 0 {
		s.adding++
	}
	_, err = g.db.file.Insert("campaign_members", table.Row{{"comment", seq}, {"sample", p.Sample}, {"added", p.Added}})
	return err
}

func (g *grouper) writeSizes() error {
	for sample, s := range g.sizes {
		err := g.db.file.Add("campaigns", "sample", table.Row{{"sample", sample}, {"size", s.members}, {"adding", s.adding},
			{"answered", s.became.answered}, {"ended", s.became.ended}}, table.Column{"document", s.document})
		if err != nil {
			return err
		}
	}
	return nil
}

// A groupIndex is a campaign.Index on the tables, for one document and one batch. It
// remembers what it has looked up.
type groupIndex struct {
	db       *DB
	document int64
	known    map[campaign.Hash]campaign.Placement
	words    map[int64][]campaign.Word
}

var _ campaign.Index = (*groupIndex)(nil)

// Known implements campaign.Index.
func (x *groupIndex) Known(h campaign.Hash) (p campaign.Placement, ok bool, err error) {
	if p, ok := x.known[h]; ok {
		return p, true, nil
	}
	err = one(x.db.file.Write, `SELECT sample, added FROM campaign_texts WHERE document = ? AND hash = ?`,
		[]any{x.document, int64(h)}, &p.Sample, &p.Added)
	if errors.Is(err, policies.ErrNotFound) {
		return p, false, nil
	}
	if err == nil {
		x.known[h] = p
	}
	return p, err == nil, err
}

// Candidates implements campaign.Index.
func (x *groupIndex) Candidates(prints []campaign.Print) (list []int64, err error) {
	asked, err := json.Marshal(prints)
	if err != nil {
		return nil, err
	}
	var sample int64
	err = table.Each(x.db.file.Write, `SELECT p.sample FROM json_each(?) j CROSS JOIN campaign_prints p ON p.document = ? AND p.print = j.value
		GROUP BY p.sample ORDER BY count(*) DESC, p.sample LIMIT ?`, []any{string(asked), x.document, campaign.MaxCandidates},
		[]any{&sample}, func() error {
			list = append(list, sample)
			return nil
		})
	return list, err
}

// Words implements campaign.Index.
func (x *groupIndex) Words(sample int64) ([]campaign.Word, error) {
	if list, ok := x.words[sample]; ok {
		return list, nil
	}
	list, err := sampleWords(x.db.file.Write, sample)
	x.words[sample] = list
	return list, err
}

// AddText implements campaign.Index.
func (x *groupIndex) AddText(h campaign.Hash, p campaign.Placement) error {
	x.known[h] = p
	return x.db.file.InsertNew("campaign_texts", table.Row{{"document", x.document}, {"hash", int64(h)},
		{"sample", p.Sample}, {"added", p.Added}})
}

// AddSample implements campaign.Index.
func (x *groupIndex) AddSample(sample int64, list []campaign.Word, prints []campaign.Print) error {
	x.words[sample] = list
	asked, err := json.Marshal(prints)
	if err != nil {
		return err
	}
	return x.db.file.Exec(`INSERT INTO campaign_prints (document, print, sample) SELECT ?, j.value, ? FROM json_each(?) j
		WHERE (SELECT count(*) FROM campaign_prints p WHERE p.document = ? AND p.print = j.value) < ?
		ON CONFLICT DO NOTHING`, x.document, sample, string(asked), x.document, campaign.MaxPostings)
}
