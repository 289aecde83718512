package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// RedactComment implements gen.MutationResolver.
func (r mutationResolver) RedactComment(ctx context.Context, in gen.RedactCommentInput) (*gen.RedactCommentPayload, error) {
	d, err := mutate(ctx, r, in.IdempotencyKey, policies.RedactComment{CommentID: in.CommentID, Reason: in.Reason}, "comment.redacted", &loadersFrom(ctx).comments)
	return &gen.RedactCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// RedactReply implements gen.MutationResolver.
func (r mutationResolver) RedactReply(ctx context.Context, in gen.RedactReplyInput) (*gen.RedactReplyPayload, error) {
	d, err := mutate(ctx, r, in.IdempotencyKey, policies.RedactReply{ReplyID: in.ReplyID, Reason: in.Reason}, "reply.redacted", &loadersFrom(ctx).replies)
	return &gen.RedactReplyPayload{Reply: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DisownComment implements gen.MutationResolver.
func (r mutationResolver) DisownComment(ctx context.Context, in gen.DisownCommentInput) (*gen.DisownCommentPayload, error) {
	d, err := mutate(ctx, r, in.IdempotencyKey, policies.DisownComment{CommentID: in.CommentID, Reason: in.Reason}, "comment.disowned", &loadersFrom(ctx).comments)
	return &gen.DisownCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
