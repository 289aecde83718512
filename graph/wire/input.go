package wire

import "github.com/ewtp/entente/policies"

// The inputs below embed the domain's words of a comment, so that a new field of a comment
// needs no line here or in a resolver.

// A SubmitCommentInput is what submitComment takes.
type SubmitCommentInput struct {
	ConsultationID string
	policies.CommentWords
	IdempotencyKey *string
}

// A DraftCommentInput is what draftComment takes.
type DraftCommentInput struct {
	ConsultationID string
	policies.CommentWords
	IdempotencyKey *string
}

// An EditCommentDraftInput is what editCommentDraft takes.
type EditCommentDraftInput struct {
	DraftID string
	Edition int
	policies.CommentWords
	IdempotencyKey *string
}
