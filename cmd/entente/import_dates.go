package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A dateOrder is what a file tells of the order in which its dates are written: 13/3/2026 can only be read with the day
// first, 3/13/2026 only with the month first, and of 1/3/2026 alone nobody knows.
type dateOrder struct{ dayFirst, monthFirst bool }

// slashed is a date with its year last and without full stops, and perhaps a time.
var slashed = regexp.MustCompile(`^([0-9]{1,2})([/-])([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})((?: |, ).*)?$`)

// see takes in what a date tells.
func (o *dateOrder) see(s string) {
	m := slashed.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return
	}
	a, b := atoi(m[1]), atoi(m[3])
	o.dayFirst, o.monthFirst = o.dayFirst || a > 12 && b <= 12, o.monthFirst || b > 12 && a <= 12
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // digits, as slashed wants them
	return n
}

// layouts are the forms of dates that are read in one way everywhere, with full stops the day first; and what may follow a date.
var (
	layouts = []string{time.RFC3339, "2006-01-02", "2006-1-2", "2006/1/2", "2006/01/02", "2.1.2006", "2.1.06", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "Jan 2, 2006", "January 2, 2006", "2 January 2006"}
	times   = []string{"", " 15:04", " 15:04:05", "T15:04", "T15:04:05", ", 15:04", " 3:04 PM", " 3:04:05 PM"}
)

// read reads a date, or date and time; without a zone it is UTC.
func (o dateOrder) read(s string) (time.Time, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return time.Time{}, nil
	}
	form := s
	if m := slashed.FindStringSubmatch(s); m != nil {
		a, b := m[1], m[3]
		first, last := atoi(a), atoi(b)
		switch {
		case first > 12 || first == last || o.dayFirst && !o.monthFirst:
		case last > 12 || o.monthFirst && !o.dayFirst:
			a, b = b, a
		default:
			return time.Time{}, fmt.Errorf("%q may be the %d.%d. or the %d.%d., and no other date in the file says which: write 2026-03-01 for the first of March", oneLine(s, 40), first, last, last, first)
		}
		form = a + "." + b + "." + m[4] + m[5]
	}
	for _, layout := range layouts {
		for _, clock := range times {
			if t, err := time.Parse(layout+clock, form); err == nil {
				return t.UTC(), nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date such as 2026-03-01 or 2026-03-01T09:30:00Z", oneLine(s, 40))
}
