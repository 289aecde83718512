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
	l.speakers.announce(l.listedPlaces.beside(at)...)
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
func (commentCountsResolver) ByChamber(ctx context.Context, c *wire.CommentCounts) ([]gen.SpeakerCount, error) {
	return speakersBy(ctx, c, func(s views.Speakers) string { return string(s.Chamber) })
}

// ByJurisdiction implements gen.CommentCountsResolver.
func (commentCountsResolver) ByJurisdiction(ctx context.Context, c *wire.CommentCounts) ([]gen.SpeakerCount, error) {
	return speakersBy(ctx, c, func(s views.Speakers) string { return s.Jurisdiction })
}

// BySector implements gen.CommentCountsResolver.
func (commentCountsResolver) BySector(ctx context.Context, c *wire.CommentCounts) ([]gen.SpeakerCount, error) {
	return speakersBy(ctx, c, func(s views.Speakers) string { return s.Sector })
}

// BySize implements gen.CommentCountsResolver.
func (commentCountsResolver) BySize(ctx context.Context, c *wire.CommentCounts) ([]gen.SpeakerCount, error) {
	list, err := loadersFrom(ctx).speakersAt(ctx, c.At)
	sized := slices.DeleteFunc(slices.Clone(list), func(s views.Speakers) bool { return !s.Chamber.HasSize() })
	sums := sumSpeakers(sized, func(s views.Speakers) string { return string(s.Size) })
	rank := func(n gen.SpeakerCount) int { return slices.Index(policies.SizeClasses, policies.SizeClass(n.Of)) }
	slices.SortFunc(sums, func(a, b gen.SpeakerCount) int { return cmp.Compare(rank(a), rank(b)) })
	return sums, err
}

// speakersBy adds up who spoke in a place by one of the things that they are.
func speakersBy(ctx context.Context, c *wire.CommentCounts, of func(views.Speakers) string) ([]gen.SpeakerCount, error) {
	list, err := loadersFrom(ctx).speakersAt(ctx, c.At)
	return sumSpeakers(list, of), err
}

func sumSpeakers(list []views.Speakers, of func(views.Speakers) string) []gen.SpeakerCount {
	return sumBy(list, of, func(sum *gen.SpeakerCount, name string, s views.Speakers) {
		if sum.ByStance == nil {
			sum.Of, sum.ByStance = name, make([]gen.SpeakerStanceCount, len(policies.Stances))
		}
		sum.Organisations += s.Organisations
		sum.Comments += s.Comments
		for i, stance := range policies.Stances {
			by := &sum.ByStance[i]
			by.Stance = stance
			by.Organisations += s.ByStance[stance].Organisations
			by.Comments += s.ByStance[stance].Comments
		}
	})
}
