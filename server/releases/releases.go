// Package releases gives the hub's handler what it serves, out of the views.
package releases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/hub"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// Source is what the hub's handler reads of the views. It is hub.Positioned.
func Source(db *views.DB) hub.Source { return source{db} }

type source struct{ views *views.DB }

var _ hub.Positioned = source{}

// Position implements hub.Positioned.
func (s source) Position() int64 { return s.views.Position() }

// RuleSets implements hub.Source.
func (s source) RuleSets(ctx context.Context) ([]standards.RuleSet, error) {
	sets, err := views.All(func(p views.Page) (views.List[standards.RuleSet], error) { return s.views.RuleSetList(ctx, p) })
	return sets, noneReleased(err)
}

// RuleSet implements hub.Source.
func (s source) RuleSet(ctx context.Context, slug string) (standards.RuleSet, error) {
	set, err := s.views.RuleSetBySlug(ctx, slug, time.Time{})
	return set, noneReleased(err)
}

// Release implements hub.Source.
func (s source) Release(ctx context.Context, ruleSetID string, number int) (standards.Release, error) {
	release, err := s.views.ReleaseByNumber(ctx, ruleSetID, number)
	return release, noneReleased(err)
}

// Releases implements hub.Source.
func (s source) Releases(ctx context.Context, ruleSetID string) ([]standards.Release, error) {
	releases, err := views.All(func(p views.Page) (views.List[standards.Release], error) {
		return s.views.ReleaseList(ctx, ruleSetID, time.Time{}, p)
	})
	return releases, noneReleased(err)
}

// Text implements hub.Source.
func (s source) Text(ctx context.Context, digest string) (string, error) {
	text, err := s.views.TextByDigest(ctx, digest)
	return text, noneReleased(err)
}

// noneReleased turns policies.ErrNotFound into hub.ErrNotFound, which is the hub's word for
// what isn't there; other errors pass.
func noneReleased(err error) error {
	if errors.Is(err, policies.ErrNotFound) {
		return fmt.Errorf("%w: %w", hub.ErrNotFound, err)
	}
	return err
}
