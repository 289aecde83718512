package clauses

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A Succession says that words of clause From of one revision stand in clause To
// of the revision made from it, where To is another clause by identity: From was
// split, or was joined to another.
type Succession struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// What it takes to say that words went from one clause to another. Counts are of
// words (segments that aren't signs or white space).
const (
	phrase      = 4    // words in a row that stand in one clause of the old text only: they tell where words came from
	pieceRun    = 3    // words in a row that count as taken over
	pieceMin    = 6    // words taken over, at least, but for a clause that has fewer
	shortest    = 2    // words that such a clause has, at least
	pieceOfOld  = 0.15 // share of the old clause that a piece of it has, at least
	pieceOfNew  = 0.5  // share of a new clause that are words of the old one
	pieceWhole  = 0.8  // the same, where the piece is smaller: one item of many
	joinedOfOld = 0.75 // share of the old clause where most of the other is something else
	keptInAll   = 0.6  // share of the old clause that stands somewhere, in all its pieces together
)

// comparisons bounds how many words are compared, as a multiple of those of both
// texts: a text made to be compared everywhere with everything is given up on.
const comparisons = 64

// Successions finds the clauses of parent whose words child has in other clauses,
// by the likeness of consecutive pieces: a paragraph made two, a sentence made an
// item, two clauses joined. It comes after Identify and decides only what identity
// leaves open, so words count as evidence only where they stand in one clause of
// the old text and in one of the new: a formula of a law proves nothing. Order: by
// From in parent, then by To in child. Headings neither leave nor take words. parent
// is nil for a first revision, which has none.
func Successions(parent, child *Text) []Succession {
	if parent == nil {
		return nil
	}
	s := newSuccession(parent, child)
	if len(s.lost) == 0 || len(s.heirs) == 0 {
		return nil
	}
	var out []Succession
	for _, o := range s.lost {
		for _, n := range append(s.pieces(o, s.candidates[o]), s.takenIn[o]...) {
			out = append(out, Succession{parent.Clauses[o].ID, child.Clauses[n].ID})
		}
	}
	return out
}

// succession holds what the search needs; indices are of the two outlines.
type succession struct {
	old, new   *Text
	own        []int         // old clause -> itself in the new text, -1 where it went
	lost       []int         // old clauses that went or changed
	heirs      []int         // new clauses that came or changed
	came       map[int]bool  // of heirs, those that came
	candidates map[int][]int // old clause -> heirs that have a phrase of it, in order
	takenIn    map[int][]int // old clause of few words -> the heir that has them all
	ids        symbols[string]
	oldWords   map[int][]int32
	newWords   map[int][]int32
	budget     int // words that may still be compared
}

func newSuccession(parent, child *Text) *succession {
	s := &succession{old: parent, new: child, own: noPairs(len(parent.Clauses)), came: map[int]bool{},
		ids: symbols[string]{}, oldWords: map[int][]int32{}, newWords: map[int][]int32{}}
	at := child.Clauses.indexes()
	kept := make([]int, len(child.Clauses)) // 0: came, 1: changed, 2: the same
	for i := range parent.Clauses {
		c := &parent.Clauses[i]
		n, ok := at[c.ID]
		if ok {
			s.own[i], kept[n] = n, 1
			if child.Clauses[n].Hash == c.Hash {
				kept[n] = 2
				continue
			}
		}
		if c.Kind != Heading {
			s.lost = append(s.lost, i)
		}
	}
	for n, k := range kept {
		if k < 2 && child.Clauses[n].Kind != Heading {
			s.heirs = append(s.heirs, n)
			s.came[n] = k == 0
		}
	}
	if len(s.lost) > 0 && len(s.heirs) > 0 {
		s.trace()
		s.takeIn()
	}
	return s
}

// sequence gives the words of a clause in order, as symbols, in composed form, without its own number. A sentence that is joined to
// another may begin with a small letter.
func (s *succession) sequence(t *Text, i int) []int32 {
	var seq []int32
	for _, w := range wordSegments(norm.NFC.String(contentWords(t.Clauses[i].Kind, t.bareWords(i)))) {
		if isWord(w) {
			seq = append(seq, s.ids.of(strings.ToLower(w)))
		}
	}
	return seq
}

// trace finds the heirs that have a phrase which stands in one old clause only.
func (s *succession) trace() {
	const nowhere, many = -1, -2
	type source struct{ heir, old int }
	phrases := map[[phrase]int32]*source{}
	for _, n := range s.heirs {
		s.newWords[n] = s.sequence(s.new, n)
		s.budget += comparisons * len(s.newWords[n])
		eachPhrase(s.newWords[n], func(p [phrase]int32) {
			switch at := phrases[p]; {
			case at == nil:
				phrases[p] = &source{n, nowhere}
			case at.heir != n:
				at.heir = many
			}
		})
	}
	for o := range s.old.Clauses {
		words := s.sequence(s.old, o)
		eachPhrase(words, func(p [phrase]int32) {
			if at := phrases[p]; at != nil && at.old != o {
				if at.old == nowhere {
					at.old = o
				} else {
					at.old = many
				}
			}
		})
		s.oldWords[o] = words
		s.budget += comparisons * len(words)
	}
	s.candidates = map[int][]int{}
	for _, at := range phrases {
		if at.heir >= 0 && at.old >= 0 && s.own[at.old] != at.heir {
			s.candidates[at.old] = append(s.candidates[at.old], at.heir)
		}
	}
	for o, list := range s.candidates {
		slices.Sort(list)
		s.candidates[o] = slices.Compact(list)
	}
}

