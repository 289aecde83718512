package policies_test

import (
	"time"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// attend draws a move by which a member keeps its list.
func (p *player) attend() Command {
	filters := map[string]bool{}
	for _, f := range p.m.All.Filters {
		if f.DeletedAt.IsZero() || rapid.IntRange(0, 9).Draw(p.t, "deleted too") == 0 {
			filters[f.ID] = true
		}
	}
	switch rapid.IntRange(0, 4).Draw(p.t, "attend") {
	case 0:
		return MarkDispositionsSeen{Until: p.now.Add(time.Duration(rapid.IntRange(-2, 1).Draw(p.t, "until")) * day)}
	case 1, 2:
		return DeleteFilter{FilterID: pick(p, "flt", filters)}
	case 3:
		return SaveFilter{FilterID: pick(p, "flt", filters), Name: p.words(), Wants: Interests{Keyword: p.words()}}
	}
	return SaveFilter{Name: "watched", Wants: Interests{Topics: []string{rapid.SampledFrom([]string{"parcels", ""}).Draw(p.t, "topic")}}}
}

// checkFilters: a filter is one member's and never another's.
func (p *player) checkFilters() {
	owner := map[string]string{}
	for _, x := range p.log {
		if e, err := Decode(x.kind, x.payload); err == nil && x.kind == "filter.saved/1" {
			f := e.(*FilterSaved)
			if was, ok := owner[f.ID]; ok && was != f.MemberID {
				p.t.Fatalf("%s was %s's and is %s's", f.ID, was, f.MemberID)
			}
			owner[f.ID] = f.MemberID
		}
	}
}
