package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type endorsementResolver struct{ *resolver }

func (r *resolver) Endorsement() gen.EndorsementResolver { return endorsementResolver{r} }

type endorsementCountsResolver struct{ *resolver }

func (r *resolver) EndorsementCounts() gen.EndorsementCountsResolver {
	return endorsementCountsResolver{r}
}

// Organisation implements gen.EndorsementResolver.
func (endorsementResolver) Organisation(ctx context.Context, e *policies.Endorsement) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, e.OrganisationID)
}

// Member implements gen.EndorsementResolver.
func (endorsementResolver) Member(ctx context.Context, e *policies.Endorsement) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, e.MemberID)
}

// ByChamber implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) ByChamber(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return sumEndorsements(c, func(n views.EndorsementCount) string { return string(n.Chamber) }), nil
}

// ByJurisdiction implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) ByJurisdiction(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return sumEndorsements(c, func(n views.EndorsementCount) string { return n.Jurisdiction }), nil
}

// BySector implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) BySector(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return sumEndorsements(c, func(n views.EndorsementCount) string { return n.Sector }), nil
}

func sumEndorsements(c *views.EndorsementCounts, of func(views.EndorsementCount) string) []gen.EndorsementCount {
	return sumBy(c.By, of, func(sum *gen.EndorsementCount, name string, n views.EndorsementCount) {
		sum.Of = name
		sum.Supports += n.Supports
		sum.DoesNotSupport += n.DoesNotSupport
	})
}

// endorsedAt returns the loader of counts of endorsements by comment as of a moment, zero
// for now, and announces the comments seen so far.
func (l *loaders) endorsedAt(asOf time.Time) *loader[string, views.EndorsementCounts] {
	counts := l.endorsementCounts.of(asOf.UnixMilli(), func(ctx context.Context, ids []string) (map[string]views.EndorsementCounts, error) {
		return l.db.EndorsementCounts(ctx, l.viewer, ids, asOf)
	}, nil)
	l.seenComments.announceTo(counts)
	return counts
}

// EndorseComment implements gen.MutationResolver.
func (r mutationResolver) EndorseComment(ctx context.Context, in gen.EndorseCommentInput) (*gen.EndorseCommentPayload, error) {
	c := policies.EndorseComment{CommentID: in.CommentID, Position: in.Position, Reason: valueOf(in.Reason)}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comment.endorsed", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.EndorseCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
