package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Ballot implements policies.Facts.
func (tx *Tx) Ballot(id string) (policies.Ballot, error) {
	return tx.db.cache.ballots.Load(id, tx.facts.Ballot)
}

// PutBallot implements policies.Record.
func (tx *Tx) PutBallot(b policies.Ballot) error {
	data, err := table.Encode(b)
	if err != nil {
		return err
	}
	document, err := tx.name(b.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.ballots.Put(b.ID, b)
	if err := tx.upsert("ballots", "id", table.Row{{"id", b.ID}, {"document", document}, {"opens_at", table.Millis(b.OpensAt)},
		{"closes_at", table.Millis(b.ClosesAt)}, {"open", b.Secrecy == policies.OpenBallotting}, {"cancelled_at", table.MillisOrNull(b.Cancelled.At)},
		{"asked", !b.CancelAsked.IsZero() || !b.CloseAsked.IsZero()}, {"data", data}}); err != nil {
		return err
	}
	return tx.addHistory(b.ID, data)
}

func (f facts) Ballot(id string) (policies.Ballot, error) {
	return decodeOne[policies.Ballot](f.run, `SELECT data FROM ballots WHERE id = ?`, id)
}

func (f facts) BallotsOn(documentID string) ([]policies.Ballot, error) {
	return table.DecodeAll[policies.Ballot](f.run, `SELECT data FROM ballots WHERE document = `+numberOf+` ORDER BY n`, documentID)
}

// votesIn is whether an organisation is in the electorate of b, a row of ballots.
const votesIn = `EXISTS (SELECT 1 FROM json_each(b.data, '$.Electorate') e WHERE json_extract(e.value, '$.organisation') = ?)`

func (f facts) BallotsWith(organisationID string) ([]policies.Ballot, error) {
	if organisationID == "" {
		return nil, nil
	}
	return table.DecodeAll[policies.Ballot](f.run, `SELECT b.data FROM ballots b WHERE `+votesIn+`
		OR ? IN (SELECT json_extract(value, '$.Into') FROM json_each(b.data, '$.Departures')) ORDER BY b.n`, organisationID, organisationID)
}

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
	AsOf       time.Time // only those opened by then, as they were then
}

// BallotList lists ballots on documents that the viewer may read: with OpenAt those
// that close soonest first, else the newest first.
func (db *DB) BallotList(ctx context.Context, viewer policies.Actor, f BallotFilter, p Page) (List[policies.Ballot], error) {
	s := table.Selection{From: "ballots b CROSS JOIN documents d ON d.name = b.document"}
	may, args := readable(viewer)
	s.And(may, args...)
	o := table.Descending("ballot", table.Number("b.n"))
	if f.DocumentID != "" {
		s.And(`b.document = `+numberOf, f.DocumentID)
	}
	if !f.OpenAt.IsZero() {
		at := table.Millis(f.OpenAt)
		s.And(`b.opens_at <= ? AND b.closes_at > ? AND coalesce(b.cancelled_at > ?, 1) AND d.withdrawn_at IS NULL`, at, at, at)
		o = table.Ascending("openBallot", table.Number("b.closes_at"), table.Number("b.n"))
	}
	data := "b.data"
	if !f.AsOf.IsZero() {
		data = dataThen(&s, "b.id", f.AsOf)
	}
	if f.Elector != "" {
		s.And(votesIn, f.Elector)
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Ballot](data))
}
