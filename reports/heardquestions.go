package reports

import (
	"fmt"
	"strings"

	"github.com/ewtp/entente/views"
)

// A HeardQuestion is a question that a consultation asked, with how it was answered by
// comments that stand and aren't confidential.
type HeardQuestion struct {
	Round   int
	Number  int // in its round, from 1
	Text    string
	Answers int
	By      int           // organisations that gave them
	Choices []HeardChoice // as they were offered; none for a question answered in words
}

// A HeardChoice is how many chose one of a question's choices.
type HeardChoice struct {
	Choice  string
	Answers int
	By      int // organisations that gave them
}

// ask lists the questions of the consultations and counts the answers.
func (h *hearing) ask() error {
	var ids []string
	for _, k := range h.Rounds {
		ids = append(ids, k.ID)
	}
	counts, err := h.db.AnswerCounts(h.ctx, ids)
	if err != nil {
		return fmt.Errorf("couldn't count the answers to questions: %w", err)
	}
	for _, k := range h.Rounds {
		for i, q := range k.Questions {
			n := counts[views.QuestionPlace{ConsultationID: k.ID, QuestionID: q.ID}]
			x := HeardQuestion{Round: k.Round, Number: i + 1, Text: q.Text, Answers: n.Total.Comments, By: n.Total.Organisations}
			for _, c := range q.Choices {
				x.Choices = append(x.Choices, HeardChoice{c, n.ByChoice[c].Comments, n.ByChoice[c].Organisations})
			}
			h.Questions = append(h.Questions, x)
		}
	}
	return nil
}

// name says which question it is.
func (q HeardQuestion) name(rounds int) string {
	if rounds > 1 {
		return fmt.Sprintf("Question %d, round %d", q.Number, q.Round)
	}
	return fmt.Sprintf("Question %d", q.Number)
}

// answers says how many there are.
func (q HeardQuestion) answers() string {
	return counted(q.Answers, "answer", "answers") + " by " + counted(q.By, "organisation", "organisations") + "."
}

func (q HeardQuestion) markdown(b *strings.Builder, rounds int) {
	fmt.Fprintf(b, "### %s\n\n%s\n\n%s\n\n", q.name(rounds), plainMarkdown(q.Text), q.answers())
	if len(q.Choices) == 0 {
		return
	}
	b.WriteString("| Choice | Answers | Organisations |\n| --- | ---: | ---: |\n")
	for _, c := range q.Choices {
		fmt.Fprintf(b, "| %s | %d | %d |\n", plainMarkdown(c.Choice), c.Answers, c.By)
	}
	b.WriteString("\n")
}
