package clauses

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// citeClauses fills the citations. They are unique in the text: where two clauses would be cited alike, each is cited with the
// citation of its parent before it, and should that not tell them apart, with "[2]", "[3]" … after it. A place that is only
// counted is never cited as some other clause's own number is.
func citeClauses(t *Text) {
	own := ownCitations(t)
	count, names := ownNumbers(own)
	taken := make(map[string]bool, len(own))
	for i := range t.Clauses {
		base, text, o := "", own[i].text, &own[i]
		if o.base >= 0 {
			base = t.Clauses[o.base].Citation
		}
		switch {
		case !o.absolute:
			text = base + text
		case count[foldCitation(text)] > 1 && base != "":
			text = base + " " + text
		}
		if o.place != "" && (o.beside || names[foldCitation(text)]) {
			text = strings.TrimSpace(base + o.place)
		}
		key := foldCitation(text)
		if taken[key] {
			n := 2
			for taken[key+"["+strconv.Itoa(n)+"]"] {
				n++
			}
			text, key = text+"["+strconv.Itoa(n)+"]", key+"["+strconv.Itoa(n)+"]"
		}
		taken[key] = true
		t.Clauses[i].Citation = text
	}
}

// ownNumbers counts the numbers that stand by themselves, and gives all citations that are made of numbers of the text.
func ownNumbers(own []ownCitation) (count map[string]int, names map[string]bool) {
	count, names = make(map[string]int, len(own)), make(map[string]bool, len(own))
	whole := make([]string, len(own))
	for i := range own {
		o := &own[i]
		whole[i] = o.text
		if o.absolute {
			if o.place == "" {
				count[foldCitation(o.text)]++
			}
		} else if o.base >= 0 {
			whole[i] = whole[o.base] + o.text
		}
		if o.place == "" {
			names[foldCitation(whole[i])] = true
		}
	}
	return count, names
}

// ownCitation is what a clause adds to the citation of the clause at base (-1 for none).
type ownCitation struct {
	text     string
	base     int
	absolute bool   // stands without its base unless another clause has the same
	place    string // what is added instead where text is counted and could be taken for a number of the text's own
	beside   bool   // it could in any case
}

// siblings is what citing has seen under one parent so far.
type siblings struct {
	headings, texts, items int
	lastPar                int // the last child that is neither heading, item nor point "1)", -1 for none
	article                int // the last child paragraph that begins with a provision's number, -1 for none
	list                   int // the list being counted
}

func ownCitations(t *Text) []ownCitation {
	own := make([]ownCitation, len(t.Clauses))
	seen := make([]siblings, len(t.Clauses)+1)
	for i := range seen {
		seen[i].lastPar, seen[i].article = -1, -1
	}
	labelled, numbered := labelledParents(t), numberedHeadings(t)
	title := titleClause(t)
	for i := range t.Clauses {
		c := &t.Clauses[i]
		s := &seen[c.Parent+1]
		base := c.Parent
		if base == title {
			base = -1
		}
		switch {
		case i == title:
			own[i] = ownCitation{text: "title", base: -1, absolute: true}
		case c.Kind == Heading:
			s.headings++
			own[i] = headingCitation(numbered, i, c.Parent, base, s.headings)
		case c.Kind == Item:
			own[i] = itemCitation(t, i, base, s)
		default:
			own[i] = textCitation(t, i, base, s, labelled[c.Parent+1])
		}
	}
	return own
}

// titleClause is the index of the level-1 heading that names the whole text, or -1: the first clause, when no other
// heading is of level 1 and it has no number of its own.
func titleClause(t *Text) int {
	if len(t.Clauses) == 0 {
		return -1
	}
	if c := &t.Clauses[0]; c.Kind != Heading || c.Level != 1 {
		return -1
	}
	for i := range t.Clauses[1:] {
		if c := &t.Clauses[i+1]; c.Kind == Heading && c.Level == 1 {
			return -1
		}
	}
	if label, _ := headingLabel(openingWords(t.words[0])); label != "" {
		return -1
	}
	return 0
}

// labelledParents marks, at index+1, the parents with a child paragraph that has its own number.
func labelledParents(t *Text) []bool {
	labelled := make([]bool, len(t.Clauses)+1)
	for i := range t.Clauses {
		if c := &t.Clauses[i]; c.Kind == Paragraph {
			if label, _ := textLabel(openingWords(t.words[i])); label != "" {
				labelled[c.Parent+1] = true
			}
		}
	}
	return labelled
}

// headingNumbers holds the own numbers of a text's headings.
type headingNumbers struct {
	labels []string     // by clause
	within []string     // by clause: "(2)", a number in the heading above
	under  map[int]bool // parents of headings with a number
	signs  bool         // some are cited with "§"
}

