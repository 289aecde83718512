package clauses

import "strings"

// SpanOp says what became of a stretch of words.
type SpanOp string

// The fates of words.
const (
	Equal  SpanOp = "equal"
	Insert SpanOp = "insert"
	Delete SpanOp = "delete"
)

// Span is a stretch of words with one fate.
type Span struct {
	Op   SpanOp `json:"op"`
	Text string `json:"text"`
}

// manyLines is from where on a redline compares lines before words.
const manyLines = 64

// Redline compares two texts word by word. Equal and Delete spans joined are oldWords, Equal and Insert spans joined are
// newWords; where words were replaced, what was deleted comes first. No span is empty and no two neighbours have the same
// op. Long texts are compared line by line first, and word by word where lines differ.
func Redline(oldWords, newWords string) []Span {
	var r redliner
	if strings.Count(oldWords, "\n") > manyLines && strings.Count(newWords, "\n") > manyLines {
		r.compare(strings.SplitAfter(oldWords, "\n"), strings.SplitAfter(newWords, "\n"), r.words)
	} else {
		r.words(oldWords, newWords)
	}
	r.flush()
	return r.spans
}

// redliner collects spans. Deletions and insertions wait until something equal follows, so that neighbours join.
type redliner struct {
	spans             []Span
	deleted, inserted []byte
	equal             string // white space between changes, waiting to see whether a change follows
}

// compare aligns pieces and hands what differs, joined, to unequal.
func (r *redliner) compare(old, new []string, unequal func(old, new string)) {
	ids := make(symbols[string], len(old))
	a, b := make([]int32, len(old)), make([]int32, len(new))
	for i, s := range old {
		a[i] = ids.of(s)
	}
	for i, s := range new {
		b[i] = ids.of(s)
	}
	x, y := 0, 0
	for _, m := range append(align(a, b), run{len(old), len(new), 0}) {
		if m.a > x || m.b > y {
			unequal(strings.Join(old[x:m.a], ""), strings.Join(new[y:m.b], ""))
		}
		if m.n > 0 {
			r.same(strings.Join(old[m.a:m.a+m.n], ""))
		}
		x, y = m.a+m.n, m.b+m.n
	}
}

func (r *redliner) words(old, new string) {
	if old == "" || new == "" {
		r.change(old, new)
		return
	}
	r.compare(segments(old), segments(new), r.change)
}

// change notes a replacement. White space that alone parts it from the last one is replaced with it: three words for three
// others read better as one change than as three.
func (r *redliner) change(old, new string) {
	if r.equal != "" {
		r.deleted = append(r.deleted, r.equal...)
		r.inserted = append(r.inserted, r.equal...)
		r.equal = ""
	}
	r.deleted = append(r.deleted, old...)
	r.inserted = append(r.inserted, new...)
}

func (r *redliner) same(s string) {
	s = r.equal + s
	r.equal = ""
	pending := len(r.deleted) > 0 && len(r.inserted) > 0
	if pending && strings.TrimSpace(s) == "" && !strings.Contains(s, "\n") {
		r.equal = s
		return
	}
	r.settle()
	r.add(Equal, s)
}

func (r *redliner) settle() {
	r.add(Delete, string(r.deleted))
	r.add(Insert, string(r.inserted))
	r.deleted, r.inserted = r.deleted[:0], r.inserted[:0]
}

func (r *redliner) flush() {
	r.settle()
	r.add(Equal, r.equal)
	r.equal = ""
}

func (r *redliner) add(op SpanOp, s string) {
	if s == "" {
		return
	}
	if l := len(r.spans) - 1; l >= 0 && r.spans[l].Op == op {
		r.spans[l].Text += s
		return
	}
	r.spans = append(r.spans, Span{op, s})
}
