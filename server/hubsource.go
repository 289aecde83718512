package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// HubSource is what the hub's handler reads of a registry. It is hub.Positioned.
func HubSource(r *registry.Registry) hub.Source { return hubSource{r.Views()} }

type hubSource struct{ views *views.DB }

var _ hub.Positioned = hubSource{}

// Position implements hub.Positioned.
func (s hubSource) Position() int64 { return s.views.Position() }

// RuleSets implements hub.Source.
func (s hubSource) RuleSets(ctx context.Context) ([]standards.RuleSet, error) {
	return all(func(p views.Page) (views.List[standards.RuleSet], error) { return s.views.RuleSetList(ctx, p) })
}

// RuleSet implements hub.Source.
func (s hubSource) RuleSet(ctx context.Context, slug string) (standards.RuleSet, error) {
	set, err := s.views.RuleSetBySlug(ctx, slug)
	return set, released(err)
}

// Release implements hub.Source.
func (s hubSource) Release(ctx context.Context, ruleSetID string, number int) (standards.Release, error) {
	release, err := s.views.ReleaseByNumber(ctx, ruleSetID, number)
	return release, released(err)
}

// Releases implements hub.Source.
func (s hubSource) Releases(ctx context.Context, ruleSetID string) ([]standards.Release, error) {
	return all(func(p views.Page) (views.List[standards.Release], error) {
		return s.views.ReleaseList(ctx, ruleSetID, time.Time{}, p)
	})
}

// Text implements hub.Source.
func (s hubSource) Text(ctx context.Context, digest string) (string, error) {
	text, err := s.views.TextByDigest(ctx, digest)
	return text, released(err)
}

// released puts the hub's word for what isn't there in place of the domain's.
func released(err error) error {
	if errors.Is(err, policies.ErrNotFound) {
		return fmt.Errorf("%w: %w", hub.ErrNotFound, err)
	}
	return err
}

// all reads a list to its end.
func all[T any](load func(views.Page) (views.List[T], error)) (items []T, err error) {
	page := views.Page{First: views.MaxPage}
	for {
		list, err := load(page)
		if err != nil {
			return nil, released(err)
		}
		items = append(items, list.Items...)
		if !list.HasNext || len(list.Cursors) == 0 {
			return items, nil
		}
		page.After = list.Cursors[len(list.Cursors)-1]
	}
}
