package policies

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/ewtp/entente/standards"
)

// parseLawDates reads dates of law as they are stated, in the order of their parties: one
// for all parties, or one for each of them. The instants that come with them aren't
// looked at.
func parseLawDates(field string, stated standards.LawDates, parties []string) (standards.LawDates, error) {
	if len(stated) > MaxList {
		return nil, errInvalid(field, "has %d entries, at most %d are taken", len(stated), MaxList)
	}
	var list standards.LawDates
	for i, d := range stated {
		at := field + "." + strconv.Itoa(i)
		switch known := slices.ContainsFunc(list, func(o standards.LawDate) bool { return o.Party == d.Party }); {
		case d.Party == "" && len(stated) > 1:
			return nil, errInvalid(at+".party", "is missing: state one date for all parties, or one for each")
		case known:
			return nil, errInvalid(at+".party", "%q is there twice", clipEcho(d.Party))
		case d.Party != "" && !slices.Contains(parties, d.Party):
			return nil, errInvalid(at+".party", "%q is no party to the document", clipEcho(d.Party))
		}
		t, err := parseLawTime(at, d.Local, d.Zone)
		if err != nil {
			return nil, err
		}
		list = append(list, standards.LawDate{Party: d.Party, Local: d.Local, Zone: d.Zone, At: t})
	}
	for _, p := range parties {
		if len(list) > 0 && list[0].Party != "" && !slices.ContainsFunc(list, func(d standards.LawDate) bool { return d.Party == p }) {
			return nil, errInvalid(field, "has no date for %s: state one date for all parties, or one for each", p)
		}
	}
	slices.SortFunc(list, func(a, b standards.LawDate) int { return cmp.Compare(a.Party, b.Party) })
	return list, nil
}

// parseLawTime reads a local date, which is its first moment, or a local time; at is the
// path of the two.
func parseLawTime(at, local, zone string) (time.Time, error) {
	loc, err := loadZone(at+".zone", zone)
	if err != nil {
		return time.Time{}, err
	}
	day, err := time.Parse(time.DateOnly, local)
	if err != nil {
		return parseLocalTimeIn(at+".localDateTime", local, loc)
	}
	field := at + ".localDate"
	first := firstMoment(day, loc)
	if first.In(loc).Format(time.DateOnly) != local { // an island that moved across the date line
		return time.Time{}, errInvalid(field, "%q doesn't exist in %s: the calendar skips it", clipEcho(local), zone)
	}
	return first, checkTime(field, first)
}

// firstMoment is when a day begins in a zone: mostly at midnight, after it where the
// clocks skip midnight, and at the first one where they show it twice.
func firstMoment(day time.Time, loc *time.Location) time.Time {
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, loc)
	first := noon.UTC()
	for _, near := range []time.Time{noon.Add(-36 * time.Hour), noon} { // the offsets that midnight may have
		_, offset := near.Zone()
		midnight := day.Add(-time.Duration(offset) * time.Second)
		if wallClock(midnight.In(loc)).Equal(day) && midnight.Before(first) {
			first = midnight
		}
	}
	if begins, _ := noon.ZoneBounds(); first.Equal(noon) && !begins.IsZero() && begins.Before(noon) {
		first = begins.UTC()
	}
	return first
}
