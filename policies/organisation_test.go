package policies_test

import (
	"strings"
	"testing"

	. "github.com/ewtp/entente/policies"
)

func TestRegisterOrganisation(t *testing.T) {
	w := newTown(t)
	id := w.do(w.office, RegisterOrganisation{Kind: Business, Name: "Anker 鮮 ê", Jurisdiction: "CN-ZJ", Sector: "logistics"}).Subject()
	got, err := w.m.Organisation(id)
	want := Organisation{ID: id, Kind: Business, Name: "Anker 鮮 ê", Jurisdiction: "CN-ZJ", Sector: "logistics", RegisteredAt: w.now}
	if err != nil || got != want {
		t.Fatalf("registered %+v (%v), want %+v", got, err, want)
	}

	good := RegisterOrganisation{Kind: Business, Name: "Rope", Jurisdiction: "EE"}
	with := func(change func(*RegisterOrganisation)) RegisterOrganisation { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     RegisterOrganisation
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, good, Unauthenticated, "", "sign in"},
		{"signed in, member of nothing", Actor{SignedIn: true}, good, Forbidden, "", "no organisation here"},
		{"a government", w.estonia, good, Forbidden, "", ""},
		{"an observer of the secretariat", as(w.office, Observer), good, Forbidden, "", ""},
		{"unknown kind", as(w.office, Admin), with(func(c *RegisterOrganisation) { c.Kind = "club" }), Invalid, "kind", `"club" is none of`},
		{"no kind", as(w.office, Admin), with(func(c *RegisterOrganisation) { c.Kind = "" }), Invalid, "kind", ""},
		{"a secretariat, by a delegate of one", w.office, with(func(c *RegisterOrganisation) { c.Kind = Secretariat }), Forbidden, "", ""},
		{"no name", w.office, with(func(c *RegisterOrganisation) { c.Name = " \t" }), Invalid, "name", "missing"},
		{"long name", w.office, with(func(c *RegisterOrganisation) { c.Name = strings.Repeat("ν", MaxName+1) }), Invalid, "name", "301 characters"},
		{"name that is no UTF-8", w.office, with(func(c *RegisterOrganisation) { c.Name = "\xff" }), Invalid, "name", "UTF-8"},
		{"name of two lines", w.office, with(func(c *RegisterOrganisation) { c.Name = "a\nb" }), Invalid, "name", "line break"},
		{"name with an override", w.office, with(func(c *RegisterOrganisation) { c.Name = "\u202eelpmaxE" }), Invalid, "name", "order"},
		{"name with an isolate", w.office, with(func(c *RegisterOrganisation) { c.Name = "\u2067Example\u2069" }), Invalid, "name", "order"},
		{"name with a line separator", w.office, with(func(c *RegisterOrganisation) { c.Name = "a\u2028b" }), Invalid, "name", "line break"},
		{"name with NUL", w.office, with(func(c *RegisterOrganisation) { c.Name = "a\x00b" }), Invalid, "name", "control"},
		{"name taken", w.office, with(func(c *RegisterOrganisation) { c.Name = "Loom" }), Conflict, "name", "already"},
		{"name taken in other letters", w.office, with(func(c *RegisterOrganisation) { c.Name = " ＬＯ\u200dOM" }), Conflict, "name", `already: "Loom"`},
		{"name that isn't seen", w.office, with(func(c *RegisterOrganisation) { c.Name = "\u200b\u2060\u3164" }), Invalid, "name", "nothing that is seen"},
		{"no jurisdiction", w.office, with(func(c *RegisterOrganisation) { c.Jurisdiction = "" }), Invalid, "jurisdiction", "ISO 3166"},
		{"jurisdiction that ISO 3166 doesn't have", w.office, with(func(c *RegisterOrganisation) { c.Jurisdiction = "XX" }), Invalid, "jurisdiction", `"XX" is no ISO 3166`},
		{"part of such a one", w.office, with(func(c *RegisterOrganisation) { c.Jurisdiction = "UK-ENG" }), Invalid, "jurisdiction", "ISO 3166"},
		{"part of a group", w.office, with(func(c *RegisterOrganisation) { c.Jurisdiction = "EU-BE" }), Invalid, "jurisdiction", "ISO 3166"},
		{"jurisdiction in lower case", w.office, with(func(c *RegisterOrganisation) { c.Jurisdiction = "ee" }), Invalid, "jurisdiction", "ISO 3166"},
		{"imported, by the secretariat", w.office, with(func(c *RegisterOrganisation) { c.Imported = true }), Invalid, "imported", "operator"},
		{"sector of two lines", w.office, with(func(c *RegisterOrganisation) { c.Sector = "a\rb" }), Invalid, "sector", "line break"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
}

// An organisation that an import registered is marked, and has no voice before somebody
// who speaks for it was admitted.
func TestImportedOrganisationsHaveNoVoice(t *testing.T) {
	w := newTown(t)
	id := w.do(Operator, RegisterOrganisation{Kind: Government, Name: "Fernland", Jurisdiction: "FJ", Imported: true}).Subject()
	voices := func() int {
		list, err := w.m.VoicesIn(Government, []string{"FJ"})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if o, err := w.m.Organisation(id); err != nil || !o.Imported || voices() != 0 {
		t.Fatalf("registered %+v (%v), with %d voices", o, err, voices())
	}
	w.admit(w.office, id, "mere", Delegate)
	if n := voices(); n != 1 {
		t.Errorf("with a delegate it has %d voices", n)
	}
}
