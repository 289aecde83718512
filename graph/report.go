package graph

import (
	"context"
	"errors"

	"github.com/ewtp/entente/graph/gen"
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

type whatWeHeardResolver struct{ *resolver }

func (r *resolver) WhatWeHeard() gen.WhatWeHeardResolver { return whatWeHeardResolver{r} }

// ByChamber implements gen.WhatWeHeardResolver.
func (whatWeHeardResolver) ByChamber(_ context.Context, h *reports.Heard) ([]gen.ChamberHeardCount, error) {
	return each(h.Chambers, func(v reports.Voice) gen.ChamberHeardCount {
		return gen.ChamberHeardCount{Chamber: orNull(policies.OrganisationKind(v.Name)), Organisations: v.Organisations, Comments: v.Comments}
	}), nil
}

// ByJurisdiction implements gen.WhatWeHeardResolver.
func (whatWeHeardResolver) ByJurisdiction(_ context.Context, h *reports.Heard) ([]gen.JurisdictionHeardCount, error) {
	return each(h.Jurisdictions, func(v reports.Voice) gen.JurisdictionHeardCount {
		return gen.JurisdictionHeardCount{Jurisdiction: orNull(v.Name), Organisations: v.Organisations, Comments: v.Comments}
	}), nil
}

// BySector implements gen.WhatWeHeardResolver.
func (whatWeHeardResolver) BySector(_ context.Context, h *reports.Heard) ([]gen.SectorHeardCount, error) {
	return each(h.Sectors, func(v reports.Voice) gen.SectorHeardCount {
		return gen.SectorHeardCount{Sector: orNull(v.Name), Organisations: v.Organisations, Comments: v.Comments}
	}), nil
}

// BySize implements gen.WhatWeHeardResolver.
func (whatWeHeardResolver) BySize(_ context.Context, h *reports.Heard) ([]gen.SizeHeardCount, error) {
	return each(h.Sizes, func(v reports.Voice) gen.SizeHeardCount {
		return gen.SizeHeardCount{Size: orNull(policies.SizeClass(v.Name)), Organisations: v.Organisations, Comments: v.Comments}
	}), nil
}
