package views

import (
	"context"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Counts are how many comments there are.
type Counts struct {
	Total     int // with those withdrawn, disowned and confidential
	Answered  int // of those that stand and aren't confidential, as policies.Answered says
	Withdrawn int
	Disowned  int
	// Confidential counts those that stand in confidence: they are neither in Answered
	// nor ByStance nor Supporters, and only in the counts of whole documents.
	Confidential int
	ByStance     map[policies.Stance]int // of those that stand
	Supporters   int64                   // whom the organisations of those that stand say they speak for
}

// add adds a row of counters.
func (c *Counts) add(stance string, t tally) {
	c.Total, c.Answered, c.Withdrawn = c.Total+int(t.total), c.Answered+int(t.answered), c.Withdrawn+int(t.withdrawn)
	c.Disowned, c.Confidential, c.Supporters = c.Disowned+int(t.disowned), c.Confidential+int(t.confidential), c.Supporters+t.supporters
	if c.ByStance == nil {
		c.ByStance = map[policies.Stance]int{}
	}
	if stand := int(t.total - t.withdrawn - t.disowned - t.confidential); stand > 0 {
		c.ByStance[policies.Stance(stance)] = stand
	}
}

// CommentCounts counts the comments on whole documents, by document ID. Documents
// without any are absent.
func (db *DB) CommentCounts(ctx context.Context, documentIDs []string) (map[string]Counts, error) {
	found := map[string]Counts{}
	return found, db.eachCounter(ctx, documentIDs, `k.clause = -1`, func(document, _, stance string, t tally) {
		c := found[document]
		c.add(stance, t)
		found[document] = c
	})
}

// ClauseCounts counts the comments on documents by document and clause ID, "" for those on
// the whole. Clauses without any are absent.
func (db *DB) ClauseCounts(ctx context.Context, documentIDs []string) (map[string]map[string]Counts, error) {
	found := map[string]map[string]Counts{}
	return found, db.eachCounter(ctx, documentIDs, `k.clause >= 0`, func(document, clause, stance string, t tally) {
		if found[document] == nil {
			found[document] = map[string]Counts{}
		}
		c := found[document][clause]
		c.add(stance, t)
		found[document][clause] = c
	})
}

// eachCounter reads the counters k of documents of which the condition which holds.
func (db *DB) eachCounter(ctx context.Context, documentIDs []string, which string, each func(document, clause, stance string, t tally)) error {
	var document, clause, stance string
	var t tally
	fields := append(table.Fields{{"j.value", &document}, {"coalesce(" + nameOf("k.clause") + ", '')", &clause}, {nameOf("k.stance"), &stance}}, t.fields()...)
	return table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM json_each(?) j CROSS JOIN names d ON d.name = j.value
		CROSS JOIN counters k ON k.document = d.id AND `+which, []any{table.JSONList(documentIDs)}, fields.Dest(), func() error {
		each(document, clause, stance, t)
		return nil
	})
}

// commentState holds what a comment is counted by.
type commentState struct {
	answered, withdrawn, disowned, confidential bool
	supporters                                  int64
}

// commentStateColumns are the columns of comments that make a commentState.
const commentStateColumns = `answer > 0, withdrawn_at IS NOT NULL, disowned_at IS NOT NULL, confidential, supporters`

func (s *commentState) dest() []any {
	return []any{&s.answered, &s.withdrawn, &s.disowned, &s.confidential, &s.supporters}
}

func commentStateOf(c *policies.Comment, answer int) commentState {
	return commentState{answer > 0, !c.WithdrawnAt.IsZero(), !c.DisownedAt.IsZero(), c.Confidential, c.Supporters}
}

func (s commentState) ended() bool { return s.withdrawn || s.disowned }

// tally returns what a comment in that state adds to the counts.
func (s commentState) tally() tally {
	t := tally{total: 1}
	switch {
	case s.withdrawn:
		t.withdrawn = 1
	case s.disowned:
		t.disowned = 1
	case s.confidential:
		t.confidential = 1
	default:
		t.supporters = s.supporters
		if s.answered {
			t.answered = 1
		}
	}
	return t
}

type tally struct{ total, answered, withdrawn, disowned, confidential, supporters int64 }

// fields returns the columns of k, a row of counters.
func (t *tally) fields() table.Fields {
	return table.Fields{{"k.total", &t.total}, {"k.answered", &t.answered}, {"k.withdrawn", &t.withdrawn},
		{"k.disowned", &t.disowned}, {"k.confidential", &t.confidential}, {"k.supporters", &t.supporters}}
}

func (t tally) plus(o tally, times int64) tally {
	return tally{t.total + times*o.total, t.answered + times*o.answered, t.withdrawn + times*o.withdrawn,
		t.disowned + times*o.disowned, t.confidential + times*o.confidential, t.supporters + times*o.supporters}
}

// counters gather what a Tx counts. It is written when the Tx commits, once for each key;
// nobody asks for counts within a Tx.
type counters struct {
	tallies  map[counter]tally
	speakers map[speaker]int64
	numbers  map[int64]int // by document: the highest number of a comment
	days     map[commentDay]int
	choices  map[response]int
	members  map[int64]memberCounts // by the sample of a campaign: what became of its members
}

// A counter is a row of the table counters: see schema.sql.
type counter struct{ document, clause, stance int64 }

// wholeDocument stands for all clauses together.
const wholeDocument = -1

// add counts a comment at k, or takes it out where times is -1. A confidential one is
// counted without its clause and its stance.
func (c *counters) add(k counter, s commentState, times int64) {
	t := s.tally()
	if s.confidential {
		k.stance = 0
	} else {
		c.tally(k, t, times)
	}
	k.clause = wholeDocument
	c.tally(k, t, times)
}

func (c *counters) tally(k counter, t tally, times int64) {
	if c.tallies == nil {
		c.tallies = map[counter]tally{}
	}
	c.tallies[k] = c.tallies[k].plus(t, times)
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
		err := tx.db.file.Add("counters", "document, clause, stance", table.Row{{"document", k.document}, {"clause", k.clause},
			{"stance", k.stance}, {"total", t.total}, {"answered", t.answered}, {"withdrawn", t.withdrawn},
			{"disowned", t.disowned}, {"confidential", t.confidential}, {"supporters", t.supporters}})
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
	if err := c.writeDays(tx); err != nil {
		return err
	}
	for sample, m := range c.members {
		err := tx.exec(`UPDATE campaigns SET answered = answered + ?, ended = ended + ? WHERE sample = ?`, m.answered, m.ended, sample)
		if err != nil {
			return err
		}
	}
	if err := errors.Join(c.writeSpeakers(tx), c.writeResponses(tx)); err != nil {
		return err
	}
	*c = counters{}
	return nil
}
