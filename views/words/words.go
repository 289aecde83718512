// Package words says what a word is, for the full-text index, for queries and for
// snippets alike:
//
//   - letters, digits and marks make words, everything else parts them;
//   - a word is compared in lower case, without the accents of Latin, Greek and
//     Cyrillic letters, and by compatible form: "Nõue" is "noue", "Ａ１" is "a1";
//   - in scripts that are written without spaces each character is a word, so that
//     words of one and two characters are found: two in a row are looked for in a row.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

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

// each calls f with each word of a text until f says no. The word's bytes are
// f's for the call only.
func each(s string, f func(word []byte, start, end int) bool) {
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

// Indexed returns the words of texts, parted by spaces, as the index takes them.
func Indexed(parts ...string) string {
	var b strings.Builder
	for _, s := range parts {
		each(s, func(word []byte, _, _ int) bool {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.Write(word)
			return true
		})
	}
	return b.String()
}

// tokens lists the words of a text.
func tokens(s string) (list []token) {
	each(s, func(word []byte, start, end int) bool {
		list = append(list, token{string(word), start, end})
		return true
	})
	return list
}
