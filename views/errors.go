package views

import (
	"errors"
	"fmt"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// This file gives what the engine says the words of policies: a row that isn't there is
// policies.ErrNotFound, and a page that can't be is refused as Invalid. Whatever of the
// engine says one or the other is called by what is here.

// told returns an error of the engine in the words of policies.
func told(err error) error {
	var page *table.PageError
	switch {
	case err == nil:
		return nil
	case err == table.ErrNotFound:
		return policies.ErrNotFound
	case errors.As(err, &page):
		return invalid(page.Field, "%s", page.Message)
	}
	return err
}

func invalid(field, format string, args ...any) error {
	return &policies.Error{Code: policies.Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// one scans the first row of a query; policies.ErrNotFound where there is none.
func one(r table.Run, query string, args []any, dest ...any) error {
	return told(table.One(r, query, args, dest...))
}

// decodeOne reads the JSON in the first row's one column; policies.ErrNotFound where
// there is none.
func decodeOne[T any](r table.Run, query string, args ...any) (T, error) {
	v, err := table.DecodeOne[T](r, query, args...)
	return v, told(err)
}

// A Page says which part of a list is wanted: see table.Page.
type Page = table.Page

// MaxPage is the largest page.
const MaxPage = table.MaxPage

// A List is a page of rows: see table.PageList.
type List[T any] = table.PageList[T]

// NewPage returns the page that a caller asks for: see table.NewPage.
func NewPage(first *int, after string, last *int, before string, otherwise, most int) (Page, error) {
	p, err := table.NewPage(first, after, last, before, otherwise, most)
	return p, told(err)
}

// pageOf runs a selection for a page.
func pageOf[T any](r table.Run, s table.Selection, o table.Order, p Page, sh table.Shape[T]) (List[T], error) {
	l, err := table.PageOf(r, s, o, p, sh)
	return l, told(err)
}

// pageWhere is pageOf of those rows that are wanted, which only Go can tell.
func pageWhere[R, T any](r table.Run, s table.Selection, o table.Order, p Page, sh table.Shape[R], wanted func(R) (T, bool)) (List[T], error) {
	l, err := table.PageWhere(r, s, o, p, sh, wanted)
	return l, told(err)
}

// bound adds the cursors of a page to a selection: see table.Order.
func bound(o table.Order, s *table.Selection, p Page) (limit int, direction string, err error) {
	limit, direction, err = o.Bound(s, p)
	return limit, direction, told(err)
}
