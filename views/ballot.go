package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Ballots returns those of the IDs that exist, on documents that the viewer may read.
func (db *DB) Ballots(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Ballot, error) {
	may, args := readable(viewer)
	return table.ByID[policies.Ballot](db.file.Read(ctx), `SELECT b.id, b.data FROM json_each(?) j CROSS JOIN ballots b ON b.id = j.value
		CROSS JOIN documents d ON d.name = b.document WHERE `+may, ids, args...)
}

// A BallotFilter narrows a list of ballots; what is empty doesn't.
type BallotFilter struct {
	DocumentID string
	OpenAt     time.Time // only those open then, on documents not withdrawn
	Elector    string    // ID of an organisation with a voice
	AsOf       time.Time // only those opened by then; what is shown of them is as it stands now
}

// BallotList lists ballots on documents that the viewer may read: with OpenAt those
// that close soonest first, else the newest first.
func (db *DB) BallotList(ctx context.Context, viewer policies.Actor, f BallotFilter, p Page) (List[policies.Ballot], error) {
	s := table.Selection{From: "ballots b CROSS JOIN documents d ON d.name = b.document"}
	may, args := readable(viewer)
	s.And(may, args...)
	o := table.Descending("ballot", table.Number("b.n"))
	if f.DocumentID != "" {
		s.And(`b.document = (SELECT id FROM names WHERE name = ?)`, f.DocumentID)
	}
	if !f.OpenAt.IsZero() {
		at := table.Millis(f.OpenAt)
		s.And(`b.opens_at <= ? AND b.closes_at > ? AND d.withdrawn_at IS NULL`, at, at)
		o = table.Ascending("openBallot", table.Number("b.closes_at"), table.Number("b.n"))
	}
	if !f.AsOf.IsZero() {
		s.And(`b.opens_at <= ?`, table.Millis(f.AsOf))
	}
	if f.Elector != "" {
		s.And(`EXISTS (SELECT 1 FROM json_each(b.data, '$.Electorate') e WHERE json_extract(e.value, '$.organisation') = ?)`, f.Elector)
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Ballot]("b.data"))
}

// position is where a position is and what it is in.
const position = `positions p CROSS JOIN ballots b ON b.id = p.ballot CROSS JOIN documents d ON d.name = b.document`

// PositionList lists the positions in a ballot that the viewer may read at now, by
// organisation ID: all after the close or in an open ballot, else its own alone.
func (db *DB) PositionList(ctx context.Context, viewer policies.Actor, ballotID string, now time.Time, p Page) (List[policies.Position], error) {
	s := table.Selection{From: position}
	s.And(`p.ballot = ?`, ballotID)
	may, args := positionReadable(viewer, now)
	s.And(may, args...)
	return pageOf(db.file.Read(ctx), s, table.Ascending("position", table.Text("p.organisation")), p, table.FromJSON[policies.Position]("p.data"))
}

// PositionsOf returns the positions of one organisation in some ballots, by ballot
// ID, those that the viewer may read at now.
func (db *DB) PositionsOf(ctx context.Context, viewer policies.Actor, organisationID string, ballotIDs []string, now time.Time) (map[string]policies.Position, error) {
	may, args := positionReadable(viewer, now)
	return table.ByID[policies.Position](db.file.Read(ctx), `SELECT p.ballot, p.data FROM json_each(?) j CROSS JOIN `+position+`
		WHERE p.ballot = j.value AND p.organisation = ? AND `+may, ballotIDs, append([]any{organisationID}, args...)...)
}

// Tallies counts by chamber those of some ballots whose positions the viewer may
// all read at now; the others are absent, as those are that it may not know of.
func (db *DB) Tallies(ctx context.Context, viewer policies.Actor, ballotIDs []string, now time.Time) (map[string][]policies.Tally, error) {
	ballots, err := db.Ballots(ctx, viewer, ballotIDs)
	if err != nil {
		return nil, err
	}
	var shown []string
	for id, b := range ballots {
		if b.Shows(now) {
			shown = append(shown, id)
		}
	}
	positions := map[string][]policies.Position{}
	var id string
	var one policies.Position
	err = table.Each(db.file.Read(ctx), `SELECT p.ballot, p.data FROM json_each(?) j CROSS JOIN positions p ON p.ballot = j.value`,
		[]any{table.JSONList(shown)}, []any{&id, table.JSON(&one)}, func() error {
			positions[id] = append(positions[id], one)
			return nil
		})
	found := make(map[string][]policies.Tally, len(shown))
	for _, id := range shown {
		b := ballots[id]
		found[id] = b.Tallies(positions[id])
	}
	return found, err
}
