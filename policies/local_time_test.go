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
		got, err := parseLocalTime("closesAtLocal", text, zone)
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

// clockZones are zones whose clocks are put back in as many ways as there are: by an hour
// and by half of one, at midnight, early in the morning and late in the evening, in both
// hemispheres, by a change of the standard time and by leaving a day out.
var clockZones = []string{
	"Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Juba", "Africa/Khartoum", "Africa/Sao_Tome", "Africa/Windhoek",
	"America/Anchorage", "America/Asuncion", "America/Caracas", "America/Chicago", "America/Godthab", "America/Havana", "America/Los_Angeles",
	"America/Montevideo", "America/New_York", "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund", "America/St_Johns",
	"Antarctica/Casey", "Antarctica/Troll", "Asia/Almaty", "Asia/Amman", "Asia/Baghdad", "Asia/Beirut", "Asia/Damascus", "Asia/Famagusta", "Asia/Gaza",
	"Asia/Jerusalem", "Asia/Pyongyang", "Asia/Tehran", "Asia/Yerevan", "Atlantic/Azores", "Atlantic/Reykjavik", "Australia/Lord_Howe", "Australia/Sydney",
	"Europe/Chisinau", "Europe/Dublin", "Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Moscow", "Europe/Tallinn", "Europe/Volgograd",
	"Pacific/Apia", "Pacific/Auckland", "Pacific/Bougainville", "Pacific/Chatham", "Pacific/Easter", "Pacific/Fiji", "Pacific/Kwajalein", "Pacific/Norfolk", "Pacific/Tongatapu",
}

// Of an hour that clocks show twice the later is meant, of one that they skip none, at
// every change of the clocks of fifty years.
func TestParseLocalTimeWhereClocksChange(t *testing.T) {
	const layout = "2006-01-02T15:04:05"
	for _, zone := range clockZones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		end := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, change := time.Date(1990, 1, 1, 0, 0, 0, 0, loc).ZoneBounds(); !change.IsZero() && change.Before(end); _, change = change.ZoneBounds() {
			_, before := change.Add(-time.Second).Zone()
			_, after := change.Zone()
			for _, offset := range []int{before, after} {
				for shift := -2 * time.Hour; shift <= 2*time.Hour; shift += 30 * time.Minute {
					said := change.UTC().Add(time.Duration(offset)*time.Second + shift).Format(layout)
					want := lastInstant(said, loc, change)
					got, err := parseLocalTime("closesAtLocal", said, zone)
					if want.IsZero() != (err != nil) || err == nil && !got.Equal(want) {
						t.Fatalf("%s in %s: %s %v, want %s", said, zone, got, err, want)
					}
				}
			}
		}
	}
}

// lastInstant returns the last instant about a change of the clocks at which they show a time,
// among those that any offset from UTC in the days around it gives.
func lastInstant(said string, loc *time.Location, change time.Time) (last time.Time) {
	const layout = "2006-01-02T15:04:05"
	asUTC, _ := time.Parse(layout, said)
	for _, around := range []time.Duration{-48 * time.Hour, -time.Second, 0, 48 * time.Hour} {
		_, offset := change.Add(around).In(loc).Zone()
		at := asUTC.Add(-time.Duration(offset) * time.Second)
		if at.In(loc).Format(layout) == said && at.After(last) {
			last = at
		}
	}
	return last
}
