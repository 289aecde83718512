package web

import (
	"errors"

	"github.com/ewtp/entente/policies"
)

// idsOf are the IDs that the items of a list name, for the views to look up; what names none is left
// out.
func idsOf[T any](list []T, id func(T) string) (ids []string) {
	for _, item := range list {
		if id := id(item); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// among are what was found of some IDs, in their order.
func among[T any](found map[string]T, ids []string) (list []T) {
	for _, id := range ids {
		if v, ok := found[id]; ok {
			list = append(list, v)
		}
	}
	return list
}

// orNil is what was found of an ID; nil where nothing was.
func orNil[T any](found map[string]T, id string) *T {
	if v, ok := found[id]; ok {
		return &v
	}
	return nil
}

// foundOr404 is policies.ErrNotFound where a map hasn't what was looked up in it.
func foundOr404[T any](m map[string]T, id string, err error) (v T, _ error) {
	if err != nil {
		return v, err
	}
	v, ok := m[id]
	if !ok {
		return v, policies.ErrNotFound
	}
	return v, nil
}

// orNone passes over what isn't there, or isn't for the viewer.
func orNone(err error) error {
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	return err
}
