package standards

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a release tells anew is what a hub is told that pulls it.
func TestCompareManifests(t *testing.T) {
	manifest := func(list []Instrument) Manifest {
		m, err := NewManifest(set, day, day.AddDate(1, 0, 0), list, outline)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	told := func(before, after Manifest) (lines []string) {
		c := CompareManifests(before, after)
		for i, list := range [][]ManifestInstrument{c.Added, c.Removed, c.Changed} {
			for _, in := range list {
				lines = append(lines, []string{"added ", "removed ", "changed "}[i]+in.ID)
			}
		}
		for _, s := range c.Starts {
			lines = append(lines, fmt.Sprintf("%s starts %s %s", s.Instrument.ID, s.Local, s.Party))
		}
		for _, e := range c.Ends {
			lines = append(lines, fmt.Sprintf("%s ends %s %s %s", e.Instrument.ID, e.Local, e.Reason, e.By))
		}
		return lines
	}
	list := instruments()
	first := manifest(list[:2])
	for _, x := range []struct {
		name string
		got  []string
		want []string
	}{
		{"the first", told(Manifest{}, first), []string{"added ins_1", "added ins_2", "ins_1 starts 2026-03-02T09:30:00 ", "ins_2 starts 2026-04-03 EE",
			"ins_2 starts 2026-04-03T09:00 MY", "ins_2 ends 2026-09-02T09:30:00 superseded ins_3"}},
		{"the same", told(first, first), nil},
		{"one comes and one goes", told(first, manifest(list[1:])), []string{"added ins_3", "removed ins_1", "ins_3 starts 2026-09-02T09:30:00 "}},
	} {
		if diff := cmp.Diff(x.want, x.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.name, diff)
		}
	}
	list[0].RepealedFrom = on(day.AddDate(0, 2, 0))
	if diff := cmp.Diff([]string{"changed ins_1", "ins_1 ends 2026-05-02T09:30:00 repeal "}, told(first, manifest(list[:2]))); diff != "" {
		t.Errorf("repealed (-want +got):\n%s", diff)
	}
}