func numberedHeadings(t *Text) *headingNumbers {
	h := &headingNumbers{labels: make([]string, len(t.Clauses)), within: make([]string, len(t.Clauses)), under: map[int]bool{}}
	for i := range t.Clauses {
		if t.Clauses[i].Kind != Heading {
			continue
		}
		plain := openingWords(t.words[i])
		if label, _ := headingLabel(plain); label != "" {
			h.labels[i], h.under[t.Clauses[i].Parent] = label, true
			h.signs = h.signs || strings.HasPrefix(label, "§")
		} else if label, _ := textLabel(plain); label != "" {
			h.within[i] = label
		}
	}
	return h
}

// headingCitation: the heading's own number, else its place among its siblings: "§4" has "§4.1", "§4.2" under it. Where such
// a place could be taken for a number, beside headings or under one that have theirs, it is "heading 2".
func headingCitation(h *headingNumbers, i, parent, base, nth int) ownCitation {
	if h.labels[i] != "" {
		return ownCitation{text: h.labels[i], base: base, absolute: true}
	}
	if h.within[i] != "" {
		return ownCitation{text: h.within[i], base: base}
	}
	n := strconv.Itoa(nth)
	place := " heading " + n
	if base < 0 {
		return ownCitation{text: "§" + n, base: -1, absolute: true, place: place, beside: h.signs || h.under[parent]}
	}
	return ownCitation{text: "." + n, base: base, place: place, beside: h.under[parent] || h.labels[base] != ""}
}

// textCitation: a paragraph's own number "(2)", a point "1)" after that of the paragraph it follows, else "(n)" counted
// among its siblings, or "¶n" where some sibling has its own number.
func textCitation(t *Text, i, base int, s *siblings, labelled bool) ownCitation {
	s.texts++
	s.items, s.list = 0, 0
	label, point := "", false
	if t.Clauses[i].Kind == Paragraph {
		plain := openingWords(t.words[i])
		if article := articleLabel(t.words[i], plain); article != "" {
			s.texts, s.lastPar, s.article = 1, i, i
			return ownCitation{text: article, base: base, absolute: true}
		}
		label, point = textLabel(plain)
	}
	if s.article >= 0 {
		base = s.article
	}
	if point {
		if s.lastPar >= 0 {
			base = s.lastPar
		}
		return ownCitation{text: label, base: base}
	}
	place := "¶" + strconv.Itoa(s.texts)
	switch {
	case label != "":
		place = ""
	case labelled:
		return ownCitation{text: place, base: base, place: place}
	default:
		label = "(" + strconv.Itoa(s.texts) + ")"
	}
	s.lastPar = i
	return ownCitation{text: label, base: base, place: place}
}

// itemCitation: the number shown, "(3)" or "3)", else "(n)" counted; after the citation of the paragraph that the list
// follows, if there is one, else of the parent.
func itemCitation(t *Text, i, base int, s *siblings) ownCitation {
	in := t.inside[i]
	if s.list == 0 {
		s.items = 0
	}
	s.list = in.list
	s.items++
	if s.lastPar >= 0 {
		base = s.lastPar
	}
	if label, _ := textLabel(openingWords(t.words[i])); label != "" && !in.ordered {
		return ownCitation{text: label, base: base}
	}
	switch {
	case in.ordered && in.delim == ')':
		return ownCitation{text: strconv.Itoa(in.shown) + ")", base: base}
	case in.ordered:
		return ownCitation{text: "(" + strconv.Itoa(in.shown) + ")", base: base}
	}
	n := strconv.Itoa(s.items)
	return ownCitation{text: "(" + n + ")", base: base, place: " item " + n}
}

// FindCitation gives the index of the clause cited so, spaces, letter case and the script of digits aside, or -1. The citation
// of a row finds its table, which "Table 2" after that of a heading finds too.
func (o Outline) FindCitation(citation string) int {
	if i := o.cited(citation); i >= 0 {
		return i
	}
	if i := o.findTable(citation); i >= 0 {
		return i
	}
	return o.findRow(citation)
}

// cited is FindCitation for clauses by their own citation.
func (o Outline) cited(citation string) int {
	want := foldCitation(citation)
	for i := range o {
		if foldCitation(o[i].Citation) == want {
			return i
		}
	}
	return -1
}

// foldCitation gives a form that citations share which people take for one.
func foldCitation(s string) string {
	if isASCII(s) {
		return strings.ToLower(strings.Join(strings.Fields(s), ""))
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r == '（':
			return '('
		case r == '）':
			return ')'
		case r == '‑' || r == '–':
			return '-'
		case r > utf8.RuneSelf && unicode.IsDigit(r):
			return '0' + digitValue(r)
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(s))
}

// digitValue is the value of a decimal digit of any script: those of one stand in a row in Unicode, its zero first.
func digitValue(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-1) && (r-1)&^0xf == r&^0xf {
		r, n = r-1, n+1
	}
	return n
}
