package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type savedFilterResolver struct{ *resolver }

func (r *resolver) SavedFilter() gen.SavedFilterResolver { return savedFilterResolver{r} }

// Matches implements gen.SavedFilterResolver.
func (r savedFilterResolver) Matches(ctx context.Context, f *policies.SavedFilter, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.FilterMatches(ctx, l.viewer, f.Interests, r.registry.Now(), p)
	if err != nil {
		return nil, err
	}
	return connectConsultations(l, list), nil
}

// SaveFilter implements gen.MutationResolver.
func (r mutationResolver) SaveFilter(ctx context.Context, in gen.SaveFilterInput) (*gen.SaveFilterPayload, error) {
	c := policies.SaveFilter{FilterID: valueOf(in.FilterID), Name: valueOf(in.Name), Given: givenBy(ctx), Wants: policies.Interests{
		Topics: in.Topics, Jurisdictions: in.Jurisdictions, Sectors: in.Sectors, Keyword: valueOf(in.Keyword)}}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "filter.saved", &loadersFrom(ctx).savedFilters)
	return &gen.SaveFilterPayload{Filter: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DeleteFilter implements gen.MutationResolver.
func (r mutationResolver) DeleteFilter(ctx context.Context, in gen.DeleteFilterInput) (*gen.DeleteFilterPayload, error) {
	out, err := execute(ctx, r, in.IdempotencyKey, policies.DeleteFilter{FilterID: in.FilterID}, "filter.deleted")
	if err != nil {
		return nil, err
	}
	loadersFrom(ctx).forget()
	return &gen.DeleteFilterPayload{DeletedFilterID: &in.FilterID, Viewer: new(viewerFrom(ctx)), LedgerPosition: positionOf(out), Repeated: out.Repeated}, nil
}
