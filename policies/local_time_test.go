package policies

import (
	"errors"
	"testing"
	"time"
)

// A local time that is taken is, in its zone, what was written; anything else is
// refused as the caller's mistake, whatever it names as a zone.
func FuzzLocalTime(f *testing.F) {
	for _, seed := range [][2]string{
		{"2026-03-01T17:00", "Europe/Tallinn"}, {"2026-03-29T03:30", "Europe/Tallinn"}, {"2026-10-25T03:30:00", "Europe/Tallinn"},
		{"2026-03-01T17:00:00", "UTC"}, {"0000-01-01T00:00", "Asia/Tokyo"}, {"9999-12-31T23:59:59", "America/New_York"}, {"2011-12-30T12:00", "Pacific/Apia"},
		{"2026-03-01T17:00", "../../etc/passwd"}, {"2026-03-01T17:00", "/etc/passwd"}, {"2026-03-01T17:00", "Local"}, {"2026-03-01T17:00", ""},
		{"2026-03-01T17:00", "Europe\\Tallinn\x00"}, {"", "UTC"}, {"2026-02-30T00:00", "UTC"}, {"2026-03-01T24:00", "UTC"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		got, err := parseLocalTime("closes", text, zone)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Code != Invalid {
				t.Fatalf("%q in %q: %v", text, zone, err)
			}
			return
		}
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		matches := false
		for _, layout := range localTimeForms {
			if said, err := time.Parse(layout, text); err == nil {
				matches = matches || wallClock(got.In(loc)).Equal(said)
			}
		}
		if !matches || got.Location() != time.UTC {
			t.Errorf("%q in %q is %s", text, zone, got)
		}
	})
}
