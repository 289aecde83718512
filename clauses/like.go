package clauses

import (
	"slices"
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// How alike two clauses must be to be one clause changed. Likeness of words is the Dice coefficient of their multisets of
// words (L. R. Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26, 1945), from 0 to 1.
const (
	enough        = 0.5  // for words in the same place
	enoughAlone   = 0.3  // where exactly one clause went from a place and one came there
	sameLabel     = 0.35 // added where both have the same own number "(2)"
	otherLabel    = -0.1 // added where both have a number, but not the same
	sameNumber    = 0.1  // added where both are items with the same number
	otherKind     = -0.1 // added where a paragraph became an item, or the reverse
	headingTitle  = 0.5  // weight of a title's likeness
	headingBody   = 0.6  // weight of what stands under a heading being the same
	headingNumber = 0.5  // added where both headings have the same number
	renumbered    = 0.75 // needed by headings with different numbers: the title and most of the body
	elsewhereMin  = 0.65 // needed by headings under different parents, unless their number is a "§"
	manyPairs     = 2_500
	band          = 8 // neighbours tried on either side where a gap is too large to try all pairs
)

// likeness compares the words of clauses of two texts. What it computes of a clause it keeps.
type likeness struct {
	old, new       *Text
	ids            symbols[string]
	rule           func(o, n int) bool // where set, what must hold besides
	oldBag, newBag [][]int32
}

func newLikeness(old, new *Text) likeness {
	return likeness{old: old, new: new, ids: symbols[string]{},
		oldBag: make([][]int32, len(old.Clauses)), newBag: make([][]int32, len(new.Clauses))}
}

// bag gives the words of a clause as sorted symbols. Words are compared in their composed form (NFC), so that a text saved
// by another editor is still recognised.
func (l *likeness) bag(kept [][]int32, t *Text, i int) []int32 {
	if kept[i] == nil {
		kept[i] = l.bagOf(t.bareWords(i))
	}
	return kept[i]
}

func (l *likeness) bagOf(words string) []int32 {
	bag := []int32{}
	for _, s := range wordSegments(norm.NFC.String(words)) {
		if isWord(s) {
			bag = append(bag, l.ids.of(s))
		}
	}
	if len(bag) == 0 { // a table of empty cells, a formula: then signs are all there is
		for _, s := range strings.Fields(words) {
			bag = append(bag, l.ids.of(s))
		}
	}
	slices.Sort(bag)
	return bag
}

// diceLikeness is twice what two sorted bags have in common over the size of both; 0 for two empty
// ones, and for sizes that leave it under 0.1.
func diceLikeness(a, b []int32) float64 {
	if len(a)+len(b) == 0 || 2*min(len(a), len(b)) < len(a)/10+len(b)/10 {
		return 0 // far from alike by size alone: no need to look at the words of a very long clause again and again
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// score tells how alike clause o of the old and n of the new text are; 0 where their kinds rule it out. Headings have
// their own rule.
func (l *likeness) score(o, n int) float64 {
	a, b := &l.old.Clauses[o], &l.new.Clauses[n]
	s := 0.0
	switch {
	case l.rule != nil && !l.rule(o, n):
		return 0
	case a.Kind == Heading || b.Kind == Heading:
		return 0
	case a.Kind == b.Kind, a.Kind == Code && b.Kind == Rule, a.Kind == Rule && b.Kind == Code:
	case a.Kind == Item && b.Kind == Paragraph, a.Kind == Paragraph && b.Kind == Item:
		s = otherKind
	default:
		return 0
	}
	s += diceLikeness(l.bag(l.oldBag, l.old, o), l.bag(l.newBag, l.new, n))
	x, _ := textLabel(openingWords(l.old.words[o]))
	y, _ := textLabel(openingWords(l.new.words[n]))
	switch p, q := l.old.inside[o], l.new.inside[n]; {
	case x != "" && x == y:
		s += sameLabel
	case x != "" && y != "":
		s += otherLabel
	case p.ordered && q.ordered && p.shown == q.shown:
		s += sameNumber
	}
	return s
}

// title is a heading taken apart.
type title struct {
	at    int
	label string
	words []int32
}

func (l *likeness) titles(t *Text, at []int) []title {
	var out []title
	for _, i := range at {
		if t.Clauses[i].Kind == Heading {
			label, rest := headingLabel(openingWords(t.words[i]))
			out = append(out, title{i, label, l.bagOf(rest)})
		}
	}
	return out
}

// pairHeadings pairs free headings by score, best first. samePlace says that they stand under paired parents.
func (m *matcher) pairHeadings(olds, news []int, samePlace bool) {
	a, b := m.likeness.titles(m.old, olds), m.likeness.titles(m.new, news)
	type candidate struct {
		score float64
		o, n  int
	}
	var found []candidate
	try := func(x, y *title) {
		if s, min := m.headingScore(x, y, samePlace); s >= min {
			found = append(found, candidate{s, x.at, y.at})
		}
	}
	if len(a)*len(b) <= manyPairs {
		for i := range a {
			for j := range b {
				try(&a[i], &b[j])
			}
		}
	} else {
		byLabel := map[string][]int{}
		for j := range b {
			byLabel[b[j].label] = append(byLabel[b[j].label], j)
		}
		for i := range a {
			if js := byLabel[a[i].label]; a[i].label != "" && len(js) <= band {
				for _, j := range js {
					try(&a[i], &b[j])
				}
			}
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].score > found[j].score })
	for _, f := range found {
		if m.toNew[f.o] == none && m.toOld[f.n] == none {
			m.pair(f.o, f.n)
		}
	}
}

// headingScore gives how alike two headings are, and how alike they must be to be one. The same number in the same place
// is enough by itself, whatever the title became; a title that goes on under another number needs its body with it.
func (m *matcher) headingScore(x, y *title, samePlace bool) (score, min float64) {
	score = headingTitle*diceLikeness(x.words, y.words) + headingBody*m.sameBody(x.at, y.at)
	min = enough
	switch {
	case x.label != "" && x.label == y.label:
		score += headingNumber
		if !samePlace && m.old.Clauses[x.at].Level == m.new.Clauses[y.at].Level && len(x.label) > 2 && x.label[:2] == "§" {
			return score, min
		}
	case x.label != "" && y.label != "":
		min = renumbered
	}
	if !samePlace && min < elsewhereMin {
		min = elsewhereMin
	}
	return score, min
}

// sameBody is the share of children that two clauses have in common by content, over the larger number of children.
func (m *matcher) sameBody(o, n int) float64 {
	a, b := m.oldKids[o+1], m.newKids[n+1]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	left := make(map[int32]int, len(a))
	for _, k := range a {
		left[m.oldSym[k]]++
	}
	common := 0
	for _, k := range b {
		if left[m.newSym[k]] > 0 {
			left[m.newSym[k]]--
			common++
		}
	}
	return float64(common) / float64(max(len(a), len(b)))
}

// headingsElsewhere pairs the headings still free wherever they stand.
func (m *matcher) headingsElsewhere() {
	var olds, news []int
	for o := range m.old.Clauses {
		if m.toNew[o] == none && m.old.Clauses[o].Kind == Heading {
			olds = append(olds, o)
		}
	}
	for n := range m.new.Clauses {
		if m.toOld[n] == none && m.new.Clauses[n].Kind == Heading {
			news = append(news, n)
		}
	}
	m.pairHeadings(olds, news, false)
}

// likenInside pairs what is left of the children of paired clauses by the likeness of their words.
func (m *matcher) likenInside(o, n int) {
	m.likenGaps(m.oldKids[o+1], m.newKids[n+1])
}

// likenBetween does the same over the whole texts, for clauses that came under a new heading or lost theirs. A formula that
// stands in many sections is no evidence here.
func (m *matcher) likenBetween() {
	m.likeness.rule = m.distinct
	m.likenGaps(upTo(len(m.old.Clauses)), upTo(len(m.new.Clauses)))
}

func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// likenGaps walks two sequences of clauses from pair to pair, by those pairs that stand in the same order in both. What is
// left between two such pairs stands "in the same place" and is compared with one another.
func (m *matcher) likenGaps(olds, news []int) {
	position := make(map[int]int, len(olds))
	for i, o := range olds {
		position[o] = i
	}
	var at, seq []int // of news that are paired within olds: index, and position of the pair
	for j, n := range news {
		if o := m.toOld[n]; o >= 0 {
			if i, ok := position[o]; ok {
				at, seq = append(at, j), append(seq, i)
			}
		}
	}
	i, j := 0, 0
	for k, in := range longestIncreasing(seq) {
		if in {
			m.likenGap(m.freeOld(olds[i:seq[k]]), m.freeNew(news[j:at[k]]))
			i, j = seq[k]+1, at[k]+1
		}
	}
	m.likenGap(m.freeOld(olds[i:]), m.freeNew(news[j:]))
}

// likenGap pairs clauses that went from one place and came there.
func (m *matcher) likenGap(a, b []int) {
	switch {
	case len(a) == 0 || len(b) == 0:
	case len(a) == 1 && len(b) == 1:
		if m.likeness.score(a[0], b[0]) >= enoughAlone {
			m.pair(a[0], b[0])
		}
	case len(a)*len(b) <= manyPairs:
		m.likenAll(a, b)
	default:
		m.likenBand(a, b)
	}
}

// likenAll pairs two lists in order so that the sum of the scores is greatest.
func (m *matcher) likenAll(a, b []int) {
	width := len(b) + 1
	scores := make([]float64, len(a)*len(b))
	best := make([]float64, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			s := m.likeness.score(a[i], b[j])
			scores[i*len(b)+j] = s
			v := max(best[(i+1)*width+j], best[i*width+j+1])
			if s >= enough {
				v = max(v, s+best[(i+1)*width+j+1])
			}
			best[i*width+j] = v
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		s := scores[i*len(b)+j]
		switch v := best[i*width+j]; {
		case s >= enough && v == s+best[(i+1)*width+j+1]:
			m.pair(a[i], b[j])
			i, j = i+1, j+1
		case v == best[(i+1)*width+j]:
			i++
		default:
			j++
		}
	}
}

// likenBand does so for long lists, trying only neighbours at about the same place in both.
func (m *matcher) likenBand(a, b []int) {
	next := 0
	for i := range a {
		middle := i * len(b) / len(a)
		best, at := 0.0, -1
		for j := max(next, middle-band); j < min(len(b), middle+band+1); j++ {
			if s := m.likeness.score(a[i], b[j]); s >= enough && s > best {
				best, at = s, j
			}
		}
		if at >= 0 {
			m.pair(a[i], b[at])
			next = at + 1
		}
	}
}
