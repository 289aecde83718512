package clauses

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A number is a name: what belongs to it is never cut off, since "Art. 9 bis" and "Art. 32-1" are other articles than
// "Art. 9" and "Art. 32".

// numberLength gives the length of the number that s begins with, 0 where it begins with none: "5", "5.1.1", "32-1", "4A",
// "216¹", "9 bis", "1er", "L. 111-6", "5(2)(a)", "IV", "A.2", "٥". Nothing that could go on the number follows it.
func numberLength(s string) int {
	n := prefixLength(s)
	core := coreLength(s[n:])
	if core == 0 {
		return 0
	}
	n += core
	n += stepsLength(s[n:])
	n += placesLength(s[n:])
	if runs(s[n:]) {
		return 0
	}
	return n
}

// runs tells whether what follows would go on a word or number.
func runs(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// prefixLength is the length of what stands before the number of some codes and regulations: "L. 111", "R*123", "LO 6",
// "No 5", "n° 5".
func prefixLength(s string) int {
	for _, p := range []string{"No. ", "No ", "Nr. ", "Nr ", "nr. ", "n° ", "n°", "nº ", "N° ", "№ ", "№"} {
		if strings.HasPrefix(s, p) && startsWithDigit(s[len(p):]) {
			return len(p)
		}
	}
	n, letters := 0, 0
	for n < len(s) && letters < 2 {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsUpper(r) {
			break
		}
		n, letters = n+size, letters+1
		if letters == 1 && strings.HasPrefix(s[n:], ".O.") { // L.O. 141
			n += len(".O")
			break
		}
	}
	if letters == 0 {
		return 0
	}
	n += len(s[n:]) - len(strings.TrimLeft(s[n:], "*"))
	for _, sign := range []string{".", " "} {
		if strings.HasPrefix(s[n:], sign) {
			n++
		}
	}
	if !startsWithDigit(s[n:]) {
		return 0
	}
	return n
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// coreLength is the length of the digits, Roman numeral, Greek numeral or letter of a number, with the parts after it.
func coreLength(s string) int {
	if n := digitsLength(s); n > 0 {
		n += partsLength(s[n:])
		return n + gluedLength(s[n:])
	}
	if n := greekLength(s); n > 0 {
		return n
	}
	n := romanLength(s)
	if n == 0 {
		if n = capitalLength(s); n == 0 {
			return 0
		}
	}
	n += partsLength(s[n:])
	return n + gluedLength(s[n:])
}

// digitsLength is the length of 1 to 9 digits of any script with raised digits after them.
func digitsLength(s string) int {
	n, count := 0, 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsDigit(r) {
			break
		}
		n, count = n+size, count+1
	}
	if count == 0 || count > 9 {
		return 0
	}
	return n + raisedLength(s[n:])
}

func raisedLength(s string) int {
	return len(s) - len(strings.TrimLeft(s, "⁰¹²³⁴⁵⁶⁷⁸⁹"))
}

// partsLength is the length of further parts: ".1.1", "-1", "/2", ":12", as the Dutch civil code has it.
func partsLength(s string) int {
	n := 0
	for {
		sign := 0
		for _, p := range []string{".", "-", "–", "‑", "/", ":"} {
			if strings.HasPrefix(s[n:], p) {
				sign = len(p)
			}
		}
		part := 0
		if sign > 0 {
			part = digitsLength(s[n+sign:])
		}
		if part == 0 {
			return n
		}
		n += sign + part
	}
}

// gluedLength is the length of what is glued to a number: an ordinal's ending ("1er", "2ème"), a letter or two ("4A", "5-a").
func gluedLength(s string) int {
	for _, e := range ordinalEnds {
		if strings.HasPrefix(s, e) && !runs(s[len(e):]) {
			return len(e)
		}
	}
	dash := 0
	if strings.HasPrefix(s, "-") {
		dash = 1
	}
	n := dash
	for letters := 0; letters < 2; letters++ {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) {
			break
		}
		for n += size; n < len(s); n += size {
			if r, size = utf8.DecodeRuneInString(s[n:]); !unicode.IsMark(r) {
				break
			}
		}
		if !runs(s[n:]) {
			return n + raisedLength(s[n:])
		}
	}
	n = len(s) - len(strings.TrimLeft(s, "-"))
	if l := latinLength(s[n:]); n <= 1 && l > 0 { // 120quater, 5-bis
		return n + l
	}
	return 0
}

var ordinalEnds = []string{"er", "ère", "ere", "re", "ème", "eme", "e", "de", "nd", "nde", "th", "st", "rd", "º", "ª", "°", ".º", ".ª", ".°", "o"}

