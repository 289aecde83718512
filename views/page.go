package views

import (
	"iter"

	"github.com/ewtp/entente/views/table"
)

// A Page says which part of a list is wanted: see table.Page.
type Page = table.Page

// MaxPage is the largest page.
const MaxPage = table.MaxPage

// A List is a page of rows: see table.PageList.
type List[T any] = table.PageList[T]

// NewPage returns the page that a caller asks for: see table.NewPage.
func NewPage(first *int, after string, last *int, before string, otherwise, most int) (Page, error) {
	p, err := table.NewPage(first, after, last, before, otherwise, most)
	return p, inPoliciesWords(err)
}

// Pages goes through a list from its beginning to its end, page by page. It ends with
// the first error that load returns.
func Pages[T any](load func(Page) (List[T], error)) iter.Seq2[List[T], error] {
	return func(yield func(List[T], error) bool) {
		for p := (Page{First: MaxPage}); ; {
			l, err := load(p)
			if !yield(l, err) || err != nil || !l.HasNext {
				return
			}
			p.After = l.Cursors[len(l.Cursors)-1]
		}
	}
}

// PagesBackward goes through a list from its end to its beginning, page by page, each in
// the list's own order. It ends with the first error that load returns.
func PagesBackward[T any](load func(Page) (List[T], error)) iter.Seq2[List[T], error] {
	return func(yield func(List[T], error) bool) {
		for p := (Page{Last: MaxPage}); ; {
			l, err := load(p)
			if !yield(l, err) || err != nil || !l.HasPrevious {
				return
			}
			p.Before = l.Cursors[0]
		}
	}
}

// All reads a list to its end.
func All[T any](load func(Page) (List[T], error)) (items []T, err error) {
	for l, err := range Pages(load) {
		if err != nil {
			return nil, err
		}
		items = append(items, l.Items...)
	}
	return items, nil
}

// pageOf runs a selection for a page.
func pageOf[T any](r table.Run, s table.Selection, o table.Order, p Page, sh table.Shape[T]) (List[T], error) {
	l, err := table.PageOf(r, s, o, p, sh)
	return l, inPoliciesWords(err)
}

// pageWhere runs a selection for a page of the rows for which wanted says true.
func pageWhere[R, T any](r table.Run, s table.Selection, o table.Order, p Page, sh table.Shape[R], wanted func(R) (T, bool)) (List[T], error) {
	l, err := table.PageWhere(r, s, o, p, sh, wanted)
	return l, inPoliciesWords(err)
}

// bound adds the cursors of a page to a selection: see table.Order.
func bound(o table.Order, s *table.Selection, p Page) (limit int, direction string, err error) {
	limit, direction, err = o.Bound(s, p)
	return limit, direction, inPoliciesWords(err)
}
