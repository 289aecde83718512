package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// DeclareSize implements gen.MutationResolver.
func (r mutationResolver) DeclareSize(ctx context.Context, in gen.DeclareSizeInput) (*gen.DeclareSizePayload, error) {
	c := policies.DeclareSize{OrganisationID: in.OrganisationID, Class: in.Class, Year: in.Year}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "organisation.sized", &loadersFrom(ctx).organisations)
	return &gen.DeclareSizePayload{Organisation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
