package clauses

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A label is the number that a text itself gives to a heading or paragraph: "§ 216<sup>1</sup>.", "5.1.1", "Art. L. 111-6",
// "Annex B", "المادة ٥", "第五条之一", "(2)". Citations are made of labels where there are any, and a heading that keeps its
// label is likely the same.

var (
	strayStop    = regexp.MustCompile(`^(§§?\s*[0-9]+)\.\s*([⁰¹²³⁴-⁹]+)`) // "§ 334. ¹", as some law writes it
	ordinalLabel = regexp.MustCompile(`^([0-9]{1,9}(?:\.?[⁰¹²³⁴-⁹]+)?\.\s\p{Ll}{3,})(?:[\s.:,]|$)`)
	signAfter    = regexp.MustCompile(`^(\p{Nd}{1,9}[⁰¹²³⁴-⁹]*)(?:/(\p{Lu}))?\.?(?:\s?([a-z]))?\.?\s?§(?:$|[\s.:)])`)                                                      // "5 a §", "5/A. §"
	chapterLabel = regexp.MustCompile(`^([0-9]{1,9}\s?[a-z]?\s(?:luku|osasto|osa|kap\.?|kapitel|kapittel|avd\.?|fejezet|rész)(?:\s[0-9]{1,9}\s?[a-z]?\s?§)?)(?:[\s.:]|$)`) // and "2 kap. 3 §"
	eastLabel    = regexp.MustCompile(`^(第\s?[0-9０-９一二三四五六七八九十百千零〇两兩]+\s?[编編章节節條条款項项目部篇巻卷号號回](?:[之の][0-9０-９一二三四五六七八九十]+)*|` +
		`제\s?[0-9]+\s?(?:편|장|절|관|조|항|호|목)(?:의\s?[0-9]+)*)`)
	smallNames = regexp.MustCompile(`^(?i:(?:arts?|sect?|pars?|cl|reg|ch|pt|nr|ст|чл|гл|п|пп|άρ|čl|čl|kap|abs|ziff)\.|` +
		`art|article|artikel|artículo|artigo|articolo|articolul|artykuł|section|paragraph|clause|rule|regulation|chapter|part|annex|appendix|schedule|` +
		`статья|стаття|член|члан|глава|пункт|раздел|άρθρο|αρθρο|κεφάλαιο|madde|pasal|điều|chương|straipsnis|član|článek|člen)$`)
)

// articles are short words with which a title begins in small letters, and no kind of chapter.
var articles = setOf("les des une qui que der die das den dem von und the and los las una")

// headingLabel gives the citation form of a heading's own number and the words after it; "" where it has none. A number
// without a word is cited with "§" before it.
func headingLabel(plain string) (label, rest string) {
	plain = strayStop.ReplaceAllString(plain, "$1$2.")
	for _, read := range []func(string) (string, int){signedLabel, patternLabel, bareLabel, namedLabel} {
		if label, n := read(plain); n > 0 {
			return label, strings.TrimLeft(plain[n:], `.:)]»”"’ —–-،、：。．`)
		}
	}
	return "", plain
}

// signedLabel reads "§ 216¹", "§ 5 a", "§§ 5-7", "§ L. 1".
func signedLabel(s string) (string, int) {
	rest := strings.TrimLeft(s, "§ ")
	n := len(s) - len(rest)
	if !strings.HasPrefix(s, "§") {
		return "", 0
	}
	if l := numberLength(rest); l > 0 {
		letter := apartLength(rest[l:])
		return "§" + rest[:l] + rest[l:l+letter], n + l + letter
	}
	return "", 0
}

// apartLength is the length of a letter that is written apart from its number, with the blank: "§ 5 a Title".
func apartLength(s string) int {
	if len(s) < 2 || s[0] != ' ' || s[1] < 'a' || s[1] > 'z' {
		return 0
	}
	rest := strings.TrimLeft(s[2:], " ")
	r, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || strings.IndexByte(".:)", s[2]) >= 0 || s[2] == ' ' && !unicode.IsLower(r) {
		return 2
	}
	return 0
}

// patternLabel reads the forms in which something stands after the number, or around it.
func patternLabel(s string) (string, int) {
	if m := eastLabel.FindStringSubmatchIndex(s); m != nil {
		return strings.ReplaceAll(s[m[2]:m[3]], " ", ""), m[3]
	}
	if m := signAfter.FindStringSubmatch(s); m != nil {
		label := "§" + m[1]
		if m[2] != "" {
			label += "/" + m[2]
		}
		return label + m[3], strings.Index(s, "§") + len("§")
	}
	for _, p := range []*regexp.Regexp{ordinalLabel, chapterLabel} {
		if m := p.FindStringSubmatchIndex(s); m != nil && !articles[s[strings.LastIndexByte(s[:m[3]], ' ')+1:m[3]]] {
			return s[m[2]:m[3]], m[3]
		}
	}
	return "", 0
}

