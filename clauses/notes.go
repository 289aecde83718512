package clauses

import (
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/parser"
)

// definition is a link definition, or a note that some clause names. Neither is a clause.
type definition struct {
	label      string         // its key
	start, end int            // bytes of the source
	link       linkDefinition // of a note the label alone

	isNote bool
	words  string // of a note, without its label
	hash   Hash   // of a note
	number int    // of a note: how it is shown, counted by the first marks in the text
	clause int    // of a note: the first clause that names it, which has it in search and quotation
}

// noteClause is a note that stands among the clauses until it is known who names it.
type noteClause struct {
	clause       int
	label, words string // words where they are one paragraph
}

// define makes the link definitions known: the first of each label.
func (t *Text) define(found []definition, pc parser.Context) {
	t.defined = found
	t.refs = make(map[string]parser.Reference, len(found))
	add := func(d linkDefinition) {
		key := labelKey(d.label)
		if _, twice := t.refs[key]; !twice {
			t.refs[key] = d.reference()
		}
	}
	for i := range found {
		add(found[i].link)
	}
	quoted, _ := pc.Get(quotedDefinitions).([]linkDefinition)
	for _, d := range quoted {
		add(d)
	}
}

// settleNotes gives notes to the clauses that name them, by themselves or through another note, and takes them out of the
// clauses. Of two notes with one label the first counts.
func (t *Text) settleNotes(found []noteClause) {
	byLabel := make(map[string]int, len(found)) // in found
	is := make(map[int]bool, len(found))        // clause -> it is a note
	for k := range found {
		n := &found[k]
		is[n.clause] = true
		if key := labelKey(n.label); !hasKey(byLabel, key) {
			byLabel[key] = k
		}
		_, words, _ := strings.Cut(t.words[n.clause], "]:")
		if n.words == "" {
			n.words = dedentLines(strings.TrimLeft(words, " \t"), 4)
		}
	}
	named := t.nameNotes(found, byLabel, is)
	gone := map[int]bool{}
	for k := range found {
		if named[k] != nil {
			gone[found[k].clause] = true
		}
	}
	moved := t.dropClauses(gone)
	at := make(map[int]int, len(found)) // found -> defined
	for k := range found {
		if d := named[k]; d != nil {
			at[k] = len(t.defined)
			t.defined = append(t.defined, *d)
		}
	}
	order := make([]int, len(t.defined))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.defined[a].start - t.defined[b].start })
	place, sorted := make([]int, len(order)), make([]definition, len(order))
	for to, from := range order {
		place[from], sorted[to] = to, t.defined[from]
	}
	t.defined, t.notes = sorted, map[string]int{}
	naming := make(map[int][]int, len(t.naming))
	for i, list := range t.naming {
		for k, f := range list {
			list[k] = place[at[f]]
		}
		naming[moved[i]] = list
	}
	for k := range found {
		if named[k] != nil {
			t.notes[labelKey(found[k].label)] = place[at[k]]
		}
	}
	t.naming = naming
	t.countNotes()
	t.stripMarks()
}

func hasKey[K comparable, V any](m map[K]V, key K) bool {
	_, ok := m[key]
	return ok
}

// moreNotes bounds how many marks in notes are followed for a clause to further notes.
const moreNotes = 64

// nameNotes finds which notes each clause names, in t.naming by their place in found, and gives those that are named.
func (t *Text) nameNotes(found []noteClause, byLabel map[string]int, is map[int]bool) map[int]*definition {
	t.naming = map[int][]int{}
	named := map[int]*definition{}
	if len(found) == 0 {
		return named
	}
	inner := make([][]int, len(found))
	marked := func(words string, kind Kind) (list []int, seen map[int]bool) {
		seen = map[int]bool{}
		for _, m := range noteMarks(words, kind) {
			if k, ok := byLabel[labelKey(m.label)]; ok && !seen[k] {
				list, seen[k] = append(list, k), true
			}
		}
		return list, seen
	}
	for k := range found {
		inner[k], _ = marked(found[k].words, Paragraph)
	}
	for i := range t.Clauses {
		if is[i] {
			continue
		}
		list, seen := marked(t.words[i], t.Clauses[i].Kind)
		looks := moreNotes
		for at := 0; at < len(list) && looks > 0; at++ {
			for _, k := range inner[list[at]][:min(looks, len(inner[list[at]]))] {
				looks--
				if !seen[k] {
					list, seen[k] = append(list, k), true
				}
			}
		}
		if len(list) == 0 {
			continue
		}
		t.naming[i] = list
		for _, k := range list {
			if named[k] == nil {
				n := &found[k]
				c := &t.Clauses[n.clause]
				named[k] = &definition{label: labelKey(n.label), link: linkDefinition{label: n.label}, start: c.Start, end: c.End, isNote: true, words: n.words,
					hash: sha256.Sum256([]byte(withoutMarks(n.words, noteMarks(n.words, Paragraph), func(string) bool { return true })))}
			}
		}
	}
	return named
}

