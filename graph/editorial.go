package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type editorialMarkResolver struct{ *resolver }

func (r *resolver) EditorialMark() gen.EditorialMarkResolver { return editorialMarkResolver{r} }

// Revision implements gen.EditorialMarkResolver.
func (editorialMarkResolver) Revision(ctx context.Context, m *policies.EditorialMark) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, m.RevisionID)
}

// Organisation implements gen.EditorialMarkResolver.
func (editorialMarkResolver) Organisation(ctx context.Context, m *policies.EditorialMark) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, m.OrganisationID)
}

// MarkEditorial implements gen.MutationResolver.
func (r mutationResolver) MarkEditorial(ctx context.Context, in gen.MarkEditorialInput) (*gen.MarkEditorialPayload, error) {
	c := policies.MarkEditorial{RevisionID: in.RevisionID, ClauseID: in.ClauseID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "change.markedEditorial", &loadersFrom(ctx).documents)
	return &gen.MarkEditorialPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// Withdrawal implements gen.EditorialMarkResolver.
func (editorialMarkResolver) Withdrawal(_ context.Context, m *policies.EditorialMark) (*gen.Withdrawal, error) {
	if m.Stands() {
		return nil, nil
	}
	return &gen.Withdrawal{At: m.WithdrawnAt, Reason: orNull(m.Withdrawal)}, nil
}

// WithdrawEditorialMark implements gen.MutationResolver.
func (r mutationResolver) WithdrawEditorialMark(ctx context.Context, in gen.WithdrawEditorialMarkInput) (*gen.WithdrawEditorialMarkPayload, error) {
	c := policies.WithdrawEditorialMark{RevisionID: in.RevisionID, ClauseID: in.ClauseID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "change.markWithdrawn", &loadersFrom(ctx).documents)
	return &gen.WithdrawEditorialMarkPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
