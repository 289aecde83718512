package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

type successionConsentResolver struct{ *resolver }

func (r *resolver) SuccessionConsent() gen.SuccessionConsentResolver {
	return successionConsentResolver{r}
}

// Instrument implements gen.SuccessionConsentResolver.
func (successionConsentResolver) Instrument(ctx context.Context, c *policies.SuccessionConsent) (*standards.Instrument, error) {
	return loadersFrom(ctx).instruments.maybe(ctx, c.InstrumentID)
}

// Organisation implements gen.SuccessionConsentResolver.
func (successionConsentResolver) Organisation(ctx context.Context, c *policies.SuccessionConsent) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, c.OrganisationID)
}

// AgreeToSuccession implements gen.MutationResolver.
func (r mutationResolver) AgreeToSuccession(ctx context.Context, in gen.AgreeToSuccessionInput) (*gen.AgreeToSuccessionPayload, error) {
	c := policies.AgreeToSuccession{InstrumentID: in.InstrumentID, DocumentID: in.DocumentID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "succession.agreed", &loadersFrom(ctx).documents)
	return &gen.AgreeToSuccessionPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// WithdrawSuccessionConsent implements gen.MutationResolver.
func (r mutationResolver) WithdrawSuccessionConsent(ctx context.Context, in gen.WithdrawSuccessionConsentInput) (*gen.WithdrawSuccessionConsentPayload, error) {
	c := policies.WithdrawSuccessionConsent{InstrumentID: in.InstrumentID, DocumentID: in.DocumentID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "succession.consentWithdrawn", &loadersFrom(ctx).documents)
	return &gen.WithdrawSuccessionConsentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
