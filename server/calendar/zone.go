package calendar

import (
	"fmt"
	"time"
)

// A span is from one time to another.
type span struct{ from, to time.Time }

// note notes that a time is stated in a zone.
func (c *icalendar) note(loc *time.Location, at time.Time) {
	s, ok := c.zones[loc.String()]
	if !ok {
		s = span{at, at}
	}
	if at.Before(s.from) {
		s.from = at
	}
	if at.After(s.to) {
		s.to = at
	}
	if c.zones == nil {
		c.zones = map[string]span{}
	}
	c.zones[loc.String()] = s
}

// timezone writes a VTIMEZONE (RFC 5545, 3.6.5), which a time that is stated in a zone
// wants: the offsets that the zone has during a span, each from its beginning.
func (c *icalendar) timezone(name string, s span) {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return // then nothing was stated in it
	}
	c.line("BEGIN", "VTIMEZONE")
	c.line("TZID", name)
	for at := s.from.In(loc); ; {
		begins, ends := at.ZoneBounds()
		c.observance(at, begins)
		if ends.IsZero() || ends.After(s.to) {
			break
		}
		at = ends
	}
	c.line("END", "VTIMEZONE")
}

// observance writes the offset that a zone has at a time, since when, and the one before.
// The beginning is told by the clocks as they were before it.
func (c *icalendar) observance(at, begins time.Time) {
	name, offset := at.Zone()
	before, onset := offset, "19700101T000000"
	if !begins.IsZero() {
		_, before = begins.Add(-time.Second).Zone()
		onset = begins.UTC().Add(time.Duration(before) * time.Second).Format("20060102T150405")
	}
	kind := "STANDARD"
	if at.IsDST() {
		kind = "DAYLIGHT"
	}
	c.line("BEGIN", kind)
	c.line("DTSTART", onset)
	c.line("TZOFFSETFROM", utcOffset(before))
	c.line("TZOFFSETTO", utcOffset(offset))
	c.text("TZNAME", name)
	c.line("END", kind)
}

// utcOffset writes an offset from UTC in seconds (RFC 5545, 3.3.14).
func utcOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}
