package clauses

import (
	"unicode"
	"unicode/utf8"
)

// Word boundaries after Unicode Standard Annex 29, as far as a redline needs them: letters, digits and marks make a word,
// with an apostrophe or full stop inside ("don't", "5.1.2", "1,000"); white space runs together; any other sign stands
// alone. Where a script writes no spaces between words (Chinese, Japanese, Thai, Khmer …) each character stands alone with
// its marks, since the words of such a script are known to a dictionary only.

type charClass uint8

const (
	classOther charClass = iota
	classSpace
	classLetter
	classDigit
	classAlone  // a character of a script without spaces
	classExtend // marks and joiners: never parted from what stands before
)

var aloneScripts = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

const zeroWidthJoiner = '\u200d'

func classOf(r rune) charClass {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
			return classLetter
		case '0' <= r && r <= '9':
			return classDigit
		case r == ' ', '\t' <= r && r <= '\r':
			return classSpace
		}
		return classOther
	}
	switch {
	case unicode.Is(unicode.M, r), r == zeroWidthJoiner:
		return classExtend
	case r >= 0x0e00 && unicode.In(r, aloneScripts...):
		return classAlone
	case unicode.IsLetter(r):
		return classLetter
	case unicode.IsDigit(r):
		return classDigit
	case unicode.IsSpace(r):
		return classSpace
	}
	return classOther
}

// wordSegments cuts s into words, signs and white space; joined they are s again.
func wordSegments(s string) []string {
	out := make([]string, 0, len(s)/4+1)
	for at := 0; at < len(s); {
		end := at + segmentLength(s[at:])
		out = append(out, s[at:end])
		at = end
	}
	return out
}

// isWord tells whether a segment is a word, and neither a sign nor white space.
func isWord(segment string) bool {
	r, _ := utf8.DecodeRuneInString(segment)
	class := classOf(r)
	return class == classLetter || class == classDigit || class == classAlone
}

// segmentLength is the length in bytes of the first segment of s, which is not empty.
func segmentLength(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	class := classOf(r)
	joined := false // a joiner ties the next character to this one
	for n < len(s) {
		r, size := rune(s[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[n:])
		}
		next := classOf(r)
		word := class == classLetter || class == classDigit
		switch {
		case next == classExtend && class != classSpace:
			joined = r == zeroWidthJoiner
		case joined && next != classSpace:
			joined, class = false, next
		case class == classSpace && next == classSpace:
		case word && (next == classLetter || next == classDigit):
			class = next
		case word && joinsWord(class, r, s[n+size:]):
		default:
			return n
		}
		n += size
	}
	return n
}

// joinsWord tells whether the sign r between a character of class before and the text after is part of a word.
func joinsWord(before charClass, r rune, after string) bool {
	if r != '\'' && r != '’' && r != '.' && r != ',' && r != '·' || after == "" {
		return false
	}
	next, _ := utf8.DecodeRuneInString(after)
	class := classOf(next)
	if before == classDigit {
		return class == classDigit && r != '·'
	}
	return class == classLetter && r != ','
}
