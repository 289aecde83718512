package graph

import (
	"context"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
)

// reportsAtOnce is how many reports are made at a time: one may go through tens of
// thousands of comments.
const reportsAtOnce = 2

// heard reports on all that was said of a document, for the viewer; nil where there is
// nothing to report, or nothing that the viewer may see. It waits for its turn.
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
