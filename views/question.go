package views

import (
	"context"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// addResponse keeps which question a comment answers, if it does. Confidential comments
// aren't counted: that would tell what they say.
func (tx *Tx) addResponse(c *policies.Comment, consultation, organisation int64) error {
	if c.QuestionID == "" {
		return nil
	}
	if !c.Confidential {
		tx.counts.respond(response{consultation, organisation, c.QuestionID, c.Choice}, 1)
	}
	return tx.upsert("question_answers", "comment", table.Row{{"comment", c.Seq}, {"consultation", consultation},
		{"question", c.QuestionID}, {"choice", c.Choice}})
}

// removeResponse takes a comment that no longer stands out of the counts of its question.
func (tx *Tx) removeResponse(c *policies.Comment, organisation int64) error {
	if c.QuestionID == "" || c.Confidential {
		return nil
	}
	consultation, err := tx.name(c.ConsultationID)
	tx.counts.respond(response{consultation, organisation, c.QuestionID, c.Choice}, -1)
	return err
}

// A response is a row of the table question_counters.
type response struct {
	consultation, organisation int64
	question, choice           string
}

func (c *counters) respond(k response, n int) {
	if c.choices == nil {
		c.choices = map[response]int{}
	}
	c.choices[k] += n
}

func (c *counters) writeResponses(tx *Tx) error {
	for k, n := range c.choices {
		if n == 0 { // made and taken back in one batch
			continue
		}
		err := tx.db.file.Add("question_counters", "consultation, question, choice, organisation", table.Row{{"consultation", k.consultation},
			{"question", k.question}, {"choice", k.choice}, {"organisation", k.organisation}, {"standing", n}})
		if err == nil && n < 0 { // nobody stays of whom no answer stands any more
			err = tx.exec(`DELETE FROM question_counters WHERE consultation = ? AND question = ? AND choice = ? AND organisation = ? AND standing = 0`,
				k.consultation, k.question, k.choice, k.organisation)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A QuestionPlace is a question of a consultation.
type QuestionPlace struct{ ConsultationID, QuestionID string }

// An AnswerCount is how many comments that stand and aren't confidential say something, and how many organisations made them:
// one may have made many.
type AnswerCount struct{ Comments, Organisations int }

// AnswerCounts are how many answer a question.
type AnswerCounts struct {
	Total    AnswerCount
	ByChoice map[string]AnswerCount // those of a question with choices; absent ones nobody chose
}

// AnswerCounts counts the answers to the questions of consultations. Questions that
// nobody answered are absent. It asks no rights: consultations are public.
func (db *DB) AnswerCounts(ctx context.Context, consultationIDs []string) (map[QuestionPlace]AnswerCounts, error) {
	found := map[QuestionPlace]AnswerCounts{}
	var at QuestionPlace
	var choice *string
	var n AnswerCount
	const counted = `SELECT j.value AS consultation, q.question AS question, q.choice AS choice, q.standing AS standing, q.organisation AS organisation FROM json_each(?) j
		CROSS JOIN names c ON c.name = j.value CROSS JOIN question_counters q ON q.consultation = c.id WHERE q.standing > 0`
	list := table.JSONList(consultationIDs)
	err := table.Each(db.file.Read(ctx), `SELECT consultation, question, NULL, sum(standing), count(DISTINCT organisation) FROM (`+counted+`) GROUP BY 1, 2
		UNION ALL SELECT consultation, question, choice, sum(standing), count(*) FROM (`+counted+`) WHERE choice <> '' GROUP BY 1, 2, 3`,
		[]any{list, list}, []any{&at.ConsultationID, &at.QuestionID, &choice, &n.Comments, &n.Organisations}, func() error {
			c := found[at]
			switch {
			case choice == nil:
				c.Total = n
			case c.ByChoice == nil:
				c.ByChoice = map[string]AnswerCount{*choice: n}
			default:
				c.ByChoice[*choice] = n
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
