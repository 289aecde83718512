package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

type anchorResolver struct{ *resolver }

func (r *resolver) Anchor() gen.AnchorResolver { return anchorResolver{r} }

// Revision implements gen.AnchorResolver.
func (anchorResolver) Revision(ctx context.Context, a *policies.Anchor) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, a.RevisionID)
}

// Clause implements gen.AnchorResolver.
func (r anchorResolver) Clause(ctx context.Context, a *policies.Anchor) (*wire.Clause, error) {
	if a.ClauseID == "" {
		return nil, nil
	}
	v, err := loadersFrom(ctx).revisions.maybe(ctx, a.RevisionID)
	if v == nil || err != nil {
		return nil, err
	}
	return r.clause(ctx, *v, a.ClauseID)
}

// Organisation implements gen.AnchorResolver.
func (anchorResolver) Organisation(ctx context.Context, a *policies.Anchor) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, a.OrganisationID)
}

// Member implements gen.AnchorResolver.
func (anchorResolver) Member(ctx context.Context, a *policies.Anchor) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, a.MemberID)
}

// sawAnchors announces what anchors refer to.
func (l *loaders) sawAnchors(list []policies.Anchor) {
	for _, a := range list {
		l.revisions.announce(a.RevisionID)
		l.organisations.announce(a.OrganisationID)
		l.members.announce(a.MemberID)
	}
}

// ReanchorComment implements gen.MutationResolver.
func (r mutationResolver) ReanchorComment(ctx context.Context, in gen.ReanchorCommentInput) (*gen.ReanchorCommentPayload, error) {
	c := policies.ReanchorComment{CommentID: in.CommentID, RevisionID: in.RevisionID, ClauseID: valueOf(in.ClauseID), Reason: in.Reason}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comment.reanchored", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.ReanchorCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// Withdrawal implements gen.AnchorResolver.
func (anchorResolver) Withdrawal(_ context.Context, a *policies.Anchor) (*gen.Withdrawal, error) {
	if a.Stands() {
		return nil, nil
	}
	return &gen.Withdrawal{At: a.UndoneAt, Reason: orNull(a.Undoing)}, nil
}

// UndoReanchor implements gen.MutationResolver.
func (r mutationResolver) UndoReanchor(ctx context.Context, in gen.UndoReanchorInput) (*gen.UndoReanchorPayload, error) {
	c := policies.UndoReanchor{CommentID: in.CommentID, RevisionID: in.RevisionID, ClauseID: valueOf(in.ClauseID), Reason: in.Reason}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comment.reanchorUndone", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.UndoReanchorPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
