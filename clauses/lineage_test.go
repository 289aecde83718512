package clauses

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The words of a go to b in revision 2, of b to c in revision 3, and c's to a again in revision 4.
//
//	1   2     3       4
//	a - a     a       a
//	  \ b --- b      /
//	       \  c ---- c
func TestLineage(t *testing.T) {
	steps := []Step{{2, []Succession{{"a", "b"}}}, {3, []Succession{{"b", "c"}}}, {4, []Succession{{"c", "a"}}}}
	for _, tc := range []struct {
		id       string
		revision int
		want     []string
	}{
		{"a", 1, []string{"a", "b", "c"}}, {"a", 2, []string{"a", "b", "c"}}, {"a", 3, []string{"a"}},
		{"b", 2, []string{"b", "c", "a"}}, {"b", 4, []string{"b"}}, {"c", 4, []string{"c", "a"}}, {"x", 1, []string{"x"}},
	} {
		if diff := cmp.Diff(tc.want, Heirs(steps, tc.id, tc.revision)); diff != "" {
			t.Errorf("heirs of %s in revision %d (-want +got):\n%s", tc.id, tc.revision, diff)
		}
	}
	for _, tc := range []struct {
		id   string
		now  int
		want []Forebear
	}{
		{"c", 3, []Forebear{{"c", 3}, {"b", 3}, {"a", 2}}}, {"a", 4, []Forebear{{"a", 4}, {"c", 4}, {"b", 3}}},
		{"a", 3, []Forebear{{"a", 3}}}, {"b", 1, []Forebear{{"b", 1}}},
	} {
		if diff := cmp.Diff(tc.want, Forebears(steps, tc.id, tc.now)); diff != "" {
			t.Errorf("forebears of %s in revision %d (-want +got):\n%s", tc.id, tc.now, diff)
		}
	}
}

// Heirs and forebears are one relation, looked at from its two ends.
func TestLineageBothWays(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	random := rand.New(rand.NewPCG(1, 2))
	related := 0
	for range 300 {
		var steps []Step
		for revision := 2; revision <= 7; revision++ {
			var list []Succession
			for range random.IntN(3) {
				from, to := names[random.IntN(len(names))], names[random.IntN(len(names))]
				if from != to {
					list = append(list, Succession{from, to})
				}
			}
			steps = append(steps, Step{revision, list})
		}
		now := 1 + random.IntN(7)
		upTo := slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.Revision > now })
		for _, from := range names {
			for revision := 1; revision <= now; revision++ {
				heirs := Heirs(upTo, from, revision)
				for _, to := range names {
					is := slices.Contains(heirs, to)
					back := slices.ContainsFunc(Forebears(steps, to, now), func(f Forebear) bool { return f.ID == from && f.Until >= revision })
					if is != back {
						t.Fatalf("%v\n%s of revision %d has the heir %s in %d: %v; and that the forebear: %v", steps, from, revision, to, now, is, back)
					}
					if is && from != to {
						related++
					}
				}
			}
		}
	}
	if related < 1000 {
		t.Errorf("only %d relations were looked at", related)
	}
}
