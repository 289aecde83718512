package views

import (
	"context"
	"encoding/json"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Speakers are the organisations of one chamber, jurisdiction, sector and size that have
// comments in a place which stand and aren't confidential. What an organisation is, it is
// as of now: see docs/decisions/0014-speakers-as-of-now.md.
type Speakers struct {
	Chamber       policies.OrganisationKind // "" where the organisation was erased, and so on
	Jurisdiction  string
	Sector        string
	Size          policies.SizeClass // "" where it never said
	Organisations int
	Comments      int
	ByStance      map[policies.Stance]Said
}

// Said counts what was said with one stance. An organisation is among those of each of
// its stances.
type Said struct{ Organisations, Comments int }

// Speakers counts who spoke in some places, by chamber, jurisdiction, sector and size
// together, in that order. Places where nobody did are absent.
func (db *DB) Speakers(ctx context.Context, places []CommentPlace) (map[CommentPlace][]Speakers, error) {
	asked, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	found := map[CommentPlace][]Speakers{}
	var at CommentPlace
	var of Speakers
	var stance policies.Stance
	var said Said
	var first int
	return found, table.Each(db.file.Read(ctx), `SELECT j.value ->> 'd', j.value ->> 'c', coalesce(o.kind, ''), coalesce(o.jurisdiction, ''),
			coalesce(o.sector, ''), coalesce(o.size, ''), `+nameOf("v.stance")+`, count(*), sum(v.standing), sum(`+firstStance+`)
		FROM json_each(?) j CROSS JOIN names d ON d.name = j.value ->> 'd'
		CROSS JOIN speakers v ON v.document = d.id AND v.clause = iif(j.value ->> 'c' = '', -1, (SELECT id FROM names WHERE name = j.value ->> 'c'))
		LEFT JOIN organisations o ON o.name = v.organisation
		GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`, []any{string(asked)},
		[]any{&at.DocumentID, &at.ClauseID, &of.Chamber, &of.Jurisdiction, &of.Sector, &of.Size, &stance, &said.Organisations, &said.Comments, &first}, func() error {
			found[at] = addSaid(found[at], of, stance, said, first)
			return nil
		})
}

// firstStance is 1 in one row of those that an organisation has in a place: so that
// organisations are counted once however many stances they have.
const firstStance = `NOT EXISTS (SELECT 1 FROM speakers w WHERE w.document = v.document AND w.clause = v.clause
	AND w.organisation = v.organisation AND w.stance < v.stance)`

// addSaid adds what speakers said with one stance to a list, of which the last may be
// those speakers already. first counts those of whom it is the first stance.
func addSaid(list []Speakers, of Speakers, stance policies.Stance, said Said, first int) []Speakers {
	same := func(s Speakers) bool {
		return s.Chamber == of.Chamber && s.Jurisdiction == of.Jurisdiction && s.Sector == of.Sector && s.Size == of.Size
	}
	if len(list) == 0 || !same(list[len(list)-1]) {
		of.ByStance = map[policies.Stance]Said{}
		list = append(list, of)
	}
	last := &list[len(list)-1]
	last.Organisations += first
	last.Comments += said.Comments
	last.ByStance[stance] = said
	return list
}

// A speaker is a row of the table speakers: see schema.sql.
type speaker struct {
	counter
	organisation int64
}

// speak counts a comment that stands and isn't confidential as its organisation's at k, or
// takes it out where times is -1.
func (c *counters) speak(k counter, organisation, times int64) {
	if c.speakers == nil {
		c.speakers = map[speaker]int64{}
	}
	c.speakers[speaker{k, organisation}] += times
	k.clause = wholeDocument
	c.speakers[speaker{k, organisation}] += times
}

// writeSpeakers leaves no row of whom no comment stands any more.
func (c *counters) writeSpeakers(tx *Tx) error {
	for k, n := range c.speakers {
		if n == 0 {
			continue
		}
		err := tx.db.file.Add("speakers", "document, clause, organisation, stance", table.Row{{"document", k.document},
			{"clause", k.clause}, {"organisation", k.organisation}, {"stance", k.stance}, {"standing", n}})
		if err == nil && n < 0 {
			err = tx.exec(`DELETE FROM speakers WHERE document = ? AND clause = ? AND organisation = ? AND stance = ? AND standing = 0`,
				k.document, k.clause, k.organisation, k.stance)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
