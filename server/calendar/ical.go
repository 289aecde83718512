package calendar

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ewtp/entente/standards"
)

// An icalendar writes iCalendar (RFC 5545). It is a handful of properties, of few types,
// so it is written here: the one kept library writes bare line feeds unless told
// otherwise and folds by words. Windows are in UTC ("form 2", RFC 5545, 3.3.5), which is
// exact whatever a reader's own tables of zones say. Dates of law are as they were
// stated: a day is a day wherever its reader lives ("1 January in New Zealand"), a time
// is one of its zone ("form 3"), which the calendar describes.
type icalendar struct {
	b     strings.Builder
	zones map[string]span // in which times are stated, by name
}

// lineOctets is the most octets a line may have, its end not counted (RFC 5545, 3.1).
const lineOctets = 75

// line writes a content line, folded where it is long: never within a character.
func (c *icalendar) line(name, value string) {
	rest := name + ":" + value
	for room := lineOctets; len(rest) > room; room = lineOctets - 1 { // a fold begins with a blank
		cut := room
		for cut > 1 && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		c.b.WriteString(rest[:cut])
		c.b.WriteString("\r\n ")
		rest = rest[cut:]
	}
	c.b.WriteString(rest)
	c.b.WriteString("\r\n")
}

// text writes a property whose value is TEXT, unless that is empty.
func (c *icalendar) text(name, value string) {
	if value != "" {
		c.line(name, escapeText(value))
	}
}

// list writes a property whose value is a list of TEXT, unless that is empty.
func (c *icalendar) list(name string, values []string) {
	if len(values) == 0 {
		return
	}
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = escapeText(v)
	}
	c.line(name, strings.Join(escaped, ","))
}

// time writes a DATE-TIME in UTC.
func (c *icalendar) time(name string, t time.Time) {
	c.line(name, t.UTC().Format("20060102T150405Z"))
}

// local writes a date of law as it was stated, and notes its zone.
func (c *icalendar) local(name string, d standards.LawDate) {
	loc := zoneOf(d)
	switch {
	case d.WholeDay():
		c.line(name+";VALUE=DATE", strings.ReplaceAll(d.Local, "-", ""))
	case loc == time.UTC:
		c.time(name, d.At)
	default:
		c.note(loc, d.At)
		c.line(name+";TZID="+loc.String(), d.At.In(loc).Format("20060102T150405"))
	}
}

// zoneOf is the zone in which a date was stated, UTC where there is none of that name.
func zoneOf(d standards.LawDate) *time.Location {
	loc, err := time.LoadLocation(d.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// escapeText escapes TEXT (RFC 5545, 3.3.11); control characters, which it can't hold, become blanks.
func escapeText(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD") {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
