package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

type ruleSetResolver struct{ *resolver }

func (r *resolver) RuleSet() gen.RuleSetResolver { return ruleSetResolver{r} }

// RuleSets implements gen.QueryResolver.
func (r queryResolver) RuleSets(ctx context.Context, first *int, after *string, last *int, before *string) (*gen.RuleSetConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.RuleSetList(ctx, p)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	return &gen.RuleSetConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v standards.RuleSet) gen.RuleSetEdge {
		l.organisations.announce(v.OrganisationID)
		return gen.RuleSetEdge{Cursor: c, Node: v}
	})}, nil
}

// RuleSet implements gen.QueryResolver.
func (r queryResolver) RuleSet(ctx context.Context, by gen.RuleSetKey, _ *time.Time) (*standards.RuleSet, error) {
	if by.Slug != nil {
		return foundOrNull(r.views.RuleSetBySlug(ctx, *by.Slug, momentOf(ctx)))
	}
	return loadersFrom(ctx).ruleSets.maybe(ctx, valueOf(by.ID))
}

// Correction implements gen.RuleSetResolver.
func (ruleSetResolver) Correction(_ context.Context, s *standards.RuleSet) (*gen.Correction, error) {
	return correctionOf(s.CorrectedAt, s.Correction), nil
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
	return foundOrNull(r.views.ReleaseByNumber(ctx, s.ID, s.Releases))
}

// Release implements gen.RuleSetResolver.
func (r ruleSetResolver) Release(ctx context.Context, s *standards.RuleSet, number int) (*standards.Release, error) {
	if number < 1 {
		return nil, invalidField("number", "counts from 1")
	}
	l := loadersFrom(ctx)
	v, err := foundOrNull(r.views.ReleaseByNumber(ctx, s.ID, number))
	if v == nil || l.asOf.IsZero() {
		return v, err
	}
	return l.releases.maybe(ctx, v.ID)
}

// Releases implements gen.RuleSetResolver.
func (r ruleSetResolver) Releases(ctx context.Context, s *standards.RuleSet, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.ReleaseConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.ReleaseList(ctx, s.ID, momentOf(ctx), p)
	if err != nil {
		return nil, err
	}
	return connectReleases(loadersFrom(ctx), list), nil
}

func (l *loaders) sawRuleSet(s standards.RuleSet) { l.organisations.announce(s.OrganisationID) }

// CreateRuleSet implements gen.MutationResolver.
func (r mutationResolver) CreateRuleSet(ctx context.Context, in gen.CreateRuleSetInput) (*gen.CreateRuleSetPayload, error) {
	c := policies.CreateRuleSet{Slug: in.Slug, Title: in.Title, Description: valueOf(in.Description)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "ruleset.created", &loadersFrom(ctx).ruleSets)
	return &gen.CreateRuleSetPayload{RuleSet: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// CorrectRuleSet implements gen.MutationResolver.
func (r mutationResolver) CorrectRuleSet(ctx context.Context, in gen.CorrectRuleSetInput) (*gen.CorrectRuleSetPayload, error) {
	g := givenBy(ctx)
	c := policies.CorrectRuleSet{RuleSetID: in.RuleSetID, Title: g.text("title", in.Title), Description: g.text("description", in.Description), Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "ruleset.corrected", &loadersFrom(ctx).ruleSets)
	return &gen.CorrectRuleSetPayload{RuleSet: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
