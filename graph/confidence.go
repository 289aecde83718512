package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// DiscloseComment implements gen.MutationResolver.
func (r mutationResolver) DiscloseComment(ctx context.Context, in gen.DiscloseCommentInput) (*gen.DiscloseCommentPayload, error) {
	c := policies.DiscloseComment{CommentID: in.CommentID, OrganisationID: in.OrganisationID}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comment.disclosed", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.DiscloseCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
