package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutPosition implements policies.Record.
func (tx *Tx) PutPosition(p policies.Position) error {
	data, err := table.Encode(p)
	if err != nil {
		return err
	}
	return tx.upsert("positions", "ballot, organisation", table.Row{{"ballot", p.BallotID}, {"organisation", p.OrganisationID}, {"data", data}})
}

func (f facts) PositionOf(ballotID, organisationID string) (policies.Position, error) {
	return decodeOne[policies.Position](f.run, `SELECT data FROM positions WHERE ballot = ? AND organisation = ?`,
		ballotID, organisationID)
}

func (f facts) Positions(ballotID string) ([]policies.Position, error) {
	return table.DecodeAll[policies.Position](f.run, `SELECT data FROM positions WHERE ballot = ? ORDER BY organisation`, ballotID)
}

// positionsFrom joins p, a position, with b, its ballot, and d, its document.
const positionsFrom = `positions p CROSS JOIN ballots b ON b.id = p.ballot CROSS JOIN documents d ON d.name = b.document`

// PositionList lists the positions in a ballot that the viewer may read at now, by
// organisation ID: all after the close or in an open ballot, else its own alone.
func (db *DB) PositionList(ctx context.Context, viewer policies.Actor, ballotID string, now time.Time, p Page) (List[policies.Position], error) {
	s := table.Selection{From: positionsFrom}
	s.And(`p.ballot = ?`, ballotID)
	may, args := positionReadable(viewer, now)
	s.And(may, args...)
	return pageOf(db.file.Read(ctx), s, table.Ascending("position", table.Text("p.organisation")), p, table.FromJSON[policies.Position]("p.data"))
}

// PositionsOf returns the positions of one organisation in some ballots, by ballot
// ID, those that the viewer may read at now.
func (db *DB) PositionsOf(ctx context.Context, viewer policies.Actor, organisationID string, ballotIDs []string, now time.Time) (map[string]policies.Position, error) {
	may, args := positionReadable(viewer, now)
	return table.ByID[policies.Position](db.file.Read(ctx), `SELECT p.ballot, p.data FROM json_each(?) j CROSS JOIN `+positionsFrom+`
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
