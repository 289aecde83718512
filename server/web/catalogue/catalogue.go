// Package catalogue holds the words of the pages in each language that they speak.
//
// A message is named by its English words, with verbs of package fmt for what is put in:
//
//	french.Say("Revision %d of %s", 4, "12 mars 2026") // "Révision 4 du 12 mars 2026"
//
// English is the source: a message that a language lacks comes in English, and a test of package
// web finds those. Messages that count stand in counted.go, with their forms. A whole number is
// written as the language groups it; what is an address, an ID or a date for machines is never
// written here.
package catalogue

import (
	"fmt"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A Language is one that the pages speak. It is safe for concurrent use.
type Language struct {
	Tag  string // BCP 47: "en"
	Name string // of itself: "English"

	words   map[string]string // nil for English
	printer *message.Printer
	months  [12]string
	days    [7]string // from Sunday on
}

// English and French are the languages that there are, English being the source.
var (
	English = &Language{Tag: "en", Name: "English",
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}}
	French = &Language{Tag: "fr", Name: "Français", words: french,
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		days:   [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}}
)

// All lists the languages in the order in which they are offered.
var All = []*Language{English, French}

var matcher = language.NewMatcher([]language.Tag{language.English, language.French})

func init() {
	for _, l := range All {
		l.printer = message.NewPrinter(language.MustParse(l.Tag), message.Catalog(build(l)))
	}
}

// build makes the catalogue of x/text for a language.
func build(l *Language) catalog.Catalog {
	tag := language.MustParse(l.Tag)
	b := catalog.NewBuilder(catalog.Fallback(tag))
	must := func(err error) {
		if err != nil {
			panic(fmt.Sprintf("catalogue: %v", err)) // the words are constants
		}
	}
	for key, words := range l.words {
		must(b.SetString(tag, key, l.set(words)))
	}
	for key, forms := range counted {
		f := forms[l.Tag]
		must(b.Set(tag, key, plural.Selectf(1, "%d", "one", l.set(f.one), "other", l.set(f.other))))
	}
	return b
}

// highSigns are what French sets apart from its words, by a blank that doesn't break.
var highSigns = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " !", "\u00a0!", " ?", "\u00a0?", " »", "\u00a0»", "« ", "«\u00a0")

// set sets words as the language's printers do: they are written here with ordinary blanks.
func (l *Language) set(words string) string {
	if l == French {
		return highSigns.Replace(words)
	}
	return words
}

// Named returns the language of a tag, such as "fr"; nil where the pages don't speak it.
func Named(tag string) *Language {
	for _, l := range All {
		if l.Tag == tag {
			return l
		}
	}
	return nil
}

// Match returns the language that suits an Accept-Language header best; English where none does.
func Match(accept string) *Language {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return English
	}
	return All[i] // by index: the tag that a matcher returns may have extensions
}

// Others lists the languages besides this one.
func (l *Language) Others() (others []*Language) {
	for _, o := range All {
		if o != l {
			others = append(others, o)
		}
	}
	return others
}

// Say returns a message in the language, with its values put in.
func (l *Language) Say(key string, values ...any) string { return l.printer.Sprintf(key, values...) }

// Has says whether the language has a message of its own.
func (l *Language) Has(key string) bool {
	if _, ok := counted[key]; ok || l == English {
		return true
	}
	_, ok := l.words[key]
	return ok
}

// Number writes a whole number.
func (l *Language) Number(n int64) string { return l.printer.Sprintf("%d", n) }

// List joins names as a sentence does: "A, B and C".
func (l *Language) List(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return l.Say("%s and %s", strings.Join(names[:n-1], ", "), names[n-1])
	}
}

// Messages returns the words of the language's own messages by their keys; those that count have
// a key for each form.
func (l *Language) Messages() map[string]string {
	all := map[string]string{}
	for key, words := range l.words {
		all[key] = l.set(words)
	}
	for key, by := range counted {
		all[key+" (one)"], all[key+" (other)"] = l.set(by[l.Tag].one), l.set(by[l.Tag].other)
	}
	return all
}

// Keys lists the messages that the language has of its own, those that count included.
func (l *Language) Keys() (keys []string) {
	for key := range l.words {
		keys = append(keys, key)
	}
	for key := range counted {
		keys = append(keys, key)
	}
	return keys
}
