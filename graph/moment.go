package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// asOfFrom returns the moment that a field is asked about: its own asOf, or that
// of the nearest field around it that has one; zero for now.
func asOfFrom(ctx context.Context, own *time.Time) time.Time {
	if own != nil {
		return *own
	}
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if t, ok := fc.Args["asOf"].(*time.Time); ok && t != nil {
			return *t
		}
	}
	return time.Time{}
}

// momentFrom returns at, or the moment of asOf, or now.
func (r *resolver) momentFrom(ctx context.Context, at *time.Time) time.Time {
	if at != nil {
		return *at
	}
	if t := asOfFrom(ctx, nil); !t.IsZero() {
		return t
	}
	return r.registry.Now()
}
