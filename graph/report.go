package graph

import (
	"context"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
)

// reportsAtOnce is how many reports are made at the same time: one may read tens of
// thousands of comments.
const reportsAtOnce = 2

// heard makes the report on all that was said of a document, as the viewer may see it; nil where
// there is nothing to report. It waits until fewer than reportsAtOnce others are made.
func (r *resolver) heard(ctx context.Context, documentID string) (*reports.Heard, error) {
	select {
	case r.reports <- struct{}{}:
		defer func() { <-r.reports }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h, err := reports.WhatWeHeard(ctx, r.views, loadersFrom(ctx).viewer, documentID)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	return h, err
}
