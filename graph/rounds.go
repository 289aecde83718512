package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Questions implements gen.ConsultationResolver.
func (consultationResolver) Questions(_ context.Context, c *policies.Consultation) ([]wire.ConsultationQuestion, error) {
	list := make([]wire.ConsultationQuestion, len(c.Questions))
	for i, q := range c.Questions {
		list[i] = question(c, q)
	}
	return list, nil
}

func question(c *policies.Consultation, q policies.ConsultationQuestion) wire.ConsultationQuestion {
	return wire.ConsultationQuestion{ConsultationQuestion: q, In: *c}
}

// Question implements gen.CommentResolver.
func (commentResolver) Question(ctx context.Context, k *policies.Comment) (*wire.ConsultationQuestion, error) {
	if k.QuestionID == "" {
		return nil, nil
	}
	c, err := loadersFrom(ctx).consultations.maybe(ctx, k.ConsultationID)
	if c == nil || err != nil {
		return nil, err
	}
	q, ok := c.Question(k.QuestionID)
	if !ok {
		return nil, nil
	}
	g := question(c, q)
	return &g, nil
}

// AnswerCount implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) AnswerCount(ctx context.Context, q *wire.ConsultationQuestion) (int, error) {
	counts, err := answerCounts(ctx, q)
	return counts.Total, err
}

// ChoiceCounts implements gen.ConsultationQuestionResolver.
func (consultationQuestionResolver) ChoiceCounts(ctx context.Context, q *wire.ConsultationQuestion) ([]gen.ChoiceCount, error) {
	counts, err := answerCounts(ctx, q)
	list := make([]gen.ChoiceCount, len(q.Choices))
	for i, c := range q.Choices {
		list[i] = gen.ChoiceCount{Choice: c, Count: counts.ByChoice[c]}
	}
	return list, err
}

func answerCounts(ctx context.Context, q *wire.ConsultationQuestion) (views.AnswerCounts, error) {
	by, err := loadersFrom(ctx).answerCounts.maybe(ctx, q.In.ID)
	if by == nil || err != nil {
		return views.AnswerCounts{}, err
	}
	return (*by)[q.ID], nil
}

// fetchAnswerCounts counts the answers to the questions of consultations: by
// consultation, then by question.
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
func (r consultationQuestionResolver) Answers(ctx context.Context, q *wire.ConsultationQuestion, f *gen.CommentFilter, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	of := views.CommentFilter{DocumentID: q.In.DocumentID, ConsultationID: q.In.ID, QuestionID: q.ID}
	return r.commentsOf(ctx, of, f, asOf, first, after, last, before)
}

// UnconsultedChanges implements gen.DocumentResolver.
func (r documentResolver) UnconsultedChanges(ctx context.Context, d *policies.Document) ([]gen.AdoptionGap, error) {
	viewer := loadersFrom(ctx).viewer
	if d.Head == "" || policies.May(viewer, policies.ReadingRevision, policies.OnRevision(d, d.Revisions)) != nil {
		return nil, nil
	}
	gaps, err := r.views.Unconsulted(ctx, d.ID, d.Head, runs(viewer, d))
	return gapsOf(gaps), err
}

func gapsOf(gaps []policies.Gap) []gen.AdoptionGap {
	list := make([]gen.AdoptionGap, len(gaps))
	for i, g := range gaps {
		list[i] = gen.AdoptionGap{Reason: gen.GapReason(screaming(g.Reason)), CommentID: some(g.CommentID), ClauseID: some(g.ClauseID), OrganisationID: some(g.OrganisationID), Message: g.Message}
	}
	return list
}

// SavedFilters implements gen.ViewerResolver.
func (r viewerResolver) SavedFilters(ctx context.Context, v *gen.Viewer) ([]policies.SavedFilter, error) {
	if v.Actor.MemberID == "" {
		return nil, nil
	}
	list, err := r.views.SavedFilters(ctx, v.Actor)
	if list == nil {
		list = []policies.SavedFilter{}
	}
	return list, err
}

func savedFilters(l *loaders) *loader[string, policies.SavedFilter] { return &l.savedFilters }

// SaveFilter implements gen.MutationResolver.
func (r mutationResolver) SaveFilter(ctx context.Context, in gen.SaveFilterInput) (*gen.SaveFilterPayload, error) {
	c := policies.SaveFilter{FilterID: or(in.FilterID), Name: in.Name, Wants: policies.Interests{
		Topics: in.Topics, Jurisdictions: in.Jurisdictions, Sectors: in.Sectors, Keyword: or(in.Keyword)}}
	d, err := do(ctx, r, in.IdempotencyKey, c, "filter.saved", savedFilters)
	return &gen.SaveFilterPayload{Filter: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DeleteFilter implements gen.MutationResolver.
func (r mutationResolver) DeleteFilter(ctx context.Context, in gen.DeleteFilterInput) (*gen.DeleteFilterPayload, error) {
	out, err := carryOut(ctx, r, in.IdempotencyKey, policies.DeleteFilter{FilterID: in.FilterID}, "filter.deleted")
	return &gen.DeleteFilterPayload{Position: out.Seq + 1, Repeated: out.Repeated}, err
}

// MarkAnswersSeen implements gen.MutationResolver.
func (r mutationResolver) MarkAnswersSeen(ctx context.Context, in gen.MarkAnswersSeenInput) (*gen.MarkAnswersSeenPayload, error) {
	c := policies.MarkAnswersSeen{Until: r.registry.Now()}
	if in.Until != nil {
		c.Until = *in.Until
	}
	out, err := carryOut(ctx, r, in.IdempotencyKey, c, "answers.seen")
	return &gen.MarkAnswersSeenPayload{Position: out.Seq + 1, Repeated: out.Repeated}, err
}

// questions reads what a consultation is to ask.
func questions(list []gen.QuestionInput) (qs []policies.ConsultationQuestion) {
	for _, q := range list {
		qs = append(qs, policies.ConsultationQuestion{Text: q.Text, Choices: q.Choices})
	}
	return qs
}

// audience reads whom a consultation is to ask.
func audience(in *gen.AudienceInput) *policies.Audience {
	if in == nil {
		return nil
	}
	return &policies.Audience{Chambers: in.Chambers, Sectors: in.Sectors, Jurisdictions: in.Jurisdictions, Only: in.Only}
}
