package clauses

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// What it takes to know words again that moved.
const (
	trail     = 2    // words in a row that stand in one clause of either text: they tell where words went
	movedSure = 0.7  // likeness of words that moved, before what stands in the same place is looked at
	movedMin  = 0.55 // the same, after
	sayMuch   = 4    // words that are the same wherever they stand
	sayEnough = 4    // words of a clause that may change while it moves
)

// symbolKey is words as a key of a map.
func symbolKey(words []int32) string {
	b := make([]byte, 0, 4*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, uint32(w)) // #nosec G115 -- symbols are numbered from 0
	}
	return string(b)
}

// alignWords pairs clauses that say the same words, whatever their number, level or kind, where the words stand once among
// what is free and is no formula; least is how many words that takes, where nothing else speaks for it.
func (m *matcher) alignWords(least int) {
	const here = 1 << 20
	at, count, keys := map[string]int{}, map[string]int{}, map[int]string{}
	for _, o := range m.freeOld(upTo(len(m.old.Clauses))) {
		if w := m.likeness.wordsOf(&m.likeness.old, o); len(w) > 0 {
			k := symbolKey(w)
			at[k] = o
			count[k]++
		}
	}
	news := m.freeNew(upTo(len(m.new.Clauses)))
	for _, n := range news {
		if w := m.likeness.wordsOf(&m.likeness.new, n); len(w) > 0 {
			keys[n] = symbolKey(w)
			count[keys[n]] += here
		}
	}
	for _, n := range news {
		if k := keys[n]; count[k] == here+1 && m.distinct(at[k], n) && m.mayBe(at[k], n, least) {
			m.pair(at[k], n)
		}
	}
}

// mayBe tells whether clauses of the same words are one. Headings that have other numbers need more; a short title is one
// where what stands under it goes with it.
func (m *matcher) mayBe(o, n, least int) bool {
	long := len(m.likeness.wordsOf(&m.likeness.new, n)) >= least
	if m.old.Clauses[o].Kind != Heading || m.new.Clauses[n].Kind != Heading {
		return long || m.sameSection(o, n)
	}
	x, y := m.likeness.titles(&m.likeness.old, []int{o}), m.likeness.titles(&m.likeness.new, []int{n})
	return x[0].label == y[0].label && (long || m.likeness.headingEvidence(&x[0], &y[0]).body >= unlike)
}

// alignWordsInPlace pairs siblings that say the same words, in order.
func (m *matcher) alignWordsInPlace(a, b []int) {
	if len(a) == 0 || len(b) == 0 {
		return
	}
	ids := symbols[string]{}
	list := func(s *side, at []int) (kept []int, seq []int32) {
		for _, i := range at {
			if w := m.likeness.wordsOf(s, i); len(w) > 0 {
				kept, seq = append(kept, i), append(seq, ids.of(symbolKey(w)))
			}
		}
		return kept, seq
	}
	a, x := list(&m.likeness.old, a)
	b, y := list(&m.likeness.new, b)
	for _, r := range alignSymbols(x, y) {
		for i := range r.n {
			if m.mayBe(a[r.a+i], b[r.b+i], 0) {
				m.pair(a[r.a+i], b[r.b+i])
			}
		}
	}
}

// extendWords pairs what is next to a pair and says the same words, under headings that are a pair: a list that was made
// part of another, with items that say what others say too.
func (m *matcher) extendWords() {
	for n := range m.new.Clauses {
		if o := m.toOld[n]; o >= 0 {
			m.extendBy(o, n, 1)
		}
	}
	for n := len(m.new.Clauses) - 1; n >= 0; n-- {
		if o := m.toOld[n]; o >= 0 {
			m.extendBy(o, n, -1)
		}
	}
}

func (m *matcher) extendBy(o, n, step int) {
	for {
		o, n = o+step, n+step
		if o < 0 || n < 0 || o >= len(m.toNew) || n >= len(m.toOld) || m.toNew[o] != none || m.toOld[n] != none || !m.sameSection(o, n) {
			return
		}
		a, b := m.likeness.wordsOf(&m.likeness.old, o), m.likeness.wordsOf(&m.likeness.new, n)
		if len(a) == 0 || !slices.Equal(a, b) {
			return
		}
		m.pair(o, n)
	}
}

