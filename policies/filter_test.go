package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestSavedFilters(t *testing.T) {
	w := newTown(t)
	wants := Interests{Topics: []string{"customs"}}
	for name, x := range map[string]struct {
		c     SaveFilter
		field string
	}{
		"nothing wanted":  {SaveFilter{Name: "x"}, "topics"},
		"no name":         {SaveFilter{Wants: wants}, "name"},
		"blank topic":     {SaveFilter{Name: "x", Wants: Interests{Topics: []string{" "}}}, "topics.0"},
		"no jurisdiction": {SaveFilter{Name: "x", Wants: Interests{Jurisdictions: []string{"ee"}}}, "jurisdictions.0"},
		"sector twice":    {SaveFilter{Name: "x", Wants: Interests{Sectors: []string{"a", "a"}}}, "sectors.1"},
		"two lines":       {SaveFilter{Name: "x", Wants: Interests{Keyword: "a\nb"}}, "keyword"},
	} {
		t.Run(name, func(t *testing.T) { w.refuse(w.loom, x.c, Invalid, x.field, "") })
	}
	w.refuse(Actor{}, SaveFilter{Name: "x", Wants: wants}, Unauthenticated, "", "sign in")
	w.refuse(Operator, SaveFilter{Name: "x", Wants: wants}, Forbidden, "", "only members")
	w.refuse(visitor("mari", "mari@example.org"), SaveFilter{Name: "x", Wants: wants}, Forbidden, "", "no organisation here")

	id := w.do(as(w.loom, Observer), SaveFilter{Name: "First", Wants: wants}).Subject()
	colleague := w.admit(w.office, w.loom.OrganisationID, "colleague", Admin)
	for name, who := range map[string]Actor{"a colleague": colleague, "the office": w.office, "the operator": Operator} {
		t.Run(name, func(t *testing.T) {
			for _, c := range []func(string) Command{
				func(id string) Command { return DeleteFilter{FilterID: id} },
				func(id string) Command { return SaveFilter{FilterID: id, Name: "Mine", Wants: wants} },
			} {
				hidden := w.refuse(who, c(id), NotFound, "filterId", "no such filter")
				if none := w.refuse(who, c("flt_none"), NotFound, "filterId", "no such filter"); !cmp.Equal(hidden, none) {
					t.Errorf("told %v from %v", hidden, none)
				}
			}
		})
	}
	w.refuse(Actor{}, DeleteFilter{FilterID: id}, Unauthenticated, "filterId", "sign in")
	w.do(w.loom, SaveFilter{FilterID: id, Name: "Second", Wants: Interests{Sectors: []string{"post"}}})
	got, err := w.m.SavedFilters(w.loom.MemberID)
	want := []SavedFilter{{ID: id, MemberID: w.loom.MemberID, Name: "Second", Interests: Interests{Sectors: []string{"post"}}, SavedAt: w.now}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("filters (-want +got), %v:\n%s", err, diff)
	}
	w.do(w.loom, DeleteFilter{FilterID: id})
	w.refuse(w.loom, DeleteFilter{FilterID: id}, Conflict, "filterId", "deleted already")
	w.refuse(w.loom, SaveFilter{FilterID: id, Name: "x", Wants: wants}, Conflict, "filterId", "deleted already")
	if f, err := w.m.SavedFilter(id); err != nil || f.Name != "" || !cmp.Equal(f.Interests, Interests{}) {
		t.Errorf("a deleted filter still says %+v, %v", f, err)
	}
	for range MaxFilters {
		w.do(w.loom, SaveFilter{Name: "Again", Wants: wants})
	}
	w.refuse(w.loom, SaveFilter{Name: "x", Wants: wants}, Conflict, "name", "at most 50")
}

func TestInterestsMatch(t *testing.T) {
	d := &Document{Topics: []string{"Customs", "parcels"}, Parties: []string{"EE", "CN-ZJ"}}
	k := &Consultation{Audience: &Audience{Sectors: []string{"Post"}, Jurisdictions: []string{"NZ"}}}
	mentions := func(s string) bool { return s == "labels" }
	for name, x := range map[string]struct {
		w    Interests
		want bool
	}{
		"a topic":                {Interests{Topics: []string{"tax", "customs"}}, true},
		"another topic":          {Interests{Topics: []string{"tax"}}, false},
		"a party":                {Interests{Jurisdictions: []string{"EE"}}, true},
		"in a party":             {Interests{Jurisdictions: []string{"EE-37"}}, true},
		"a party in it":          {Interests{Jurisdictions: []string{"CN"}}, true},
		"beside a party":         {Interests{Jurisdictions: []string{"CN-GD"}}, false},
		"who is asked":           {Interests{Jurisdictions: []string{"NZ"}}, true},
		"a sector":               {Interests{Sectors: []string{"POST"}}, true},
		"a keyword":              {Interests{Keyword: "labels"}, true},
		"another keyword":        {Interests{Keyword: "stamps"}, false},
		"all of them":            {Interests{[]string{"parcels"}, []string{"EE"}, []string{"post"}, "labels"}, true},
		"all but one":            {Interests{[]string{"parcels"}, []string{"LV"}, []string{"post"}, "labels"}, false},
		"a sector nobody is of":  {Interests{Sectors: []string{""}}, false},
		"as good as no interest": {Interests{}, true},
	} {
		if got := x.w.Match(d, k, mentions); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (Interests{Sectors: []string{"post"}}).Match(d, &Consultation{}, mentions) {
		t.Error("a sector is found where none is asked")
	}
}
