package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spelt has the letters that have no decomposition but are typed in other letters by
// whoever lacks the key. A Latin letter "with a stroke", or a hook or the like, is the letter that its
// Unicode name names; of the rest, what CLDR's transform Latin-ASCII makes of
// them, where it has something. Letters that have two forms, or two keys, are one.
var spelt = byLetter(map[string]string{
	"a": "ⱥᶏ", "b": "ƀƃɓᵬᶀꞗ", "c": "ƈȼɕꞓꞔ", "d": "đƌȡɖɗᵭᶁᶑꟈ", "e": "ɇᶒⱸꬴ", "f": "ƒᵮᶂꞙ", "g": "ǥɠᶃꞡ", "h": "ħɦⱨꞕ",
	"i": "ɨᶖ", "j": "ɉʝ", "k": "ƙᶄⱪꝁꝃꝅꞣ", "l": "łƚȴɫɬɭᶅⱡꝉꞎꬷꬸꬹ", "m": "ɱᵯᶆꬺ", "n": "ƞȵɲɳᵰᶇꞑꞥꬻ", "o": "øⱺꝋꝍ",
	"p": "ƥᵱᵽᶈꝑꝓꝕ", "q": "ɋʠꝗꝙ", "r": "ɍɼɽɾᵲᵳᶉꞧꭉ", "s": "ȿʂᵴᶊꞩꟊ", "t": "ŧƫƭȶʈᵵⱦ", "u": "ᶙꞹꭎꭒ", "v": "ʋᶌⱱⱴꝟ", "w": "ⱳ",
	"x": "ᶍꭖꭗꭘꭙ", "y": "ƴɏỿꭚ", "z": "ƶȥɀʐʑᵶᶎⱬ",
}, map[string]string{
	"ss": "ß", "ae": "æ", "oe": "œ", "th": "þ", "d": "ð", "i": "ı", "j": "ȷ", "n": "ŋ", "q": "ĸ", "e": "əǝɛ", "o": "ɔɵ", "u": "ʉ",
}, map[string]string{
	"ي": "ىی", "ك": "ک", // the keyboards of Arabic, Persian and Urdu
	"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ", // as sigma, whose final form is a matter of case
})

// byLetter turns tables around.
func byLetter(tables ...map[string]string) map[rune]string {
	all := map[rune]string{}
	for _, table := range tables {
		for as, letters := range table {
			for _, r := range letters {
				all[r] = as
			}
		}
	}
	return all
}

// pointed are the scripts whose nonspacing marks say how a word is read and are
// mostly left out: the accents of Latin, Greek and Cyrillic, and the vowel marks of
// Arabic, Hebrew and Syriac. Elsewhere, as in those of India, marks are vowels like others.
var pointed = []*unicode.RangeTable{unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic,
	unicode.Hebrew, unicode.Syriac}

// unread says whether a part of a word is passed over.
func unread(r rune) bool {
	const tatweel, voiced, halfVoiced = 'ـ', '\u3099', '\u309A' // が isn't か
	switch {
	case r < 0x300:
		return !isWord(r)
	case r == tatweel:
		return true
	case r == voiced, r == halfVoiced:
		return false
	}
	return unicode.Is(unicode.Mn, r) && unicode.In(r, pointed...) || !isWord(r)
}

// fold appends the folded form of a rune that belongs to a word.
func fold(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return foldASCII(b, r)
	}
	if unicode.Is(unicode.Hangul, r) { // whose compatible form is its letters
		return utf8.AppendRune(b, r)
	}
	for _, d := range norm.NFKD.String(string(r)) {
		if unread(d) {
			continue
		}
		if d < utf8.RuneSelf {
			b = foldASCII(b, d)
			continue
		}
		d = unicode.ToLower(unicode.ToUpper(d)) // of ς too
		switch as, ok := spelt[d]; {
		case ok:
			b = append(b, as...)
		case unicode.Is(unicode.Nd, d):
			b = append(b, digit(d))
		default:
			b = utf8.AppendRune(b, d)
		}
	}
	return b
}

func foldASCII(b []byte, r rune) []byte {
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return append(b, byte(r)) // #nosec G115 -- runes of Nd aren't negative
}

// digit is the ASCII form of a decimal digit. They come in tens (Unicode, section 4.6).
func digit(r rune) byte {
	for _, x := range unicode.Nd.R16 {
		if uint32(r) <= uint32(x.Hi) { // #nosec G115 -- runes of Nd aren't negative
			return byte('0' + (uint32(r)-uint32(x.Lo))%10) // #nosec G115 -- runes of Nd aren't negative
		}
	}
	for _, x := range unicode.Nd.R32 {
		if uint32(r) <= x.Hi { // #nosec G115 -- runes of Nd aren't negative
			return byte('0' + (uint32(r)-x.Lo)%10) // #nosec G115 -- runes of Nd aren't negative
		}
	}
	return '0'
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// joins says whether a rune between two words may as well be left out, so that they
// are one: hyphens, the middle dot of Catalan, the non-joiner of Persian.
func joins(r rune) bool {
	switch r {
	case '-', '‐', '‑', '·', '\u200C':
		return true
	}
	return false
}

// invisible says whether a rune inside a word isn't seen and means nothing to it:
// soft hyphens, joiners, marks of direction.
func invisible(r rune) bool {
	return r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r) && !joins(r) && r != '\u200B' // which may part lines, so words
}
