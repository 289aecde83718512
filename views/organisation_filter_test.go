package views

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// Organisations are narrowed by jurisdiction, with its parts, and by sector, however it is spelled.
func TestOrganisationsOfAJurisdictionAndASector(t *testing.T) {
	db := openTest(t)
	s := newStory(t)
	for name, o := range map[string][2]string{"A": {"CN-ZJ", "Post"}, "B": {"CN", "post"}, "C": {"NZ", "Ｐost"}, "D": {"NZ", ""}} {
		s.do(policies.Operator, policies.RegisterOrganisation{Kind: policies.Business, Name: name, Jurisdiction: o[0], Sector: o[1]})
	}
	foldAll(t, db, s.entries)
	for name, x := range map[string]struct {
		f    OrganisationFilter
		want string
	}{
		"a country":        {OrganisationFilter{In: []string{"CN"}}, "A B"},
		"a part of it":     {OrganisationFilter{In: []string{"CN-ZJ"}}, "A"},
		"no part":          {OrganisationFilter{In: []string{"C"}}, ""},
		"either of two":    {OrganisationFilter{In: []string{"CN-ZJ", "NZ"}}, "A C D"},
		"a sector":         {OrganisationFilter{Sectors: []string{"POST"}}, "A B C"},
		"a sector there":   {OrganisationFilter{In: []string{"NZ"}, Sectors: []string{"tax", "post"}}, "C"},
		"a sector of none": {OrganisationFilter{Sectors: []string{"tax"}}, ""},
	} {
		l, err := db.OrganisationList(ctx, x.f, Page{First: 10})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(keysOf(l, func(o policies.Organisation) string { return o.Name }), " "); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
