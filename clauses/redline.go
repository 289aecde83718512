package clauses

import (
	"strings"
	"unicode/utf8"
)

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

// Texts of many lines are compared by lines first, and word by word where lines differ: that finds its way back after a
// passage that is all new. Where they are not too long they are compared word by word alone as well, and the shorter
// redline is taken.
const (
	manyLines  = 64
	compareTwo = 2 << 20 // bytes of both texts
)

// Redline compares two texts word by word. Equal and Delete spans joined are oldWords, Equal and Insert spans joined are
// newWords; where words were replaced, what was deleted comes first. No span is empty and no two neighbours have the same
// op. Spans are pieces of the two texts.
func Redline(oldWords, newWords string) []Span {
	lines := strings.Count(oldWords, "\n") > manyLines && strings.Count(newWords, "\n") > manyLines
	if !lines {
		return redlineBy((*redliner).words, oldWords, newWords)
	}
	spans := redlineBy((*redliner).lines, oldWords, newWords)
	if len(oldWords)+len(newWords) <= compareTwo {
		if other := redlineBy((*redliner).words, oldWords, newWords); markedBytes(other) < markedBytes(spans) {
			return other
		}
	}
	return spans
}

func redlineBy(compare func(*redliner, string, string), old, new string) []Span {
	r := redliner{old: old, new: new}
	compare(&r, old, new)
	r.flush()
	return r.spans
}

func markedBytes(spans []Span) (n int) {
	for _, s := range spans {
		if s.Op != Equal {
			n += len(s.Text)
		}
	}
	return n
}

// RedlineClauses compares what clause i of an old text and clause j of a new one say, word by word, as [Redline] does: with
// the number that its list gives an item where that is another now, and with the notes that differ. A mark of the same note
// is the same mark, however it is counted. Of tables rows are compared, and cells.
func RedlineClauses(old *Text, i int, new *Text, j int) []Span {
	called, before, after := pairNotes(old, i, new, j)
	a := called.apply(old.words[i]+old.noteLines(before), old.Clauses[i].Kind)
	b := new.words[j] + new.noteLines(after)
	if x, y := old.inside[i], new.inside[j]; (x.ordered || y.ordered) && x.said != y.said {
		a, b = x.mark()+a, y.mark()+b
	}
	if old.Clauses[i].Kind == Table && new.Clauses[j].Kind == Table {
		return redlineBy((*redliner).table, a, b)
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

// redliner collects spans, which are pieces of the two texts. Deletions and insertions wait until something equal follows, so
// that neighbours join.
type redliner struct {
	old, new          string
	atOld, atNew      int // up to where spans go
	deleted, inserted int // bytes after that which wait
	blank             int // bytes of white space after those that both texts have, waiting to see whether a change follows
	spans             []Span
}

// lines aligns the lines of two texts and compares the words of those that differ.
func (r *redliner) lines(old, new string) {
	a, b := cutLines(old), cutLines(new)
	ids := make(symbols[string], len(a))
	seq := func(lines []string) []int32 {
		list := make([]int32, len(lines))
		for i, line := range lines {
			list[i] = ids.of(line)
		}
		return list
	}
	x, y, atOld, atNew := 0, 0, 0, 0
	for _, m := range append(alignSymbols(seq(a), seq(b)), equalRun{len(a), len(b), 0}) {
		from, to := atOld, atNew
		for ; x < m.a; x++ {
			atOld += len(a[x])
		}
		for ; y < m.b; y++ {
			atNew += len(b[y])
		}
		if atOld > from || atNew > to {
			r.words(old[from:atOld], new[to:atNew])
		}
		from = atOld
		for range m.n {
			atOld, atNew, x, y = atOld+len(a[x]), atNew+len(b[y]), x+1, y+1
		}
		r.same(old[from:atOld])
	}
}

func cutLines(s string) (lines []string) {
	for s != "" {
		n := lineLength(s)
		lines, s = append(lines, s[:n]), s[n:]
	}
	return lines
}

// redlineWords is one side of a comparison: its words and signs, which are aligned, and where each begins and ends. The white
// space between belongs to neither: were it aligned too, a blank would be kept at the price of a word.
type redlineWords struct {
	text    string
	symbols []int32
	spots   []wordSpot
}

type wordSpot struct{ start, end int32 }

func newRedlineWords(s string, ids symbols[string]) *redlineWords {
	w := &redlineWords{text: s, symbols: make([]int32, 0, len(s)/5+2), spots: make([]wordSpot, 0, len(s)/5+2)}
	for at := 0; at < len(s); {
		n := segmentLength(s[at:])
		if s[at] >= utf8.RuneSelf || classOf(rune(s[at])) != classSpace {
			symbol := int32(s[at])
			if n > 1 {
				symbol = 256 + ids.of(s[at:at+n])
			}
			w.symbols = append(w.symbols, symbol)
			w.spots = append(w.spots, wordSpot{int32(at), int32(at + n)}) // #nosec G115 -- a text has a few MiB
		}
		at += n
	}
	return w
}

// start is where word i begins, the end of the text after the last.
func (w *redlineWords) start(i int) int {
	if i < len(w.spots) {
		return int(w.spots[i].start)
	}
	return len(w.text)
}

// end is where word i ends, 0 before the first.
func (w *redlineWords) end(i int) int {
	if i < 0 {
		return 0
	}
	return int(w.spots[i].end)
}

// lead is the white space before word i.
func (w *redlineWords) lead(i int) string { return w.text[w.end(i-1):w.start(i)] }

func (r *redliner) words(old, new string) {
	if old == "" || new == "" {
		r.change(old, new)
		return
	}
	ids := make(symbols[string], min(len(old)/32, 1<<16))
	a, b := newRedlineWords(old, ids), newRedlineWords(new, ids)
	x, y := 0, 0
	for _, m := range append(alignSymbols(a.symbols, b.symbols), equalRun{len(a.spots), len(b.spots), 0}) {
		r.between(a, b, x, m.a, y, m.b)
		x, y = m.a+m.n, m.b+m.n
		r.run(a, b, m)
	}
}

// run records words in a row that both sides have, up to the end of the last: in as few pieces as their white space allows.
func (r *redliner) run(a, b *redlineWords, m equalRun) {
	from := 0
	for i := 1; i <= m.n; i++ {
		if i < m.n && a.lead(m.a+i) == b.lead(m.b+i) {
			continue
		}
		r.same(a.text[a.start(m.a+from):a.end(m.a+i-1)])
		if i < m.n {
			r.space(a.lead(m.a+i), b.lead(m.b+i))
		}
		from = i
	}
}

// between records what stands before an equal run, with the white space up to it: words a[x0:x1] gave way to b[y0:y1].
func (r *redliner) between(a, b *redlineWords, x0, x1, y0, y1 int) {
	first, second := a.lead(x0), b.lead(y0)
	if x0 == x1 && y0 == y1 {
		r.space(first, second)
		return
	}
	if first == second {
		// The blank before is kept, and that after the words goes or comes with them.
		r.same(first)
		if x0 == x1 {
			r.change("", b.text[b.start(y0):b.start(y1)])
			return
		}
		if y0 == y1 {
			r.change(a.text[a.start(x0):a.start(x1)], "")
			return
		}
		r.change(a.text[a.start(x0):a.end(x1-1)], b.text[b.start(y0):b.end(y1-1)])
	} else {
		r.change(a.text[a.end(x0-1):max(a.end(x0-1), a.end(x1-1))], b.text[b.end(y0-1):max(b.end(y0-1), b.end(y1-1))])
	}
	r.space(a.lead(x1), b.lead(y1))
}

// space records the white space before a word that both sides have.
func (r *redliner) space(old, new string) {
	if old == new {
		r.same(old)
		return
	}
	r.change(old, new)
}

// lineLength is the length of the first line of s with its newline.
func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i + 1
	}
	return len(s)
}

