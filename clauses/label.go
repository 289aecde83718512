package clauses

import (
	"regexp"
	"strings"
)

// A label is the number that a text itself gives to a heading or paragraph: "§ 216<sup>1</sup>.", "5.1.1", "Annex B",
// "(2)", "第五条". Citations are made of labels where there are any, and a heading that keeps its label is likely the same.

var (
	strayStop    = regexp.MustCompile(`^(§§?[\s\x{a0}]*[0-9]+)\.[\s\x{a0}]*([⁰¹²³⁴-⁹]+)`) // "§ 334. ¹", as some law writes it
	signLabel    = regexp.MustCompile(`^§§?[\s\x{a0}]*([0-9]+(?:[.\-–][0-9]+)*[a-z]?[⁰¹²³⁴-⁹]*)\.?(?:\s|\.|:|$)`)
	numberLabel  = regexp.MustCompile(`^([0-9]{1,9}(?:\.[0-9]{1,9})*[⁰¹²³⁴-⁹]*)[.):]?(?:\s|$)`)
	ordinalLabel = regexp.MustCompile(`^([0-9]{1,9}[⁰¹²³⁴-⁹]*\.\s\p{Ll}+)(?:\s|$)`)
	namedLabel   = regexp.MustCompile(`^(\p{Lu}\p{L}+\.?\s(?:[0-9]+(?:\.[0-9]+)*[a-z]?[⁰¹²³⁴-⁹]*|[IVXLC]+|[A-Z]))(?:[.:)]|\s*[—–-]|$|\s)`)
	chineseLabel = regexp.MustCompile(`^(第[0-9一二三四五六七八九十百千零〇两]+[编編章节節条條款项項](?:之[一二三四五六七八九十]+)?)`)
	parLabel     = regexp.MustCompile(`^(\((?:[0-9]{1,4}[⁰¹²³⁴-⁹]*|[a-z]{1,4}|[A-Z])\))(?:\s|$)`)
	pointLabel   = regexp.MustCompile(`^((?:[0-9]{1,4}[⁰¹²³⁴-⁹]*|[a-z])\))(?:\s|$)`)
)

// headingLabel gives the citation form of a heading's own number and the words after it; "" where it has none.
func headingLabel(plain string) (label, rest string) {
	cut := func(m []int) string { return strings.TrimLeft(plain[m[3]:], ".:) \u00a0—–-") }
	plain = strayStop.ReplaceAllString(plain, "$1$2.")
	if m := signLabel.FindStringSubmatchIndex(plain); m != nil {
		return "§" + plain[m[2]:m[3]], cut(m)
	}
	if m := ordinalLabel.FindStringSubmatchIndex(plain); m != nil {
		return plain[m[2]:m[3]], cut(m)
	}
	if m := numberLabel.FindStringSubmatchIndex(plain); m != nil {
		return "§" + plain[m[2]:m[3]], cut(m)
	}
	if m := chineseLabel.FindStringSubmatchIndex(plain); m != nil {
		return plain[m[2]:m[3]], cut(m)
	}
	if m := namedLabel.FindStringSubmatchIndex(plain); m != nil {
		return plain[m[2]:m[3]], cut(m)
	}
	return "", plain
}

// textLabel gives the own number of a paragraph: "(2)", or "1)" with point set; "" where it has none.
func textLabel(plain string) (label string, point bool) {
	if m := parLabel.FindStringSubmatch(plain); m != nil {
		return m[1], false
	}
	if m := pointLabel.FindStringSubmatch(plain); m != nil {
		return m[1], true
	}
	return "", false
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
	if strings.Contains(s, "<") {
		s = leadingAnchors.ReplaceAllString(s, "")
		s = supTag.ReplaceAllStringFunc(s, func(m string) string {
			return superscriptDigits(m[len("<sup>") : len(m)-len("</sup>")])
		})
	}
	return strings.TrimLeft(s, "*_ ")
}

var (
	leadingAnchors = regexp.MustCompile(`(?i)` + emptyAnchor + `\s*`)
	supTag         = regexp.MustCompile(`(?i)<sup>[0-9]+</sup>`)
)

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
