package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

type termsResolver struct{ *resolver }

func (r *resolver) Terms() gen.TermsResolver { return termsResolver{r} }

// EffectiveFrom implements gen.TermsResolver.
func (termsResolver) EffectiveFrom(_ context.Context, t *policies.Terms) ([]standards.LawDate, error) {
	return t.From, nil
}

// EffectiveUntil implements gen.TermsResolver.
func (termsResolver) EffectiveUntil(_ context.Context, t *policies.Terms) ([]standards.LawDate, error) {
	return t.Until, nil
}

// Supersedes implements gen.TermsResolver.
func (termsResolver) Supersedes(ctx context.Context, t *policies.Terms) ([]standards.Instrument, error) {
	return loadersFrom(ctx).instruments.all(ctx, t.Supersedes)
}

// Amends implements gen.TermsResolver.
func (termsResolver) Amends(ctx context.Context, t *policies.Terms) ([]standards.Instrument, error) {
	return loadersFrom(ctx).instruments.all(ctx, t.Amends)
}

type lawDateResolver struct{ *resolver }

func (r *resolver) LawDate() gen.LawDateResolver { return lawDateResolver{r} }

// Party implements gen.LawDateResolver.
func (lawDateResolver) Party(_ context.Context, d *standards.LawDate) (*string, error) {
	return orNull(d.Party), nil
}

// statedDates are dates of law as they came in.
func statedDates(in []gen.LawDateInput) standards.LawDates {
	var list standards.LawDates
	for _, d := range in {
		list = append(list, standards.LawDate{Party: valueOf(d.Party), Local: d.Local, Zone: d.Zone})
	}
	return list
}

// sawTerms announces what terms refer to.
func (l *loaders) sawTerms(t policies.Terms) {
	l.instruments.announce(t.Supersedes...)
	l.instruments.announce(t.Amends...)
}

// ProposeTerms implements gen.MutationResolver.
func (r mutationResolver) ProposeTerms(ctx context.Context, in gen.ProposeTermsInput) (*gen.ProposeTermsPayload, error) {
	c := policies.ProposeTerms{DocumentID: in.DocumentID, Terms: policies.Terms{From: statedDates(in.EffectiveFrom),
		Until: statedDates(in.EffectiveUntil), Supersedes: in.SupersedesIds, Amends: in.AmendsIds}}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "terms.proposed", &loadersFrom(ctx).documents)
	return &gen.ProposeTermsPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
