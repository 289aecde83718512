package calendar

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// unfolded are the lines of a calendar as a reader makes them out, or why it can't be
// one: RFC 5545, 3.1.
func unfolded(t *testing.T, text string) (lines []string) {
	t.Helper()
	raw, ok := strings.CutSuffix(text, "\r\n")
	if !ok {
		t.Fatalf("doesn't end a line: %q", text)
	}
	for _, l := range strings.Split(raw, "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsAny(l, "\r\n") {
			t.Fatalf("a line of %d octets, or broken: %q", len(l), l)
		}
		if rest, ok := strings.CutPrefix(l, " "); ok && len(lines) > 0 {
			lines[len(lines)-1] += rest
			continue
		}
		lines = append(lines, l)
	}
	return lines
}

// unescaped reads TEXT back.
func unescaped(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteString(map[byte]string{'n': "\n", 'N': "\n", '\\': `\`, ';': ";", ',': ","}[s[i]])
		case strings.IndexByte(",;\\", s[i]) >= 0 || s[i] < ' ':
			t.Fatalf("%q has a bare %q", s, s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func TestICalendarFoldsByOctets(t *testing.T) {
	for name, value := range map[string]string{
		"short": "Parcels", "to the line's end": strings.Repeat("a", 67), "one more": strings.Repeat("a", 68),
		"three octets a character": strings.Repeat("包", 60), "blanks": strings.Repeat(" ", 200), "four octets": strings.Repeat("𐍈", 70),
	} {
		var c icalendar
		c.text("SUMMARY", value)
		if lines := unfolded(t, c.b.String()); len(lines) != 1 || lines[0] != "SUMMARY:"+value {
			t.Errorf("%s: %q", name, lines)
		}
	}
	var c icalendar
	c.time("DTSTART", time.Date(2026, 5, 11, 17, 0, 0, 0, time.FixedZone("", 3*3600)))
	c.list("CATEGORIES", []string{"a,b", "c"})
	c.text("COMMENT", "")
	c.list("RESOURCES", nil)
	if got, want := c.b.String(), "DTSTART:20260511T140000Z\r\nCATEGORIES:a\\,b,c\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever a title says, it is one property that reads back as it was.
func FuzzICalendarText(f *testing.F) {
	f.Add("Parcels; of low value, \\n and\nmore\r\nEND:VCALENDAR")
	f.Add("\x00\x1f\x7f\u2028")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, s string) {
		var c icalendar
		c.text("SUMMARY", s)
		if s == "" {
			return
		}
		lines := unfolded(t, c.b.String())
		if len(lines) != 1 {
			t.Fatalf("%q is %d lines", s, len(lines))
		}
		got := unescaped(t, strings.TrimPrefix(lines[0], "SUMMARY:"))
		want := strings.Map(func(r rune) rune {
			if r != '\n' && (r < ' ' || r == 0x7f) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD"))
		if got != want {
			t.Errorf("%q reads back as %q", s, got)
		}
	})
}
