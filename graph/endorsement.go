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
func (endorsementCountsResolver) ByChamber(_ context.Context, c *views.EndorsementCounts) ([]gen.ChamberEndorsementCount, error) {
	sums := sumEndorsements(c, func(n views.EndorsementCount) string { return string(n.Chamber) })
	return each(sums, func(n views.EndorsementCount) gen.ChamberEndorsementCount {
		return gen.ChamberEndorsementCount{Chamber: orNull(n.Chamber), Supports: n.Supports, DoesNotSupport: n.DoesNotSupport}
	}), nil
}

// ByJurisdiction implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) ByJurisdiction(_ context.Context, c *views.EndorsementCounts) ([]gen.JurisdictionEndorsementCount, error) {
	sums := sumEndorsements(c, func(n views.EndorsementCount) string { return n.Jurisdiction })
	return each(sums, func(n views.EndorsementCount) gen.JurisdictionEndorsementCount {
		return gen.JurisdictionEndorsementCount{Jurisdiction: orNull(n.Jurisdiction), Supports: n.Supports, DoesNotSupport: n.DoesNotSupport}
	}), nil
}

// BySector implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) BySector(_ context.Context, c *views.EndorsementCounts) ([]gen.SectorEndorsementCount, error) {
	sums := sumEndorsements(c, func(n views.EndorsementCount) string { return n.Sector })
	return each(sums, func(n views.EndorsementCount) gen.SectorEndorsementCount {
		return gen.SectorEndorsementCount{Sector: orNull(n.Sector), Supports: n.Supports, DoesNotSupport: n.DoesNotSupport}
	}), nil
}

// sumEndorsements adds up what organisations say that are one thing. A sum is what the first of them is.
func sumEndorsements(c *views.EndorsementCounts, of func(views.EndorsementCount) string) []views.EndorsementCount {
	return sumBy(c.By, of, func(sum *views.EndorsementCount, _ string, n views.EndorsementCount) {
		supports, doesNot := sum.Supports, sum.DoesNotSupport
		if supports+doesNot == 0 {
			*sum = n
		}
		sum.Supports, sum.DoesNotSupport = supports+n.Supports, doesNot+n.DoesNotSupport
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
