package graph

import (
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

func gapsOf(gaps []policies.Gap) []gen.AdoptionGap {
	list := make([]gen.AdoptionGap, len(gaps))
	for i, g := range gaps {
		list[i] = gen.AdoptionGap{Reason: gen.GapReason(screaming(g.Reason)), CommentID: some(g.CommentID), ClauseID: some(g.ClauseID), OrganisationID: some(g.OrganisationID),
			BallotID: some(g.BallotID), Message: g.Message}
	}
	return list
}