// stepsLength is the length of the adverbs that tell provisions of one number from one another, and of what follows those:
// " bis", " quater B", " ter-1", " quater-0 B".
func stepsLength(s string) int {
	n := 0
	for {
		rest := strings.TrimLeft(s[n:], " ")
		at := len(s) - len(rest)
		l := latinLength(rest)
		if l == 0 {
			return n
		}
		n = at + l
		n += partsLength(s[n:])
		if rest, ok := strings.CutPrefix(s[n:], " "); ok {
			if c := capitalLength(rest); c > 0 && (rest[c:] == "" || strings.IndexByte(".:)", rest[c]) >= 0 || stepsLength(rest[c:]) > 0) {
				n += 1 + c
			}
		}
	}
}

// wordLength is the length of the letters that s begins with, and of the marks on them.
func wordLength(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		n += size
	}
	return n
}

// latinLength is the length of an adverb such as "bis", 0 where s doesn't begin with one as a whole word.
func latinLength(s string) int {
	n := wordLength(s)
	if n == 0 || n > 24 {
		return 0
	}
	word := strings.ToLower(s[:n])
	if adverbs[word] {
		return n
	}
	for _, tens := range []string{"decies", "vicies", "tricies"} {
		if before, ok := strings.CutSuffix(word, tens); ok && units[before] {
			return n
		}
	}
	return 0
}

// adverbs and units make the Latin count of articles put in between, and its like in other languages of law.
var (
	adverbs = setOf("semel bis ter quater quinquies quinques quiquies sexies septies octies novies nonies undecies duodecies " +
		"مكرر مكررا مكرراً ทวิ ตรี จัตวา เบญจ ฉ สัตต อัฏฐ นว ทศ")
	units = setOf("un duo ter tre quater quattuor quin quinque quinqua sex se sexa septen septem sept octo octa novem novo nona undeci duode unde")
)

func setOf(words string) map[string]bool {
	set := map[string]bool{"": true}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// placesLength is the length of the paragraphs of a provision that are named with it: "(2)(a)".
func placesLength(s string) int {
	n := 0
	for {
		at := n
		if strings.HasPrefix(s[at:], " ") {
			at++
		}
		end := strings.IndexAny(s[at:], ")）")
		if end < 0 || end > 12 || !strings.HasPrefix(s[at:], "(") && !strings.HasPrefix(s[at:], "（") {
			return n
		}
		_, open := utf8.DecodeRuneInString(s[at:])
		_, closing := utf8.DecodeRuneInString(s[at+end:])
		if inner := s[at+open : at+end]; !isPlace(inner) {
			return n
		}
		n = at + end + closing
	}
}

// isPlace tells whether a paragraph can be called so: "2", "2a", "b", "aa", "iv", "二".
func isPlace(s string) bool {
	n := digitsLength(s)
	if n > 0 {
		n += gluedLength(s[n:])
		return n == len(s)
	}
	count := utf8.RuneCountInString(s)
	switch {
	case s == "" || count > 4:
		return false
	case count == 1 || strings.Trim(s, "ivx") == "" || strings.Trim(s, "一二三四五六七八九十") == "":
		r, _ := utf8.DecodeRuneInString(s)
		return unicode.IsLetter(r)
	}
	return count == 2 && s[0] == s[1] && 'a' <= s[0] && s[0] <= 'z' // aa, bb
}

// greekLength is the length of a Greek numeral with its sign: "Α΄".
func greekLength(s string) int {
	n, count := 0, 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r < 'Α' || r > 'Ω' {
			break
		}
		n, count = n+size, count+1
	}
	if count == 0 || count > 4 {
		return 0
	}
	for _, keraia := range []string{"΄", "´", "ʹ", "'", "’"} {
		if strings.HasPrefix(s[n:], keraia) {
			return n + len(keraia)
		}
	}
	return 0
}

// romanLength is the length of the Roman numeral that s begins with, 0 where what stands there is none.
func romanLength(s string) int {
	n := 0
	for n < len(s) && strings.IndexByte("IVXLCDM", s[n]) >= 0 {
		n++
	}
	if n == 0 || n > 9 || !isRoman(s[:n]) {
		return 0
	}
	if g := gluedLength(s[n:]); runs(s[n+g:]) {
		return 0
	}
	return n
}

// isRoman tells whether capitals are a Roman numeral as it is written.
func isRoman(s string) bool {
	rest := strings.TrimLeft(s, "M")
	for _, digits := range [][]string{
		{"CM", "DCCC", "DCC", "DC", "D", "CD", "CCC", "CC", "C"},
		{"XC", "LXXX", "LXX", "LX", "L", "XL", "XXX", "XX", "X"},
		{"IX", "VIII", "VII", "VI", "V", "IV", "IIII", "III", "II", "I"}} {
		for _, d := range digits {
			if after, ok := strings.CutPrefix(rest, d); ok {
				rest = after
				break
			}
		}
	}
	return rest == "" && len(s)-len(strings.TrimLeft(s, "M")) < 4
}

// capitalLength is the length of one capital letter that stands alone.
func capitalLength(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(r) || size < len(s) && startsWithLetter(s[size:]) {
		return 0
	}
	return size
}

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsMark(r)
}
