package standards

import (
	"slices"
	"strings"
	"time"
)

// A LawDate is when something begins or ceases to bind, as the law states it: a local
// date or time in a zone. The instant stands beside it, so that no reader needs tables
// of zones and none reads it otherwise.
type LawDate struct {
	Party string    `json:"party,omitempty"` // ISO 3166 code of the party whose date it is; "" for every party's
	Local string    `json:"local"`           // "2027-01-01", its first moment, or "2027-01-01T06:00"
	Zone  string    `json:"zone"`            // IANA name
	At    time.Time `json:"at"`              // in UTC
}

// WholeDay says whether a date was stated without a time.
func (d LawDate) WholeDay() bool { return len(d.Local) == len(time.DateOnly) }

// LocalDate returns the day that was stated, "" where a time was.
func (d LawDate) LocalDate() string {
	if d.WholeDay() {
		return d.Local
	}
	return ""
}

// LocalDateTime returns the local time that was stated, "" where a day was.
func (d LawDate) LocalDateTime() string {
	if d.WholeDay() {
		return ""
	}
	return d.Local
}

// LawDates are a date of law for all parties, or one for each; none where there is none.
type LawDates []LawDate

// For returns the date that holds for a party or for a jurisdiction that one covers;
// of several the one stated most closely. The zero value where there is none.
func (l LawDates) For(party string) (best LawDate) {
	for _, d := range l {
		if d.Party == party {
			return d
		}
		if (d.Party == "" || Covers(d.Party, party)) && (best.At.IsZero() || len(d.Party) > len(best.Party)) {
			best = d
		}
	}
	return best
}

// First returns the earliest date; the zero value where there is none.
func (l LawDates) First() LawDate {
	if len(l) == 0 {
		return LawDate{}
	}
	return slices.MinFunc(l, func(a, b LawDate) int { return a.At.Compare(b.At) })
}

// europeanUnion are its members by ISO 3166-1 alpha-2.
var europeanUnion = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")

// Covers says whether what binds a party binds a jurisdiction: itself, a country's
// subdivisions, and the members of the European Union.
func Covers(party, jurisdiction string) bool {
	return slices.Contains(Covering(jurisdiction), party)
}

// Covering lists the parties that cover a jurisdiction: itself, its country, and the
// European Union.
func Covering(jurisdiction string) []string {
	list := []string{jurisdiction}
	if country, _, sub := strings.Cut(jurisdiction, "-"); sub {
		list = append(list, country)
	}
	if slices.Contains(europeanUnion, list[len(list)-1]) {
		list = append(list, "EU")
	}
	return list
}

// CoversAll says whether what binds some parties binds all of others. No parties at
// all stand for everybody.
func CoversAll(parties, others []string) bool {
	if len(parties) == 0 {
		return true
	}
	return len(others) > 0 && !slices.ContainsFunc(others, func(o string) bool { return !covered(parties, o) })
}

func covered(parties []string, jurisdiction string) bool {
	return slices.ContainsFunc(parties, func(p string) bool { return Covers(p, jurisdiction) })
}
