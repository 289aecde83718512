package graph

import (
	"errors"

	"github.com/ewtp/entente/policies"
)

// orNull returns a pointer to a text, or nil for "": where nothing was said, or nothing
// may be told, the schema has null.
func orNull[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}

// valueOf returns what p points at, or the zero value where p is nil.
func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// foundOrNull returns a pointer to a value that was read, or nil where policies.ErrNotFound
// says that there is none.
func foundOrNull[T any](v T, err error) (*T, error) {
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}
