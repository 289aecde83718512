package campaign

// What two texts must share: see the package comment.
const (
	MinWords = 8  // words of a comment that can be in a group
	MinRun   = 12 // words of an unbroken run by which one text contains another
)

// Near says whether two texts are near-duplicates.
func Near(a, b []Word) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < MinWords {
		return false
	}
	return overlap(a, b) || contains(b, a)
}

// overlap says whether more than 19 words in 20 of the longer text, b, are shared.
func overlap(a, b []Word) bool {
	if 20*len(a) <= 19*len(b) {
		return false
	}
	have := make(map[Word]int, len(a))
	for _, w := range a {
		have[w]++
	}
	shared := 0
	for _, w := range b {
		if have[w] > 0 {
			have[w]--
			shared++
		}
	}
	return 20*shared > 19*len(b)
}

// contains says whether the longer text has the shorter one, in its order and in runs
// of MinRun words or more. Each step takes the first place at which the next MinRun words stand, and
// from there as many as are the same, so the texts are gone through once.
func contains(longer, shorter []Word) bool {
	if len(shorter) < MinRun {
		return false
	}
	places := map[Word][]int{}
	for i, s := range shingles(longer, MinRun) {
		places[s] = append(places[s], i)
	}
	starts := shingles(shorter, MinRun)
	from := 0
	for i := 0; i < len(shorter); {
		if i >= len(starts) {
			return false
		}
		list := places[starts[i]]
		for len(list) > 0 && list[0] < from {
			list = list[1:]
		}
		places[starts[i]] = list
		if len(list) == 0 {
			return false
		}
		at := list[0]
		for i < len(shorter) && at < len(longer) && shorter[i] == longer[at] {
			i, at = i+1, at+1
		}
		if at == list[0] { // a hash that collides
			return false
		}
		from = at
	}
	return true
}

// shingles hashes every n words in a row.
func shingles(list []Word, n int) []Word {
	if len(list) < n {
		return nil
	}
	// A polynomial over the words, so that the next one takes one step: the first
	// word's part goes and the rest moves up.
	const base Word = 0x9E3779B97F4A7C15 // odd: 2^64 over the golden ratio
	top := Word(1)
	for range n - 1 {
		top *= base
	}
	out := make([]Word, 0, len(list)-n+1)
	h := Word(0)
	for i, w := range list {
		if i >= n {
			h -= list[i-n] * top
		}
		h = h*base + w
		if i >= n-1 {
			out = append(out, h)
		}
	}
	return out
}
