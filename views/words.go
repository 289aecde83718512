package views

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// This file is the one place that says what a word is, for the index, for queries
// and for snippets alike:
//
//   - letters, digits and marks make words, everything else parts them;
//   - a word is compared in lower case, without the accents of Latin, Greek and
//     Cyrillic letters, and by compatible form: "Nõue" is "noue", "Ａ１" is "a1";
//   - in scripts that are written without spaces each character is a word, so that
//     words of one and two characters are found: two in a row are looked for in a row.

// A token is a word in a text: its folded form and where it stands.
type token struct {
	word       string
	start, end int
}

// spaceless are the scripts that are written without spaces between words.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai,
	unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// fold appends the folded form of a rune that belongs to a word.
func fold(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(b, byte(r)) // #nosec G115 -- below utf8.RuneSelf
	}
	if unicode.Is(unicode.Hangul, r) { // whose compatible form is its letters
		return utf8.AppendRune(b, r)
	}
	for _, d := range norm.NFKD.String(string(r)) {
		switch {
		case d >= 0x300 && d <= 0x36F: // an accent
		case d < utf8.RuneSelf:
			if isWord(d) {
				b = fold(b, d)
			}
		default:
			b = utf8.AppendRune(b, unicode.ToLower(d))
		}
	}
	return b
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// words calls f with each word of a text until it says no. The word's bytes are
// f's for the call only.
func words(s string, f func(word []byte, start, end int) bool) {
	var word []byte
	start := -1
	flush := func(end int) bool {
		if start < 0 {
			return true
		}
		from := start
		start = -1
		return len(word) == 0 || f(word, from, end)
	}
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case !isWord(r) || r == utf8.RuneError:
			if !flush(i) {
				return
			}
		case r >= utf8.RuneSelf && unicode.In(r, spaceless...):
			if !flush(i) {
				return
			}
			word, start = fold(word[:0], r), i
			if !flush(i + size) {
				return
			}
		default:
			if start < 0 {
				word, start = word[:0], i
			}
			word = fold(word, r)
		}
		i += size
	}
	flush(len(s))
}

// indexed gives the words of a text, parted by spaces, for the index.
func indexed(parts ...string) string {
	var b strings.Builder
	for _, s := range parts {
		words(s, func(word []byte, _, _ int) bool {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.Write(word)
			return true
		})
	}
	return b.String()
}

func tokens(s string) (list []token) {
	words(s, func(word []byte, start, end int) bool {
		list = append(list, token{string(word), start, end})
		return true
	})
	return list
}

// A query is what somebody looks for: terms that must all be there.
type query []term

// A term is a sequence of words in a row. The last may be the beginning of one,
// since most languages inflect at the end.
type term struct {
	words  []string
	prefix bool
}

// maxTerms bounds a query; what comes after is passed over.
const maxTerms = 16

// prefixFrom is how many letters a word needs to be taken for a beginning.
const prefixFrom = 3

// parseQuery reads a query as people type it: terms parted by spaces. There is no
// syntax; quotes and operators are no words, so they part words and mean nothing.
func parseQuery(s string) (q query) {
	for _, field := range strings.Fields(s) {
		var t term
		for _, w := range tokens(field) {
			t.words = append(t.words, w.word)
			t.prefix = utf8.RuneCountInString(w.word) >= prefixFrom
		}
		if len(t.words) > 0 && len(q) < maxTerms {
			q = append(q, t)
		}
	}
	return q
}

// match is the query in the syntax of FTS5: phrases in quotes, all of them wanted.
// Words hold letters and digits only, so nothing needs escaping.
func (q query) match() string {
	var b strings.Builder
	for i, t := range q {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + strings.Join(t.words, " ") + `"`)
		if t.prefix {
			b.WriteString("*")
		}
	}
	return b.String()
}

// at says how many tokens from position i on match the term, 0 for none.
func (t term) at(list []token, i int) int {
	if i+len(t.words) > len(list) {
		return 0
	}
	for j, w := range t.words {
		have := list[i+j].word
		if have != w && !(t.prefix && j == len(t.words)-1 && strings.HasPrefix(have, w)) {
			return 0
		}
	}
	return len(t.words)
}

// snippetWords is how many words a snippet has.
const snippetWords = 32

// What a snippet marks its matches with: U+0002 before, U+0003 after.
const (
	markBegin = "\x02"
	markEnd   = "\x03"
)

// snippet cuts a piece of a text out around the first match and marks all matches
// in it.
func (q query) snippet(s string) string {
	list := tokens(s)
	marked := make([]bool, len(list))
	first := -1
	for i := range list {
		for _, t := range q {
			n := t.at(list, i)
			if n > 0 && first < 0 {
				first = i
			}
			for j := range n {
				marked[i+j] = true
			}
		}
	}
	from := max(0, min(first-snippetWords/4, len(list)-snippetWords))
	to := min(len(list), from+snippetWords)
	if from == to {
		return ""
	}
	var b strings.Builder
	at := list[from].start
	if from == 0 {
		at = 0
	} else {
		b.WriteString("…")
	}
	for i := from; i < to; i++ {
		b.WriteString(plainSpace(s[at:list[i].start]))
		if marked[i] && (i == from || !marked[i-1]) {
			b.WriteString(markBegin)
		}
		b.WriteString(s[list[i].start:list[i].end])
		at = list[i].end
		if marked[i] && (i == to-1 || !marked[i+1]) {
			b.WriteString(markEnd)
		}
	}
	if to == len(list) {
		b.WriteString(strings.TrimRight(plainSpace(s[at:]), " "))
	} else {
		b.WriteString("…")
	}
	return strings.TrimLeft(b.String(), " ")
}

// plainSpace is what stands between words, line breaks and controls as spaces, so
// that a text can't forge a mark.
func plainSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
