package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/views/table"
)

// A DayCount is how many comments came on a day, which begins and ends at midnight in UTC.
type DayCount struct {
	Day      time.Time
	Comments int
}

// CommentDays counts the comments on a document by the day on which they came, whatever became of
// them, in the order of the days; days without any are absent. It asks no rights.
func (db *DB) CommentDays(ctx context.Context, documentID string) (list []DayCount, err error) {
	var day int64
	var n int
	err = table.Each(db.file.Read(ctx), `SELECT k.day, k.came FROM comment_days k WHERE k.document = `+numberOf+` ORDER BY k.day`,
		[]any{documentID}, []any{&day, &n}, func() error {
			list = append(list, DayCount{time.Unix(day*secondsOfDay, 0).UTC(), n})
			return nil
		})
	return list, err
}

const secondsOfDay = 24 * 60 * 60

// A commentDay is a row of the table comment_days.
type commentDay struct{ document, day int64 }

// came counts a comment on its day.
func (c *counters) came(document int64, at time.Time) {
	if c.days == nil {
		c.days = map[commentDay]int{}
	}
	day := at.Unix() / secondsOfDay
	if at.Unix() < day*secondsOfDay { // before 1970 days are counted backwards
		day--
	}
	c.days[commentDay{document, day}]++
}

func (c *counters) writeDays(tx *Tx) error {
	for k, n := range c.days {
		if err := tx.db.file.Add("comment_days", "document, day", table.Row{{"document", k.document}, {"day", k.day}, {"came", n}}); err != nil {
			return err
		}
	}
	return nil
}
