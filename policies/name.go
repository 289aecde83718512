package policies

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NameKey returns what names that people take for one have in common: their letters in
// compatible form (NFKC) without case, single blanks between words, nothing that isn't
// seen. Names of organisations, titles of rule sets, topics and sectors are compared by it.
// The key of a key is that key.
func NameKey(name string) string {
	if isNameKey(name) {
		return name
	}
	s := norm.NFD.String(dropIgnorable(name))
	for range 2 { // compatible forms may have another case, and the other way round: Unicode, D146
		s = norm.NFKC.String(cases.Fold().String(s))
	}
	return strings.Join(strings.Fields(dropIgnorable(s)), " ")
}

// isNameKey says of most keys that they are keys: those in ASCII.
func isNameKey(s string) bool {
	blank := true
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c < ' ' || c == ' ' && blank {
			return false
		}
		blank = c == ' '
	}
	return !blank || s == ""
}

func dropIgnorable(s string) string {
	return strings.Map(func(r rune) rune {
		if isIgnorable(r) {
			return -1
		}
		return r
	}, s)
}

// isIgnorable says whether a rune isn't shown by default: Default_Ignorable_Code_Point, as
// Unicode's DerivedCoreProperties.txt derives it.
func isIgnorable(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case 0xfff9 <= r && r <= 0xfffb, 0x13430 <= r && r <= 0x13440: // annotations; hieroglyphs' joiners
		return false
	case unicode.In(r, unicode.White_Space, unicode.Prepended_Concatenation_Mark):
		return false
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector)
}

// checkName refuses what isn't a line that names something.
func checkName(field, s string) error {
	if err := checkLine(field, s, MaxName, true); err != nil {
		return err
	}
	return checkThat(NameKey(s) != "", field, "has nothing that is seen")
}

// checkTitle refuses what isn't a line that entitles something.
func checkTitle(field, s string) error {
	if err := checkLine(field, s, MaxTitle, true); err != nil {
		return err
	}
	return checkThat(NameKey(s) != "", field, "has nothing that is seen")
}

// checkNames refuses a list in which something is no name, or is there twice.
func checkNames(field string, list []string) error {
	return checkEachBy(field, list, NameKey, checkName)
}

// containsName says whether a name is on a list.
func containsName(list []string, name string) bool {
	key := NameKey(name)
	for _, v := range list {
		if NameKey(v) == key {
			return true
		}
	}
	return false
}
