package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// ShareDocument implements gen.MutationResolver.
func (r mutationResolver) ShareDocument(ctx context.Context, in gen.ShareDocumentInput) (*gen.ShareDocumentPayload, error) {
	c := policies.ShareDocument{DocumentID: in.DocumentID, OrganisationID: in.OrganisationID, As: in.As}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.shared", &loadersFrom(ctx).documents)
	return &gen.ShareDocumentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// UnshareDocument implements gen.MutationResolver.
func (r mutationResolver) UnshareDocument(ctx context.Context, in gen.UnshareDocumentInput) (*gen.UnshareDocumentPayload, error) {
	c := policies.UnshareDocument{DocumentID: in.DocumentID, OrganisationID: in.OrganisationID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.unshared", &loadersFrom(ctx).documents)
	return &gen.UnshareDocumentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// PutForward implements gen.MutationResolver.
func (r mutationResolver) PutForward(ctx context.Context, in gen.PutForwardInput) (*gen.PutForwardPayload, error) {
	c := policies.PutForward{DocumentID: in.DocumentID, RevisionID: valueOf(in.RevisionID)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.putForward", &loadersFrom(ctx).documents)
	return &gen.PutForwardPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// AcceptSponsorship implements gen.MutationResolver.
func (r mutationResolver) AcceptSponsorship(ctx context.Context, in gen.AcceptSponsorshipInput) (*gen.AcceptSponsorshipPayload, error) {
	c := policies.AcceptSponsorship{DocumentID: in.DocumentID}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "sponsorship.accepted", &loadersFrom(ctx).documents)
	return &gen.AcceptSponsorshipPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DeclineSponsorship implements gen.MutationResolver.
func (r mutationResolver) DeclineSponsorship(ctx context.Context, in gen.DeclineSponsorshipInput) (*gen.DeclineSponsorshipPayload, error) {
	c := policies.DeclineSponsorship{DocumentID: in.DocumentID}
	out, d, err := r.leaveDocument(ctx, in.IdempotencyKey, c, "sponsorship.declined")
	return &gen.DeclineSponsorshipPayload{Document: d, LedgerPosition: positionOf(out), Repeated: out.Repeated}, err
}

// ResignSponsorship implements gen.MutationResolver.
func (r mutationResolver) ResignSponsorship(ctx context.Context, in gen.ResignSponsorshipInput) (*gen.ResignSponsorshipPayload, error) {
	c := policies.ResignSponsorship{DocumentID: in.DocumentID}
	out, d, err := r.leaveDocument(ctx, in.IdempotencyKey, c, "sponsorship.resigned")
	return &gen.ResignSponsorshipPayload{Document: d, LedgerPosition: positionOf(out), Repeated: out.Repeated}, err
}

// leaveDocument carries out what may end that the actor reads the document.
func (r mutationResolver) leaveDocument(ctx context.Context, key *string, c policies.Command, kind string) (registry.Outcome, *policies.Document, error) {
	out, err := execute(ctx, r, key, c, kind)
	if err != nil {
		return out, nil, err
	}
	l := loadersFrom(ctx)
	l.forget()
	d, err := l.documents.maybe(ctx, out.Subject)
	return out, d, err
}