// dropClauses takes clauses that have none under them out of the text, and gives the new place of each that stays.
func (t *Text) dropClauses(gone map[int]bool) (moved []int) {
	moved = make([]int, len(t.Clauses)+1)
	to := 0
	breaks := map[int]int{}
	for i := range t.Clauses {
		moved[i] = to
		if n := t.breaks[i]; n > 0 {
			breaks[to] += n
		}
		if gone[i] {
			continue
		}
		c := t.Clauses[i]
		if c.Parent >= 0 {
			c.Parent = moved[c.Parent]
		}
		t.Clauses[to], t.words[to], t.inside[to] = c, t.words[i], t.inside[i]
		to++
	}
	if n := t.breaks[len(t.Clauses)]; n > 0 {
		breaks[to] += n
	}
	t.Clauses, t.words, t.inside, t.breaks = t.Clauses[:to], t.words[:to], t.inside[:to], breaks
	return moved
}

// countNotes numbers the notes by their first marks.
func (t *Text) countNotes() {
	n := 0
	for i := range t.Clauses {
		for _, k := range t.naming[i] {
			if d := &t.defined[k]; d.number == 0 {
				n++
				d.number, d.clause = n, i
			}
		}
	}
}

// stripMarks keeps the words of the clauses that have marks of notes without these.
func (t *Text) stripMarks() {
	t.bare = map[int]string{}
	known := func(label string) bool {
		_, ok := t.notes[labelKey(label)]
		return ok
	}
	for i := range t.Clauses {
		if marks := noteMarks(t.words[i], t.Clauses[i].Kind); len(marks) > 0 {
			t.bare[i] = withoutMarks(t.words[i], marks, known)
		}
	}
}

// bareWords gives the words of clause i without the marks by which it names notes: by them clauses are compared and known
// again. A number in such brackets is a mark also where the note is missing.
func (t *Text) bareWords(i int) string {
	if words, ok := t.bare[i]; ok {
		return words
	}
	return t.words[i]
}

// withoutOrphans gives the source of a text without the notes that only words named which were in the text before: they go
// with these.
func withoutOrphans(before, t *Text) string {
	if len(before.notes) == 0 {
		return t.Source
	}
	var b strings.Builder
	at := 0
	for i := range t.Clauses {
		c := &t.Clauses[i]
		if c.Kind != Paragraph || !strings.HasPrefix(t.words[i], "[^") {
			continue
		}
		if n := bracketLength(t.words[i]); n > 3 && strings.HasPrefix(t.words[i][n:], ":") && isOrphan(before, t, labelKey(t.words[i][2:n-1])) {
			b.WriteString(t.Source[at:c.Start])
			at = c.End
		}
	}
	return b.String() + t.Source[at:]
}

// noteMark is a mark in words.
type noteMark struct {
	start, end int
	label      string
}

// noteMarks finds the marks of notes in the words of a clause, outside of code.
func noteMarks(words string, kind Kind) (marks []noteMark) {
	if kind == Code || kind == Rule || kind == HTML || !strings.Contains(words, "[^") {
		return nil
	}
	spans := codeSpans(words)
	for at := 0; at < len(words); {
		i := strings.IndexAny(words[at:], "[`\\")
		if i < 0 {
			break
		}
		at += i
		switch {
		case words[at] == '\\':
			at += 2
			continue
		case words[at] == '`':
			at = spans[at]
			continue
		}
		n := 0
		if strings.HasPrefix(words[at:], "[^") {
			n = bracketLength(words[at:])
		}
		if n < 4 || strings.ContainsAny(words[at+2:at+n-1], " \t\n^") {
			at++
			continue
		}
		if !(at == 0 && kind == Paragraph && strings.HasPrefix(words[n:], ":")) { // a note that nobody names
			marks = append(marks, noteMark{at, at + n, words[at+2 : at+n-1]})
		}
		at += n
	}
	return marks
}

// codeSpans gives for each run of backticks by its first byte where to go on after it: after the code that it opens, or
// after itself.
func codeSpans(words string) map[int]int {
	next := map[int]int{}
	type run struct{ at, n int }
	var runs []run
	for at := 0; at < len(words); {
		if words[at] != '`' {
			at++
			continue
		}
		n := len(words[at:]) - len(strings.TrimLeft(words[at:], "`"))
		runs = append(runs, run{at, n})
		at += n
	}
	closing := map[int]int{} // length -> end of the next run of that length
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		next[r.at] = r.at + r.n
		if end, ok := closing[r.n]; ok {
			next[r.at] = end
		}
		closing[r.n] = r.at + r.n
	}
	return next
}

// withoutMarks takes out the marks of known notes and those that are numbers, with the blank before one at the end of words.
func withoutMarks(words string, marks []noteMark, known func(label string) bool) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if !known(m.label) && !isNoteNumber(m.label) {
			continue
		}
		piece := words[at:m.start]
		if rest := words[m.end:]; rest == "" || strings.IndexByte(" .,;:)\n", rest[0]) >= 0 || strings.HasPrefix(rest, "[^") {
			piece = strings.TrimRight(piece, " ")
		}
		b.WriteString(piece)
		at = m.end
	}
	return b.String() + words[at:]
}

func isNoteNumber(label string) bool {
	digits := strings.TrimLeft(label, "0123456789")
	return len(digits) < len(label) && utf8.RuneCountInString(digits) <= 1
}

// isOrphan tells whether clauses named a note before and none does now.
func isOrphan(before, now *Text, label string) bool {
	return hasKey(before.notes, label) && !hasKey(now.notes, label)
}
