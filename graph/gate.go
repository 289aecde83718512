package graph

import (
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

func gapsOf(gaps []policies.Gap) []gen.AdoptionGap {
	list := make([]gen.AdoptionGap, len(gaps))
	for i, g := range gaps {
		list[i] = gen.AdoptionGap{Reason: gen.GapReason(enumName(g.Reason)), CommentID: orNull(g.CommentID), ClauseID: orNull(g.ClauseID), OrganisationID: orNull(g.OrganisationID),
			BallotID: orNull(g.BallotID), Party: orNull(g.Party), InstrumentID: orNull(g.InstrumentID), Message: g.Message}
	}
	return list
}
