package views

import (
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
	return tx.upsert("ballots", "id", table.Row{{"id", b.ID}, {"document", document}, {"opens_at", table.Millis(b.OpensAt)},
		{"closes_at", table.Millis(b.ClosesAt)}, {"open", b.Secrecy == policies.OpenBallotting}, {"data", data}})
}

// PutPosition implements policies.Record.
func (tx *Tx) PutPosition(p policies.Position) error {
	data, err := table.Encode(p)
	if err != nil {
		return err
	}
	return tx.upsert("positions", "ballot, organisation", table.Row{{"ballot", p.BallotID}, {"organisation", p.OrganisationID}, {"data", data}})
}
