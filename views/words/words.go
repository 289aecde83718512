// Package words says what a word is, for the full-text index, for queries and for
// snippets alike:
//
//   - letters, digits and marks make words, everything else parts them;
//   - a word is compared in lower case, by compatible form, without accents and vowel
//     marks, and as whoever lacks the keys types it: "Nõue" is "noue", "Ａ１" is "a1",
//     "Straße" is "strasse", "Øl" is "ol", "مُحَمَّد" is "محمد", "٣" is "3";
//   - words with a hyphen between them are one word as well: "e-mail" is found by
//     "email", and "email" by "e-mail";
//   - in scripts that are written without spaces each character is a word, so that
//     words of one and two characters are found: two in a row are looked for in a row.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word in a text: its folded form and where it stands.
type token struct {
	word       string
	start, end int
	joined     bool // nothing but a hyphen or its like parts it from the word before
}

// maxJoined is how many words with hyphens between them are taken for one.
const maxJoined = 4

// spaceless are the scripts that are written without spaces between words.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai,
	unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// A scan is a walk through the words of a text.
type scan struct {
	each  func(word []byte, t token) bool // t without its word
	word  []byte                          // the one under way, folded
	at    token                           // where it stands
	open  bool                            // whether one is under way
	joint int                             // where a word must begin to be joined to the one before
	ended bool                            // each said no
}

func (s *scan) begin(at int) {
	s.word, s.open = s.word[:0], true
	s.at = token{start: at, joined: at == s.joint}
}

// flush ends the word under way, and says whether there was one.
func (s *scan) flush(end int) bool {
	found := s.open && len(s.word) > 0
	if s.open = false; found {
		s.at.end = end
		s.ended = !s.each(s.word, s.at)
	}
	return found
}

// take goes on by a rune of that size.
func (s *scan) take(i int, r rune, size int) {
	switch {
	case invisible(r):
	case joins(r):
		if s.flush(i) {
			s.joint = i + size
		}
	case r == utf8.RuneError, !isWord(r):
		s.flush(i)
	case r >= utf8.RuneSelf && unicode.In(r, spaceless...):
		s.flush(i)
		if s.joint = -1; !s.ended {
			s.begin(i)
			s.word = fold(s.word, r)
			s.flush(i + size)
		}
	default:
		if !s.open {
			s.begin(i)
		}
		s.word = fold(s.word, r)
	}
}

// each calls f with each word of a text until f says no. The word's bytes are
// f's for the call only.
func each(text string, f func(word []byte, t token) bool) {
	s := scan{each: f, joint: -1}
	for i, size := 0, 1; i < len(text) && !s.ended; i += size {
		r := rune(text[i])
		if size = 1; r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		s.take(i, r, size)
	}
	if !s.ended {
		s.flush(len(text))
	}
}

// tokens lists the words of a text.
func tokens(s string) (list []token) {
	each(s, func(word []byte, t token) bool {
		t.word = string(word)
		list = append(list, t)
		return true
	})
	return list
}

// apart parts what Indexed adds from what is in a row. It is no word.
const apart = "¦"

// Indexed returns the words of texts, parted by spaces, as the index takes them: in
// their order, and after them those that a hyphen joins, as one, each by itself.
func Indexed(parts ...string) string {
	var b, joined strings.Builder
	for _, s := range parts {
		var runs []string // ended by the last word
		each(s, func(word []byte, t token) bool {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.Write(word)
			if !t.joined {
				runs = runs[:0]
			}
			for i := range runs {
				runs[i] += string(word)
				joined.WriteString(" " + apart + " " + runs[i])
			}
			if len(runs) == maxJoined-1 {
				runs = runs[1:]
			}
			runs = append(runs, string(word))
			return true
		})
	}
	return b.String() + joined.String()
}
