package web

import (
	"net/url"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// A questionsPage lists what the consultation of a document asks besides its text, with what was
// answered.
type questionsPage struct {
	documentHead
	Questions []questionShown
}

// A questionShown is a question, and how often it was answered.
type questionShown struct {
	Question policies.ConsultationQuestion
	Answers  views.AnswerCount
	Choices  []choiceShown
	To       string // where it is answered; "" where it can't be any more
}

// A choiceShown is one of a question's choices.
type choiceShown struct {
	Words  string
	Chosen views.AnswerCount
}

// questions shows what a document's consultation asks.
func (s *site) questions(v *visit) error {
	head, err := s.documentHead(v, "text")
	if err != nil {
		return err
	}
	if head.Document.Consultation == "" {
		return policies.ErrNotFound
	}
	p := questionsPage{documentHead: head}
	p.Title = v.say("Questions on %s", p.Document.Title)
	consultations, err := s.views.Consultations(v.ctx, []string{p.Document.Consultation})
	k, err := foundOr404(consultations, p.Document.Consultation, err)
	if err != nil {
		return err
	}
	counts, err := s.views.AnswerCounts(v.ctx, []string{k.ID})
	if err != nil {
		return err
	}
	for _, q := range k.Questions {
		n := counts[views.QuestionPlace{ConsultationID: k.ID, QuestionID: q.ID}]
		shown := questionShown{Question: q, Answers: n.Total}
		for _, c := range q.Choices {
			shown.Choices = append(shown.Choices, choiceShown{c, n.ByChoice[c]})
		}
		if p.Round != nil {
			shown.To = p.Path + "/comment?" + url.Values{"question": {q.ID}}.Encode()
		}
		p.Questions = append(p.Questions, shown)
	}
	return s.show(v, "questions", &p)
}
