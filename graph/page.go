package graph

import (
	"strconv"
	"strings"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/views"
)

// Sizes of pages.
const (
	defaultPage = 20
	largePage   = 500 // of lists that are in memory: a revision's clauses
)

// page reads the arguments of a connection. The views hold it against their own limit.
func page(first *int, after *string, last *int, before *string) (views.Page, error) {
	return pageUpTo(views.MaxPage, first, after, last, before)
}

func pageUpTo(most int, first *int, after *string, last *int, before *string) (views.Page, error) {
	return views.NewPage(first, or(after), last, or(before), defaultPage, most)
}

// edgesOf makes the edges of a list.
func edgesOf[T, E any](l views.List[T], edge func(cursor string, node T) E) []E {
	edges := make([]E, len(l.Items))
	for i, v := range l.Items {
		edges[i] = edge(l.Cursors[i], v)
	}
	return edges
}

// infoOf says where a page lies.
func infoOf[T any](l views.List[T]) gen.PageInfo {
	info := gen.PageInfo{HasNextPage: l.HasNext, HasPreviousPage: l.HasPrevious}
	if n := len(l.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &l.Cursors[0], &l.Cursors[n-1]
	}
	return info
}

// A span is a page of a list in memory: its items from to below end.
type span struct {
	from, end, total int
}

// cut finds a page in a list of n items. A cursor is tag and index, such as
// "clause:12": such lists never change.
func cut(n int, p views.Page, tag string) (s span, err error) {
	s = span{0, n, n}
	if p.After != "" {
		if s.from, err = index("after", p.After, tag, n); err != nil {
			return s, err
		}
		s.from++
	}
	if p.Before != "" {
		if s.end, err = index("before", p.Before, tag, n); err != nil {
			return s, err
		}
	}
	s.end = max(s.end, s.from)
	if p.First > 0 {
		s.end = min(s.end, s.from+p.First)
	} else {
		s.from = max(s.from, s.end-p.Last)
	}
	return s, nil
}

func index(field, cursor, tag string, n int) (int, error) {
	digits, ok := strings.CutPrefix(cursor, tag+":")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= n {
		return 0, invalid(field, "is no cursor of this list")
	}
	return i, nil
}

func cursor(tag string, i int) string { return tag + ":" + strconv.Itoa(i) }

func (s span) info(tag string) gen.PageInfo {
	info := gen.PageInfo{HasNextPage: s.end < s.total, HasPreviousPage: s.from > 0}
	if s.from < s.end {
		a, b := cursor(tag, s.from), cursor(tag, s.end-1)
		info.StartCursor, info.EndCursor = &a, &b
	}
	return info
}
