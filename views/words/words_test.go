package words

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
	"golang.org/x/text/unicode/runenames"
)

func TestIndexed(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, World":       "hello world",
		"don't":              "don t",
		"Ａ１ ﬁne":             "a1 fine",
		"電子e商":               "電 子 e 商",
		"서울 x":               "서 울 x",
		"216¹":               "2161",
		"ÕIGUS":              "oigus",
		"bad \xff\xfe bytes": "bad bytes",
		"":                   "",

		// What is typed in other letters by whoever lacks the key.
		"Straße STRASSE ẞ":          "strasse strasse ss",
		"œuvre Łódź ØRE Đà þing":    "oeuvre lodz ore da thing",
		"ærlig ið ılık ħaż ŋala":    "aerlig id ilik haz nala",
		"Əliyev":                    "eliyev",
		"νόμος ΝΟΜΟΣ":               "νομοσ νομοσ",
		"مُحَمَّد مـحـمد":           "محمد محمد",
		"أحمد إلى":                  "احمد الي",
		"שָׁלוֹם":                   "שלומ",
		"قانون\u200cها":             "قانون ها ¦ قانونها",
		"کشوری":                     "كشوري",
		"२०२६ ٢٠٢٦":                 "2026 2026",
		"हिन्दी कि":                 "हिन्दी कि",
		"が か":                       "か\u3099 か",
		"regu\u00ADlation a\u200Eb": "regulation ab",

		// Hyphens part words and join them.
		"e-mail E‑Mail":    "e mail e mail ¦ email ¦ email",
		"col·lecció coŀla": "col leccio colla ¦ colleccio",
		"a-b-c":            "a b c ¦ ab ¦ abc ¦ bc",
		"a-b-c-d-e":        "a b c d e ¦ ab ¦ abc ¦ bc ¦ abcd ¦ bcd ¦ cd ¦ bcde ¦ cde ¦ de",
		"a - b a-- b -c":   "a b a b c",
		"電-e e-電":          "電 e e 電",
	} {
		if got := Indexed(text); got != want {
			t.Errorf("Indexed(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzWords: words come in the order of the text and don't overlap, and hold nothing
// that the index or the syntax of its queries would take for anything but a word.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"A paragraph of words.", "税率 nõue", "Ａ１ ﬁne", "서울", "\xff\x00", "½ ㎏ ª"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		list := tokens(s)
		for _, w := range list {
			if w.start < end || w.end <= w.start || w.end > len(s) {
				t.Fatalf("%q: %+v after byte %d", s, w, end)
			}
			if w.joined && end == 0 {
				t.Fatalf("%q: %+v is joined to nothing", s, w)
			}
			end = w.end
			if w.word == "" || strings.ContainsFunc(w.word, func(r rune) bool {
				return r < utf8.RuneSelf && !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
			}) {
				t.Errorf("%q has the word %q", s, w.word)
			}
		}
		row, _, _ := strings.Cut(Indexed(s), " "+apart)
		if got := strings.Fields(row); len(got) != len(list) {
			t.Errorf("%q has %d words, and %d are indexed", s, len(list), len(got))
		}
	})
}

// What is said of letters with a stroke, or a hook, or the like is what their names
// say, and all of them that people write with are there.
func TestSpeltAsNamed(t *testing.T) {
	for r := rune(0x80); r < 0x10000; r++ {
		letter, isOne := strings.CutPrefix(runenames.Name(r), "LATIN SMALL LETTER ")
		base, with, _ := strings.Cut(letter, " ")
		if !isOne || len(base) != 1 || !strings.HasPrefix(with, "WITH ") || norm.NFKD.String(string(r)) != string(r) {
			continue
		}
		if spelt[r] != strings.ToLower(base) {
			t.Errorf("%c, %s, is spelt %q", r, runenames.Name(r), spelt[r])
		}
	}
}

// Every decimal digit is folded to the one of its value.
func TestDigits(t *testing.T) {
	n := 0
	rangetable.Visit(unicode.Nd, func(r rune) {
		if got, want := Indexed(string(r)), string(rune('0'+n%10)); got != want {
			t.Errorf("%c is %q, want %q", r, got, want)
		}
		n++
	})
}
