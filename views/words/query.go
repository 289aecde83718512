package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Query is what somebody looks for: terms that must all be there.
type Query []term

// A term is a sequence of words in a row. The last may be the beginning of one,
// since most languages inflect at the end.
type term struct {
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
		var t term
		for _, w := range tokens(field) {
			t.words = append(t.words, w.word)
			t.prefix = utf8.RuneCountInString(w.word) >= prefixFrom
		}
		if len(t.words) > 0 && len(q) < maxTerms {
			q = append(q, t)
		}
	}
	return q
}

// Match returns the query in the syntax of FTS5: phrases in quotes, all of them wanted.
// Words hold letters and digits only, so nothing needs escaping.
func (q Query) Match() string {
	var b strings.Builder
	for i, t := range q {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + strings.Join(t.words, " ") + `"`)
		if t.prefix {
			b.WriteString("*")
		}
	}
	return b.String()
}

// at returns how many tokens from index i on match the term, 0 for none.
func (t term) at(list []token, i int) int {
	if i+len(t.words) > len(list) {
		return 0
	}
	for j, w := range t.words {
		have := list[i+j].word
		if have != w && !(t.prefix && j == len(t.words)-1 && strings.HasPrefix(have, w)) {
			return 0
		}
	}
	return len(t.words)
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
