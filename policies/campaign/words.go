package campaign

import (
	"crypto/sha256"
	"encoding/binary"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxWords is how many words of a comment are looked at.
const MaxWords = 10_000

// A Word is the hash of a normalised word.
type Word uint64

// FNV-1a, 64 bits (Fowler, Noll, Vo).
const (
	offset Word = 14695981039346656037
	prime  Word = 1099511628211
)

// spaceless are the scripts that are written without spaces between words.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
	unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// Words gives the words of a comment's parts, one after the other.
func Words(parts ...string) []Word {
	size := 0
	for _, s := range parts {
		size += len(s)/5 + 1
	}
	list := make([]Word, 0, min(size, MaxWords))
	for _, s := range parts {
		list = appendWords(list, normal(s), MaxWords)
	}
	return list
}

// normal folds case and compatible forms; what is ASCII is folded on the way.
func normal(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
		}
	}
	return s
}

// appendWords appends the words of a normal text to a list of at most most.
func appendWords(list []Word, s string, most int) []Word {
	h, inside := offset, false
	flush := func() {
		if inside && len(list) < most {
			list = append(list, h)
		}
		h, inside = offset, false
	}
	for i, r := range s {
		if len(list) == most {
			return list
		}
		switch {
		case r < utf8.RuneSelf:
			switch {
			case 'A' <= r && r <= 'Z':
				h, inside = (h^Word(r+'a'-'A'))*prime, true // #nosec G115 -- a letter
			case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				h, inside = (h^Word(r))*prime, true // #nosec G115 -- a letter or digit
			case r == '\'' && inside:
			default:
				flush()
			}
		case unicode.In(r, spaceless...):
			flush()
			h, inside = (h^Word(r))*prime, true // #nosec G115 -- no rune is below 0
			flush()
		case unicode.In(r, unicode.L, unicode.M, unicode.N):
			for _, b := range []byte(s[i : i+utf8.RuneLen(r)]) {
				h = (h ^ Word(b)) * prime
			}
			inside = true
		case (r == '’' || r == 'ʼ') && inside:
		default:
			flush()
		}
	}
	flush()
	return list
}

// A Hash tells a sequence of words from every other.
type Hash int64

// HashOf returns the hash of a text's words: the first 64 bits of their SHA-256.
func HashOf(list []Word) Hash {
	b := make([]byte, 0, 8*len(list))
	for _, w := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(w))
	}
	sum := sha256.Sum256(b)
	return Hash(binary.BigEndian.Uint64(sum[:])) // #nosec G115 -- all 64 bits of it, as a database keeps integers
}
