package standards

import (
	"reflect"
	"slices"
)

// ManifestChanges say what a release tells that an earlier one of the rule set didn't,
// in the order of the manifests.
type ManifestChanges struct {
	Added, Removed, Changed []ManifestInstrument
	Starts                  []ManifestStart
	Ends                    []ManifestEnd
}

// A ManifestStart is a date from which an instrument binds.
type ManifestStart struct {
	Instrument ManifestInstrument
	LawDate
}

// A ManifestEnd is when and why an instrument ends.
type ManifestEnd struct {
	Instrument ManifestInstrument
	Ending
}

// CompareManifests compares what two releases hold. An empty manifest stands before the
// first.
func CompareManifests(before, after Manifest) (c ManifestChanges) {
	was, is := manifestByID(before), manifestByID(after)
	for _, in := range after.Instruments {
		old, had := was[in.ID]
		switch {
		case !had:
			c.Added = append(c.Added, in)
		case !reflect.DeepEqual(old, in):
			c.Changed = append(c.Changed, in)
		}
		for _, d := range in.From {
			if !slices.Contains(old.From, d) {
				c.Starts = append(c.Starts, ManifestStart{in, d})
			}
		}
		for _, e := range in.Ends {
			if !slices.Contains(old.Ends, e) {
				c.Ends = append(c.Ends, ManifestEnd{in, e})
			}
		}
	}
	for _, in := range before.Instruments {
		if _, has := is[in.ID]; !has {
			c.Removed = append(c.Removed, in)
		}
	}
	return c
}

func manifestByID(m Manifest) map[string]ManifestInstrument {
	all := make(map[string]ManifestInstrument, len(m.Instruments))
	for _, in := range m.Instruments {
		all[in.ID] = in
	}
	return all
}
