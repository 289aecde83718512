package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type mergeProposalResolver struct{ *resolver }

func (r *resolver) MergeProposal() gen.MergeProposalResolver { return mergeProposalResolver{r} }

// Into implements gen.MergeProposalResolver.
func (mergeProposalResolver) Into(ctx context.Context, m *policies.MergeProposal) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, m.Into)
}

// Agreed implements gen.MergeProposalResolver.
func (mergeProposalResolver) Agreed(ctx context.Context, m *policies.MergeProposal) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, m.Agreed)
}

// sawMerge announces what an organisation was, or is to be, merged into.
func (l *loaders) sawMerge(o policies.Organisation) {
	l.organisations.announce(o.MergedInto)
	l.organisations.announce(o.Merge.Into)
	l.organisations.announce(o.Merge.Agreed)
}

// MergeOrganisations implements gen.MutationResolver.
func (r mutationResolver) MergeOrganisations(ctx context.Context, in gen.MergeOrganisationsInput) (*gen.MergeOrganisationsPayload, error) {
	c := policies.MergeOrganisations{OrganisationID: in.OrganisationID, Into: in.IntoID, Reason: valueOf(in.Reason)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "organisation.merged organisation.mergeProposed organisation.mergeAgreed", &loadersFrom(ctx).organisations)
	return &gen.MergeOrganisationsPayload{Organisation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
