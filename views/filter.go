package views

import (
	"time"

	"github.com/ewtp/entente/policies"
)

// PutSavedFilter implements policies.Record.
func (tx *Tx) PutSavedFilter(f policies.SavedFilter) error {
	data, err := encode(f)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO filters (id, member, standing, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET member = excluded.member, standing = excluded.standing, data = excluded.data`,
		f.ID, f.MemberID, f.DeletedAt.IsZero(), data)
}

// PutAnswersSeen implements policies.Record.
func (tx *Tx) PutAnswersSeen(memberID string, until time.Time) error {
	return tx.exec(`INSERT INTO answers_seen (member, until) VALUES (?, ?)
		ON CONFLICT (member) DO UPDATE SET until = excluded.until`, memberID, when(until))
}

// sponsor keeps who sponsors a document. Nobody ceases to.
func (tx *Tx) sponsor(document int64, organisations []string) error {
	for _, id := range organisations {
		organisation, err := tx.name(id)
		if err != nil {
			return err
		}
		if err := tx.exec(`INSERT OR IGNORE INTO sponsors (organisation, document) VALUES (?, ?)`, organisation, document); err != nil {
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
	return tx.exec(`INSERT OR REPLACE INTO question_answers (comment, consultation, question, choice) VALUES (?, ?, ?, ?)`,
		c.Seq, consultation, c.QuestionID, c.Choice)
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
		err := tx.exec(`INSERT INTO question_counters (consultation, question, choice, standing) VALUES (?, ?, ?, ?)
			ON CONFLICT (consultation, question, choice) DO UPDATE SET standing = standing + excluded.standing`,
			k.consultation, k.question, k.choice, n)
		if err != nil {
			return err
		}
	}
	return nil
}
