package views

import (
	"context"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// addResponse keeps which question a comment answers, if it does. Confidential comments
// aren't counted: that would tell what they say.
func (tx *Tx) addResponse(c *policies.Comment, consultation int64) error {
	if c.QuestionID == "" {
		return nil
	}
	if !c.Confidential {
		tx.counts.respond(response{consultation, c.QuestionID, c.Choice}, 1)
	}
	return tx.upsert("question_answers", "comment", table.Row{{"comment", c.Seq}, {"consultation", consultation},
		{"question", c.QuestionID}, {"choice", c.Choice}})
}

// removeResponse takes a comment that no longer stands out of the counts of its question.
func (tx *Tx) removeResponse(c *policies.Comment) error {
	if c.QuestionID == "" || c.Confidential {
		return nil
	}
	consultation, err := tx.name(c.ConsultationID)
	tx.counts.respond(response{consultation, c.QuestionID, c.Choice}, -1)
	return err
}

// A response is a row of the table question_counters.
type response struct {
	consultation     int64
	question, choice string
}

func (c *counters) respond(k response, n int) {
	if c.choices == nil {
		c.choices = map[response]int{}
	}
	c.choices[k] += n
}

func (c *counters) writeResponses(tx *Tx) error {
	for k, n := range c.choices {
		err := tx.db.file.Add("question_counters", "consultation, question, choice", table.Row{{"consultation", k.consultation},
			{"question", k.question}, {"choice", k.choice}, {"standing", n}})
		if err != nil {
			return err
		}
	}
	return nil
}

// A QuestionPlace is a question of a consultation.
type QuestionPlace struct{ ConsultationID, QuestionID string }

// AnswerCounts are how many comments that stand answer a question.
type AnswerCounts struct {
	Total    int
	ByChoice map[string]int // those of a question with choices; absent ones nobody chose
}

// AnswerCounts counts the answers to the questions of consultations. Questions that
// nobody answered are absent. It asks no rights: consultations are public.
func (db *DB) AnswerCounts(ctx context.Context, consultationIDs []string) (map[QuestionPlace]AnswerCounts, error) {
	found := map[QuestionPlace]AnswerCounts{}
	var at QuestionPlace
	var choice string
	var n int
	err := table.Each(db.file.Read(ctx), `SELECT j.value, q.question, q.choice, q.standing FROM json_each(?) j
		CROSS JOIN names c ON c.name = j.value CROSS JOIN question_counters q ON q.consultation = c.id WHERE q.standing > 0`,
		[]any{table.JSONList(consultationIDs)}, []any{&at.ConsultationID, &at.QuestionID, &choice, &n}, func() error {
			c := found[at]
			c.Total += n
			if choice != "" {
				if c.ByChoice == nil {
					c.ByChoice = map[string]int{}
				}
				c.ByChoice[choice] = n
			}
			found[at] = c
			return nil
		})
	return found, err
}

// onQuestion narrows a list of comments to the answers to a question, and returns the
// order in which the index has them.
func (f CommentFilter) onQuestion(s *table.Selection) table.Order {
	s.From = `question_answers q CROSS JOIN comments c ON c.seq = q.comment`
	s.And(`q.consultation = `+numberOf+` AND q.question = ?`, f.ConsultationID, f.QuestionID)
	return table.Ascending("comment", table.Number("q.comment"))
}
