package campaign

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Additions returns what a comment says beyond the sample of its group: passages of
// its parts as they are written, in their order. What is left out stands in the sample, in
// runs of four words or more; so a passage is rather shown too much than too little, and
// where words of the sample are left out or stand in another order, nothing is shown.
func Additions(sample []Word, parts ...string) []string {
	var list []string
	for _, part := range parts {
		for _, p := range passages(sample, part) {
			list = append(list, part[p.start:p.end])
		}
	}
	return list
}

// passages returns where in a text stands what the sample doesn't say.
func passages(sample []Word, text string) (found []chunk) {
	chunks := split(text)
	var list []Word
	var owner []int // of each word its chunk
	for i, c := range chunks {
		list = appendWords(list, normal(text[c.start:c.end]), len(text)+1)
		for len(owner) < len(list) {
			owner = append(owner, i)
		}
	}
	said := covered(sample, list)
	last := -1 // the chunk that the passage at hand ends with
	for i, c := range owner {
		switch {
		case said[i] || c == last:
			continue
		case last >= 0 && owner[i-1] == last:
			found[len(found)-1].end = chunks[c].end
		default:
			found = append(found, chunks[c])
		}
		last = c
	}
	return found
}

// Added counts the words of a comment that aren't the sample's, as [Additions] shows
// them; the words of all its parts are taken together.
func Added(sample, list []Word) (n int) {
	for _, c := range covered(sample, list) {
		if !c {
			n++
		}
	}
	return n
}

// maxPlaces bounds the places in the sample at which a run is looked for.
const maxPlaces = 8

// covered says of each word whether it stands in the sample as one of a run. Each run
// is the longest of those that begin at its first word.
func covered(sample, list []Word) []bool {
	said := make([]bool, len(list))
	places := map[Word][]int{}
	for i, s := range shingles(sample, shingle) {
		if len(places[s]) < maxPlaces {
			places[s] = append(places[s], i)
		}
	}
	starts := shingles(list, shingle)
	for i := 0; i < len(starts); {
		longest := 0
		for _, at := range places[starts[i]] {
			n := 0
			for i+n < len(list) && at+n < len(sample) && list[i+n] == sample[at+n] {
				n++
			}
			longest = max(longest, n)
		}
		if longest < shingle {
			i++
			continue
		}
		for j := range longest {
			said[i+j] = true
		}
		i += longest
	}
	return said
}

// A chunk is a piece of a text, from one byte to before another.
type chunk struct{ start, end int }

// split parts a text into what is shown or left out as a whole: at white space, and before each character of scripts without it.
func split(s string) (chunks []chunk) {
	start := -1
	flush := func(end int) {
		if start >= 0 {
			chunks = append(chunks, chunk{start, end})
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			flush(i)
		case r >= utf8.RuneSelf && unicode.In(r, spaceless...):
			flush(i)
			start = i
		case start < 0:
			start = i
		}
	}
	flush(len(s))
	return chunks
}

// Opening returns the first words of a text, at most n bytes of it, for a list.
func Opening(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	cut := n
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	if at := strings.LastIndexByte(s[:cut], ' '); at > 0 {
		cut = at
	}
	return s[:cut] + " …"
}
