package clauses

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How alike two clauses must be to be one clause changed. Likeness of words is the Dice coefficient of their multisets of
// words (L. R. Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26, 1945), from 0 to 1,
// counted plainly and with words that any clause has counting less; the lesser of the two holds.
const (
	unlike      = 0.3   // less, and words have nothing to do with one another, whatever their number or place
	enough      = 0.5   // for words in the same place
	sameLabel   = 0.1   // added up to what is enough where both have the same own number "(2)", or are items with the same number
	tieLabel    = 0.001 // added in any case: of words equally alike those with the same number
	otherKind   = -0.1  // added where a paragraph became an item, or the reverse
	sameWords   = 0.9   // where a clause became one of any other kind
	manyPairs   = 2_500
	band        = 8 // neighbours tried on either side where a gap is too large to try all pairs
	bodyWords   = 400
	commonBytes = 3 // a word of a script with letters that is no longer is likely to be one that any clause has
)

// likeness compares the words of clauses of two texts. What it computes of a clause it keeps.
type likeness struct {
	ids      symbols[string]
	weight   []float64 // by symbol
	old, new side
	rule     func(o, n int) bool // where set, what must hold besides
}

// side is what likeness knows of one of the texts.
type side struct {
	text  *Text
	words [][]int32 // by clause: its words in order
	bag   [][]int32 // the same, sorted
	body  [][]int32 // by heading: the words under it, sorted
}

func newLikeness(old, new *Text) likeness {
	on := func(t *Text) side {
		n := len(t.Clauses)
		return side{t, make([][]int32, n), make([][]int32, n), make([][]int32, n)}
	}
	return likeness{ids: symbols[string]{}, old: on(old), new: on(new)}
}

// wordsOf gives the words of a clause without its own number. Case is none of them, nor is the form in which characters are
// composed: a text saved by another editor is still recognised.
func (l *likeness) wordsOf(s *side, i int) []int32 {
	if s.words[i] == nil {
		s.words[i] = l.symbolsOf(contentWords(s.text.Clauses[i].Kind, s.text.bareWords(i)))
	}
	return s.words[i]
}

func (l *likeness) symbolsOf(words string) []int32 {
	list := []int32{}
	for _, s := range wordSegments(norm.NFC.String(words)) {
		if isWord(s) {
			list = append(list, l.symbolOf(strings.ToLower(s)))
		}
	}
	if len(list) == 0 { // a table of empty cells, a formula: then signs are all there is
		for _, s := range strings.Fields(words) {
			list = append(list, l.symbolOf(s))
		}
	}
	return list
}

func (l *likeness) symbolOf(word string) int32 {
	id := l.ids.of(word)
	for int(id) >= len(l.weight) {
		l.weight = append(l.weight, singleWeight(word))
	}
	return id
}

// singleWeight is what a word weighs that stands once.
func singleWeight(w string) float64 {
	if r, _ := utf8.DecodeRuneInString(w); classOf(r) == classLetter && utf8.RuneCountInString(w) <= commonBytes {
		return 0.5
	}
	return 1
}

// weigh makes words weigh less that stand in many of the clauses that may be likened.
func (l *likeness) weigh(olds, news []int) {
	count := map[int32]int{}
	for _, list := range []struct {
		s  *side
		at []int
	}{{&l.old, olds}, {&l.new, news}} {
		here := map[int32]int{}
		for _, i := range list.at {
			for _, w := range l.wordsOf(list.s, i) {
				here[w]++
			}
		}
		for w, n := range here {
			count[w] = max(count[w], n)
		}
	}
	for w, n := range count {
		l.weight[w] /= 1 + math.Log(float64(n))
	}
}

