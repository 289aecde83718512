package clauses

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Quoted says where a quotation stands in words.
type Quoted struct {
	Start, End int     // bytes
	Likeness   float64 // 1: to the letter, but for blanks and Unicode forms; else the share of words that are still the same
}

// How much of a quotation may have changed for it to be found still, how large
// a comparison may be, and how many places are looked at closely.
const (
	quoteEdits  = 0.34 // of its words: of two none, of three one
	quoteCells  = 8 << 20
	quotePlaces = 64
)

// findQuote finds a quotation in the words of clauses by the text-quote selector
// of the W3C Web Annotation Data Model: the exact words, and what stood right
// before and after them, which may be empty. Words that stand to the letter come
// first, then those that differ in blanks and Unicode form alone. Where they don't
// stand, they are found again if most of their
// words still follow one another there (the approximate matching of P. H. Sellers,
// "The Theory and Computation of Evolutionary Distances", Journal of Algorithms 1,
// 1980, over words).
//
// Words are those that were quoted where what was said around them is still said there:
// the same words in another sentence aren't; see [surroundings.hold]. Of several such
// places the one counts whose surroundings are most like prefix and suffix. False where
// the words are gone, and where two places answer alike: better nowhere than on the
// wrong words. No quotation goes across a break, where another clause begins.
func findQuote(words string, breaks []int, exact, prefix, suffix string) (Quoted, bool) {
	if strings.TrimSpace(exact) == "" {
		return Quoted{}, false
	}
	around := surroundingsOf(exact, prefix, suffix)
	for _, places := range []func() []Quoted{
		func() []Quoted { return standLiterally(words, exact) },
		func() []Quoted { f := foldWords(words); return f.find(foldWords(exact).s) },
		func() []Quoted { return standAlike(words, exact) },
	} {
		list := slices.DeleteFunc(places(), func(q Quoted) bool {
			return slices.ContainsFunc(breaks, func(at int) bool { return q.Start < at && at < q.End })
		})
		if q, n := around.best(words, list); n > 0 {
			return q, n == 1
		}
	}
	return Quoted{}, false
}

// FindQuote finds a quotation in the plain text of some clauses, by index: in which of
// them, and where in that clause's [Plain] text, which comes with it. What stands around
// it may stand in the clause before or after. False where it is nowhere, and where two
// places answer alike.
func (t *Text) FindQuote(at []int, exact, prefix, suffix string) (clause int, plain string, where Quoted, ok bool) {
	var all strings.Builder
	var breaks []int // where each clause begins
	for _, i := range at {
		breaks = append(breaks, all.Len())
		all.WriteString(t.Plain(i))
		all.WriteString(" ") // a sentence may go on in the next
	}
	q, ok := findQuote(all.String(), breaks, exact, prefix, suffix)
	if !ok {
		return 0, "", Quoted{}, false
	}
	n, found := slices.BinarySearch(breaks, q.Start)
	if !found {
		n--
	}
	end := all.Len()
	if n+1 < len(breaks) {
		end = breaks[n+1]
	}
	plain = all.String()[breaks[n] : end-1]
	return at[n], plain, Quoted{q.Start - breaks[n], min(q.End-breaks[n], len(plain)), q.Likeness}, true
}

// QuotedFrom returns all that stands before and after a quotation in the plain text of the clause that it was made on:
// whoever makes one gives as much as tells it from the same words in the clause, and what it takes to know it again
// later is more. False where it doesn't stand there, or more than once.
func (t *Text) QuotedFrom(i int, exact, prefix, suffix string) (before, after string, ok bool) {
	plain := t.Plain(i)
	list := StandQuoted(plain, exact, prefix, suffix)
	if len(list) != 1 {
		return prefix, suffix, false
	}
	return plain[:list[0].Start], plain[list[0].End:], true
}

// standLiterally lists where a quotation stands to the letter.
func standLiterally(words, exact string) (list []Quoted) {
	for at := 0; at <= len(words)-len(exact); {
		i := strings.Index(words[at:], exact)
		if i < 0 {
			break
		}
		start := at + i
		list = append(list, Quoted{start, start + len(exact), 1})
		_, size := utf8.DecodeRuneInString(words[start:])
		at = start + size
	}
	return list
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

// standAlike lists the stretches of words that are like the quotation.
func standAlike(words, exact string) (list []Quoted) {
	ids := symbols[string]{}
	want, have := quoteWords(ids, exact), quoteWords(ids, words)
	if len(want) == 0 || len(have) == 0 || len(want)*len(have) > quoteCells {
		return nil
	}
	most := int(quoteEdits * float64(len(want)))
	for j, m := range cheapestMatches(want, have) {
		if m.cost <= most && m.from <= j {
			list = append(list, Quoted{have[m.from].start, have[j].end, 1 - shareOf(m.cost, len(want))})
		}
	}
	return list
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
