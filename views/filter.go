package views

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutSavedFilter implements policies.Record.
func (tx *Tx) PutSavedFilter(f policies.SavedFilter) error {
	data, err := table.Encode(f)
	if err != nil {
		return err
	}
	return tx.upsert("filters", "id", table.Row{{"id", f.ID}, {"member", f.MemberID}, {"standing", f.DeletedAt.IsZero()}, {"data", data}})
}

// PutAnswersSeen implements policies.Record.
func (tx *Tx) PutAnswersSeen(memberID string, until time.Time) error {
	return tx.upsert("answers_seen", "member", table.Row{{"member", memberID}, {"until", table.Millis(until)}})
}

// sponsor keeps who sponsors a document. Nobody ceases to.
func (tx *Tx) sponsor(document int64, organisations []string) error {
	for _, id := range organisations {
		organisation, err := tx.name(id)
		if err != nil {
			return err
		}
		if err := tx.db.file.InsertNew("sponsors", table.Row{{"organisation", organisation}, {"document", document}}); err != nil {
			return err
		}
	}
	return nil
}

// answered keeps which question a comment answers, if it does. Confidential answers
// aren't counted: that would tell what they say.
func (tx *Tx) answered(c *policies.Comment, consultation int64) error {
	if c.QuestionID == "" {
		return nil
	}
	if c.Stands() && !c.Confidential {
		tx.counts.choose(choice{consultation, c.QuestionID, c.Choice}, 1)
	}
	return tx.upsert("question_answers", "comment", table.Row{{"comment", c.Seq}, {"consultation", consultation},
		{"question", c.QuestionID}, {"choice", c.Choice}})
}

// takeBack counts a comment that no longer stands out of the answers to its question.
func (tx *Tx) takeBack(c *policies.Comment) error {
	if c.QuestionID == "" || c.Confidential {
		return nil
	}
	consultation, err := tx.name(c.ConsultationID)
	tx.counts.choose(choice{consultation, c.QuestionID, c.Choice}, -1)
	return err
}

// A choice is a row of the table question_counters.
type choice struct {
	consultation     int64
	question, choice string
}

func (c *counters) choose(k choice, n int) {
	if c.choices == nil {
		c.choices = map[choice]int{}
	}
	c.choices[k] += n
}

func (c *counters) writeChoices(tx *Tx) error {
	for k, n := range c.choices {
		err := tx.db.file.Add("question_counters", "consultation, question, choice", table.Row{{"consultation", k.consultation},
			{"question", k.question}, {"choice", k.choice}, {"standing", n}})
		if err != nil {
			return err
		}
	}
	return nil
}
