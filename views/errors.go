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

// inPoliciesWords returns an error of the engine in the words of policies.
func inPoliciesWords(err error) error {
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
	return inPoliciesWords(table.One(r, query, args, dest...))
}

// decodeOne reads the JSON in the first row's one column; policies.ErrNotFound where
// there is none.
func decodeOne[T any](r table.Run, query string, args ...any) (T, error) {
	v, err := table.DecodeOne[T](r, query, args...)
	return v, inPoliciesWords(err)
}
