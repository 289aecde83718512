package clauses

import (
	"strconv"
	"strings"
)

// citeClauses fills the citations. They are unique in the text: where two clauses would be cited alike, each is cited with the
// citation of its parent before it, and should that not tell them apart, with "[2]", "[3]" … after it.
func citeClauses(t *Text) {
	own := ownCitations(t)
	count := make(map[string]int, len(own))
	for i := range own {
		if own[i].absolute {
			count[own[i].text]++
		}
	}
	taken := make(map[string]bool, len(own))
	for i := range t.Clauses {
		base, text := "", own[i].text
		if b := own[i].base; b >= 0 {
			base = t.Clauses[b].Citation
		}
		switch {
		case !own[i].absolute:
			text = base + text
		case count[text] > 1 && base != "":
			text = base + " " + text
		}
		if taken[text] {
			n := 2
			for taken[text+"["+strconv.Itoa(n)+"]"] {
				n++
			}
			text += "[" + strconv.Itoa(n) + "]"
		}
		taken[text] = true
		t.Clauses[i].Citation = text
	}
}

// ownCitation is what a clause adds to the citation of the clause at base (-1 for none).
type ownCitation struct {
	text     string
	base     int
	absolute bool // stands without its base unless another clause has the same
}

// siblings is what citing has seen under one parent so far.
type siblings struct {
	headings, texts, items int
	lastText               int // the last child that is neither heading nor item, -1 for none
	lastPar                int // the same, but not a point "1)"
	list                   int // the list being counted
}

func ownCitations(t *Text) []ownCitation {
	own := make([]ownCitation, len(t.Clauses))
	seen := make([]siblings, len(t.Clauses)+1)
	for i := range seen {
		seen[i].lastText, seen[i].lastPar = -1, -1
	}
	labelled := labelledParents(t)
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
			own[i] = ownCitation{"title", -1, true}
		case c.Kind == Heading:
			s.headings++
			own[i] = headingCitation(t, i, base, s.headings)
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

// headingCitation: the heading's own number, else its place among its siblings: "§4" has "§4.1", "§4.2" under it.
func headingCitation(t *Text, i, base, nth int) ownCitation {
	if label, _ := headingLabel(openingWords(t.words[i])); label != "" {
		return ownCitation{label, base, true}
	}
	if base < 0 {
		return ownCitation{"§" + strconv.Itoa(nth), -1, true}
	}
	return ownCitation{"." + strconv.Itoa(nth), base, false}
}

// textCitation: a paragraph's own number "(2)", a point "1)" after that of the paragraph it follows, else "(n)" counted
// among its siblings, or "¶n" where some sibling has its own number.
func textCitation(t *Text, i, base int, s *siblings, labelled bool) ownCitation {
	s.texts++
	s.lastText, s.items, s.list = i, 0, 0
	label, point := "", false
	if t.Clauses[i].Kind == Paragraph {
		label, point = textLabel(openingWords(t.words[i]))
	}
	if point {
		if s.lastPar >= 0 {
			base = s.lastPar
		}
		return ownCitation{label, base, false}
	}
	switch {
	case label != "":
	case labelled:
		return ownCitation{"¶" + strconv.Itoa(s.texts), base, false}
	default:
		label = "(" + strconv.Itoa(s.texts) + ")"
	}
	s.lastPar = i
	return ownCitation{label, base, false}
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
		return ownCitation{label, base, false}
	}
	if in.ordered && in.delim == ')' {
		return ownCitation{strconv.Itoa(in.number) + ")", base, false}
	}
	n := s.items
	if in.ordered {
		n = in.number
	}
	return ownCitation{"(" + strconv.Itoa(n) + ")", base, false}
}

// FindCitation gives the index of the clause cited so, spaces and letter case aside, or -1.
func (o Outline) FindCitation(citation string) int {
	want := foldCitation(citation)
	for i := range o {
		if foldCitation(o[i].Citation) == want {
			return i
		}
	}
	return -1
}

func foldCitation(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}
