package clauses

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How what stands around a quotation is compared.
const (
	aroundWords = 12  // on either side, of the sentence that was quoted
	aroundNow   = 18  // where it may stand now: words may have come between
	aroundBytes = 512 // that are looked at for them
	aroundShare = 0.5 // of it must still be said
	selfWords   = 4   // a quotation's words beyond these speak for themselves
)

// surroundings are what stood around a quotation: as bytes, and as the words of its own sentence.
type surroundings struct {
	prefix, suffix string
	before, after  []string
	known          bool    // something is said of what stood around it
	weight         int     // of the words around it, in characters
	self           float64 // of the quotation's own words beyond the first few
	words          int     // of the quotation
}

func surroundingsOf(exact, prefix, suffix string) *surroundings {
	s := &surroundings{prefix: prefix, suffix: suffix}
	s.known = strings.TrimSpace(prefix) != "" || strings.TrimSpace(suffix) != ""
	whole := prefix + exact + suffix
	s.before, s.after = wordsAround(whole, len(prefix), len(prefix)+len(exact), aroundWords)
	s.weight = weightOf(s.before) + weightOf(s.after)
	own := contextWords(exact)
	if s.words = len(own); s.words > selfWords {
		s.self = float64(weightOf(own)) * float64(s.words-selfWords) / float64(s.words)
	}
	return s
}

// best returns the place that is most like what was quoted, and how many are so alike that it could be
// either; 0 where none holds.
func (s *surroundings) best(words string, places []Quoted) (best Quoted, n int) {
	type rated struct {
		Quoted
		bytes, said int
	}
	list := make([]rated, len(places))
	for i, q := range places {
		list[i] = rated{Quoted: q, bytes: s.likeBytes(words, q)}
	}
	if len(list) > quotePlaces { // of words that are everywhere those that stand as they did
		slices.SortStableFunc(list, func(a, b rated) int {
			return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(b.bytes, a.bytes))
		})
		list = list[:quotePlaces]
	}
	var top rated
	for _, r := range list {
		var holds bool
		if r.said, holds = s.hold(words, r.Quoted); !holds {
			continue
		}
		order := cmp.Or(cmp.Compare(r.Likeness, top.Likeness), cmp.Compare(r.said, top.said), cmp.Compare(r.bytes, top.bytes))
		switch {
		case n == 0 || order > 0:
			top, n = r, 1
		case order == 0 && r.Likeness < 1 && r.Start < top.End && top.Start < r.End: // the same place, a word more or less
		case order == 0:
			n++
		}
	}
	return top.Quoted, n
}

// hold says whether a place can be the one that was quoted, and how much of what was said around it is said there. At
// least half must be, by length of words, since "the" and "of" stand everywhere. Words of the quotation
// beyond the first few count as said: a long quotation needs no witness. What is a sentence of its own was
// not quoted from another: it holds where it is long, or stands alone again.
func (s *surroundings) hold(words string, q Quoted) (said int, holds bool) {
	before, after := wordsAround(words, q.Start, q.End, aroundNow)
	said = commonWeight(s.before, before, strings.HasSuffix, 0) + commonWeight(s.after, after, strings.HasPrefix, len(s.after)-1)
	switch {
	case !s.known:
		return said, true
	case s.weight == 0:
		return said, s.words > selfWords || len(before)+len(after) == 0
	}
	return said, float64(said)+s.self*q.Likeness >= aroundShare*(float64(s.weight)+s.self)
}

// likeBytes counts the bytes right before and after a place that are as prefix and suffix say, with and without the
// blanks between, since a place found word by word has none.
func (s *surroundings) likeBytes(words string, q Quoted) int {
	n := likeSurroundings(words, q, s.prefix, s.suffix)
	if q.Likeness < 1 {
		n += likeSurroundings(words, q, strings.TrimRight(s.prefix, " \n\t"), strings.TrimLeft(s.suffix, " \n\t"))
	}
	return n
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

// wordsAround lists the words nearest to a stretch of a text, of its sentence.
func wordsAround(text string, start, end, most int) (before, after []string) {
	before = contextWords(text[sentenceStart(text, start):start])
	after = contextWords(text[end:sentenceEnd(text, end)])
	return before[max(0, len(before)-most):], after[:min(most, len(after))]
}

// contextWords lists the words of a text as they are compared.
func contextWords(text string) (list []string) {
	for _, w := range wordSegments(foldWords(text).s) {
		if isWord(w) {
			list = append(list, strings.ToLower(w))
		}
	}
	return list
}

func weightOf(words []string) (n int) {
	for _, w := range words {
		n += utf8.RuneCountInString(w)
	}
	return n
}

// commonWeight is the weight of the words that stand in both lists in the same order. The outermost word of the first may be
// cut off: whoever made a quotation counted characters.
func commonWeight(said, now []string, cut func(s, part string) bool, outermost int) int {
	row := make([]int, len(now)+1)
	for i, w := range said {
		diagonal, weight := 0, utf8.RuneCountInString(w)
		for j, v := range now {
			above := row[j+1]
			row[j+1] = max(above, row[j])
			if w == v || i == outermost && cut(v, w) {
				row[j+1] = max(row[j+1], diagonal+weight)
			}
			diagonal = above
		}
	}
	return row[len(now)]
}

// sentenceStart is where the sentence begins in which a byte of a text stands, or where it is no longer looked for.
func sentenceStart(text string, at int) int {
	i := at
	for i > 0 && at-i < aroundBytes && !parts(text, i) {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return i
}

// sentenceEnd is where the sentence ends that goes on at a byte of a text.
func sentenceEnd(text string, at int) int {
	i := at
	for i < len(text) && i-at < aroundBytes && !parts(text, i) {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return i
}

// parts says whether one sentence ends before a byte of a text and another begins there, as far as signs tell: a line
// ends and the next doesn't begin with a small letter, or a full stop and a blank come before what isn't written small ("Art. 5" goes on). Scripts
// without spaces have a full stop of their own.
func parts(text string, at int) bool {
	ended := strings.TrimRightFunc(text[:at], unicode.IsSpace)
	goesOn, _ := utf8.DecodeRuneInString(text[at:])
	if strings.Contains(text[len(ended):at], "\n") && !unicode.IsLower(goesOn) {
		return true
	}
	blank := len(ended) < at
	ended = strings.TrimRight(ended, `"'”’»)]`)
	last, size := utf8.DecodeLastRuneInString(ended)
	if strings.ContainsRune("。！？", last) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[at:], `"'“‘«„([`))
	return blank && strings.ContainsRune(".!?…؟۔।", last) && unicode.IsLetter(next) && !unicode.IsLower(next) && !oneLetter(ended[:len(ended)-size])
}

// oneLetter says whether a text ends with a word of one letter: an initial.
func oneLetter(text string) bool {
	r, size := utf8.DecodeLastRuneInString(text)
	before, _ := utf8.DecodeLastRuneInString(text[:len(text)-size])
	return unicode.IsLetter(r) && !unicode.IsLetter(before) && r < 0x2e80
}
