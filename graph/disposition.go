package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type dispositionResolver struct{ *resolver }

func (r *resolver) Disposition() gen.DispositionResolver { return dispositionResolver{r} }

type changeReferenceResolver struct{ *resolver }

func (r *resolver) ChangeReference() gen.ChangeReferenceResolver { return changeReferenceResolver{r} }

// DuplicateOf implements gen.DispositionResolver.
func (dispositionResolver) DuplicateOf(ctx context.Context, d *policies.Disposition) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, d.DuplicateOf)
}

// Member implements gen.DispositionResolver.
func (dispositionResolver) Member(ctx context.Context, d *policies.Disposition) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.MemberID)
}

// Revision implements gen.ChangeReferenceResolver.
func (changeReferenceResolver) Revision(ctx context.Context, c *policies.ChangeReference) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, c.RevisionID)
}

// selectionOf turns the input of a selection into the domain's.
func selectionOf(in gen.CommentSelection) (policies.Selection, error) {
	s := policies.Selection{ConsultationID: valueOf(in.ConsultationID), ClauseID: in.ClauseID, Stances: in.Stances, Types: in.Types,
		Chambers: in.Chambers, CampaignID: valueOf(in.CampaignID), Adding: in.Adding, Disposed: valueOf(in.Answered), Except: in.ExceptIds}
	if valueOf(in.OnWhole) {
		if in.ClauseID != nil {
			return s, invalidField("selection.onWhole", "goes without clauseId")
		}
		s.ClauseID = new(string)
	}
	return s, nil
}

// AnswerComments implements gen.MutationResolver.
func (r mutationResolver) AnswerComments(ctx context.Context, in gen.AnswerCommentsInput) (*gen.AnswerCommentsPayload, error) {
	c := policies.DisposeEach{DocumentID: in.DocumentID, Dispositions: in.Answers}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comments.answered", in.DocumentID, &loadersFrom(ctx).documents)
	return &gen.AnswerCommentsPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DisposeComments implements gen.MutationResolver.
func (r mutationResolver) DisposeComments(ctx context.Context, in gen.DisposeCommentsInput) (*gen.DisposeCommentsPayload, error) {
	s, err := selectionOf(in.Selection)
	if err != nil {
		return nil, err
	}
	if now := r.views.Position(); in.AsOf < 0 || in.AsOf > now {
		return nil, invalidField("asOf", "there is no position %d yet; the ledger has %d entries", in.AsOf, now)
	}
	c := policies.DisposeComments{DocumentID: in.DocumentID, Selection: s, AsOf: in.AsOf, Count: in.Count, Outcome: in.Outcome,
		Reason: in.Reason, Change: in.Change, DuplicateOf: valueOf(in.DuplicateOfID)}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comments.disposed", in.DocumentID, &loadersFrom(ctx).documents)
	return &gen.DisposeCommentsPayload{Document: d.entity, Count: &in.Count, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DisposeComment implements gen.MutationResolver.
func (r mutationResolver) DisposeComment(ctx context.Context, in gen.DisposeCommentInput) (*gen.DisposeCommentPayload, error) {
	c := policies.DisposeComment{CommentID: in.CommentID, Outcome: in.Outcome, Reason: in.Reason, Change: in.Change, DuplicateOf: valueOf(in.DuplicateOfID)}
	d, err := mutateThing(ctx, r, in.IdempotencyKey, c, "comment.disposed", in.CommentID, &loadersFrom(ctx).comments)
	return &gen.DisposeCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// MarkAnswersSeen implements gen.MutationResolver.
func (r mutationResolver) MarkAnswersSeen(ctx context.Context, in gen.MarkAnswersSeenInput) (*gen.MarkAnswersSeenPayload, error) {
	c := policies.MarkDispositionsSeen{Until: r.registry.Now()}
	if in.Until != nil {
		c.Until = *in.Until
	}
	out, err := execute(ctx, r, in.IdempotencyKey, c, "answers.seen")
	if err != nil {
		return nil, err
	}
	loadersFrom(ctx).forget()
	return &gen.MarkAnswersSeenPayload{Viewer: new(viewerFrom(ctx)), LedgerPosition: positionOf(out), Repeated: out.Repeated}, nil
}
