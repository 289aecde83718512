package standards

import (
	"slices"
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
		"long before":                       {Force{From: on(from)}, time.Time{}, Pending},
		"just before":                       {Force{From: on(from)}, from.Add(-tick), Pending},
		"at effectiveFrom":                  {Force{From: on(from)}, from, InForce},
		"in another zone":                   {Force{From: on(from)}, from.In(time.FixedZone("", 8*3600)), InForce},
		"for ever":                          {Force{From: on(from)}, from.AddDate(500, 0, 0), InForce},
		"just before effectiveUntil":        {Force{From: on(from), Until: on(until)}, until.Add(-tick), InForce},
		"at effectiveUntil":                 {Force{From: on(from), Until: on(until)}, until, Expired},
		"just before its successor":         {Force{From: on(from), SupersededFrom: on(successor)}, successor.Add(-tick), InForce},
		"at its successor":                  {Force{From: on(from), SupersededFrom: on(successor)}, successor, Superseded},
		"superseded, past its end":          {Force{From: on(from), Until: on(until), SupersededFrom: on(successor)}, until, Superseded},
		"expired, its successor comes late": {Force{From: on(from), Until: on(successor), SupersededFrom: on(until)}, successor, Expired},
		"superseded before it took force":   {Force{From: on(until), SupersededFrom: on(successor)}, successor, Superseded},
		"pending, with a successor to come": {Force{From: on(from), SupersededFrom: on(successor)}, from.Add(-tick), Pending},
		"in force on no day, at its date":   {Force{From: on(from), SupersededFrom: on(from)}, from, Superseded},
		"just before its repeal":            {Force{From: on(from), RepealedFrom: on(successor)}, successor.Add(-tick), InForce},
		"at its repeal":                     {Force{From: on(from), Until: on(until), RepealedFrom: on(successor)}, successor, Repealed},
		"repealed, past its end":            {Force{From: on(from), Until: on(until), RepealedFrom: on(successor)}, until, Repealed},
		"repealed before it took force":     {Force{From: on(until), RepealedFrom: on(successor)}, successor, Repealed},
		"repealed, its successor is later":  {Force{From: on(from), RepealedFrom: on(successor), SupersededFrom: on(until)}, until, Repealed},
		"replaced, its repeal is later":     {Force{From: on(from), RepealedFrom: on(until), SupersededFrom: on(successor)}, until, Superseded},
	} {
		if got := c.force.At(nil, c.at); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// on is a date of law for all parties.
func on(at time.Time) LawDates {
	return LawDates{{Local: at.UTC().Format("2006-01-02T15:04:05"), Zone: "UTC", At: at.UTC()}}
}

// It is in force while it binds any of its parties; for each of them by its own dates.
func TestStatusByParty(t *testing.T) {
	week := func(n int) time.Time { return day.AddDate(0, 0, 7*n) }
	date := func(party string, n int) LawDate { return LawDate{Party: party, Local: "-", Zone: "UTC", At: week(n)} }
	in := Instrument{Parties: []string{"EU", "NZ"}, Force: Force{From: LawDates{date("EU", 1), date("NZ", 2)}, Until: on(week(9)),
		SupersededBy: "ins_2", SupersededFrom: LawDates{date("EU", 4), date("NO", 2), date("NZ", 5)}}}
	for n, want := range [][]Status{
		0: {Pending, Pending, Pending, ""}, 1: {InForce, InForce, Pending, ""}, 2: {InForce, InForce, InForce, ""},
		4: {InForce, Superseded, InForce, ""}, 5: {Superseded, Superseded, Superseded, ""}, 9: {Superseded, Superseded, Superseded, ""},
	} {
		at := week(n)
		if got := []Status{in.At(at), in.AtIn(at, "EE"), in.AtIn(at, "NZ-AUK"), in.AtIn(at, "NO")}; want != nil && !slices.Equal(got, want) {
			t.Errorf("week %d: %s, want %s", n, got, want)
		}
	}
	ends := in.Endings(in.Parties)
	if len(ends) != 2 || ends[0].Party != "EU" || ends[1].Reason != EndBySuccessor || ends[1].By != "ins_2" || !in.Last(in.Parties).Equal(week(5)) {
		t.Errorf("endings: %+v", ends)
	}
	in.SupersededBy, in.SupersededFrom = "", nil
	if ends := in.Endings(in.Parties); len(ends) != 1 || ends[0].Party != "" || ends[0].Reason != EndOfTerm {
		t.Errorf("with one end for both: %+v", ends)
	}
}

func TestCovers(t *testing.T) {
	for _, x := range []struct {
		parties, others []string
		want            bool
	}{
		{nil, nil, true}, {nil, []string{"EE"}, true}, {[]string{"EE"}, nil, false}, {[]string{"EE"}, []string{"EE-37"}, true},
		{[]string{"EE-37"}, []string{"EE"}, false}, {[]string{"EU"}, []string{"EE", "FI-18"}, true}, {[]string{"EU"}, []string{"GB"}, false},
		{[]string{"EE", "FI"}, []string{"EU"}, false}, {[]string{"EE", "NZ"}, []string{"NZ"}, true},
	} {
		if got := CoversAll(x.parties, x.others); got != x.want {
			t.Errorf("%v covers %v: %v", x.parties, x.others, got)
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