// bareLabel reads a number that no word stands before: "5.1.1 Title", "7a Title", "IV. Title", "A.2 Title". What else could
// be the first word of a title ("A seller", "CD players", "5G networks", "U.S. trade") is none.
func bareLabel(s string) (string, int) {
	n := coreLength(s)
	if n == 0 || strings.HasPrefix(s, "(") {
		return "", 0
	}
	n += outlineLength(s[n:])
	n += stepsLength(s[n:])
	label, rest := s[:n], s[n:]
	r, _ := utf8.DecodeLastRuneInString(label)
	stops := rest == "" || strings.IndexByte(".:)", rest[0]) >= 0 && (len(rest) == 1 || rest[1] == ' ' || rest[1] == '-' && len(rest) > 2)
	blank := strings.HasPrefix(rest, " ")
	dash := strings.HasPrefix(rest, " —") || strings.HasPrefix(rest, " –") || strings.HasPrefix(rest, "—") || strings.HasPrefix(rest, " - ")
	if !stops && !blank && !dash {
		return "", 0
	}
	parts := strings.Contains(label, ".")
	switch {
	case startsWithDigit(s) && (parts || !unicode.IsUpper(r)): // 5.1, 7a, but not 5G
	case !startsWithDigit(s) && strings.ContainsAny(label, "0123456789"), !startsWithDigit(s) && romanLength(s) > 1 && strings.Trim(label, "IVX.ABC") == "": // A.2, IV
	case (stops && rest != "" || dash) && !parts: // A. Title
	default:
		return "", 0
	}
	return "§" + label, n
}

// outlineLength is the length of parts that aren't digits: "II.A", "1.a".
func outlineLength(s string) int {
	n := 0
	for strings.HasPrefix(s[n:], ".") {
		l := romanLength(s[n+1:])
		if r, size := utf8.DecodeRuneInString(s[n+1:]); l == 0 && unicode.IsLetter(r) && !runs(s[n+1+size:]) {
			l = size
		}
		if l == 0 {
			break
		}
		n += 1 + l
		n += partsLength(s[n:])
	}
	return n
}

// namedLabel reads a word and a number: "Art. 5", "Article L. 111-6", "Chapitre Ier", "ст. 5", "มาตรา ๕", "المادة (٥)". A word
// that begins with a capital, or is of a script without capitals, is taken for the name of a provision; one in small letters
// only where it is known to be one.
func namedLabel(s string) (string, int) {
	n := wordLength(s)
	first, size := utf8.DecodeRuneInString(s)
	if n == 0 || n == size && unicode.IsUpper(first) {
		return "", 0
	}
	if strings.HasPrefix(s[n:], ".") {
		n++
	}
	cased := unicode.IsUpper(first) || unicode.IsLower(first) && !unicode.Is(unicode.Georgian, first)
	if unicode.IsLower(first) && cased && !smallNames.MatchString(s[:n]) {
		return "", 0
	}
	rest := strings.TrimLeft(s[n:], " ")
	if len(rest) == len(s[n:]) && cased && !strings.HasSuffix(s[:n], ".") {
		return "", 0
	}
	at := len(s) - len(rest)
	l := numberLength(rest)
	if l == 0 && !cased && (strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "[")) { // المادة (5)
		if end := strings.IndexAny(rest, ")]"); end > 0 && digitsLength(rest[1:end]) > 0 && numberLength(rest[1:end]) == end-1 {
			l = end + 1
			l += stepsLength(rest[l:])
		}
	}
	if l == 0 {
		return "", 0
	}
	if startsWithDigit(rest) {
		l += apartLength(rest[l:])
	}
	number := rest[:l]
	if r, _ := utf8.DecodeRuneInString(number); !startsWithDigit(strings.TrimLeft(number, "([")) && unicode.IsUpper(r) && !namesLetters(number, rest[l:]) {
		return "", 0
	}
	if len(rest) == len(s[n:]) {
		return s[:n] + number, at + l
	}
	return s[:n] + " " + number, at + l
}

// namesLetters tells whether a letter or Roman numeral after a word is its number: "Annex B", "Part IV". A letter that is a
// word in some language ("Is A consumer …") needs a sign or the end after it.
func namesLetters(number, after string) bool {
	if number != "A" && number != "I" && number != "O" && number != "Y" && number != "E" {
		return true
	}
	return after == "" || strings.IndexByte(".:)-", after[0]) >= 0 || strings.HasPrefix(after, " —") || strings.HasPrefix(after, " –") || strings.HasPrefix(after, " -")
}

var (
	parLabel   = regexp.MustCompile(`^[(（]([\p{Nd}\p{L}\p{M}⁰¹²³⁴-⁹]{1,12})(?:\)(?:\s|$)|）)`)
	pointLabel = regexp.MustCompile(`^([\p{Nd}\p{L}\p{M}⁰¹²³⁴-⁹]{1,12}\))(?:\s|$)`)
)

