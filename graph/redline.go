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
		return nil, notFoundError("fromId", "revision")
	case b == nil:
		return nil, notFoundError("toId", "revision")
	case a.DocumentID != b.DocumentID:
		return nil, invalidField("toId", "is a revision of another document")
	}
	return r.compare(ctx, *a, *b)
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

// Tags in cursors of changes: with and without the unchanged clauses their indexes differ.
const (
	changePage    = "change"
	changePageAll = "clause"
)

// Changes implements gen.RedlineResolver.
func (redlineResolver) Changes(_ context.Context, red *gen.Redline, includeUnchanged bool, first *int, after *string, last *int, before *string) (*gen.ClauseChangeConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, tag := red.All, changePageAll
	if !includeUnchanged {
		list, tag = changedClauses(red.All), changePage
	}
	s, err := cutPage(len(list), p, tag)
	if err != nil {
		return nil, err
	}
	c := &gen.ClauseChangeConnection{PageInfo: s.info(tag), TotalCount: s.total,
		Nodes: make([]wire.ClauseChange, 0, s.end-s.from), Edges: make([]gen.ClauseChangeEdge, 0, s.end-s.from)}
	for i := s.from; i < s.end; i++ {
		node := clauseChangeOf(red, list[i])
		c.Nodes = append(c.Nodes, node)
		c.Edges = append(c.Edges, gen.ClauseChangeEdge{Cursor: cursorAt(tag, i), Node: node})
	}
	return c, nil
}

// changedClauses returns the changes without the clauses that stayed the same in the same place.
func changedClauses(all []clauses.Change) []clauses.Change {
	var list []clauses.Change
	for _, c := range all {
		if c.Op != clauses.Same || c.Moved {
			list = append(list, c)
		}
	}
	return list
}

func clauseChangeOf(red *gen.Redline, c clauses.Change) wire.ClauseChange {
	w := wire.ClauseChange{Op: c.Op, Moved: c.Moved}
	if c.Old >= 0 {
		w.Before = &wire.Clause{In: red.From, Text: red.Before, Index: c.Old}
	}
	if c.New >= 0 {
		w.After = &wire.Clause{In: red.To, Text: red.After, Index: c.New}
	}
	return w
}
