package wire

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// words are the scalars that are words: how they are written and read, what they take and what they don't.
var words = map[string]struct {
	write      func(string) graphql.Marshaler
	read       func(any) (string, error)
	good, poor []string
}{
	"TimeZone": {MarshalTimeZone, UnmarshalTimeZone, []string{"Europe/Tallinn", "UTC"}, []string{"Local", "Mars", "../etc/passwd"}},
	"LocalDate": {MarshalLocalDate, UnmarshalLocalDate, []string{"2026-03-01", "2028-02-29", "0001-01-01"},
		[]string{"2026-02-29", "2026-3-1", "2026-03-01T00:00", "20260301", "0000-01-01", "01.03.2026"}},
	"LocalDateTime": {MarshalLocalDateTime, UnmarshalLocalDateTime, []string{"2026-03-01T17:00:00", "2026-03-29T03:30:00"},
		[]string{"2026-03-01", "2026-03-01T17:00Z", "2026-03-01T17:00+02:00", "2026-03-01 17:00", "2026-03-01T24:00", "2026-03-01T17:00:00.5", "2026-02-30T10:00"}},
	"CountryCode":  {MarshalCountryCode, UnmarshalCountryCode, []string{"NZ", "CN-ZJ", "EU"}, []string{"nz", "XX", "NZL", "UK", "New Zealand", "CN-", "NZ "}},
	"Decimal":      {MarshalDecimal, UnmarshalDecimal, []string{"0", "12500.50", "999999999999999.9999"}, []string{"-1", "+1", "1e3", "1,5", "1.", ".5", "01", "NaN", "1.00001"}},
	"EmailAddress": {MarshalEmailAddress, UnmarshalEmailAddress, []string{"name@example.org", "mari+x@sub.example.ee"}, []string{"name", "@example.org", "a b@example.org", "Mari <m@example.org>", "m@localhost"}},
	"HashText":     {MarshalHashText, UnmarshalHashText, []string{strings.Repeat("ab", 32)}, []string{strings.Repeat("AB", 32), "ab", strings.Repeat("xy", 32)}},
}

func TestWords(t *testing.T) {
	for name, w := range words {
		for _, s := range w.good {
			if got, err := w.read(s); err != nil || got != s || written(w.write(s)) != `"`+s+`"` {
				t.Errorf("%s %q is read as %q, %v, and written as %s", name, s, got, err, written(w.write(s)))
			}
		}
		for _, v := range []any{"", strings.Repeat("x", 300), nil, 2, true, []any{"NZ"}} {
			if got, err := w.read(v); err == nil || len(err.Error()) > 250 {
				t.Errorf("%s %v is read as %q, %v", name, v, got, err)
			}
		}
		for _, s := range w.poor {
			if got, err := w.read(s); err == nil {
				t.Errorf("%s %q is read as %q", name, s, got)
			}
		}
		if got := written(w.write("")); got != "null" {
			t.Errorf("no %s is written as %s", name, got)
		}
	}
	if got := written(MarshalLocalDateTime("2026-03-01T17:00")); got != `"2026-03-01T17:00:00"` {
		t.Errorf("a local time without seconds is written as %s", got)
	}
}
