package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type creditResolver struct{ *resolver }

func (r *resolver) Credit() gen.CreditResolver { return creditResolver{r} }

// Organisation implements gen.CreditResolver.
func (creditResolver) Organisation(ctx context.Context, c *policies.Credit) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, c.OrganisationID)
}

// Comment implements gen.CreditResolver.
func (creditResolver) Comment(ctx context.Context, c *policies.Credit) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, c.CommentID)
}

// AcceptReplacement implements gen.MutationResolver.
func (r mutationResolver) AcceptReplacement(ctx context.Context, in gen.AcceptReplacementInput) (*gen.AcceptReplacementPayload, error) {
	c := policies.AcceptReplacement{CommentID: in.CommentID, Outcome: in.Outcome, Reason: in.Reason, Note: valueOf(in.Note),
		Words: valueOf(in.Words), Base: valueOf(in.BaseID), Split: in.Split}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "replacement.accepted", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.AcceptReplacementPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
