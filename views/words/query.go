package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Query is what somebody looks for: terms that must all be there.
type Query []term

// A term is something between two spaces: what it says as it stands or, where it has
// hyphens, with what they join as one word.
type term []phrase

// A phrase is a sequence of words in a row. The last may be the beginning of one,
// since most languages inflect at the end.
type phrase struct {
	words  []string
	prefix bool
}

// maxTerms bounds a query; what comes after is passed over.
const maxTerms = 16

// prefixFrom is how many letters a word needs to be taken for a beginning.
const prefixFrom = 3

// Parse reads a query as people type it: terms parted by spaces. There is no
// syntax; quotes and operators are no words, so they part words and mean nothing.
func Parse(s string) (q Query) {
	for _, field := range strings.Fields(s) {
		if t := parseTerm(field); len(t) > 0 && len(q) < maxTerms {
			q = append(q, t)
		}
	}
	return q
}

func parseTerm(field string) (t term) {
	var split, joined phrase
	run := 0 // how many words are one in the last of joined
	for _, w := range tokens(field) {
		split.add(w.word)
		if run++; w.joined && run <= maxJoined {
			joined.extend(w.word)
			continue
		}
		run = 1
		joined.add(w.word)
	}
	if len(split.words) > 0 {
		t = append(t, split)
	}
	if len(joined.words) < len(split.words) {
		t = append(t, joined)
	}
	return t
}

func (p *phrase) add(word string) {
	p.words = append(p.words, word)
	p.prefix = utf8.RuneCountInString(word) >= prefixFrom
}

func (p *phrase) extend(by string) {
	last := len(p.words) - 1
	p.words[last] += by
	p.prefix = utf8.RuneCountInString(p.words[last]) >= prefixFrom
}

// Match returns the query in the syntax of FTS5: phrases in quotes, one of each term
// wanted. Words hold letters and digits only, so nothing needs escaping.
func (q Query) Match() string {
	terms := make([]string, len(q))
	for i, t := range q {
		phrases := make([]string, len(t))
		for j, p := range t {
			phrases[j] = `"` + strings.Join(p.words, " ") + `"`
			if p.prefix {
				phrases[j] += "*"
			}
		}
		terms[i] = "(" + strings.Join(phrases, " OR ") + ")"
	}
	return strings.Join(terms, " AND ")
}

// at returns how many tokens from index i on match the term, 0 for none.
func (t term) at(list []token, i int) int {
	for _, p := range t {
		if n := max(p.row(list, i), p.one(list, i)); n > 0 {
			return n
		}
	}
	return 0
}

// row matches the words one by one.
func (p phrase) row(list []token, i int) int {
	if i+len(p.words) > len(list) {
		return 0
	}
	for j := range p.words {
		if !p.is(j, list[i+j].word) {
			return 0
		}
	}
	return len(p.words)
}

// one matches a phrase of one word with several that are joined.
func (p phrase) one(list []token, i int) int {
	if len(p.words) != 1 {
		return 0
	}
	word := list[i].word
	for n := 2; n <= maxJoined && i+n <= len(list) && list[i+n-1].joined; n++ {
		if word += list[i+n-1].word; p.is(0, word) {
			return n
		}
	}
	return 0
}

// is says whether a word is the phrase's at j.
func (p phrase) is(j int, word string) bool {
	return word == p.words[j] || p.prefix && j == len(p.words)-1 && strings.HasPrefix(word, p.words[j])
}

// snippetWords is how many words a snippet has.
const snippetWords = 32

// A snippet has MarkBegin before each match and MarkEnd after it: U+0002 and U+0003,
// which stand nowhere else in it.
const (
	MarkBegin = "\x02"
	MarkEnd   = "\x03"
)

// Snippet cuts a piece of a text out around the first match and marks all matches
// in it.
func (q Query) Snippet(s string) string {
	list := tokens(s)
	marked := make([]bool, len(list))
	first := -1
	for i := range list {
		for _, t := range q {
			n := t.at(list, i)
			if n > 0 && first < 0 {
				first = i
			}
			for j := range n {
				marked[i+j] = true
			}
		}
	}
	from := max(0, min(first-snippetWords/4, len(list)-snippetWords))
	to := min(len(list), from+snippetWords)
	if from == to {
		return ""
	}
	var b strings.Builder
	at := list[from].start
	if from == 0 {
		at = 0
	} else {
		b.WriteString("…")
	}
	for i := from; i < to; i++ {
		b.WriteString(plainSpace(s[at:list[i].start]))
		if marked[i] && (i == from || !marked[i-1]) {
			b.WriteString(MarkBegin)
		}
		b.WriteString(s[list[i].start:list[i].end])
		at = list[i].end
		if marked[i] && (i == to-1 || !marked[i+1]) {
			b.WriteString(MarkEnd)
		}
	}
	if to == len(list) {
		b.WriteString(strings.TrimRight(plainSpace(s[at:]), " "))
	} else {
		b.WriteString("…")
	}
	return strings.TrimLeft(b.String(), " ")
}

// plainSpace is what stands between words, line breaks and controls as spaces, so
// that a text can't forge a mark.
func plainSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
