package web

import (
	"html/template"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/plot"
	"github.com/ewtp/entente/views"
)

// daysShown are the comments on a document by the time at which they came, against the close of its
// latest consultation.
type daysShown struct {
	Figure   template.HTML
	Rows     []dayRow
	Most     dayRow
	Closes   time.Time // on the clocks of the record; zero without a consultation
	Together int       // how many days a bar is
}

// A dayRow is some days that follow one another, and what came on them.
type dayRow struct {
	From, To time.Time // the last day, which is From where it is one
	Comments int
}

// stripDays is how many bars the days have at most.
const stripDays = 100

// daysOf draws when comments came; nil where none did.
func (s *site) daysOf(v *visit, d *policies.Document) (*daysShown, error) {
	counts, err := s.views.CommentDays(v.ctx, d.ID)
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	p := &daysShown{}
	first, last := counts[0].Day, counts[len(counts)-1].Day
	if d.Consultation != "" {
		p.Closes = d.ClosesAt.UTC()
		first, last = earlier(first, dayBegins(d.OpensAt)), later(last, dayBegins(d.ClosesAt))
	}
	days := int(last.Sub(first)/(24*time.Hour)) + 1
	p.Together = (days + stripDays - 1) / stripDays
	p.bars(counts, first, days)
	bars := make([]plot.Bar, len(p.Rows))
	var marks []int
	for i, r := range p.Rows {
		bars[i] = plot.Bar{Label: v.lang.Day(r.From) + ": " + v.lang.Number(int64(r.Comments)), Parts: []int{r.Comments}}
		if r.Comments > p.Most.Comments {
			p.Most = r
		}
		if !p.Closes.IsZero() && !p.Closes.Before(r.From) && p.Closes.Before(r.To.AddDate(0, 0, 1)) {
			marks = append(marks, i)
		}
	}
	p.Figure = plot.Figure{Label: v.say("Comments by day. The table has the same numbers."), Classes: []string{"s"}}.Strip(bars, marks...)
	return p, nil
}

// bars fills in the rows: so many days each, from the first.
func (p *daysShown) bars(counts []views.DayCount, first time.Time, days int) {
	for at := 0; at < days; at += p.Together {
		p.Rows = append(p.Rows, dayRow{From: first.AddDate(0, 0, at), To: first.AddDate(0, 0, min(at+p.Together, days)-1)})
	}
	for _, k := range counts {
		p.Rows[int(k.Day.Sub(first)/(24*time.Hour))/p.Together].Comments += k.Comments
	}
}

// Some are the rows in which comments came.
func (p *daysShown) Some() (rows []dayRow) {
	for _, r := range p.Rows {
		if r.Comments > 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// IsOne says whether the row is one day.
func (r dayRow) IsOne() bool { return r.From.Equal(r.To) }

func dayBegins(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
