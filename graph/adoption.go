package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

func gapsOf(gaps []policies.Gap) []gen.AdoptionGap {
	list := make([]gen.AdoptionGap, len(gaps))
	for i, g := range gaps {
		list[i] = gen.AdoptionGap{Reason: gen.GapReason(screaming(g.Reason)), CommentID: some(g.CommentID), ClauseID: some(g.ClauseID), OrganisationID: some(g.OrganisationID), Message: g.Message}
	}
	return list
}

// AdoptDocument implements gen.MutationResolver.
func (r mutationResolver) AdoptDocument(ctx context.Context, in gen.AdoptDocumentInput) (*gen.AdoptDocumentPayload, error) {
	c := policies.AdoptDocument{DocumentID: in.DocumentID, RevisionID: or(in.RevisionID), EffectiveFrom: in.EffectiveFrom,
		EffectiveUntil: or(in.EffectiveUntil), Supersedes: in.Supersedes, Amends: in.Amends}
	d, err := do(ctx, r, in.IdempotencyKey, c, "document.adopted", &loadersFrom(ctx).instruments)
	return &gen.AdoptDocumentPayload{Instrument: d.entity, Position: d.position, Repeated: d.repeated}, err
}
