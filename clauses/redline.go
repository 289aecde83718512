package clauses

import "strings"

// SpanOp says what became of a stretch of words.
type SpanOp string

// What became of words.
const (
	Equal  SpanOp = "equal"
	Insert SpanOp = "insert"
	Delete SpanOp = "delete"
)

// Span is a stretch of words that were all kept, put in or taken out.
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
		r.compare(oldWords, newWords, lineLength, 64, r.words)
	} else {
		r.words(oldWords, newWords)
	}
	r.flush()
	return r.spans
}

// RedlineClauses compares what clause i of an old text and clause j of a new one say, word by word, as [Redline] does: with
// the number that its list gives an item where that is another now, and with the notes that differ. A mark of the same note
// is the same mark, however it is counted.
func RedlineClauses(old *Text, i int, new *Text, j int) []Span {
	called, before, after := pairNotes(old, i, new, j)
	a := called.apply(old.words[i]+old.noteLines(before), old.Clauses[i].Kind)
	b := new.words[j] + new.noteLines(after)
	if x, y := old.inside[i], new.inside[j]; (x.ordered || y.ordered) && x.said != y.said {
		a, b = x.mark()+a, y.mark()+b
	}
	return Redline(a, b)
}

// mark is what stands before an item in a numbered list, "" elsewhere.
func (in itemMarks) mark() string {
	if !in.ordered {
		return ""
	}
	return in.said + string(in.delim) + " "
}

// redliner collects spans. Deletions and insertions wait until something equal follows, so that neighbours join.
type redliner struct {
	spans             []Span
	deleted, inserted []byte
	equal             string // white space between changes, waiting to see whether a change follows
}

// compare aligns the pieces of two texts and hands on what differs. cut gives the length of a text's first piece, size about
// how long pieces are.
func (r *redliner) compare(old, new string, cut func(string) int, size int, unequal func(old, new string)) {
	ids := make(symbols[string], len(old)/32)
	ends := [2][]int{make([]int, 1, len(old)/size+2), make([]int, 1, len(new)/size+2)}
	var seq [2][]int32
	for side, s := range []string{old, new} {
		seq[side] = make([]int32, 0, cap(ends[side]))
		for at := 0; at < len(s); {
			end := at + cut(s[at:])
			var symbol int32
			if end == at+1 { // most pieces are one space
				symbol = int32(s[at])
			} else {
				symbol = 256 + ids.of(s[at:end])
			}
			seq[side] = append(seq[side], symbol)
			ends[side] = append(ends[side], end)
			at = end
		}
	}
	x, y := 0, 0
	for _, m := range append(alignSymbols(seq[0], seq[1]), equalRun{len(seq[0]), len(seq[1]), 0}) {
		if m.a > x || m.b > y {
			unequal(old[ends[0][x]:ends[0][m.a]], new[ends[1][y]:ends[1][m.b]])
		}
		x, y = m.a+m.n, m.b+m.n
		if m.n > 0 {
			r.same(old[ends[0][m.a]:ends[0][x]])
		}
	}
}

// lineLength is the length of the first line of s with its newline.
func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i + 1
	}
	return len(s)
}

func (r *redliner) words(old, new string) {
	if old == "" || new == "" {
		r.change(old, new)
		return
	}
	r.compare(old, new, segmentLength, 4, r.change)
}

// change records a replacement. White space that alone parts it from the last one is replaced with it: three words for three
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
