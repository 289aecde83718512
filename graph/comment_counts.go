package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type commentConnectionResolver struct{ *resolver }

func (r *resolver) CommentConnection() gen.CommentConnectionResolver {
	return commentConnectionResolver{r}
}

type commentCountsResolver struct{ *resolver }

func (r *resolver) CommentCounts() gen.CommentCountsResolver { return commentCountsResolver{r} }

// TotalCount implements gen.CommentConnectionResolver.
func (commentConnectionResolver) TotalCount(ctx context.Context, c *gen.CommentConnection) (*int, error) {
	f := c.Filter
	narrowed := f.QuestionID != "" || f.MemberID != "" || len(f.Jurisdictions)+len(f.Sectors)+len(f.Chambers)+f.FirstNumber+f.LastNumber > 0 || !f.From.IsZero() || !f.Until.IsZero()
	plain := !narrowed && f.ConsultationID == "" && f.OrganisationID == "" && f.Stances == nil && f.Types == nil &&
		f.Answered == nil && f.Withdrawn == nil && f.Disowned == nil && f.Confidential == nil && f.AsOf.IsZero()
	if f.DocumentID == "" || !plain {
		return nil, nil
	}
	l := loadersFrom(ctx)
	if d, err := l.documents.maybe(ctx, f.DocumentID); d == nil || err != nil {
		return new(int), err // the counters count for everybody alike
	}
	if f.ClauseID == nil {
		counts, err := countsOrZero(l.commentCounts.maybe(ctx, f.DocumentID))
		if err != nil {
			return nil, err
		}
		return &counts.Total, nil
	}
	counts, err := l.countsOn(ctx, views.CommentPlace{DocumentID: f.DocumentID, ClauseID: *f.ClauseID})
	return &counts.Total, err
}

// ByStance implements gen.CommentCountsResolver.
func (commentCountsResolver) ByStance(_ context.Context, c *wire.CommentCounts) ([]gen.StanceCount, error) {
	list := make([]gen.StanceCount, len(policies.Stances))
	for i, s := range policies.Stances {
		list[i] = gen.StanceCount{Stance: s, Count: c.ByStance[s]}
	}
	return list, nil
}

// countsOn counts the comments on a clause, or on the whole alone where it names none.
func (l *loaders) countsOn(ctx context.Context, at views.CommentPlace) (views.Counts, error) {
	by, err := l.clauseCommentCounts.maybe(ctx, at.DocumentID)
	if by == nil || err != nil {
		return views.Counts{}, err
	}
	return (*by)[at.ClauseID], nil
}

// countsOrZero returns the counts, or zero ones where there is no comment.
func countsOrZero(c *views.Counts, err error) (*views.Counts, error) {
	if c == nil && err == nil {
		c = &views.Counts{}
	}
	return c, err
}
