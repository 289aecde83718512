package clauses

import (
	"strings"
	"unicode/utf8"
)

// A QuotedPlace is where a quotation stands with what it names before and after it, in bytes.
type QuotedPlace struct{ Before, Start, End, After int }

// StandQuoted lists where in words a quotation stands right between its prefix and suffix: to the letter, or where it does
// so nowhere, but for the kind of blanks, the Unicode form, and what isn't seen (a soft hyphen).
func StandQuoted(words, exact, prefix, suffix string) (list []QuotedPlace) {
	if strings.TrimSpace(exact) == "" {
		return nil
	}
	for _, q := range standLiterally(words, prefix+exact+suffix) {
		list = append(list, QuotedPlace{q.Start, q.Start + len(prefix), q.End - len(suffix), q.End})
	}
	if len(list) > 0 {
		return list
	}
	text := foldWords(words)
	for _, q := range text.find(foldWords(exact).s) {
		before, after := foldedBefore(words[:q.Start], prefix), foldedAfter(words[q.End:], suffix)
		if before >= 0 && after >= 0 {
			list = append(list, QuotedPlace{before, q.Start, q.End, q.End + after})
		}
	}
	return list
}

// foldedBefore is where a prefix begins that words end with, -1 where they don't.
func foldedBefore(words, prefix string) int {
	want := strings.TrimSpace(foldWords(prefix).s)
	if want == "" {
		return len(words)
	}
	from := max(0, len(words)-foldedReach(prefix))
	for from < len(words) && !utf8.RuneStart(words[from]) {
		from++
	}
	text := foldWords(words[from:])
	have := strings.TrimRight(text.s, " ")
	if at := len(have) - len(want); strings.HasSuffix(have, want) && text.at[at] >= 0 {
		return from + text.at[at]
	}
	return -1
}

// foldedAfter is where a suffix ends that words begin with, -1 where they don't.
func foldedAfter(words, suffix string) int {
	want := strings.TrimSpace(foldWords(suffix).s)
	if want == "" {
		return 0
	}
	to := min(len(words), foldedReach(suffix))
	for to < len(words) && !utf8.RuneStart(words[to]) {
		to++
	}
	text := foldWords(words[:to])
	have := strings.TrimLeft(text.s, " ")
	if end := len(text.s) - len(have) + len(want); strings.HasPrefix(have, want) && text.at[end] >= 0 {
		return text.end(end)
	}
	return -1
}

// foldedReach is how many bytes of a text may be what stands beside a quotation: the same in other forms is longer.
func foldedReach(context string) int { return 8*len(context) + 256 }
