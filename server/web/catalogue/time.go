package catalogue

import (
	"fmt"
	"strconv"
	"time"
)

// Day writes a day: "29 January 2027".
func (l *Language) Day(t time.Time) string {
	return fmt.Sprintf("%s %s %d", l.dayOfMonth(t), l.months[t.Month()-1], t.Year())
}

// dayOfMonth writes the number of a day, of which French says the first otherwise than the rest.
func (l *Language) dayOfMonth(t time.Time) string {
	if l == French && t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// ShortDay writes a day without its year: "29 Jan".
func (l *Language) ShortDay(t time.Time) string {
	month := []rune(l.months[t.Month()-1])
	if len(month) > 4 {
		month = append(month[:3:3], '.')
		if l == English {
			month = month[:3]
		}
	}
	return fmt.Sprintf("%s %s", l.dayOfMonth(t), string(month))
}

// Weekday writes a day with its name: "Friday 29 January 2027".
func (l *Language) Weekday(t time.Time) string { return l.days[t.Weekday()] + " " + l.Day(t) }

// Moment writes a moment as a clock in its zone shows it: "Friday 29 January 2027 at 17:00".
func (l *Language) Moment(t time.Time) string {
	return l.Say("%s at %s", l.Weekday(t), l.Clock(t))
}

// Clock writes the time of day: "15:00", in French "15 h 00" with blanks that don't break.
func (l *Language) Clock(t time.Time) string {
	if l == French {
		return t.Format("15\u00a0h\u00a004")
	}
	return t.Format("15:04")
}

// Left says how long it is until a moment, in the unit that a person would plan by: days, from
// two on, then hours, then minutes. It never says more than there is.
func (l *Language) Left(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return l.Say("%d days left", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return l.Say("%d hours left", int(d/time.Hour))
	default:
		return l.Say("%d minutes left", int(d/time.Minute))
	}
}
