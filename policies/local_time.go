package policies

import (
	"strconv"
	"time"
)

// localTimeForms are the forms in which a local time may be stated.
var localTimeForms = []string{"2006-01-02T15:04:05", "2006-01-02T15:04"}

// localDuration measures a window by the calendar and the clocks of its zone: sixty days
// are sixty days, though summer time takes an hour from them.
func localDuration(opens, closes time.Time, zone string) time.Duration {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return closes.Sub(opens)
	}
	return wallClock(closes.In(loc)).Sub(wallClock(opens.In(loc)))
}

// wallClock reads a local time as if it were UTC.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// parseLocalTime reads a local time in a named zone. A time that clocks skip is refused; of one
// that they show twice the later is meant, in every zone: nobody who goes by the clock on
// the wall comes too late.
func parseLocalTime(field, s, zone string) (time.Time, error) {
	loc, err := loadZone("zone", zone)
	if err != nil {
		return time.Time{}, err
	}
	return parseLocalTimeIn(field, s, loc)
}

// CheckLocalTime refuses what is no local time, whatever the zone.
func CheckLocalTime(local string) error {
	_, err := parseLocalTimeIn("", local, time.UTC)
	return err
}

// CheckZone refuses what is no IANA time zone.
func CheckZone(zone string) error {
	_, err := loadZone("", zone)
	return err
}

// loadZone finds a zone by its IANA name.
func loadZone(field, zone string) (*time.Location, error) {
	if zone == "" || zone == "Local" {
		return nil, errInvalid(field, "is missing: name an IANA time zone such as Europe/Tallinn")
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, errInvalid(field, "%q is no IANA time zone", clipEcho(zone))
	}
	return loc, nil
}

// parseLocalTimeIn reads a local time in a zone.
func parseLocalTimeIn(field, s string, loc *time.Location) (time.Time, error) {
	for _, layout := range localTimeForms {
		t, err := time.ParseInLocation(layout, s, loc)
		if err != nil || len(s) != len(layout) { // package time reads parts of a second unasked
			continue
		}
		if said, _ := time.Parse(layout, s); !wallClock(t).Equal(said) { // the hour that summer time skips
			return time.Time{}, errInvalid(field, "%q doesn't exist in %s: the clocks skip it", clipEcho(s), loc)
		}
		return lastShownAs(t).UTC(), checkTime(field, t)
	}
	return time.Time{}, errInvalid(field, "%q is no local time such as 2026-03-01T17:00", clipEcho(s))
}

// lastShownAs returns the last instant at which the clocks of a time's zone show what they
// show at that time. They do so twice where they are put back, and package time doesn't
// say which of the two it reads.
func lastShownAs(t time.Time) time.Time {
	_, putBack := t.ZoneBounds() // zero where they never are again
	if putBack.IsZero() {
		return t
	}
	_, before := t.Zone()
	_, after := putBack.Zone()
	again := t.Add(time.Duration(before-after) * time.Second)
	if after < before && !again.Before(putBack) {
		return again
	}
	return t
}

// LocalTime writes an instant as the clocks of a zone show it, to the second, in UTC
// where there is no such zone.
func LocalTime(t time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format(localTimeForms[0])
}

// formatDays writes a window's length as people speak of it.
func formatDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return strconv.Itoa(int(d/day)) + " days"
	}
	if d > day {
		return strconv.FormatFloat(d.Hours()/24, 'f', 1, 64) + " days"
	}
	return d.Round(time.Second).String()
}
