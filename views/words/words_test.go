package words

import (
	"strings"
	"testing"
	"unicode/utf8"
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
			end = w.end
			if w.word == "" || strings.ContainsFunc(w.word, func(r rune) bool {
				return r < utf8.RuneSelf && !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
			}) {
				t.Errorf("%q has the word %q", s, w.word)
			}
		}
		if got := strings.Fields(Indexed(s)); len(got) != len(list) {
			t.Errorf("%q has %d words, and %d are indexed", s, len(list), len(got))
		}
	})
}