// sameSection tells whether the headings over two clauses are a pair.
func (m *matcher) sameSection(o, n int) bool {
	p, q := headingOver(m.old.Clauses, o), headingOver(m.new.Clauses, n)
	if p < 0 || q < 0 {
		return p == q
	}
	return m.toNew[p] == q
}

func headingOver(o Outline, i int) int {
	for i = o[i].Parent; i >= 0 && o[i].Kind != Heading; i = o[i].Parent {
	}
	return i
}

// moved pairs clauses whose words went elsewhere and changed a little: those alike of which words in a row stand in one free
// clause of either text.
func (m *matcher) moved(least float64) {
	type candidate struct {
		score float64
		o, n  int
	}
	var found []candidate
	for c := range m.trails() {
		if s := m.likeness.score(c[0], c[1]); s >= least && m.mayMove(c[0], c[1], s) {
			found = append(found, candidate{s, c[0], c[1]})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), a.o-b.o, a.n-b.n) })
	for _, f := range found {
		if m.toNew[f.o] == none && m.toOld[f.n] == none {
			m.pair(f.o, f.n)
		}
	}
}

// mayMove tells whether clauses that are so alike may be one: under another heading what is short, or stands in many places,
// or changed much is no evidence.
func (m *matcher) mayMove(o, n int, alike float64) bool {
	words := min(len(m.likeness.wordsOf(&m.likeness.old, o)), len(m.likeness.wordsOf(&m.likeness.new, n)))
	return m.sameSection(o, n) || alike >= movedSure && words >= sayEnough && m.distinct(o, n)
}

// trails finds the free clauses that have words in a row which no other free clause of their text has. How many words
// they have together is bounded, as a multiple of all: a text made to be compared everywhere is given up on.
func (m *matcher) trails() map[[2]int]bool {
	const nowhere, many = -1, -2
	type ends struct{ o, n int }
	rows := map[[trail]int32]*ends{}
	each := func(words []int32, f func([trail]int32)) {
		for i := 0; i+trail <= len(words); i++ {
			f([trail]int32(words[i : i+trail]))
		}
	}
	olds, news := m.ofLikeSize()
	budget := 0
	for _, n := range news {
		words := m.likeness.wordsOf(&m.likeness.new, n)
		budget += comparisons * len(words)
		each(words, func(r [trail]int32) {
			if at := rows[r]; at == nil {
				rows[r] = &ends{nowhere, n}
			} else if at.n != n {
				at.n = many
			}
		})
	}
	found := map[[2]int]bool{}
	for _, o := range olds {
		each(m.likeness.wordsOf(&m.likeness.old, o), func(r [trail]int32) {
			if at := rows[r]; at != nil && at.o != o {
				if at.o == nowhere {
					at.o = o
				} else {
					at.o = many
				}
			}
		})
	}
	for _, o := range olds {
		words := m.likeness.wordsOf(&m.likeness.old, o)
		each(words, func(r [trail]int32) {
			at := rows[r]
			if at == nil || at.o != o || at.n < 0 || found[[2]int{o, at.n}] {
				return
			}
			if budget -= len(words) + len(m.likeness.wordsOf(&m.likeness.new, at.n)); budget >= 0 {
				found[[2]int{o, at.n}] = true
			}
		})
	}
	return found
}

// ofLikeSize lists the free clauses but those too long to be like any of the other text: what shares half of its words with
// another is at most three times as long.
func (m *matcher) ofLikeSize() (olds, news []int) {
	keep := func(s *side, at []int, than int) (kept []int, longest int) {
		for _, i := range at {
			if n := len(m.likeness.wordsOf(s, i)); n <= 3*than {
				kept, longest = append(kept, i), max(longest, n)
			}
		}
		return kept, longest
	}
	const any = 1 << 30
	news, longest := keep(&m.likeness.new, m.freeNew(upTo(len(m.new.Clauses))), any)
	olds, longest = keep(&m.likeness.old, m.freeOld(upTo(len(m.old.Clauses))), longest)
	news, _ = keep(&m.likeness.new, news, longest)
	return olds, news
}
