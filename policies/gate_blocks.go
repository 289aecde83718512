package policies

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A block is a blocking position that stands.
type block struct {
	organisationID string
	ballot         Ballot // the latest in which its holder took it
}

// standingBlocks lists the blocking positions on a document that their holders haven't
// cleared, by organisation. Whatever was opened, balloted or revised since, one stands
// until its holder clears it, or takes another position in a later ballot that closed. What
// a ballot that is open says of it nobody knows before the close; of a spoilt one it isn't
// known whose position is missing, so it clears none but by word of its holder; nor does a
// cancelled one, and a block that was taken in it stands. That of an organisation that was
// closed ends with it.
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
			switch e, ok := b.Elector(p.OrganisationID); {
			case !ok || e.Heard || b.holder(p.OrganisationID) == "":
			case p.Position == Discuss:
				held[p.OrganisationID] = block{p.OrganisationID, b}
			case !p.ClearedAt.IsZero(), !b.Spoilt && b.Cancelled.IsZero():
				delete(held, p.OrganisationID)
			}
		}
	}
	list := make([]block, 0, len(held))
	for _, id := range slices.Sorted(maps.Keys(held)) {
		list = append(list, held[id])
	}
	return list, nil
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
