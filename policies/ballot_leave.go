package policies

import (
	"errors"
	"slices"
	"time"
)

// A Departure is that an organisation with a voice in a ballot was closed, or merged into
// another, after the ballot had been opened and before its document was settled.
type Departure struct {
	OrganisationID string
	Into           string // its heir, where it was merged
	At             time.Time
	// Counted marks one that left after the close: what it had said counts as it did. A
	// position taken in a ballot that was still open isn't counted; its heir has the seat,
	// and the position too, unless it had taken one itself.
	Counted bool
}

// counts says whether an organisation's position counts, where it is an elector.
func (b *Ballot) counts(organisationID string) bool {
	return !slices.ContainsFunc(b.Departures, func(d Departure) bool { return d.OrganisationID == organisationID && !d.Counted })
}

// holder is who holds the position that an organisation took, and since when if it isn't
// itself: its heir's heir, or nobody, "", once one of them was closed.
func (b *Ballot) holder(organisationID string) (id string, since time.Time) {
	for id = organisationID; ; { // nobody leaves twice, and so this ends
		i := slices.IndexFunc(b.Departures, func(d Departure) bool { return d.OrganisationID == id })
		if i < 0 {
			return id, since
		}
		if id, since = b.Departures[i].Into, b.Departures[i].At; id == "" {
			return id, since
		}
	}
}

// inherited lists the electors whose positions, taken before the close, an organisation holds
// since they were merged into it.
func (b *Ballot) inherited(heir string) (from []string) {
	for _, d := range b.Departures {
		if holder, _ := b.holder(d.OrganisationID); d.Counted && holder == heir {
			from = append(from, d.OrganisationID)
		}
	}
	return from
}

// leaveBallots notes in the ballots on what isn't settled that an organisation takes part
// no more, and gives what it leaves to its heir, "" for none.
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
		open := b.IsOpen(s.At)
		b.Departures = append(slices.Clone(b.Departures), Departure{OrganisationID: id, Into: heir, At: s.At, Counted: !open})
		if open && heir != "" {
			b.giveSeat(id, heir)
			err = inheritPosition(r, b.ID, id, heir)
		}
		if err := errors.Join(err, r.PutBallot(b)); err != nil {
			return err
		}
	}
	return nil
}

// giveSeat puts an heir into the electorate where an organisation was, unless it is there.
func (b *Ballot) giveSeat(id, heir string) {
	seat, had := b.Elector(id)
	if _, has := b.Elector(heir); has || !had {
		return
	}
	seat.OrganisationID = heir
	b.Electorate = append(slices.Clone(b.Electorate), seat)
}

// inheritPosition gives an heir the position that an organisation has in an open ballot,
// unless it has taken one itself.
func inheritPosition(r Record, ballotID, id, heir string) error {
	p, err := r.PositionOf(ballotID, id)
	if err != nil {
		return errUnlessErased(err)
	}
	if _, err := r.PositionOf(ballotID, heir); !errors.Is(err, ErrNotFound) {
		return err
	}
	p.OrganisationID, p.InheritedFrom = heir, id
	return r.PutPosition(p)
}
