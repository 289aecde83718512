package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type carriedResolver struct{ *resolver }

func (r *resolver) Carried() gen.CarriedResolver { return carriedResolver{r} }

// MadeOn implements gen.CarriedResolver.
func (r carriedResolver) MadeOn(ctx context.Context, k *wire.Carried) (*wire.Clause, error) {
	return commentResolver(r).Clause(ctx, &k.Comment)
}

// Spans implements gen.CarriedResolver.
func (r carriedResolver) Spans(ctx context.Context, k *wire.Carried) ([]clauses.Span, error) {
	made, err := r.MadeOn(ctx, k)
	if made == nil || err != nil || !k.Changed || len(k.Place.Clauses) == 0 {
		return nil, err
	}
	return clauses.Redline(made.Markdown(), k.Words()), nil
}

// standing reads where comments stand in a revision as of a moment, once for each response.
func (l *loaders) standing(ctx context.Context, in policies.Revision, asOf time.Time) (*views.Standing, error) {
	key := fmt.Sprint(in.ID, " ", asOf.UnixMilli())
	s := l.standings.of(key, func(ctx context.Context, ids []string) (map[string]*views.Standing, error) {
		v, err := l.db.Standing(ctx, in, asOf)
		return map[string]*views.Standing{in.ID: v}, err
	}, nil)
	return s.load(ctx, in.ID)
}

// carryTo returns the revision to which a comment is to be carried: the one asked for or the head.
// It returns nil where the viewer may not read that.
func (r *resolver) carryTo(ctx context.Context, c *policies.Comment, revisionID *string) (*policies.Revision, error) {
	l := loadersFrom(ctx)
	if revisionID != nil {
		return l.revisions.maybe(ctx, *revisionID)
	}
	d, err := l.documents.maybe(ctx, c.DocumentID)
	if d == nil || err != nil {
		return nil, err
	}
	return documentResolver{r}.Head(ctx, d)
}

// carriedPages returns the loader of pages of carried comments by clause of one revision, for
// one filter and page. It announces the clauses that were listed together with c.
func (l *loaders) carriedPages(s *views.Standing, f views.CommentFilter, p views.Page, c wire.Clause) *loader[string, views.List[policies.Comment]] {
	asked := fmt.Sprintf("carried %s %q %q %q %q %s %s %d %+v", c.In.ID, f.ConsultationID, f.OrganisationID, f.Stances, f.Types,
		keyPart(f.Answered), keyPart(f.Withdrawn), f.AsOf.UnixMilli(), p)
	return l.clausePages(asked, c, func(ctx context.Context, ids []string) (map[string]views.List[policies.Comment], error) {
		return l.db.CarriedPages(ctx, l.viewer, s, ids, f, p)
	})
}

// carriedFilter reads the filter of a field of carried comments.
func carriedFilter(f *gen.CarriedFilter, asOf time.Time) views.CommentFilter {
	if f == nil {
		return views.CommentFilter{AsOf: asOf}
	}
	return views.CommentFilter{ConsultationID: valueOf(f.ConsultationID), OrganisationID: valueOf(f.OrganisationID), Stances: f.Stances,
		Types: f.Types, Answered: f.Answered, Withdrawn: f.Withdrawn, AsOf: asOf}
}

// connectCarried makes the connection of a page of comments, each with where it stands.
func connectCarried(l *loaders, s *views.Standing, list views.List[policies.Comment]) *gen.CarriedConnection {
	c := &gen.CarriedConnection{PageInfo: infoOf(list), Nodes: make([]wire.Carried, 0, len(list.Items)), Edges: make([]gen.CarriedEdge, 0, len(list.Items))}
	for i, v := range list.Items {
		if k, ok := s.Carry(v); ok {
			node := wire.Carried{Carried: k, Standing: s}
			c.Nodes = append(c.Nodes, node)
			c.Edges = append(c.Edges, gen.CarriedEdge{Cursor: list.Cursors[i], Node: node})
		}
	}
	l.revisions.prime(s.In.ID, s.In)
	return c
}
