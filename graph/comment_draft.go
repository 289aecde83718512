package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

type commentDraftResolver struct{ *resolver }

func (r *resolver) CommentDraft() gen.CommentDraftResolver { return commentDraftResolver{r} }

type commentDraftWordsResolver struct{ *resolver }

func (r *resolver) CommentDraftWords() gen.CommentDraftWordsResolver {
	return commentDraftWordsResolver{r}
}

// Consultation implements gen.CommentDraftResolver.
func (commentDraftResolver) Consultation(ctx context.Context, d *policies.CommentDraft) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, d.ConsultationID)
}

// Document implements gen.CommentDraftResolver.
func (commentDraftResolver) Document(ctx context.Context, d *policies.CommentDraft) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, d.DocumentID)
}

// Member implements gen.CommentDraftResolver.
func (commentDraftResolver) Member(ctx context.Context, d *policies.CommentDraft) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.MemberID)
}

// Words implements gen.CommentDraftResolver.
func (commentDraftResolver) Words(_ context.Context, d *policies.CommentDraft) (*policies.CommentWords, error) {
	w := d.Words
	if w.QuestionID != "" {
		w.QuestionID = partID(d.ConsultationID, w.QuestionID)
	}
	return &w, nil
}

// Attachments implements gen.CommentDraftResolver.
func (commentDraftResolver) Attachments(_ context.Context, d *policies.CommentDraft) ([]wire.Attachment, error) {
	return attachmentsOf(d.ID, d.Words.Attachments), nil
}

// EditedBy implements gen.CommentDraftResolver.
func (commentDraftResolver) EditedBy(ctx context.Context, d *policies.CommentDraft) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.EditedBy)
}

// SubmittedAs implements gen.CommentDraftResolver.
func (commentDraftResolver) SubmittedAs(ctx context.Context, d *policies.CommentDraft) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, d.SubmittedAs)
}

// Stance implements gen.CommentDraftWordsResolver.
func (commentDraftWordsResolver) Stance(_ context.Context, w *policies.CommentWords) (*policies.Stance, error) {
	return orNull(w.Stance), nil
}

// Type implements gen.CommentDraftWordsResolver.
func (commentDraftWordsResolver) Type(_ context.Context, w *policies.CommentWords) (*policies.CommentType, error) {
	return orNull(w.Type), nil
}

// Proposes implements gen.CommentDraftWordsResolver.
func (commentDraftWordsResolver) Proposes(_ context.Context, w *policies.CommentWords) (*policies.Proposal, error) {
	return orNull(w.Proposes), nil
}

func (l *loaders) sawDraft(d policies.CommentDraft) {
	l.consultations.announce(d.ConsultationID)
	l.documents.announce(d.DocumentID)
	l.members.announce(d.MemberID, d.EditedBy)
	l.comments.announce(d.SubmittedAs)
}

// DraftComment implements gen.MutationResolver.
func (r mutationResolver) DraftComment(ctx context.Context, in wire.DraftCommentInput) (*gen.DraftCommentPayload, error) {
	var err error
	if in.QuestionID, err = questionNamed("questionId", in.ConsultationID, in.QuestionID); err != nil {
		return nil, err
	}
	c := policies.DraftComment{ConsultationID: in.ConsultationID, Words: in.CommentWords}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "draft.written", &loadersFrom(ctx).commentDrafts)
	return &gen.DraftCommentPayload{Draft: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// EditCommentDraft implements gen.MutationResolver.
func (r mutationResolver) EditCommentDraft(ctx context.Context, in wire.EditCommentDraftInput) (*gen.EditCommentDraftPayload, error) {
	held, err := loadersFrom(ctx).commentDrafts.maybe(ctx, in.DraftID)
	if err != nil {
		return nil, err
	}
	if held != nil { // else the command says that there is none
		if in.QuestionID, err = questionNamed("questionId", held.ConsultationID, in.QuestionID); err != nil {
			return nil, err
		}
	}
	c := policies.EditDraft{DraftID: in.DraftID, Edition: in.Edition, Words: in.CommentWords, Given: givenBy(ctx)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "draft.edited", &loadersFrom(ctx).commentDrafts)
	return &gen.EditCommentDraftPayload{Draft: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// SubmitCommentDraft implements gen.MutationResolver.
func (r mutationResolver) SubmitCommentDraft(ctx context.Context, in gen.SubmitCommentDraftInput) (*gen.SubmitCommentDraftPayload, error) {
	d, err := mutate(ctx, r, in.IdempotencyKey, policies.SubmitDraft{DraftID: in.DraftID, Edition: in.Edition}, "comment.submitted", &loadersFrom(ctx).comments)
	return &gen.SubmitCommentDraftPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// DiscardCommentDraft implements gen.MutationResolver.
func (r mutationResolver) DiscardCommentDraft(ctx context.Context, in gen.DiscardCommentDraftInput) (*gen.DiscardCommentDraftPayload, error) {
	d, err := mutate(ctx, r, in.IdempotencyKey, policies.DiscardDraft{DraftID: in.DraftID}, "draft.discarded", &loadersFrom(ctx).commentDrafts)
	return &gen.DiscardCommentDraftPayload{Draft: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
