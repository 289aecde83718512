package clauses

import (
	"cmp"
	"slices"
)

// What makes two headings one: the title above all, then what stands under it, then the number. A title that goes on under
// another number with most of its body is that section; a number alone is evidence where nothing else speaks.
const (
	titleWeight  = 0.55
	bodyWeight   = 0.5
	numberWeight = 0.15
	renumbered   = 0.6  // needed by headings with different numbers
	wholeBody    = 0.9  // likeness of bodies that is enough by itself
	elsewhereMin = 0.65 // needed by headings under different parents
	alone        = 0.3  // needed where exactly one heading went from a place and one came there
)

// title is a heading taken apart.
type title struct {
	at, level int
	label     string
	words     []int32
	parted    bool // it is a number alone over other headings
}

// titles takes those of the clauses apart that are headings.
func (l *likeness) titles(s *side, at []int) (list []title) {
	for _, i := range at {
		if c := &s.text.Clauses[i]; c.Kind == Heading {
			label, _ := headingLabel(openingWords(s.text.words[i]))
			words := l.bagOf(s, i)
			list = append(list, title{i, c.Level, label, words, len(words) == 0 && s.parted(i)})
		}
	}
	return list
}

// headingEvidence is what speaks for two headings being one.
type headingEvidence struct {
	title, body float64
	number      bool // the same
	numbers     bool // both have one
	untitled    bool // both are numbers alone
	parted      bool // both are so over other headings
}

func (l *likeness) headingEvidence(x, y *title) headingEvidence {
	e := headingEvidence{title: l.alike(x.words, y.words), number: x.label != "" && x.label == y.label,
		numbers: x.label != "" && y.label != "", untitled: len(x.words)+len(y.words) == 0,
		parted: x.parted && y.parted}
	a, b := l.bodyOf(&l.old, x.at), l.bodyOf(&l.new, y.at)
	e.body = l.alike(a, b)
	if len(a)+len(b) == 0 {
		e.body = e.title // nothing stands under either: the title speaks for all
	}
	return e
}

// parted tells whether other headings stand under a heading.
func (s *side) parted(i int) bool {
	o := s.text.Clauses
	for k := i + 1; k < len(o) && o[k].Parent >= i; k++ {
		if o[k].Kind == Heading {
			return true
		}
	}
	return false
}

func (e headingEvidence) score() float64 {
	number := 0.0
	if e.number {
		number = numberWeight
	}
	switch {
	case e.untitled && e.parted && e.body >= unlike:
		return e.body + 2*number // a chapter of which a part went to another
	case e.untitled:
		return e.body + number/3 // what stands under them is all there is to tell
	}
	return titleWeight*e.title + bodyWeight*e.body + number
}

// suffices tells whether headings in the same place are one.
func (e headingEvidence) suffices() bool {
	switch s := e.score(); {
	case e.untitled:
		return s >= enough
	case e.body >= wholeBody:
		return true
	case e.numbers && !e.number:
		return s >= renumbered
	default:
		return s >= enough
	}
}

// titled tells whether they are one, and their titles say so too.
func (e headingEvidence) titled() bool { return e.suffices() && (e.untitled || e.title >= unlike) }

// pairHeadings pairs the free headings under a pair: in their order, so that all together are the likest, and then those
// that moved.
func (m *matcher) pairHeadings(olds, news []int) {
	a, b := m.likeness.titles(&m.likeness.old, olds), m.likeness.titles(&m.likeness.new, news)
	if len(a) == 0 || len(b) == 0 {
		return
	}
	if len(a)*len(b) <= manyPairs {
		align(len(a), len(b), func(i, j int) float64 {
			if e := m.likeness.headingEvidence(&a[i], &b[j]); e.titled() {
				return e.score() * e.score()
			}
			return 0
		}, func(i, j int) { m.pair(a[i].at, b[j].at) })
	}
	m.pairBest(a, b, headingEvidence.titled)
}

// pairBest pairs headings, the likest first.
func (m *matcher) pairBest(a, b []title, suffices func(headingEvidence) bool) {
	type candidate struct {
		score float64
		o, n  int
	}
	var found []candidate
	m.eachLikely(a, b, func(x, y *title) {
		if m.toNew[x.at] != none || m.toOld[y.at] != none {
			return
		}
		if e := m.likeness.headingEvidence(x, y); suffices(e) {
			found = append(found, candidate{e.score(), x.at, y.at})
		}
	})
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, f := range found {
		if m.toNew[f.o] == none && m.toOld[f.n] == none {
			m.pair(f.o, f.n)
		}
	}
}

