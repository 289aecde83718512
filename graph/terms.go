package graph

import (
	"cmp"
	"context"
	"strconv"

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

// statedDates are dates of law as they came in by a field.
func statedDates(field string, in []gen.LawDateInput) (list standards.LawDates, err error) {
	for i, d := range in {
		if (d.LocalDate == nil) == (d.LocalDateTime == nil) {
			return nil, invalidField(field+"."+strconv.Itoa(i)+".localDate", "state either a localDate or a localDateTime")
		}
		list = append(list, standards.LawDate{Party: valueOf(d.Party), Local: cmp.Or(valueOf(d.LocalDate), valueOf(d.LocalDateTime)), Zone: d.Zone})
	}
	return list, nil
}

// sawTerms announces what terms refer to.
func (l *loaders) sawTerms(t policies.Terms) {
	l.instruments.announce(t.Supersedes...)
	l.instruments.announce(t.Amends...)
}

// ProposeTerms implements gen.MutationResolver.
func (r mutationResolver) ProposeTerms(ctx context.Context, in gen.ProposeTermsInput) (*gen.ProposeTermsPayload, error) {
	from, err := statedDates("effectiveFrom", in.EffectiveFrom)
	if err != nil {
		return nil, err
	}
	until, err := statedDates("effectiveUntil", in.EffectiveUntil)
	if err != nil {
		return nil, err
	}
	c := policies.ProposeTerms{DocumentID: in.DocumentID, Terms: policies.Terms{From: from, Until: until, Supersedes: in.SupersedesIds, Amends: in.AmendsIds}}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "terms.proposed", &loadersFrom(ctx).documents)
	return &gen.ProposeTermsPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
