package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// Instruments implements gen.QueryResolver.
func (r queryResolver) Instruments(ctx context.Context, f *gen.InstrumentFilter, first *int, after *string, last *int, before *string) (*gen.InstrumentConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var vf views.InstrumentFilter
	if f != nil {
		vf = views.InstrumentFilter{InForceAt: or(f.InForceAt), KnownAt: or(f.KnownAt), Kinds: f.Kinds, Party: or(f.Party)}
	}
	list, err := r.views.InstrumentList(ctx, vf, p)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	return &gen.InstrumentConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v standards.Instrument) gen.InstrumentEdge {
		l.sawKnown(v, vf.KnownAt)
		return gen.InstrumentEdge{Cursor: c, Node: v}
	})}, nil
}

// RuleSets implements gen.QueryResolver.
func (r queryResolver) RuleSets(ctx context.Context, first *int, after *string, last *int, before *string) (*gen.RuleSetConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.RuleSetList(ctx, p)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	return &gen.RuleSetConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v standards.RuleSet) gen.RuleSetEdge {
		l.organisations.announce(v.OrganisationID)
		return gen.RuleSetEdge{Cursor: c, Node: v}
	})}, nil
}

// RuleSet implements gen.QueryResolver.
func (r queryResolver) RuleSet(ctx context.Context, id, slug *string) (*standards.RuleSet, error) {
	if err := oneOf("id", "slug", id, slug); err != nil {
		return nil, err
	}
	if id != nil {
		return loadersFrom(ctx).ruleSets.maybe(ctx, *id)
	}
	return found(r.views.RuleSetBySlug(ctx, *slug))
}

// Release implements gen.QueryResolver.
func (queryResolver) Release(ctx context.Context, id string) (*standards.Release, error) {
	return loadersFrom(ctx).releases.maybe(ctx, id)
}

// Document implements gen.InstrumentResolver.
func (instrumentResolver) Document(ctx context.Context, i *standards.Instrument) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, i.DocumentID)
}

// Revision implements gen.InstrumentResolver.
func (instrumentResolver) Revision(ctx context.Context, i *standards.Instrument) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, i.RevisionID)
}

// SupersededBy implements gen.InstrumentResolver.
func (instrumentResolver) SupersededBy(ctx context.Context, i *standards.Instrument, inForceAt, knownAt *time.Time) (*standards.Instrument, error) {
	return instrumentOf(ctx, i.SupersededBy, inForceAt, knownAt)
}

// Supersedes implements gen.InstrumentResolver.
func (instrumentResolver) Supersedes(ctx context.Context, i *standards.Instrument, inForceAt, knownAt *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, i.Supersedes, inForceAt, knownAt)
}

// Status implements gen.InstrumentResolver.
func (r instrumentResolver) Status(ctx context.Context, i *standards.Instrument, at *time.Time) (standards.Status, error) {
	return i.At(r.momentFrom(ctx, at)), nil
}

// Releases implements gen.InstrumentResolver.
func (r instrumentResolver) Releases(ctx context.Context, i *standards.Instrument) ([]standards.Release, error) {
	list, err := r.views.ReleasesOf(ctx, i.ID)
	for _, v := range list {
		loadersFrom(ctx).sawRelease(v)
	}
	return list, err
}

// Organisation implements gen.RuleSetResolver.
func (ruleSetResolver) Organisation(ctx context.Context, s *standards.RuleSet) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, s.OrganisationID)
}

// Latest implements gen.RuleSetResolver.
func (r ruleSetResolver) Latest(ctx context.Context, s *standards.RuleSet) (*standards.Release, error) {
	if s.Releases == 0 {
		return nil, nil
	}
	return found(r.views.ReleaseByNumber(ctx, s.ID, 0))
}

// Release implements gen.RuleSetResolver.
func (r ruleSetResolver) Release(ctx context.Context, s *standards.RuleSet, number int) (*standards.Release, error) {
	if number < 1 {
		return nil, invalid("number", "counts from 1")
	}
	return found(r.views.ReleaseByNumber(ctx, s.ID, number))
}

// Releases implements gen.RuleSetResolver.
func (r ruleSetResolver) Releases(ctx context.Context, s *standards.RuleSet, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.ReleaseConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.ReleaseList(ctx, s.ID, asOfFrom(ctx, asOf), p)
	if err != nil {
		return nil, err
	}
	return connectReleases(loadersFrom(ctx), list), nil
}

func connectReleases(l *loaders, list views.List[standards.Release]) *gen.ReleaseConnection {
	return &gen.ReleaseConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v standards.Release) gen.ReleaseEdge {
		l.sawRelease(v)
		return gen.ReleaseEdge{Cursor: c, Node: v}
	})}
}

// RuleSet implements gen.ReleaseResolver.
func (releaseResolver) RuleSet(ctx context.Context, v *standards.Release) (*standards.RuleSet, error) {
	return loadersFrom(ctx).ruleSets.maybe(ctx, v.RuleSetID)
}

// Manifest implements gen.ReleaseResolver.
func (releaseResolver) Manifest(_ context.Context, v *standards.Release) (string, error) {
	return string(v.Manifest), nil
}

// Instruments implements gen.ReleaseResolver.
func (releaseResolver) Instruments(ctx context.Context, v *standards.Release, inForceAt, knownAt *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, v.Instruments, inForceAt, knownAt)
}
