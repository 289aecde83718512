package policies

import (
	"strconv"
	"time"
)

// localTimes are the forms in which a local time may be stated.
var localTimes = []string{"2006-01-02T15:04:05", "2006-01-02T15:04"}

// window is how long a consultation lasts by the calendar and clock of its zone,
// where sixty days are sixty days though an hour of summer time be lost in them.
func window(opens, closes time.Time, zone string) time.Duration {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return closes.Sub(opens)
	}
	return wall(closes.In(loc)).Sub(wall(opens.In(loc)))
}

// wall reads a local time as if it were UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// localTime reads a local time in a named zone.
func localTime(field, s, zone string) (time.Time, error) {
	if zone == "" || zone == "Local" {
		return time.Time{}, invalid("zone", "is missing: name an IANA time zone such as Europe/Tallinn")
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, invalid("zone", "%q is no IANA time zone", clip(zone))
	}
	for _, layout := range localTimes {
		t, err := time.ParseInLocation(layout, s, loc)
		if err != nil {
			continue
		}
		if said, _ := time.Parse(layout, s); !wall(t).Equal(said) { // the hour that summer time skips
			return time.Time{}, invalid(field, "%q doesn't exist in %s: the clocks skip it", clip(s), zone)
		}
		return t.UTC(), checkTime(field, t)
	}
	return time.Time{}, invalid(field, "%q is no local time such as 2026-03-01T17:00", clip(s))
}

// LocalTime writes an instant as the clocks of a zone show it, to the second, in UTC
// where there is no such zone.
func LocalTime(t time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format(localTimes[0])
}

// days writes a window's length as people speak of it.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return strconv.Itoa(int(d/day)) + " days"
	}
	if d > day {
		return strconv.FormatFloat(d.Hours()/24, 'f', 1, 64) + " days"
	}
	return d.Round(time.Second).String()
}
