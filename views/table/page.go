package table

import (
	"fmt"
	"slices"
)

// MaxPage is the largest page of rows.
const MaxPage = 100

// A Page says which part of a list is wanted: the First rows After a cursor, or
// the Last rows Before one. Exactly one of First and Last is from 1 to MaxPage;
// both cursors may bound either.
type Page struct {
	First  int
	After  string
	Last   int
	Before string
}

// A PageError says what is wrong with a page that somebody asks for.
type PageError struct {
	Field   string // of Page, in lower case
	Message string
}

// Error implements error.
func (e *PageError) Error() string { return e.Field + " " + e.Message }

// NewPage returns the page that a caller asks for by first or by last, nil for not
// given: with neither, the first items up to otherwise. A page has at most most items.
func NewPage(first *int, after string, last *int, before string, otherwise, most int) (Page, error) {
	p := Page{After: after, Before: before}
	switch {
	case first != nil && last != nil:
		return p, errBothEnds
	case first != nil:
		p.First = *first
		return p, sized("first", p.First, most)
	case last != nil:
		p.Last = *last
		return p, sized("last", p.Last, most)
	}
	p.First = min(otherwise, most)
	return p, nil
}

var errBothEnds = &PageError{"last", "goes without first"}

// sized refuses a size that no page has.
func sized(field string, n, most int) error {
	if n < 1 || n > most {
		return &PageError{field, fmt.Sprintf("is %d, and a page has from 1 to %d items", n, most)}
	}
	return nil
}

// size returns how many rows are wanted.
func (p Page) size() (n int, err error) {
	switch {
	case p.First != 0 && p.Last != 0:
		return 0, errBothEnds
	case p.Last != 0:
		return p.Last, sized("last", p.Last, MaxPage)
	}
	return p.First, sized("first", p.First, MaxPage)
}

// Check refuses a page of a size that no page has.
func (p Page) Check() error {
	_, err := p.size()
	return err
}

// Backward reports whether the rows are wanted from the end of the list.
func (p Page) Backward() bool { return p.Last != 0 }

// A PageList is a page of rows, in the list's own order, and the cursor of each.
type PageList[T any] struct {
	Items       []T
	Cursors     []string
	HasNext     bool
	HasPrevious bool
}

// turn brings rows read from the end that the page begins at into the list's order, and
// says what lies around them: more rows than were read, and what the cursors left out.
func (l *PageList[T]) turn(p Page, more bool) {
	l.HasNext, l.HasPrevious = more, p.After != ""
	if p.Backward() {
		slices.Reverse(l.Items)
		slices.Reverse(l.Cursors)
		l.HasNext, l.HasPrevious = p.Before != "", more
	}
}

// PageOf runs a selection for a page.
func PageOf[T any](r Run, s Selection, o Order, p Page, sh Shape[T]) (l PageList[T], err error) {
	s.Where, s.Args = slices.Clone(s.Where), slices.Clone(s.Args)
	limit, direction, err := o.Bound(&s, p)
	if err != nil {
		return l, err
	}
	fields, value := sh()
	keys := o.fields()
	fields = slices.Concat(keys, fields)
	query := "SELECT " + fields.Columns() + " FROM " + s.From
	if len(s.Where) > 0 {
		query += " WHERE " + s.Conditions()
	}
	query += " ORDER BY " + o.columns(direction) + " LIMIT ?"
	more := false
	err = Each(r, query, slices.Concat(s.First, s.Args, []any{limit}), fields.Dest(), func() error {
		if len(l.Items) == limit-1 {
			more = true
			return nil
		}
		v, err := value()
		l.Items, l.Cursors = append(l.Items, v), append(l.Cursors, o.cursor(keys))
		return err
	})
	if err != nil {
		return PageList[T]{}, err
	}
	l.turn(p, more)
	return l, nil
}

// PagesOf runs a query for the same page of several lists at once: of each, rows in its
// order, up to one more than the page has. list tells from a scanned row whose it is;
// item makes what it says, and its cursor.
func PagesOf[K comparable, T any](r Run, query string, args, dest []any, p Page, list func() K, item func() (T, string, error)) (map[K]PageList[T], error) {
	n, err := p.size()
	if err != nil {
		return nil, err
	}
	found := map[K]PageList[T]{}
	err = Each(r, query, args, dest, func() (err error) {
		l := found[list()]
		if len(l.Items) == n {
			l.HasNext = true
		} else {
			v, cursor, bad := item()
			l.Items, l.Cursors, err = append(l.Items, v), append(l.Cursors, cursor), bad
		}
		found[list()] = l
		return err
	})
	for k, l := range found {
		l.turn(p, l.HasNext)
		found[k] = l
	}
	return found, err
}

// PageWhere is PageOf of those rows for which wanted says true, where only Go can tell.
func PageWhere[R, T any](r Run, s Selection, o Order, p Page, sh Shape[R], wanted func(R) (T, bool)) (l PageList[T], err error) {
	n, err := p.size()
	if err != nil {
		return l, err
	}
	scan := Page{First: MaxPage, After: p.After, Before: p.Before}
	if p.Backward() {
		scan.First, scan.Last = 0, MaxPage
	}
	for more := true; more; {
		rows, err := PageOf(r, s, o, scan, sh)
		if err != nil {
			return PageList[T]{}, err
		}
		if p.Backward() {
			slices.Reverse(rows.Items)
			slices.Reverse(rows.Cursors)
		}
		for i, row := range rows.Items {
			v, ok := wanted(row)
			if !ok {
				continue
			}
			if len(l.Items) == n {
				l.turn(p, true)
				return l, nil
			}
			l.Items, l.Cursors = append(l.Items, v), append(l.Cursors, rows.Cursors[i])
		}
		if last := len(rows.Cursors) - 1; last < 0 {
			more = false
		} else if p.Backward() {
			scan.Before, more = rows.Cursors[last], rows.HasPrevious
		} else {
			scan.After, more = rows.Cursors[last], rows.HasNext
		}
	}
	l.turn(p, false)
	return l, nil
}