// change records that the next bytes of the old text gave way to the next of the new. White space that alone parts it from
// the last change is replaced with it: three words for three others read better as one change than as three.
func (r *redliner) change(old, new string) {
	r.deleted += r.blank + len(old)
	r.inserted += r.blank + len(new)
	r.blank = 0
}

// same records that the next bytes of both texts are s.
func (r *redliner) same(s string) {
	if s == "" {
		return
	}
	if r.deleted > 0 && r.inserted > 0 && strings.TrimSpace(s) == "" && !strings.Contains(s, "\n") {
		r.blank += len(s)
		return
	}
	r.settle()
	r.keep(r.blank + len(s))
	r.blank = 0
}

func (r *redliner) settle() {
	if r.deleted > 0 {
		r.spans = append(r.spans, Span{Delete, r.old[r.atOld : r.atOld+r.deleted]})
	}
	if r.inserted > 0 {
		r.spans = append(r.spans, Span{Insert, r.new[r.atNew : r.atNew+r.inserted]})
	}
	r.atOld, r.atNew, r.deleted, r.inserted = r.atOld+r.deleted, r.atNew+r.inserted, 0, 0
}

// keep adds the next n bytes of both texts to what is equal.
func (r *redliner) keep(n int) {
	if n == 0 {
		return
	}
	from := r.atOld
	r.atOld, r.atNew = r.atOld+n, r.atNew+n
	if l := len(r.spans) - 1; l >= 0 && r.spans[l].Op == Equal {
		r.spans[l].Text = r.old[from-len(r.spans[l].Text) : r.atOld]
		return
	}
	r.spans = append(r.spans, Span{Equal, r.old[from:r.atOld]})
}

func (r *redliner) flush() {
	r.settle()
	r.keep(r.blank)
	r.blank = 0
}
