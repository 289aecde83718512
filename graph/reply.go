package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type replyResolver struct{ *resolver }

func (r *resolver) Reply() gen.ReplyResolver { return replyResolver{r} }

// Comment implements gen.ReplyResolver.
func (replyResolver) Comment(ctx context.Context, r *policies.Reply) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, r.CommentID)
}

// Organisation implements gen.ReplyResolver.
func (replyResolver) Organisation(ctx context.Context, r *policies.Reply) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, r.OrganisationID)
}

// Member implements gen.ReplyResolver.
func (replyResolver) Member(ctx context.Context, r *policies.Reply) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, r.MemberID)
}

// Redaction implements gen.ReplyResolver.
func (replyResolver) Redaction(_ context.Context, r *policies.Reply) (*gen.Withdrawal, error) {
	return withdrawalOf(r.RedactedAt, r.Redaction), nil
}

// repliesOn returns the loader of pages of replies by comment, for one page, and announces
// the comments seen so far.
func (l *loaders) repliesOn(p views.Page) *loader[string, views.List[policies.Reply]] {
	pages := l.replyPages.of(p, func(ctx context.Context, ids []string) (map[string]views.List[policies.Reply], error) {
		return l.db.ReplyPages(ctx, l.viewer, ids, l.asOf, p)
	}, func(list views.List[policies.Reply]) {
		for _, r := range list.Items {
			l.sawReply(r)
		}
	})
	l.seenComments.announceTo(pages)
	return pages
}

func (l *loaders) sawReply(r policies.Reply) {
	l.comments.announce(r.CommentID)
	l.organisations.announce(r.OrganisationID)
	l.members.announce(r.MemberID)
}

// ReplyToComment implements gen.MutationResolver.
func (r mutationResolver) ReplyToComment(ctx context.Context, in gen.ReplyToCommentInput) (*gen.ReplyToCommentPayload, error) {
	c := policies.ReplyToComment{CommentID: in.CommentID, InReplyTo: valueOf(in.InReplyToID), Text: in.Text}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "comment.replied", &loadersFrom(ctx).replies)
	return &gen.ReplyToCommentPayload{Reply: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
