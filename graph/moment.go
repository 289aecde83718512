package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// asOfFrom returns the moment as of which a field shows the record: its own asOf, else that of
// the nearest field around it that has one; zero for now.
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

// momentFrom returns the argument at, else the moment of asOf, else now.
func (r *resolver) momentFrom(ctx context.Context, at *time.Time) time.Time {
	if at != nil {
		return *at
	}
	if t := asOfFrom(ctx, nil); !t.IsZero() {
		return t
	}
	return r.registry.Now()
}
