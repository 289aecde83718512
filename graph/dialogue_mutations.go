package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

func replies(l *loaders) *loader[string, policies.Reply]       { return &l.replies }
func drafts(l *loaders) *loader[string, policies.CommentDraft] { return &l.drafts }

func quoted(in *gen.QuoteInput) *policies.Quote {
	if in == nil {
		return nil
	}
	return &policies.Quote{Exact: in.Exact, Prefix: or(in.Prefix), Suffix: or(in.Suffix)}
}

func estimated(in *gen.CostEstimateInput) *policies.CostEstimate {
	if in == nil {
		return nil
	}
	return &policies.CostEstimate{Amount: in.Amount, Currency: in.Currency, Per: in.Per, PerYear: in.PerYear}
}

func referred(in []gen.AttachmentInput) (list []policies.Attachment) {
	for _, a := range in {
		list = append(list, policies.Attachment{Digest: a.Digest, Name: or(a.Name)})
	}
	return list
}

// SubmitComment implements gen.MutationResolver.
func (r mutationResolver) SubmitComment(ctx context.Context, in gen.SubmitCommentInput) (*gen.SubmitCommentPayload, error) {
	c := policies.SubmitComment{ConsultationID: in.ConsultationID, CommentWords: policies.CommentWords{ClauseID: or(in.ClauseID), Stance: in.Stance,
		Type: in.Type, Text: in.Text, Replacement: or(in.Replacement), Quote: quoted(in.Quote), Cost: estimated(in.Cost),
		Attachments: referred(in.Attachments), Confidential: or(in.Confidential), Summary: or(in.Summary), Supporters: or(in.Supporters),
		QuestionID: or(in.QuestionID), Choice: or(in.Choice)}}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comment.submitted", comments)
	return &gen.SubmitCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// ReplyToComment implements gen.MutationResolver.
func (r mutationResolver) ReplyToComment(ctx context.Context, in gen.ReplyToCommentInput) (*gen.ReplyToCommentPayload, error) {
	c := policies.ReplyToComment{CommentID: in.CommentID, InReplyTo: or(in.InReplyTo), Text: in.Text}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comment.replied", replies)
	return &gen.ReplyToCommentPayload{Reply: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// RedactComment implements gen.MutationResolver.
func (r mutationResolver) RedactComment(ctx context.Context, in gen.RedactCommentInput) (*gen.RedactCommentPayload, error) {
	d, err := do(ctx, r, in.IdempotencyKey, policies.RedactComment{CommentID: in.CommentID, Reason: in.Reason}, "comment.redacted", comments)
	return &gen.RedactCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DisownComment implements gen.MutationResolver.
func (r mutationResolver) DisownComment(ctx context.Context, in gen.DisownCommentInput) (*gen.DisownCommentPayload, error) {
	d, err := do(ctx, r, in.IdempotencyKey, policies.DisownComment{CommentID: in.CommentID, Reason: in.Reason}, "comment.disowned", comments)
	return &gen.DisownCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DraftComment implements gen.MutationResolver.
func (r mutationResolver) DraftComment(ctx context.Context, in gen.DraftCommentInput) (*gen.DraftCommentPayload, error) {
	c := policies.DraftComment{ConsultationID: in.ConsultationID, Words: policies.CommentWords{ClauseID: or(in.ClauseID), Stance: or(in.Stance),
		Type: or(in.Type), Text: or(in.Text), Replacement: or(in.Replacement), Quote: quoted(in.Quote), Cost: estimated(in.Cost),
		Attachments: referred(in.Attachments), Confidential: or(in.Confidential), Summary: or(in.Summary), Supporters: or(in.Supporters),
		QuestionID: or(in.QuestionID), Choice: or(in.Choice)}}
	d, err := do(ctx, r, in.IdempotencyKey, c, "draft.written", drafts)
	return &gen.DraftCommentPayload{Draft: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// EditCommentDraft implements gen.MutationResolver.
func (r mutationResolver) EditCommentDraft(ctx context.Context, in gen.EditCommentDraftInput) (*gen.EditCommentDraftPayload, error) {
	c := policies.EditDraft{DraftID: in.DraftID, Edition: in.Edition, Words: policies.CommentWords{ClauseID: or(in.ClauseID), Stance: or(in.Stance),
		Type: or(in.Type), Text: or(in.Text), Replacement: or(in.Replacement), Quote: quoted(in.Quote), Cost: estimated(in.Cost),
		Attachments: referred(in.Attachments), Confidential: or(in.Confidential), Summary: or(in.Summary), Supporters: or(in.Supporters),
		QuestionID: or(in.QuestionID), Choice: or(in.Choice)}}
	d, err := do(ctx, r, in.IdempotencyKey, c, "draft.edited", drafts)
	return &gen.EditCommentDraftPayload{Draft: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// SubmitCommentDraft implements gen.MutationResolver.
func (r mutationResolver) SubmitCommentDraft(ctx context.Context, in gen.SubmitCommentDraftInput) (*gen.SubmitCommentDraftPayload, error) {
	d, err := do(ctx, r, in.IdempotencyKey, policies.SubmitDraft{DraftID: in.DraftID, Edition: in.Edition}, "comment.submitted", comments)
	return &gen.SubmitCommentDraftPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DiscardCommentDraft implements gen.MutationResolver.
func (r mutationResolver) DiscardCommentDraft(ctx context.Context, in gen.DiscardCommentDraftInput) (*gen.DiscardCommentDraftPayload, error) {
	d, err := do(ctx, r, in.IdempotencyKey, policies.DiscardDraft{DraftID: in.DraftID}, "draft.discarded", drafts)
	return &gen.DiscardCommentDraftPayload{Draft: d.entity, Position: d.position, Repeated: d.repeated}, err
}
