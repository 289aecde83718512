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
	largePage   = 500 // the largest of lists that are in memory, such as a revision's clauses
)

// readPage makes a page of the arguments of a connection.
func readPage(first *int, after *string, last *int, before *string) (views.Page, error) {
	return readPageUpTo(views.MaxPage, first, after, last, before)
}

// readPageUpTo does the same for a list whose pages have at most so many items.
func readPageUpTo(most int, first *int, after *string, last *int, before *string) (views.Page, error) {
	return views.NewPage(first, valueOf(after), last, valueOf(before), defaultPage, most)
}

// edgesOf makes the edges of a page.
func edgesOf[T, E any](l views.List[T], edge func(cursor string, node T) E) []E {
	edges := make([]E, len(l.Items))
	for i, v := range l.Items {
		edges[i] = edge(l.Cursors[i], v)
	}
	return edges
}

// infoOf makes the PageInfo of a page.
func infoOf[T any](l views.List[T]) gen.PageInfo {
	info := gen.PageInfo{HasNextPage: l.HasNext, HasPreviousPage: l.HasPrevious}
	if n := len(l.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &l.Cursors[0], &l.Cursors[n-1]
	}
	return info
}

// A pageSpan is a page of a list in memory: its items from from to below end.
type pageSpan struct {
	from, end, total int
}

// cutPage finds a page in a list of n items. A cursor is a tag and an index, such as
// "clause:12", because such lists never change.
func cutPage(n int, p views.Page, tag string) (s pageSpan, err error) {
	s = pageSpan{0, n, n}
	if p.After != "" {
		if s.from, err = cursorIndex("after", p.After, tag, n); err != nil {
			return s, err
		}
		s.from++
	}
	if p.Before != "" {
		if s.end, err = cursorIndex("before", p.Before, tag, n); err != nil {
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

func cursorIndex(field, cursor, tag string, n int) (int, error) {
	digits, ok := strings.CutPrefix(cursor, tag+":")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= n {
		return 0, invalidField(field, "is no cursor of this list")
	}
	return i, nil
}

func cursorAt(tag string, i int) string { return tag + ":" + strconv.Itoa(i) }

func (s pageSpan) info(tag string) gen.PageInfo {
	info := gen.PageInfo{HasNextPage: s.end < s.total, HasPreviousPage: s.from > 0}
	if s.from < s.end {
		a, b := cursorAt(tag, s.from), cursorAt(tag, s.end-1)
		info.StartCursor, info.EndCursor = &a, &b
	}
	return info
}
