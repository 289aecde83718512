package web

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/server/web/catalogue"
)

// longest is how many words a sentence may have. French takes more for the same.
var longest = map[*catalogue.Language]int{catalogue.English: 25, catalogue.French: 30}

// notThis are words of offices, by the plain ones to say instead.
var notThis = map[*catalogue.Language]map[string]string{
	catalogue.English: {"in order to": "to", "utilise": "use", "utilize": "use", "leverage": "use", "pursuant": "under", "herein": "here", "thereof": "of it", "aforementioned": "this",
		"prior to": "before", "subsequent to": "after", "commence": "begin", "terminate": "end", "facilitate": "help", "shall": "must", "stakeholder": "those concerned", "please note": "",
		"and/or": "or", "via": "by", "e.g.": "for example", "i.e.": "that is", "etc.": "", "in the event": "if", "with regard to": "about", "in respect of": "about", "endeavour": "try",
		"notwithstanding": "despite", "furnish": "give", "ascertain": "find out", "functionality": "what it does", "seamless": "", "robust": "", "state of the art": "", "simply": ""},
	catalogue.French: {"susmentionné": "ce", "ledit": "le", "ladite": "la", "nonobstant": "malgré", "au niveau de": "pour", "en termes de": "pour", "dans le cadre de": "pendant", "procéder à": "faire",
		"et/ou": "ou", "veuillez noter": "", "effectuer": "faire", "impacter": "toucher", "via": "par", "implémenter": "mettre en œuvre", "finaliser": "finir", "ci-après": "", "préalablement": "avant",
		"ultérieurement": "plus tard", "conformément": "selon", "en vue de": "pour", "etc.": "", "digital": "numérique", "email": "courriel", "e-mail": "courriel", "mail": "courriel", "uploader": "déposer", "cliquer": "choisir", "sponsor": "porteur", "hub": "plateforme",
		"clôturer": "clore", "solutionner": "résoudre"},
}

// eachWords calls visit with all that pages say in a language but what is put in: messages and
// the blocks of guides, without markup.
func eachWords(t *testing.T, visit func(l *catalogue.Language, where, words string)) {
	t.Helper()
	for _, key := range catalogue.French.Keys() {
		visit(catalogue.English, "the message", key)
	}
	for key, words := range catalogue.French.Messages() {
		visit(catalogue.French, key, words)
	}
	for _, l := range catalogue.All {
		err := fs.WalkDir(guideFiles, "guides/"+l.Tag, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(guideFiles, name)
			if err != nil {
				return err
			}
			text, err := clauses.Parse(source, clauses.DefaultLimits)
			if err != nil {
				return err
			}
			visit(l, name, text.Meta["description"])
			for i, c := range text.Clauses {
				if c.Kind == clauses.Code {
					continue
				}
				for _, piece := range strings.FieldsFunc(clauses.Plain(code.ReplaceAllString(text.Markdown(i), "CODE")), func(r rune) bool { return r == '\n' || r == '\t' }) {
					visit(l, name, piece)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

var (
	code     = regexp.MustCompile("`[^`]*`")
	sentence = regexp.MustCompile(`[.!?…]["”»\x{a0}]*(\s|$)`)
)

// Pages speak plainly: no long sentence, and no word of an office where there is one of everyday.
func TestPagesSpeakPlainly(t *testing.T) {
	patterns := map[*catalogue.Language]map[string]*regexp.Regexp{}
	for l, words := range notThis {
		patterns[l] = map[string]*regexp.Regexp{}
		for word := range words {
			patterns[l][word] = regexp.MustCompile(`(?i)(^|[^\pL/])` + regexp.QuoteMeta(word) + `([^\pL]|$)`)
		}
	}
	seen := map[*catalogue.Language]int{}
	eachWords(t, func(l *catalogue.Language, where, words string) {
		seen[l]++
		for _, s := range sentence.Split(words, -1) {
			n := 0
			for word := range strings.FieldsSeq(s) {
				if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' }) {
					n++
				}
			}
			if n > longest[l] {
				t.Errorf("%s (%s) has a sentence of %d words: %q", where, l.Name, n, s)
			}
		}
		for _, word := range slices.Sorted(maps.Keys(patterns[l])) {
			if patterns[l][word].MatchString(words) {
				t.Errorf("%s (%s) says %q, not %q: %q", where, l.Name, word, notThis[l][word], words)
			}
		}
	})
	for _, l := range catalogue.All {
		if seen[l] < 500 {
			t.Errorf("%s has %d pieces of text: the test reads too little", l.Name, seen[l])
		}
	}
}

// French is set as French is: blanks before high signs and within guillemets don't break, and
// apostrophes and quotation marks are its own.
func TestFrenchIsSetAsFrench(t *testing.T) {
	wrong := regexp.MustCompile(`'|"|[“”]| [;:!?»]|\d %|« |[\pL)][;!?»](\s|$)|«[^\x{a0}]|[\pL]:(\s|$)|\.\.\.|(^|\s)(de|le|que|ne|se|je|ce) [aeiouéèêhy]\pL*\b`)
	fine := regexp.MustCompile(`(de|le|que|ne|se|ce) (hub|huit|onze|haut|oui|hors)`) // an h that is said, and their like
	eachWords(t, func(l *catalogue.Language, where, words string) {
		if l != catalogue.French {
			return
		}
		if found := wrong.FindString(words); found != "" && !fine.MatchString(found) {
			t.Errorf("%s has %q: %q", where, found, words)
		}
	})
}
