package policies

import (
	"strings"
	"unicode"
)

// MaxEmail is the longest e-mail address in bytes (RFC 5321, 4.5.3.1.3, less the
// angle brackets); maxLocalPart bounds what comes before its @.
const (
	MaxEmail     = 254
	maxLocalPart = 64
)

// EmailKey is what two spellings of one e-mail address have in common: no blanks
// around it, and A to Z in lower case, before the @ too. Other letters are
// compared as they are: folding those would take two addresses for one (the Kelvin
// sign for a k), and one of them could be a stranger's.
func EmailKey(email string) string { return lowerASCII(strings.TrimSpace(email)) }

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// CheckEmail refuses what can't be an e-mail address.
func CheckEmail(address string) error {
	_, err := cleanEmail("", address)
	return err
}

// cleanEmail returns an e-mail address as it is kept, without blanks around it and
// with its domain in lower case, or refuses what can't be one.
func cleanEmail(field, s string) (string, error) {
	if err := checkLine(field, s, MaxName, true); err != nil {
		return "", err
	}
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	switch {
	case at < 1 || !isDomain(s[at+1:]):
		return "", errInvalid(field, "is no e-mail address such as name@example.org")
	case len(s) > MaxEmail || at > maxLocalPart:
		return "", errInvalid(field, "is longer than an e-mail address can be")
	case strings.ContainsFunc(s[:at], func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(" \"(),:;<>@[\\]", r) }):
		return "", errInvalid(field, "has a character that isn't taken before the @")
	}
	return s[:at+1] + lowerASCII(s[at+1:]), nil
}

// isDomain says whether s looks like a domain of two labels or more; letters of other
// scripts pass.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsFunc(l, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			return false
		}
	}
	return len(labels) > 1
}