// contentWords gives the words of a clause that say something: without the marks of its kind and its own number.
func contentWords(kind Kind, words string) string {
	switch {
	case kind == Heading:
		_, words = headingLabel(openingWords(words))
		return words
	case kind == Code || kind == Rule:
		if first, rest, ok := strings.Cut(words, "\n"); ok && (strings.HasPrefix(first, "```") || strings.HasPrefix(first, "~~~")) {
			words = rest
		}
	}
	if opening := openingWords(words); len(words) < 160 { // what could have been a heading, or become one: "Chapter 1 General"
		if label, rest := headingLabel(opening); strings.Contains(label, " ") && rest != "" {
			return rest
		}
	}
	if label, _ := textLabel(openingWords(words)); label != "" {
		if i := strings.IndexAny(words, ")）"); i >= 0 {
			_, n := utf8.DecodeRuneInString(words[i:])
			return words[i+n:]
		}
	}
	return words
}

// bagOf gives the words of a clause, sorted.
func (l *likeness) bagOf(s *side, i int) []int32 {
	if s.bag[i] == nil {
		s.bag[i] = sorted(l.wordsOf(s, i))
	}
	return s.bag[i]
}

func sorted(words []int32) []int32 {
	bag := append([]int32{}, words...)
	slices.Sort(bag)
	return bag
}

// bodyOf gives the words under a heading, sorted: the first of them, where there are many.
func (l *likeness) bodyOf(s *side, i int) []int32 {
	if s.body[i] != nil {
		return s.body[i]
	}
	var words []int32
	for k := i + 1; k < len(s.text.Clauses) && s.text.Clauses[k].Parent >= i && len(words) < bodyWords; k++ {
		more := l.wordsOf(s, k)
		words = append(words, more[:min(len(more), bodyWords)]...)
	}
	s.body[i] = sorted(words[:min(len(words), bodyWords)])
	return s.body[i]
}

// alike is the likeness of two sorted bags; 0 for two empty ones, and for sizes that leave it small.
func (l *likeness) alike(a, b []int32) float64 {
	if len(a)+len(b) == 0 || 2*min(len(a), len(b)) < len(a)/10+len(b)/10 {
		return 0 // far from alike by size alone: no need to look at the words of a very long clause again and again
	}
	common, both, all := 0, 0.0, 0.0
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			all += l.weight[a[i]]
			i++
		case i == len(a) || a[i] > b[j]:
			all += l.weight[b[j]]
			j++
		default:
			common++
			both, all = both+2*l.weight[a[i]], all+2*l.weight[a[i]]
			i, j = i+1, j+1
		}
	}
	s := min(both/all, 2*float64(common)/float64(len(a)+len(b)))
	if least := min(len(a), len(b)); s >= unlike && common == least && least >= sayMuch {
		return max(s, enough) // all of the one stands in the other: the rest was struck out, or made a clause of its own
	}
	return s
}

// score tells how alike clause o of the old and n of the new text are; 0 where they are unlike or their kinds rule it out.
// Headings have their own rule.
func (l *likeness) score(o, n int) float64 {
	a, b := l.old.text.Clauses[o].Kind, l.new.text.Clauses[n].Kind
	if l.rule != nil && !l.rule(o, n) || a == Heading && b == Heading {
		return 0
	}
	s := l.alike(l.bagOf(&l.old, o), l.bagOf(&l.new, n))
	switch {
	case s < unlike:
		return 0
	case a == b, a == Code && b == Rule, a == Rule && b == Code:
	case a == Item && b == Paragraph, a == Paragraph && b == Item:
		s += otherKind
	case s < sameWords:
		return 0
	}
	if l.sameNumber(o, n) {
		s = max(s, min(s+sameLabel, enough)) + tieLabel
	}
	return s
}

// sameNumber tells whether two clauses have the same number of their own.
func (l *likeness) sameNumber(o, n int) bool {
	x, _ := textLabel(openingWords(l.old.text.words[o]))
	y, _ := textLabel(openingWords(l.new.text.words[n]))
	p, q := l.old.text.inside[o], l.new.text.inside[n]
	return x != "" && x == y || p.ordered && q.ordered && p.shown == q.shown
}
