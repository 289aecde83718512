package policies_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// What people take for one name is registered once.
func TestNamesThatAreOne(t *testing.T) {
	for _, x := range []struct{ what, a, b string }{
		{"case", "ACME", "acme"},
		{"width", "Ａｃｍｅ　Ｌｔｄ", "Acme Ltd"},
		{"blanks at the ends", "Acme", " acme "},
		{"blanks between", "Acme  \u00a0 Ltd", "Acme Ltd"},
		{"zero-width joiner", "Ac\u200dme", "Acme"},
		{"zero-width space", "Acme\u200b", "Acme"},
		{"soft hyphen", "Ac\u00adme", "Acme"},
		{"variation selector", "Acme\ufe0f", "Acme"},
		{"tags", "Acme\U000e0041", "Acme"},
		{"Hangul filler", "Acme\u3164", "Acme"},
		{"an unseen sign between blanks", "Acme \u2060 Ltd", "Acme Ltd"},
		{"joiner between a letter and its mark", "Anke\u034f\u0301", "Anké"},
		{"sharp s", "Straße", "STRASSE"},
		{"capital sharp s", "STRAẞE", "strasse"},
		{"final sigma", "ΟΔΟΣ", "οδος"},
		{"final sigma in lower case", "οδοσ", "οδος"},
		{"composed", "Caf\u00e9", "Cafe\u0301"},
		{"order of marks", "q\u0307\u0323", "q\u0323\u0307"},
		{"ligature", "Oﬃce", "office"},
		{"iota below", "ᾳ", "αι"},
		{"number in a circle", "Pier ⑨", "Pier 9"},
		{"letters of mathematics", "𝐀𝐜𝐦𝐞", "acme"},
		{"half-width kana", "ﾊﾞﾝｸ", "バンク"},
	} {
		t.Run(x.what, func(t *testing.T) {
			w := newTown(t)
			w.do(w.office, RegisterOrganisation{Kind: Business, Name: x.a, Jurisdiction: "EE"})
			w.refuse(w.office, RegisterOrganisation{Kind: Business, Name: x.b, Jurisdiction: "EE"}, Conflict, "name", "already")
		})
	}
}

func TestNamesThatAreTwo(t *testing.T) {
	w := newTown(t)
	for _, name := range []string{"Cafe", "Café", "Acme", "Acme Ltd", "AcmeLtd", "Acme-Ltd", "か", "が", "Асме", "ι", "i", "ı", "\u06ddA", "A"} {
		w.do(w.office, RegisterOrganisation{Kind: Business, Name: name, Jurisdiction: "EE"})
	}
}

func TestNameKeyOfAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "name")
		key := NameKey(s)
		if again := NameKey(key); again != key {
			t.Fatalf("the key of %+q is %+q, the key of that %+q", s, key, again)
		}
		if spaced := NameKey("\t" + s + "\u200b \u3000"); spaced != key {
			t.Fatalf("the key of %+q is %+q, with blanks at the ends it is %+q", s, key, spaced)
		}
	})
}

// Whatever is a character of its own is a name's by itself, and its key is the key's.
func TestNameKeyOfEachRune(t *testing.T) {
	for r := range rune(utf8.MaxRune) {
		if key := NameKey(string(r)); NameKey(key) != key {
			t.Errorf("the key of %+q is %+q, and of that %+q", r, key, NameKey(key))
		}
	}
}

// A name has as many characters in every script.
func TestLongTitlesInEveryScript(t *testing.T) {
	w := newTown(t)
	for script, title := range map[string]string{
		"Greek":         strings.Repeat("Κανονισμός", 25)[:2*246],
		"Thai":          strings.Repeat("ระเบียบ", 18)[:3*125],
		"the longest":   strings.Repeat("ß", MaxTitle),
		"of four bytes": strings.Repeat("𠮷", MaxTitle),
	} {
		t.Run(script, func(t *testing.T) {
			w.t = t
			w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: title, Language: "en"})
			w.refuse(w.estonia, ProposeDocument{Kind: standards.Standard, Title: title + strings.Repeat("ก", MaxTitle), Language: "en"}, Invalid, "title", "characters")
		})
	}
	w.t = t
	w.do(w.office, RegisterOrganisation{Kind: Business, Name: strings.Repeat("ก", MaxName), Jurisdiction: "TH"})
}

// Topics and sectors that are one are there once, and found by each other.
func TestTopicsThatAreOne(t *testing.T) {
	w := newTown(t)
	twice := []string{"E-commerce", "ｅ-COMMERCE "}
	w.refuse(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "T", Language: "en", Topics: twice}, Invalid, "topics.1", "twice")
	w.refuse(w.loom, SaveFilter{Name: "F", Wants: Interests{Sectors: twice}}, Invalid, "sectors.1", "twice")
	d, k := &Document{Topics: twice[:1]}, &Consultation{Audience: &Audience{Sectors: []string{"Straßen"}}}
	for _, wants := range []Interests{{Topics: twice[1:]}, {Sectors: []string{"STRASSEN"}}} {
		if !wants.Match(d, k, nil) {
			t.Errorf("%+v isn't found", wants)
		}
	}
	if !k.Audience.Includes(Business, "strassen\u200b", "EE") {
		t.Error("a business of that sector isn't asked")
	}
}
