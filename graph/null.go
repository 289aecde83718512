package graph

import (
	"errors"

	"github.com/ewtp/entente/policies"
)

// said is a word of a list, nil where none was said, or none may be told.
func said[T ~string](word T) *T {
	if word == "" {
		return nil
	}
	return &word
}

// or returns what p points at, or the zero value.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// some returns a pointer to a text, nil for an empty one.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// found turns ErrNotFound into null.
func found[T any](v T, err error) (*T, error) {
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}
