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

// WhatWeHeard implements gen.DocumentResolver.
func (r documentResolver) WhatWeHeard(ctx context.Context, d *policies.Document) (*reports.Heard, error) {
	if d.Consultation == "" || !asOfFrom(ctx, nil).IsZero() {
		return nil, nil
	}
	select {
	case r.reports <- struct{}{}:
		defer func() { <-r.reports }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h, err := reports.WhatWeHeard(ctx, r.views, loadersFrom(ctx).viewer, d.ID)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	return h, err
}