// textLabel gives the own number of a paragraph: "(2)", or "1)" with point set; "" where it has none.
func textLabel(plain string) (label string, point bool) {
	if plain == "" {
		return "", false
	}
	if plain[0] == '(' || strings.HasPrefix(plain, "（") {
		if m := parLabel.FindStringSubmatch(plain); m != nil && isPar(m[1]) {
			return "(" + m[1] + ")", false
		}
		return "", false
	}
	if i := strings.IndexByte(plain, ')'); i < 1 || i > 30 {
		return "", false
	}
	if m := pointLabel.FindStringSubmatch(plain); m != nil && isPlace(strings.TrimSuffix(m[1], ")")) {
		return m[1], true
	}
	return "", false
}

// articleLabel gives the number of a provision that a paragraph itself begins with, where no heading has it: "第五条 …",
// "제5조(목적) …", "มาตรา ๕ …", "**Art. 5.** …"; "" where it has none. Elsewhere the same words may only speak of a provision,
// so a blank must follow, or the number must be set off.
func articleLabel(words, plain string) string {
	if m := eastLabel.FindStringSubmatchIndex(plain); m != nil {
		if rest := plain[m[3]:]; rest == "" || strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "（") {
			return strings.ReplaceAll(plain[m[2]:m[3]], " ", "")
		}
		return ""
	}
	if strings.HasPrefix(plain, "มาตรา ") || strings.HasPrefix(plain, "ข้อ ") {
		if label, n := namedLabel(plain); n > 0 && strings.HasPrefix(plain[n:], " ") {
			return label
		}
		return ""
	}
	for _, mark := range []string{"**", "__"} {
		inner, ok := strings.CutPrefix(words, mark)
		end := strings.Index(inner, mark)
		if !ok || end < 0 || end > 60 {
			continue
		}
		inner = strings.TrimRight(openingWords(inner[:end]), " .:—–-")
		for _, read := range []func(string) (string, int){signedLabel, namedLabel} {
			if label, n := read(inner); n > 0 && n == len(inner) {
				return label
			}
		}
	}
	return ""
}

// isPar tells whether what stands in brackets at the beginning of a paragraph is its number.
func isPar(s string) bool {
	if isPlace(s) {
		return true
	}
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return len(s) <= 4
}

// openingWords gives the beginning of some words without markup that could hide a number: enough for a label, and far cheaper
// than Plain for every clause of a law.
func openingWords(words string) string {
	const enough = 160
	s := strings.TrimLeft(words, "# ")
	if len(s) > enough {
		cut := enough
		for cut > 0 && s[cut]&0xc0 == 0x80 {
			cut--
		}
		s = s[:cut]
	}
	if strings.ContainsAny(s, "<[&\\") {
		s = withoutMarkup(s)
	}
	if strings.ContainsAny(s, "*_") {
		s = emphasisMarks.ReplaceAllString(s, "$1$2")
	}
	if !isASCII(s) {
		s = norm.NFC.String(strings.Map(plainBlank, s))
	}
	return strings.TrimLeft(s, "*_ \"'«»„“”‘’‹›「『《")
}

// withoutMarkup takes anchors, notes, links, references to characters and escapes out of the beginning of some words.
func withoutMarkup(s string) string {
	s = leadingAnchors.ReplaceAllString(s, "")
	s = supTag.ReplaceAllStringFunc(s, func(m string) string {
		return superscriptDigits(m[len("<sup>") : len(m)-len("</sup>")])
	})
	s = anyMark.ReplaceAllString(s, "")
	s = leadingLink.ReplaceAllString(s, "$1$2")
	s = html.UnescapeString(s)
	return escaped.ReplaceAllString(s, "$1")
}

var (
	leadingAnchors = regexp.MustCompile(`(?i)` + emptyAnchor + `\s*`)
	supTag         = regexp.MustCompile(`(?i)<sup>[0-9]+</sup>`)
	anyMark        = regexp.MustCompile(`\[\^[^\[\]\s^]+\]`)
	leadingLink    = regexp.MustCompile(`^([*_ ]*)\[([^\[\]]+)\](?:\([^()\s]*\)|\[[^\[\]]*\])`)
	escaped        = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
	emphasisMarks  = regexp.MustCompile(`\*\*+|(^|[\s.:(])[*_]+|[*_]+($|[\s.:,)])`)
)

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainBlank makes every kind of blank a space and takes away marks of direction and the like.
func plainBlank(r rune) rune {
	switch {
	case unicode.Is(unicode.Zs, r):
		return ' '
	case r == '\u00ad', r == '\u200b', r == '\u200e', r == '\u200f', r == '\u061c', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069', r == '\ufeff':
		return -1
	}
	return r
}

// superscriptDigits turns digits into superscript digits and puts a caret before anything else, so that raising survives where
// there is no markup: "216<sup>1</sup>" must not become "2161".
func superscriptDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < '0' || r > '9' {
			return "^" + s
		}
		b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
	}
	return b.String()
}
