package graph

import (
	"context"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

type redlineResolver struct{ *resolver }

func (r *resolver) Redline() gen.RedlineResolver { return redlineResolver{r} }

// Redline implements gen.QueryResolver.
func (r queryResolver) Redline(ctx context.Context, from, to string) (*gen.Redline, error) {
	l := loadersFrom(ctx)
	l.revisions.announce(from, to)
	a, err := l.revisions.maybe(ctx, from)
	if err != nil {
		return nil, err
	}
	b, err := l.revisions.maybe(ctx, to)
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return nil, hidden("from", "revision")
	case b == nil:
		return nil, hidden("to", "revision")
	case a.DocumentID != b.DocumentID:
		return nil, invalid("to", "is a revision of another document")
	}
	return r.compare(ctx, *a, *b)
}

// Changes implements gen.RedlineResolver.
func (redlineResolver) Changes(_ context.Context, red *gen.Redline, includeUnchanged bool, first *int, after *string, last *int, before *string) (*gen.ClauseChangeConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, tag := red.All, changePageAll
	if !includeUnchanged {
		list, tag = changed(red.All), changePage
	}
	s, err := cut(len(list), p, tag)
	if err != nil {
		return nil, err
	}
	c := &gen.ClauseChangeConnection{PageInfo: s.info(tag), TotalCount: s.total, Edges: make([]gen.ClauseChangeEdge, 0, s.end-s.from)}
	for i := s.from; i < s.end; i++ {
		c.Edges = append(c.Edges, gen.ClauseChangeEdge{Cursor: cursor(tag, i), Node: changeOf(red, list[i])})
	}
	return c, nil
}

// changed leaves out what stayed the same in the same place.
func changed(all []clauses.Change) []clauses.Change {
	var list []clauses.Change
	for _, c := range all {
		if c.Op != clauses.Same || c.Moved {
			list = append(list, c)
		}
	}
	return list
}

func changeOf(red *gen.Redline, c clauses.Change) wire.ClauseChange {
	w := wire.ClauseChange{Op: c.Op, Moved: c.Moved}
	if c.Old >= 0 {
		w.Before = &wire.Clause{In: red.From, Text: red.Before, Index: c.Old}
	}
	if c.New >= 0 {
		w.After = &wire.Clause{In: red.To, Text: red.After, Index: c.New}
	}
	return w
}

func (r queryResolver) compare(ctx context.Context, a, b policies.Revision) (*gen.Redline, error) {
	before, err := r.views.Text(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	after, err := r.views.Text(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	red := &gen.Redline{From: a, To: b, Before: before, After: after, All: clauses.Compare(before.Clauses, after.Clauses)}
	count := map[clauses.Op]*int{
		clauses.Same: &red.Counts.Same, clauses.Changed: &red.Counts.Changed,
		clauses.Added: &red.Counts.Added, clauses.Removed: &red.Counts.Removed,
	}
	for _, c := range red.All {
		*count[c.Op]++
		if c.Moved {
			red.Counts.Moved++
		}
	}
	return red, nil
}

// Cursors of changes with and without the unchanged clauses count differently.
const (
	changePage    = "change"
	changePageAll = "clause"
)
