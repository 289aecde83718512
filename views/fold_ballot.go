package views

import "github.com/ewtp/entente/policies"

// Ballot implements policies.Facts.
func (tx *Tx) Ballot(id string) (policies.Ballot, error) {
	return cached(&tx.db.cache.ballots, id, tx.facts.Ballot)
}

// PutBallot implements policies.Record.
func (tx *Tx) PutBallot(b policies.Ballot) error {
	data, err := encode(b)
	if err != nil {
		return err
	}
	document, err := tx.name(b.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.ballots.put(b.ID, b)
	return tx.exec(`INSERT INTO ballots (id, document, opens_at, closes_at, open, data) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET document = excluded.document, opens_at = excluded.opens_at,
		closes_at = excluded.closes_at, open = excluded.open, data = excluded.data`,
		b.ID, document, when(b.OpensAt), when(b.ClosesAt), b.Secrecy == policies.OpenBallotting, data)
}

// PutPosition implements policies.Record.
func (tx *Tx) PutPosition(p policies.Position) error {
	data, err := encode(p)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO positions (ballot, organisation, data) VALUES (?, ?, ?)
		ON CONFLICT (ballot, organisation) DO UPDATE SET data = excluded.data`, p.BallotID, p.OrganisationID, data)
}
