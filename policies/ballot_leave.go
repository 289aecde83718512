package policies

import (
	"errors"
	"slices"
	"time"
)

// A Departure is that an organisation with a voice in a ballot was closed, after the ballot
// had been opened and before its document was settled.
type Departure struct {
	OrganisationID string
	At             time.Time
	// Counted marks one that left after the close: what it had said counts as it did. A
	// position taken in a ballot that was still open isn't counted.
	Counted bool
}

// counts says whether an organisation's position counts, where it is an elector.
func (b *Ballot) counts(organisationID string) bool {
	return !slices.ContainsFunc(b.Departures, func(d Departure) bool { return d.OrganisationID == organisationID && !d.Counted })
}

// holder is who holds the position that an organisation took: itself, or nobody, "", once
// it was closed.
func (b *Ballot) holder(organisationID string) string {
	for _, d := range b.Departures {
		if d.OrganisationID == organisationID {
			return ""
		}
	}
	return organisationID
}

// leaveBallots notes in the ballots on what isn't settled that an organisation takes part
// no more.
func leaveBallots(s Stamp, r Record, id, heir string) error {
	ballots, err := r.BallotsWith(id)
	if err != nil {
		return err
	}
	for _, b := range ballots {
		d, err := r.Document(b.DocumentID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err != nil || d.checkNotSettled("") != nil {
			continue
		}
		b.Departures = append(slices.Clone(b.Departures), Departure{OrganisationID: id, At: s.At, Counted: !b.IsOpen(s.At)})
		if err := r.PutBallot(b); err != nil {
			return err
		}
	}
	return nil
}
