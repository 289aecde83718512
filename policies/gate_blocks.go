package policies

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A block is a blocking position that stands.
type block struct {
	organisationID string    // who holds it
	since          time.Time // when it was merged into the holder; zero where the holder took it itself
	ballot         Ballot    // the latest in which it was taken
}

// standingBlocks lists the blocking positions on a document that their holders haven't
// cleared, by organisation. Whatever was opened, balloted or revised since, one stands
// until its holder clears it, or takes another position in a later ballot that closed. What
// a ballot that is open says of it nobody knows before the close; of a spoilt one it isn't
// known whose position is missing, so it clears none but by word of its holder; nor does a
// cancelled one, and a block that was taken in it stands. That of an organisation that was
// closed ends with it, and that of one that was merged is its heir's.
func standingBlocks(f Facts, documentID string, now time.Time) ([]block, error) {
	ballots, err := f.BallotsOn(documentID)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the ballots: %w", err)
	}
	held := map[string]block{}
	for _, b := range ballots {
		if b.IsOpen(now) {
			continue
		}
		positions, err := f.Positions(b.ID)
		if err != nil {
			return nil, fmt.Errorf("couldn't list the positions: %w", err)
		}
		for _, p := range positions {
			e, ok := b.Elector(p.OrganisationID)
			switch holder, since := b.holder(p.OrganisationID); {
			case !ok || e.Heard || holder == "" || !b.counts(p.OrganisationID):
			case p.Position == Discuss:
				held[p.OrganisationID] = block{holder, since, b}
			case !p.ClearedAt.IsZero(), !b.Spoilt && b.Cancelled.IsZero():
				maps.DeleteFunc(held, func(of string, k block) bool { return of == p.OrganisationID || k.isClearedBy(p, b) })
			}
		}
	}
	list := make([]block, 0, len(held))
	for _, id := range slices.Sorted(maps.Keys(held)) {
		list = append(list, held[id])
	}
	return list, nil
}

// isClearedBy says whether its heir took another position in a later ballot, when it was its
// heir already.
func (k *block) isClearedBy(p Position, b Ballot) bool {
	return p.OrganisationID == k.organisationID && k.ballot.ID != b.ID && k.since.Before(b.ClosesAt)
}

// blockGaps lists the blocking positions that adoption has to wait for.
func blockGaps(f Facts, documentID string, now time.Time) (gaps []Gap, err error) {
	blocks, err := standingBlocks(f, documentID, now)
	for _, k := range blocks {
		if len(gaps) == maxGaps {
			break
		}
		gaps = append(gaps, Gap{Reason: "blockingPosition", OrganisationID: k.organisationID, BallotID: k.ballot.ID,
			Message: fmt.Sprintf("a blocking position stands since ballot %d: its holder may clear it", k.ballot.Number)})
	}
	return gaps, err
}
