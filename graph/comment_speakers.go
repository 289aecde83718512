package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// speakersAt returns who spoke in a place. In the same statement it reads who did in all
// that was listed on one page with it.
func (l *loaders) speakersAt(ctx context.Context, at views.CommentPlace) ([]views.Speakers, error) {
	l.speakers.announce(l.listed().beside(at)...)
	list, err := l.speakers.maybe(ctx, at)
	if list == nil || err != nil {
		return nil, err
	}
	return *list, nil
}

// Organisations implements gen.CommentCountsResolver.
func (commentCountsResolver) Organisations(ctx context.Context, c *wire.CommentCounts) (n int, err error) {
	list, err := loadersFrom(ctx).speakersAt(ctx, c.At)
	for _, s := range list {
		n += s.Organisations
	}
	return n, err
}

// ByChamber implements gen.CommentCountsResolver.
func (commentCountsResolver) ByChamber(ctx context.Context, c *wire.CommentCounts) ([]gen.ChamberSpeakerCount, error) {
	sums, err := speakersBy(ctx, c, func(s views.Speakers) string { return string(s.Chamber) })
	return each(sums, func(s speakerSum) gen.ChamberSpeakerCount {
		return gen.ChamberSpeakerCount{Chamber: orNull(policies.OrganisationKind(s.of)), Organisations: s.organisations, Comments: s.comments, ByStance: s.byStance}
	}), err
}

// ByJurisdiction implements gen.CommentCountsResolver.
func (commentCountsResolver) ByJurisdiction(ctx context.Context, c *wire.CommentCounts) ([]gen.JurisdictionSpeakerCount, error) {
	sums, err := speakersBy(ctx, c, func(s views.Speakers) string { return s.Jurisdiction })
	return each(sums, func(s speakerSum) gen.JurisdictionSpeakerCount {
		return gen.JurisdictionSpeakerCount{Jurisdiction: orNull(s.of), Organisations: s.organisations, Comments: s.comments, ByStance: s.byStance}
	}), err
}

// BySector implements gen.CommentCountsResolver.
func (commentCountsResolver) BySector(ctx context.Context, c *wire.CommentCounts) ([]gen.SectorSpeakerCount, error) {
	sums, err := speakersBy(ctx, c, func(s views.Speakers) string { return s.Sector })
	return each(sums, func(s speakerSum) gen.SectorSpeakerCount {
		return gen.SectorSpeakerCount{Sector: orNull(s.of), Organisations: s.organisations, Comments: s.comments, ByStance: s.byStance}
	}), err
}

// BySize implements gen.CommentCountsResolver.
func (commentCountsResolver) BySize(ctx context.Context, c *wire.CommentCounts) ([]gen.SizeSpeakerCount, error) {
	list, err := loadersFrom(ctx).speakersAt(ctx, c.At)
	sized := slices.DeleteFunc(slices.Clone(list), func(s views.Speakers) bool { return !s.Chamber.HasSize() })
	sums := sumSpeakers(sized, func(s views.Speakers) string { return string(s.Size) })
	rank := func(s speakerSum) int { return slices.Index(policies.SizeClasses, policies.SizeClass(s.of)) }
	slices.SortFunc(sums, func(a, b speakerSum) int { return cmp.Compare(rank(a), rank(b)) })
	return each(sums, func(s speakerSum) gen.SizeSpeakerCount {
		return gen.SizeSpeakerCount{Size: orNull(policies.SizeClass(s.of)), Organisations: s.organisations, Comments: s.comments, ByStance: s.byStance}
	}), err
}

// A speakerSum counts what organisations said that are one thing: of a chamber, a jurisdiction, a sector or a size.
type speakerSum struct {
	of                      string
	organisations, comments int
	byStance                []gen.SpeakerStanceCount
}

// speakersBy adds up who spoke in a place by one of the things that they are.
func speakersBy(ctx context.Context, c *wire.CommentCounts, of func(views.Speakers) string) ([]speakerSum, error) {
	list, err := loadersFrom(ctx).speakersAt(ctx, c.At)
	return sumSpeakers(list, of), err
}

func sumSpeakers(list []views.Speakers, of func(views.Speakers) string) []speakerSum {
	return sumBy(list, of, func(sum *speakerSum, name string, s views.Speakers) {
		if sum.byStance == nil {
			sum.of, sum.byStance = name, make([]gen.SpeakerStanceCount, len(policies.Stances))
		}
		sum.organisations += s.Organisations
		sum.comments += s.Comments
		for i, stance := range policies.Stances {
			by := &sum.byStance[i]
			by.Stance = stance
			by.Organisations += s.ByStance[stance].Organisations
			by.Comments += s.ByStance[stance].Comments
		}
	})
}
