package wire

import (
	"strings"
	"time"
)

// momentSign stands between an ID and its moment. No ID of the present has one: TypeIDs don't, and what authors name is
// escaped in IDs.
const momentSign = "@"

// IDAt returns the ID of a thing as it stood at a moment: `doc_…@2026-11-26T11:33:30.000Z`.
func IDAt(id string, at time.Time) string {
	return id + momentSign + at.UTC().Format(timeLayout)
}

// CutMoment returns the ID of the present thing, and the moment that an ID names; the zero time for none. What isn't
// spelt as IDAt does names none.
func CutMoment(id string) (present string, at time.Time) {
	i := strings.LastIndex(id, momentSign)
	if i < 1 {
		return id, at
	}
	t, err := time.Parse(timeLayout, id[i+1:])
	if err != nil || t.IsZero() || IDAt(id[:i], t) != id {
		return id, at
	}
	return id[:i], t
}
