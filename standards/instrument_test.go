package standards

import (
	"testing"
	"time"
)

// Each date is the first instant of what it begins.
func TestStatusAtTheEdges(t *testing.T) {
	from, until, successor := day, day.AddDate(1, 0, 0), day.AddDate(0, 6, 0)
	const tick = time.Millisecond
	for name, c := range map[string]struct {
		force Force
		at    time.Time
		want  Status
	}{
		"long before":                       {Force{From: from}, time.Time{}, Pending},
		"just before":                       {Force{From: from}, from.Add(-tick), Pending},
		"at effectiveFrom":                  {Force{From: from}, from, InForce},
		"in another zone":                   {Force{From: from}, from.In(time.FixedZone("", 8*3600)), InForce},
		"for ever":                          {Force{From: from}, from.AddDate(500, 0, 0), InForce},
		"just before effectiveUntil":        {Force{From: from, Until: until}, until.Add(-tick), InForce},
		"at effectiveUntil":                 {Force{From: from, Until: until}, until, Expired},
		"just before its successor":         {Force{From: from, SupersededFrom: successor}, successor.Add(-tick), InForce},
		"at its successor":                  {Force{From: from, SupersededFrom: successor}, successor, Superseded},
		"superseded, past its end":          {Force{From: from, Until: until, SupersededFrom: successor}, until, Superseded},
		"expired, its successor comes late": {Force{From: from, Until: successor, SupersededFrom: until}, successor, Expired},
		"superseded before it took force":   {Force{From: until, SupersededFrom: successor}, successor, Superseded},
		"pending, with a successor to come": {Force{From: from, SupersededFrom: successor}, from.Add(-tick), Pending},
		"in force on no day, at its date":   {Force{From: from, SupersededFrom: from}, from, Superseded},
		"just before its repeal":            {Force{From: from, RepealedFrom: successor}, successor.Add(-tick), InForce},
		"at its repeal":                     {Force{From: from, Until: until, RepealedFrom: successor}, successor, Repealed},
		"repealed, past its end":            {Force{From: from, Until: until, RepealedFrom: successor}, until, Repealed},
		"repealed before it took force":     {Force{From: until, RepealedFrom: successor}, successor, Repealed},
		"repealed, its successor is later":  {Force{From: from, RepealedFrom: successor, SupersededFrom: until}, until, Repealed},
		"replaced, its repeal is later":     {Force{From: from, RepealedFrom: until, SupersededFrom: successor}, until, Superseded},
	} {
		if got := c.force.At(c.at); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestKindLetters(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, k := range Kinds {
		if seen[k.Letter()] {
			t.Errorf("%s has the letter %q", k, k.Letter())
		}
		seen[k.Letter()] = true
	}
	if Kind("law").Letter() != "" {
		t.Error("an unknown kind has a letter")
	}
}
