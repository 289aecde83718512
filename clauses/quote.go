package clauses

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Quoted says where a quotation stands in words.
type Quoted struct {
	Start, End int     // bytes
	Likeness   float64 // 1: to the letter; else the share of words that are still the same
}

// How much of a quotation may have changed for it to be found still, and how large
// a comparison may be.
const (
	quoteEdits = 0.34 // of its words: of two none, of three one
	quoteCells = 8 << 20
)

// FindQuote finds a quotation in the words of a clause by the text-quote selector
// of the W3C Web Annotation Data Model: the exact words, and what stood right
// before and after them, which may be empty. Words that stand to the letter come
// first; where they do so more than once, the place whose surroundings are most
// like prefix and suffix. Where they don't, they are found again if most of their
// words still follow one another there (the approximate matching of P. H. Sellers,
// "The Theory and Computation of Evolutionary Distances", Journal of Algorithms 1,
// 1980, over words). False where the words are gone, and where two places answer
// alike: better nowhere than on the wrong words.
func FindQuote(words, exact, prefix, suffix string) (Quoted, bool) {
	if strings.TrimSpace(exact) == "" {
		return Quoted{}, false
	}
	best, score, tie := Quoted{}, -1, false
	for at := 0; at <= len(words)-len(exact); {
		i := strings.Index(words[at:], exact)
		if i < 0 {
			break
		}
		start := at + i
		q := Quoted{start, start + len(exact), 1}
		switch s := likeSurroundings(words, q, prefix, suffix); {
		case s > score:
			best, score, tie = q, s, false
		case s == score:
			tie = true
		}
		_, size := utf8.DecodeRuneInString(words[start:])
		at = start + size
	}
	if score >= 0 {
		return best, !tie
	}
	return findAlike(words, exact, prefix, suffix)
}

// FindQuote finds a quotation in the plain text of some clauses, by index: in which of
// them, and where in that clause's [Plain] text, which comes with it. False where it
// is nowhere, and where two clauses answer alike.
func (t *Text) FindQuote(at []int, exact, prefix, suffix string) (clause int, plain string, where Quoted, ok bool) {
	tie := false
	for _, i := range at {
		text := Plain(t.Words(i))
		q, found := FindQuote(text, exact, prefix, suffix)
		switch {
		case !found:
		case !ok || q.Likeness > where.Likeness:
			clause, plain, where, ok, tie = i, text, q, true, false
		case q.Likeness == where.Likeness:
			tie = true
		}
	}
	if tie {
		return 0, "", Quoted{}, false
	}
	return clause, plain, where, ok
}

// likeSurroundings counts the bytes right before and after a quotation that are as prefix and suffix say.
func likeSurroundings(words string, q Quoted, prefix, suffix string) (n int) {
	before, after := words[:q.Start], words[q.End:]
	for n < len(before) && n < len(prefix) && before[len(before)-1-n] == prefix[len(prefix)-1-n] {
		n++
	}
	for i := 0; i < len(after) && i < len(suffix) && after[i] == suffix[i]; i++ {
		n++
	}
	return n
}

// A quoteWord is a word with its place in the text.
type quoteWord struct {
	symbol     int32
	start, end int
}

func quoteWords(ids symbols[string], s string) (list []quoteWord) {
	at := 0
	for _, w := range wordSegments(s) {
		if isWord(w) {
			list = append(list, quoteWord{ids.of(strings.ToLower(norm.NFC.String(w))), at, at + len(w)})
		}
		at += len(w)
	}
	return list
}

// A quoteMatch is a stretch of the text that ends at a word, and what it costs in words
// replaced, left out or put in.
type quoteMatch struct{ cost, from int }

// findAlike finds the stretch of words most like the quotation.
func findAlike(words, exact, prefix, suffix string) (Quoted, bool) {
	ids := symbols[string]{}
	want, have := quoteWords(ids, exact), quoteWords(ids, words)
	if len(want) == 0 || len(have) == 0 || len(want)*len(have) > quoteCells {
		return Quoted{}, false
	}
	most := int(quoteEdits * float64(len(want)))
	best, score, tie := Quoted{}, -1, false
	cost := most + 1
	for j, m := range cheapestMatches(want, have) {
		if m.cost > most || m.from > j || m.cost > cost {
			continue
		}
		q := Quoted{have[m.from].start, have[j].end, 1 - shareOf(m.cost, len(want))}
		s := likeSurroundings(words, q, strings.TrimRight(prefix, " \n\t"), strings.TrimLeft(suffix, " \n\t")) +
			likeSurroundings(words, q, prefix, suffix)
		switch {
		case m.cost < cost || s > score:
			best, score, cost, tie = q, s, m.cost, false
		case s == score && q.Start < best.End && best.Start < q.End: // the same place, a word more or less
		case s == score:
			tie = true
		}
	}
	return best, score >= 0 && !tie
}

// cheapestMatches gives for each word of have the cheapest match of want that ends there.
func cheapestMatches(want, have []quoteWord) []quoteMatch {
	column := make([]quoteMatch, len(want)+1)
	for i := range column {
		column[i].cost = i
	}
	out := make([]quoteMatch, len(have))
	for j, h := range have {
		diagonal := column[0]
		column[0] = quoteMatch{0, j + 1}
		for i := 1; i <= len(want); i++ {
			m := diagonal
			if want[i-1].symbol != h.symbol {
				m.cost++
			}
			if v := column[i]; v.cost+1 < m.cost { // a word of the text put in
				m = quoteMatch{v.cost + 1, v.from}
			}
			if v := column[i-1]; v.cost+1 < m.cost { // a word of the quotation left out
				m = quoteMatch{v.cost + 1, v.from}
			}
			diagonal, column[i] = column[i], m
		}
		out[j] = column[len(want)]
	}
	return out
}
