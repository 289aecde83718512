package clauses

// likenInside pairs what is left of the children of paired clauses by the likeness of their words.
func (m *matcher) likenInside(o, n int) {
	m.likenGaps(m.oldKids[o+1], m.newKids[n+1])
}

// likenBetween does the same over the whole texts, for clauses that came under a new heading or lost theirs. A formula that
// stands in many sections is no evidence here.
func (m *matcher) likenBetween() {
	m.likeness.rule = func(o, n int) bool { return m.distinct(o, n) && m.sectionGoesOrComes(o, n) }
	m.likenGaps(upTo(len(m.old.Clauses)), upTo(len(m.new.Clauses)))
}

// sectionGoesOrComes tells whether of the headings over two clauses one goes or comes, or both are a pair.
func (m *matcher) sectionGoesOrComes(o, n int) bool {
	p, q := headingOver(m.old.Clauses, o), headingOver(m.new.Clauses, n)
	return p < 0 || q < 0 || m.toNew[p] == none || m.toOld[q] == none || m.toNew[p] == q
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
	if x, y := m.likeness.titles(&m.likeness.old, a), m.likeness.titles(&m.likeness.new, b); len(x) == 1 && len(y) == 1 {
		if m.samePlace(x[0].at, y[0].at) && m.likeness.headingEvidence(&x[0], &y[0]).score() >= alone {
			m.pair(x[0].at, y[0].at)
			a, b = m.freeOld(a), m.freeNew(b)
		}
	}
	switch {
	case len(a) == 0 || len(b) == 0:
	case len(a) == 1 && len(b) == 1:
		if s := m.likeness.score(a[0], b[0]); s >= enough || s > 0 && m.samePlace(a[0], b[0]) {
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
	align(len(a), len(b), func(i, j int) float64 {
		if s := m.likeness.score(a[i], b[j]); s >= enough {
			return s
		}
		return 0
	}, func(i, j int) { m.pair(a[i], b[j]) })
}

// align pairs two lists in order so that the sum of the scores is greatest; what scores 0 is no pair.
func align(n, k int, score func(i, j int) float64, pair func(i, j int)) {
	width := k + 1
	scores := make([]float64, n*k)
	best := make([]float64, (n+1)*width)
	for i := n - 1; i >= 0; i-- {
		for j := k - 1; j >= 0; j-- {
			s := score(i, j)
			scores[i*k+j] = s
			v := max(best[(i+1)*width+j], best[i*width+j+1])
			if s > 0 {
				v = max(v, s+best[(i+1)*width+j+1])
			}
			best[i*width+j] = v
		}
	}
	for i, j := 0, 0; i < n && j < k; {
		s := scores[i*k+j]
		switch v := best[i*width+j]; {
		case s > 0 && v == s+best[(i+1)*width+j+1]:
			pair(i, j)
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
