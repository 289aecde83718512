package policies

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits on what people write. A line is as long in every script: it has characters
// (code points), where longer texts have bytes of UTF-8.
const (
	MaxName   = 300      // characters of names
	MaxTitle  = 1000     // characters of titles
	MaxReason = 16 << 10 // bytes of reasons, notes
	MaxWords  = 64 << 10 // bytes of a comment's text, a replacement
	MaxList   = 64       // topics, parties, instruments of a release
)

// checkLine refuses what isn't one line of visible text of at most max characters, or
// what could be shown in another order than it is in: who is called "elpmaxE" in an
// override could be taken for "Example".
func checkLine(field, s string, max int, required bool) error {
	if n := utf8.RuneCountInString(s); n > max {
		return errInvalid(field, "is %d characters long, at most %d are taken", n, max)
	}
	if err := checkText(field, s, len(s), required); err != nil {
		return err
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		return errInvalid(field, "has a control character or a line break")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(reorderingMarks, r) }) {
		return errInvalid(field, "has a character that changes the order in which words are shown")
	}
	return nil
}

// reorderingMarks are the embeddings, overrides and isolates of UAX #9, 2.1 to 2.4. The
// marks that Arabic and Hebrew use in one line (2.6) aren't among them.
var reorderingMarks = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x202a, Hi: 0x202e, Stride: 1}, {Lo: 0x2066, Hi: 0x2069, Stride: 1}}}

// checkText refuses invalid UTF-8, blank text where some is required, control
// characters other than tab and line ends, and more than max bytes.
func checkText(field, s string, max int, required bool) error {
	switch {
	case len(s) > max:
		return errInvalid(field, "is %d bytes long, at most %d are taken", len(s), max)
	case !utf8.ValidString(s):
		return errInvalid(field, "is not valid UTF-8")
	case required && strings.TrimSpace(s) == "":
		return errInvalid(field, "is missing")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return errInvalid(field, "has a control character")
	case required && !saysSomething(s):
		return errInvalid(field, "has nothing that is seen, but for punctuation")
	}
	return nil
}

// saysSomething tells whether a text has anything in it that people read: a letter, a number or a sign. Blanks, marks of
// punctuation and characters that aren't seen say nothing.
func saysSomething(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r)) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != '\u2800'
	})
}

// languageForm is BCP 47, loosely.
var languageForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// checkEach applies check to a list with indexed field names and refuses
// duplicates and more than MaxList of them.
func checkEach(field string, list []string, check func(field, s string) error) error {
	return checkEachBy(field, list, func(s string) string { return s }, check)
}

// checkEachBy is checkEach for what is the same where its keys are.
func checkEachBy(field string, list []string, key func(string) string, check func(field, s string) error) error {
	if len(list) > MaxList {
		return errInvalid(field, "has %d entries, at most %d are taken", len(list), MaxList)
	}
	seen := map[string]bool{}
	var faults []error
	for i, s := range list {
		at := field + "." + strconv.Itoa(i)
		err := check(at, s)
		k := key(s)
		if err == nil && seen[k] {
			err = errInvalid(at, "%q is there twice", clipEcho(s))
		}
		seen[k] = true
		faults = append(faults, err)
	}
	return joinFaults(faults...)
}

// checkThat refuses the value of a field unless something holds.
func checkThat(holds bool, field, format string, args ...any) error {
	if holds {
		return nil
	}
	return errInvalid(field, format, args...)
}

// checkTime refuses a time that the record can't hold: JSON times (RFC 3339) have
// years of four digits.
func checkTime(field string, t time.Time) error {
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return errInvalid(field, "has a year outside 0 to 9999")
	}
	return nil
}

// joinFaults returns the first refusal, if any. Where that is a fault of the input, the
// further faults are its Others: people mend them all at once. A failure to look something
// up comes before all of them.
func joinFaults(errs ...error) error {
	var first *Error
	for _, err := range errs {
		var e *Error
		switch {
		case err == nil:
		case !errors.As(err, &e):
			return err
		case first == nil && e.Code != Invalid:
			return err
		case e.Code != Invalid:
		case first == nil:
			whole := *e
			whole.Others = slices.Clone(e.Others)
			first = &whole
		case len(first.Others) < MaxList:
			first.Others = append(first.Others, e.Faults()...)
		}
	}
	if first == nil {
		return nil
	}
	return first
}

// checkOneOf refuses a word that isn't on the list.
func checkOneOf[T ~string](field string, s T, of []T) error {
	for _, o := range of {
		if s == o {
			return nil
		}
	}
	return errInvalid(field, "%q is none of %v", clipEcho(string(s)), of)
}

// checkChosen refuses a word that isn't on the list; where none is required, it may be
// left out.
func checkChosen[T ~string](field string, s T, of []T, required bool) error {
	if s == "" && !required {
		return nil
	}
	return checkOneOf(field, s, of)
}

// cloneOrNil returns a list as a payload keeps it: nil where it is empty.
func cloneOrNil[T any](list []T) []T { return append([]T(nil), list...) }

// jurisdictionWithin says whether a jurisdiction is another, or a subdivision of it.
func jurisdictionWithin(jurisdiction, of string) bool {
	return jurisdiction == of || strings.HasPrefix(jurisdiction, of+"-")
}

// emptyOrContains says whether one of a list is there, or whether the list is empty.
func emptyOrContains(list []string, there func(string) bool) bool {
	return len(list) == 0 || slices.ContainsFunc(list, there)
}

// jurisdictionsTouch says whether one of the jurisdictions is j, lies in it or holds it.
func jurisdictionsTouch(jurisdictions []string, j string) bool {
	return slices.ContainsFunc(jurisdictions, func(v string) bool { return jurisdictionWithin(v, j) || jurisdictionWithin(j, v) })
}

// Millis is a time as precise as every time in the record, in UTC.
func Millis(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
