package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// AnswerComments implements gen.MutationResolver.
func (r mutationResolver) AnswerComments(ctx context.Context, in gen.AnswerCommentsInput) (*gen.AnswerCommentsPayload, error) {
	c := policies.AnswerComments{DocumentID: in.DocumentID, Answers: make([]policies.Answer, len(in.Answers))}
	for i, a := range in.Answers {
		c.Answers[i] = policies.Answer{Seen: a.Seen, DisposeComment: policies.DisposeComment{CommentID: a.CommentID,
			Outcome: a.Outcome, Reason: a.Reason, DuplicateOf: or(a.DuplicateOf)}}
		if a.Change != nil {
			c.Answers[i].Change = &policies.ChangeReference{RevisionID: a.Change.RevisionID, ClauseID: a.Change.ClauseID}
		}
	}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comments.answered", documents)
	return &gen.AnswerCommentsPayload{Document: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// AnswerMark implements gen.CommentResolver.
func (commentResolver) AnswerMark(_ context.Context, c *policies.Comment) (string, error) {
	return c.Disposition.Mark(), nil
}