// takeIn finds what became of clauses too short for phrases: all their words in a row stand in one heir under the same heading, and
// stood in no other clause before.
func (s *succession) takeIn() {
	const nowhere, many = -1, -2
	type ends struct{ old, heir int }
	rows := map[string]*ends{}
	for _, o := range s.lost {
		if n := len(s.oldWords[o]); s.own[o] < 0 && shortest <= n && n < pieceMin {
			key := symbolKey(s.oldWords[o])
			if rows[key] == nil {
				rows[key] = &ends{nowhere, nowhere}
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	note := func(at *int, i int) {
		if *at == nowhere || *at == i {
			*at = i
		} else {
			*at = many
		}
	}
	eachRow := func(words []int32, f func(*ends)) {
		for n := shortest; n < pieceMin; n++ {
			for i := 0; i+n <= len(words); i++ {
				if at := rows[symbolKey(words[i:i+n])]; at != nil {
					f(at)
				}
			}
		}
	}
	for _, n := range s.heirs {
		eachRow(s.newWords[n], func(at *ends) { note(&at.heir, n) })
	}
	for o := range s.old.Clauses {
		eachRow(s.oldWords[o], func(at *ends) { note(&at.old, o) })
	}
	s.takenIn = map[int][]int{}
	for _, at := range rows {
		if at.old >= 0 && at.heir >= 0 && s.own[at.old] < 0 && s.sameSection(at.old, at.heir) {
			s.takenIn[at.old] = []int{at.heir}
		}
	}
}

// sameSection tells whether an old and a new clause stand under the same heading.
func (s *succession) sameSection(o, n int) bool {
	p, q := headingOver(s.old.Clauses, o), headingOver(s.new.Clauses, n)
	if p < 0 || q < 0 {
		return p == q
	}
	return s.old.Clauses[p].ID == s.new.Clauses[q].ID
}

func eachPhrase(words []int32, f func([phrase]int32)) {
	for i := 0; i+phrase <= len(words); i++ {
		f([phrase]int32(words[i : i+phrase]))
	}
}

// pieces gives those of the candidates in which words of an old clause stand now.
func (s *succession) pieces(o int, candidates []int) []int {
	words := s.oldWords[o]
	if len(candidates) == 0 || len(words) < pieceMin {
		return nil
	}
	stands := make([]bool, len(words))
	if s.own[o] >= 0 {
		markRuns(stands, words, s.sequence(s.new, s.own[o]))
	}
	left := 0 // words that the clause itself has no more
	for _, kept := range stands {
		if !kept {
			left++
		}
	}
	if left < pieceMin {
		return nil
	}
	var found []int
	for _, n := range candidates {
		if s.budget -= len(words) + len(s.newWords[n]); s.budget < 0 {
			break
		}
		piece := make([]bool, len(words))
		taken := markRuns(piece, words, s.newWords[n])
		gone := 0 // of those, words that the clause itself has no more
		for i, in := range piece {
			if in && !stands[i] {
				gone++
			}
		}
		if s.inherits(o, n, len(words), taken, gone) {
			found = append(found, n)
			for i, in := range piece {
				stands[i] = stands[i] || in
			}
		}
	}
	all := 0
	for _, in := range stands {
		if in {
			all++
		}
	}
	if shareOf(all, len(words)) < keptInAll {
		return nil
	}
	slices.SortFunc(found, cmp.Compare[int])
	return found
}

// inherits tells whether new clause n is a piece of old clause o, or has all of it:
// of its words, taken stand in n in runs, and gone of them no longer in o itself.
func (s *succession) inherits(o, n, words, taken, gone int) bool {
	switch {
	case gone < pieceMin:
		return false
	case s.own[o] < 0 && shareOf(taken, words) >= joinedOfOld:
		return true
	case shareOf(gone, words) < pieceOfOld:
		return s.came[n] && shareOf(taken, len(s.newWords[n])) >= pieceWhole
	}
	return s.came[n] && shareOf(gone, len(s.newWords[n])) >= pieceOfNew
}

func shareOf(part, whole int) float64 { return float64(part) / float64(whole) }

// markRuns marks the words of a that b has too, in runs and in the same order, and
// counts them.
func markRuns(marks []bool, a, b []int32) (n int) {
	for _, r := range alignSymbols(a, b) {
		if r.n < pieceRun {
			continue
		}
		n += r.n
		for i := range r.n {
			marks[r.a+i] = true
		}
	}
	return n
}
