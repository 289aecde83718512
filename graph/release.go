package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type releaseResolver struct{ *resolver }

func (r *resolver) Release() gen.ReleaseResolver { return releaseResolver{r} }

// RuleSet implements gen.ReleaseResolver.
func (releaseResolver) RuleSet(ctx context.Context, v *standards.Release) (*standards.RuleSet, error) {
	return loadersFrom(ctx).ruleSets.maybe(ctx, v.RuleSetID)
}

// Manifest implements gen.ReleaseResolver.
func (releaseResolver) Manifest(_ context.Context, v *standards.Release) (string, error) {
	return string(v.Manifest), nil
}

// Instruments implements gen.ReleaseResolver.
func (releaseResolver) Instruments(ctx context.Context, v *standards.Release, inForceAt, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.InstrumentConnection, error) {
	return connectInstrumentsOf(ctx, v.Instruments, inForceAt, first, after, last, before)
}

// releasesOf returns the loader of pages of releases by instrument, for one page.
func (l *loaders) releasesOf(p views.Page) *loader[string, views.List[standards.Release]] {
	return l.releasePages.of(p, func(ctx context.Context, ids []string) (map[string]views.List[standards.Release], error) {
		return l.db.InstrumentReleases(ctx, ids, l.asOf, p)
	}, nil)
}

func (l *loaders) sawRelease(r standards.Release) {
	l.ruleSets.announce(r.RuleSetID)
	l.instruments.announce(r.Instruments[:min(len(r.Instruments), defaultPage)]...)
}

func connectReleases(l *loaders, list views.List[standards.Release]) *gen.ReleaseConnection {
	return &gen.ReleaseConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v standards.Release) gen.ReleaseEdge {
		l.sawRelease(v)
		return gen.ReleaseEdge{Cursor: c, Node: v}
	})}
}

// PublishRelease implements gen.MutationResolver.
func (r mutationResolver) PublishRelease(ctx context.Context, in gen.PublishReleaseInput) (*gen.PublishReleasePayload, error) {
	c := policies.PublishRelease{RuleSetID: in.RuleSetID, Instruments: in.InstrumentIds, Dropping: in.DroppedIds, ValidUntil: in.ValidUntil, Note: valueOf(in.Note)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "release.published", &loadersFrom(ctx).releases)
	return &gen.PublishReleasePayload{Release: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
