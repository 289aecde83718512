package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type consultationQuestionResolver struct{ *resolver }

func (r *resolver) ConsultationQuestion() gen.ConsultationQuestionResolver {
	return consultationQuestionResolver{r}
}

// ID implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) ID(_ context.Context, q *wire.ConsultationQuestion) (string, error) {
	return partID(q.In.ID, q.ID), nil
}

// questionNode returns a question of a consultation by what that calls it, nil where there is none that the viewer may see.
func (l *loaders) questionNode(ctx context.Context, consultationID, name string) (wire.Node, error) {
	c, err := l.consultations.maybe(ctx, consultationID)
	if c == nil || err != nil {
		return nil, err
	}
	q, ok := c.Question(name)
	if !ok {
		return nil, nil
	}
	return new(questionOf(c, q)), nil
}

// questionNamed returns what a consultation calls a question of it, of which a caller gave the ID at a field; "" for "".
func questionNamed(field, consultationID, id string) (string, error) {
	of, name := cutPart(id)
	if id == "" || of == consultationID && name != "" {
		return name, nil
	}
	return "", notFoundError(field, "question of the consultation")
}

// AnswerCount implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) AnswerCount(ctx context.Context, q *wire.ConsultationQuestion) (*int, error) {
	counts, err := answerCountsOf(ctx, q)
	return &counts.Total.Comments, err
}

// Organisations implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) Organisations(ctx context.Context, q *wire.ConsultationQuestion) (*int, error) {
	counts, err := answerCountsOf(ctx, q)
	return &counts.Total.Organisations, err
}

// ChoiceCounts implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) ChoiceCounts(ctx context.Context, q *wire.ConsultationQuestion) ([]gen.ChoiceCount, error) {
	counts, err := answerCountsOf(ctx, q)
	list := make([]gen.ChoiceCount, len(q.Choices))
	for i, c := range q.Choices {
		n := counts.ByChoice[c]
		list[i] = gen.ChoiceCount{Choice: c, Count: n.Comments, Organisations: n.Organisations}
	}
	return list, err
}

func answerCountsOf(ctx context.Context, q *wire.ConsultationQuestion) (views.AnswerCounts, error) {
	by, err := loadersFrom(ctx).answerCounts.maybe(ctx, q.In.ID)
	if by == nil || err != nil {
		return views.AnswerCounts{}, err
	}
	return (*by)[q.ID], nil
}

// fetchAnswerCounts counts the answers to questions, by consultation and then by question.
func (l *loaders) fetchAnswerCounts(ctx context.Context, consultations []string) (map[string]map[string]views.AnswerCounts, error) {
	counts, err := l.db.AnswerCounts(ctx, consultations)
	all := map[string]map[string]views.AnswerCounts{}
	for at, n := range counts {
		if all[at.ConsultationID] == nil {
			all[at.ConsultationID] = map[string]views.AnswerCounts{}
		}
		all[at.ConsultationID][at.QuestionID] = n
	}
	return all, err
}

// Answers implements gen.ConsultationQuestionResolver.
func (r consultationQuestionResolver) Answers(ctx context.Context, q *wire.ConsultationQuestion, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	of := views.CommentFilter{DocumentID: q.In.DocumentID, ConsultationID: q.In.ID, QuestionID: q.ID}
	return r.commentsOf(ctx, of, f, first, after, last, before)
}

func questionOf(c *policies.Consultation, q policies.ConsultationQuestion) wire.ConsultationQuestion {
	return wire.ConsultationQuestion{ConsultationQuestion: q, In: *c}
}
