package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

func closingOf(ctx context.Context, o *policies.Organisation) (*gen.Closing, error) {
	if o.ClosedAt.IsZero() {
		return nil, nil
	}
	heir, err := loadersFrom(ctx).organisations.maybe(ctx, o.MergedInto)
	return &gen.Closing{At: o.ClosedAt, Reason: orNull(o.Closing), MergedInto: heir}, err
}

// CloseOrganisation implements gen.MutationResolver.
func (r mutationResolver) CloseOrganisation(ctx context.Context, in gen.CloseOrganisationInput) (*gen.CloseOrganisationPayload, error) {
	c := policies.CloseOrganisation{OrganisationID: in.OrganisationID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "organisation.closed", &loadersFrom(ctx).organisations)
	return &gen.CloseOrganisationPayload{Organisation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
