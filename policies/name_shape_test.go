package policies

import (
	"slices"
	"testing"
)

// What people would take for one name shares a shape, and what they wouldn't doesn't.
func TestNameShapes(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		alike bool
	}{
		{"Paypal", "PaypaI", true},                           // a capital i
		{"Paypal", "Pаypal", true},                           // a Cyrillic а
		{"MODERN TRADE", "modem trade", true},                // rn, once it is in other case
		{"Modern Trade", "Modem Trade", true},                // rn
		{"Ministry of Customs", "Μinistry of Сustoms", true}, // Greek and Cyrillic capitals
		{"INTERNATIONAL POST", "Internаtional Post", true},   // other case, and a Cyrillic а
		{"Fleet 101", "Fleet lOl", true},
		{"Straße AG", "STRASSE AG", true}, // one name
		{"Eesti Post", "Eesti Pank", false},
		{"日本郵便", "日本郵政", false},
		{"Löwen", "Lowen", false},
	} {
		b := NameShapes(c.b)
		alike := slices.ContainsFunc(NameShapes(c.a), func(s string) bool { return slices.Contains(b, s) })
		if alike != c.alike {
			t.Errorf("%s and %s: alike is %t, want %t: %q, %q", c.a, c.b, alike, c.alike, NameShapes(c.a), b)
		}
	}
}
