package clauses

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// minExpansion is how many bytes of destinations and titles reference links may add to a text at least; a longer text may
// add as many bytes as it has (after cmark). Without a bound a short text becomes gigabytes of HTML: one long address, and
// "[a]" a million times. Past it a reference is shown as its words.
const minExpansion = 100 << 10

// refsFor gives the link definitions that some words may refer to, and how many bytes of them at most.
func (t *Text) refsFor(words string) (refs []parser.Reference, size int) {
	if len(t.refs) == 0 {
		return nil, 0
	}
	seen := map[string]bool{}
	for at := 0; at < len(words); at++ {
		i := strings.IndexAny(words[at:], `[\`)
		if i < 0 {
			break
		}
		at += i
		if words[at] == '\\' {
			at++
			continue
		}
		n := bracketLength(words[at:])
		if n == 0 {
			continue
		}
		key := labelKey(words[at+1 : at+n-1])
		ref, ok := t.refs[key]
		if !ok {
			continue
		}
		size += len(ref.Destination()) + len(ref.Title())
		if !seen[key] {
			refs, seen[key] = append(refs, ref), true
		}
	}
	return refs, size
}

// expansions gives for each clause with references how many bytes these may add, so that all together stay in bounds.
func (t *Text) expansions() map[int]int {
	if len(t.refs) == 0 {
		return nil
	}
	left, allowed := max(minExpansion, len(t.Source)), map[int]int{}
	for i := range t.Clauses {
		_, size := t.refsFor(t.words[i])
		for _, n := range t.ownNotes(i) {
			_, more := t.refsFor(t.defined[n].words)
			size += more
		}
		if size > 0 {
			allowed[i] = min(size, left)
			left -= allowed[i]
		}
	}
	return allowed
}

// ownNotes gives the notes of which clause i is the first to name them, in defined.
func (t *Text) ownNotes(i int) (own []int) {
	for _, n := range t.naming[i] {
		if t.defined[n].clause == i {
			own = append(own, n)
		}
	}
	return own
}

var kindNoteMark = ast.NewNodeKind("ClauseNoteMark")

// noteMarkNode is a mark of a note that the text has: its place in defined.
type noteMarkNode struct {
	ast.BaseInline
	note int
}

func (*noteMarkNode) Kind() ast.NodeKind           { return kindNoteMark }
func (n *noteMarkNode) Dump(source []byte, lv int) { ast.DumpHelper(n, source, lv, nil, nil) }

// knownNotes are the notes of the text to which what is parsed belongs.
var knownNotes = parser.NewContextKey()

// noteMarkParser reads marks of known notes.
type noteMarkParser struct{}

func (noteMarkParser) Trigger() []byte { return []byte{'['} }

func (noteMarkParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	notes, _ := pc.Get(knownNotes).(map[string]int)
	line, _ := block.PeekLine()
	if len(notes) == 0 || !strings.HasPrefix(string(line[:min(2, len(line))]), "[^") {
		return nil
	}
	n := bracketLength(string(line[:min(len(line), 4*maxLabel)]))
	if n < 4 {
		return nil
	}
	note, ok := notes[labelKey(string(line[2:n-1]))]
	if !ok {
		return nil
	}
	block.Advance(n)
	return &noteMarkNode{note: note}
}

// Plain gives the words of clause i without markup, as the function [Plain] does: references to link definitions of the text
// resolved, without marks of notes, and with the words of the notes that it is the first to name, on lines of their own.
func (t *Text) Plain(i int) string {
	plain := t.plain(t.words[i])
	for _, n := range t.ownNotes(i) {
		plain += "\n" + t.plain(t.defined[n].words)
	}
	return plain
}

func (t *Text) plain(words string) string {
	refs, _ := t.refsFor(words)
	return plainOf(words, refs, t.notes)
}

// Alone gives Markdown of clause i of which [PlainAlone] makes the words that [Text.Plain] gives, without the text: so that
// a clause can be kept as it was written and searched later.
func (t *Text) Alone(i int) string {
	words := t.bareWords(i)
	for _, n := range t.ownNotes(i) {
		note := t.defined[n].words
		words += "\n\n" + withoutMarks(note, noteMarks(note, Paragraph), func(string) bool { return true })
	}
	refs, _ := t.refsFor(words)
	for k, ref := range refs {
		if k == 0 {
			words += "\n\n"
		}
		words += "[" + string(ref.Label()) + "]: /\n" // where it leads is not searched
	}
	return words
}

// PlainAlone gives the words of what [Text.Alone] gave, without markup.
func PlainAlone(markdown string) string {
	if !strings.Contains(markdown, "]: /\n") {
		return Plain(markdown)
	}
	t, err := Parse([]byte(markdown), Limits{})
	if err != nil {
		return Plain(markdown)
	}
	var lines []string
	for i := range t.Clauses {
		lines = append(lines, t.Plain(i))
	}
	return strings.Join(lines, "\n")
}

// maxNoteWords is the size up to which a note is repeated with each clause that names it.
const maxNoteWords = 4 << 10

// Markdown gives the words of clause i with the definitions of the notes that it names.
func (t *Text) Markdown(i int) string {
	var shown []int
	for _, n := range t.naming[i] {
		if d := &t.defined[n]; d.clause == i || len(d.words) <= maxNoteWords {
			shown = append(shown, n)
		}
	}
	return t.words[i] + t.noteLines(shown)
}

// noteLines writes definitions of notes below a clause.
func (t *Text) noteLines(notes []int) string {
	var b strings.Builder
	for _, n := range notes {
		b.WriteString("\n\n" + t.defined[n].noteSource())
	}
	return b.String()
}

// noteSource writes the definition of a note.
func (d *definition) noteSource() string {
	return "[^" + d.link.label + "]: " + strings.ReplaceAll(d.words, "\n", "\n    ")
}

// noteNames says how notes are called elsewhere, by key of the label.
type noteNames map[string]string

// pairNotes pairs the notes of two clauses, the same first and the others in order, and gives how the old ones are called in
// the new text, and those of either that differ.
func pairNotes(old *Text, i int, new *Text, j int) (called noteNames, before, after []int) {
	called = noteNames{}
	waiting := map[Hash][]int{}
	for _, n := range new.naming[j] {
		h := new.defined[n].hash
		waiting[h] = append(waiting[h], n)
	}
	same := map[int]bool{}
	for _, o := range old.naming[i] {
		d := &old.defined[o]
		if w := waiting[d.hash]; len(w) > 0 {
			called[d.label], same[w[0]], waiting[d.hash] = new.defined[w[0]].link.label, true, w[1:]
		} else {
			before = append(before, o)
		}
	}
	for _, n := range new.naming[j] {
		if !same[n] {
			after = append(after, n)
		}
	}
	for k, o := range before[:min(len(before), len(after))] {
		called[old.defined[o].label] = new.defined[after[k]].link.label
	}
	return called, before, after
}

// apply calls the notes named in some words so.
func (c noteNames) apply(words string, kind Kind) string {
	if len(c) == 0 {
		return words
	}
	var b strings.Builder
	at := 0
	for _, m := range noteMarks(words, kind) {
		if name, ok := c[labelKey(m.label)]; ok {
			b.WriteString(words[at:m.start] + "[^" + name + "]")
			at = m.end
		}
	}
	return b.String() + words[at:]
}