// eachLikely calls f with each two headings, or where those are too many with those at about the same place, those of the
// same number or title, and those under which the same clauses stand.
func (m *matcher) eachLikely(a, b []title, f func(x, y *title)) {
	if len(a)*len(b) <= manyPairs {
		for i := range a {
			for j := range b {
				f(&a[i], &b[j])
			}
		}
		return
	}
	byLabel, byTitle, at := map[string][]int{}, map[string][]int{}, map[int]int{}
	for j := range b {
		byLabel[b[j].label] = append(byLabel[b[j].label], j)
		byTitle[symbolKey(b[j].words)] = append(byTitle[symbolKey(b[j].words)], j)
		at[b[j].at] = j
	}
	for i := range a {
		tried := map[int]bool{}
		try := func(j int) {
			if !tried[j] {
				tried[j] = true
				f(&a[i], &b[j])
			}
		}
		middle := i * len(b) / len(a)
		for j := max(0, middle-band); j < min(len(b), middle+band+1); j++ {
			try(j)
		}
		if js := byLabel[a[i].label]; a[i].label != "" && len(js) <= band {
			for _, j := range js {
				try(j)
			}
		}
		if js := byTitle[symbolKey(a[i].words)]; len(a[i].words) > 0 && len(js) <= band {
			for _, j := range js {
				try(j)
			}
		}
		for _, o := range m.oldKids[a[i].at+1] {
			if n := m.toNew[o]; n >= 0 && m.new.Clauses[n].Parent >= 0 {
				if j, ok := at[m.new.Clauses[n].Parent]; ok {
					try(j)
				}
			}
		}
	}
}

// headingsElsewhere pairs the headings still free wherever they stand: those alike enough in title and body, and those
// whose number no other heading has, in either text, unless a title speaks against it.
func (m *matcher) headingsElsewhere() {
	olds, news := m.freeOld(upTo(len(m.old.Clauses))), m.freeNew(upTo(len(m.new.Clauses)))
	a, b := m.likeness.titles(&m.likeness.old, olds), m.likeness.titles(&m.likeness.new, news)
	if len(a) == 0 || len(b) == 0 {
		return
	}
	m.pairBest(a, b, func(e headingEvidence) bool {
		return e.score() >= elsewhereMin || e.title == 1 && e.body >= unlike
	})
	m.drain()
	once, twice := m.numberCount(m.old), m.numberCount(m.new)
	at := make(map[string]*title, len(b))
	for j := range b {
		at[b[j].label] = &b[j]
	}
	for i := range a {
		x, y := &a[i], at[a[i].label]
		if y == nil || x.level != y.level || once[x.label] != 1 || twice[x.label] != 1 || m.toNew[x.at] != none || m.toOld[y.at] != none {
			continue
		}
		if m.likeness.mayBeOne(x, y) {
			m.pair(x.at, y.at)
		}
	}
}

// numberCount counts the headings of each number.
func (m *matcher) numberCount(t *Text) map[string]int {
	count := map[string]int{}
	for i := range t.Clauses {
		if t.Clauses[i].Kind == Heading {
			if label, _ := headingLabel(openingWords(t.words[i])); label != "" {
				count[label]++
			}
		}
	}
	return count
}

// headingsInPlace pairs the headings still free under a pair whose titles say nothing any more: by what stands under them,
// then by the same number, whatever their titles became.
func (m *matcher) headingsInPlace() {
	for i := 0; i < len(m.pairs); i++ { // grows while it runs
		olds, news := m.freeOld(m.oldKids[m.pairs[i][0]+1]), m.freeNew(m.newKids[m.pairs[i][1]+1])
		a, b := m.likeness.titles(&m.likeness.old, olds), m.likeness.titles(&m.likeness.new, news)
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		m.pairBest(a, b, headingEvidence.suffices)
		m.pairNumbers(a, b)
		m.drain()
	}
}

// pairNumbers pairs the free headings of the same number.
func (m *matcher) pairNumbers(a, b []title) {
	at := make(map[string]*title, len(b))
	for j := range b {
		if at[b[j].label] == nil {
			at[b[j].label] = &b[j]
		}
	}
	for i := range a {
		x, y := &a[i], at[a[i].label]
		if y != nil && x.label != "" && m.toNew[x.at] == none && m.toOld[y.at] == none && m.likeness.mayBeOne(x, y) {
			m.pair(x.at, y.at)
		}
	}
}

// mayBeOne tells whether headings of the same number may be one: a title, or what stands under it, is still alike, or one of them
// is a number alone, as a provision is that was repealed. A provision put in the place of another, under a title
// of its own, is another.
func (l *likeness) mayBeOne(x, y *title) bool {
	if len(x.words) == 0 || len(y.words) == 0 {
		return true
	}
	e := l.headingEvidence(x, y)
	return max(e.title, e.body) >= unlike
}
