package clauses

import (
	"regexp"
	"strings"
)

// ReplaceWords gives a text in which one clause says other words and all else stands as it did: every clause keeps its
// identity, also the one replaced, however unlike its old words the new ones are. The words are Markdown as
// [Text.Words] gives them. A heading's "#" marks may be left out; its level, its {#id} and the mark and place of a list
// item are kept. What would parse to anything but one clause of the same kind is refused.
//
// With split, the words of a paragraph may be several paragraphs, parted by blank lines: the first keeps the identity,
// the others are new.
//
// text is identified, and so is the result. Errors are *Error with the field "words", or "clauseId" where the text has
// no such clause.
func ReplaceWords(text *Text, clauseID, words string, split bool) (*Text, error) {
	i := text.Clauses.Index(clauseID)
	if i < 0 {
		return nil, &Error{Field: "clauseId", Message: "the text has no such clause"}
	}
	r := replacement{text: text, at: i, split: split}
	if err := r.read(words); err != nil {
		return nil, err
	}
	source := text.Source[:text.Clauses[i].Start] + r.written() + text.Source[text.Clauses[i].End:]
	next, err := Parse([]byte(source), Limits{})
	if err != nil {
		return nil, err
	}
	if !r.fits(next) {
		return nil, badWords("don't stand by themselves where the clause stands: they would change what is around it")
	}
	r.identify(next)
	return next, nil
}

// replacement is what takes a clause's place.
type replacement struct {
	text  *Text
	at    int
	split bool
	words []string // of the clause, and of further paragraphs
}

// marked are words with a heading's own marks.
var marked = regexp.MustCompile(`^#{1,6}(?:[ \t]|$)`)

func badWords(message string) error {
	return &Error{Field: "words", Message: message}
}

// read takes the words apart and holds them against the kind of the clause.
func (r *replacement) read(words string) error {
	c := &r.text.Clauses[r.at]
	words = strings.Trim(strings.ReplaceAll(strings.ReplaceAll(words, "\r\n", "\n"), "\r", "\n"), "\n")
	if c.Kind != Code { // whose first line may be indented on purpose
		words = strings.TrimSpace(words)
	}
	if words == "" {
		return badWords("are missing; a clause is removed by another revision")
	}
	want := c.Kind
	switch c.Kind {
	case Heading:
		if !marked.MatchString(words) {
			words = strings.Repeat("#", c.Level) + " " + words
		}
	case Item:
		want = Paragraph
	}
	alone, err := Parse([]byte(words), Limits{})
	if err != nil {
		return err
	}
	if n := len(alone.Clauses); n != 1 && !(r.split && c.Kind == Paragraph && n > 1) {
		return badWords("are to be one clause, and would be more than one or none")
	}
	for i := range alone.Clauses {
		if a := &alone.Clauses[i]; a.Kind != want || c.Kind == Heading && a.Level != c.Level || alone.body > 0 {
			return badWords("are to be a clause of kind " + string(want) + " as before")
		}
		if id := alone.Clauses[i].ID; id != "" && id != c.ID {
			return badWords("name another identity {#" + id + "} than the clause has")
		}
		r.words = append(r.words, alone.words[i])
	}
	if len(alone.breaks) > 0 {
		return badWords("hold a thematic break, which belongs to no clause")
	}
	return nil
}

// written gives the words as they stand in the source of the clause, with the marks of what it stands in.
func (r *replacement) written() string {
	t, c := r.text, &r.text.Clauses[r.at]
	raw := t.Source[c.Start:c.End]
	before := t.Source[strings.LastIndexByte(t.Source[:c.Start], '\n')+1 : c.Start]
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, before)
	words := r.words
	switch c.Kind {
	case Heading:
		return withID(words[0], raw)
	case Item:
		mark := markOf(raw)
		return mark + strings.ReplaceAll(words[0], "\n", "\n"+indent+strings.Repeat(" ", len(mark)))
	case Code:
		if rest, cut := strings.CutSuffix(indent, "    "); cut && strings.HasPrefix(words[0], "    ") {
			return strings.ReplaceAll(words[0][4:], "\n", "\n"+rest)
		}
	}
	return strings.ReplaceAll(strings.Join(words, "\n\n"), "\n", "\n"+indent)
}

// markOf gives an item's mark with the spaces after it: "- ", "12. ".
func markOf(raw string) string {
	n := 0
	for n < len(raw) && raw[n] >= '0' && raw[n] <= '9' {
		n++
	}
	n++ // the bullet, or the delimiter after the number
	end := min(n, len(raw))
	for end < len(raw) && raw[end] == ' ' && end < n+4 {
		end++
	}
	if end == min(n, len(raw)) { // an empty item: nothing after the mark but the line's end
		return raw[:end] + " "
	}
	return raw[:end]
}

// fits says whether a text differs from the one before in nothing but the words of the clause, and the paragraphs that
// come after it.
func (r *replacement) fits(next *Text) bool {
	more := len(r.words) - 1
	if len(next.Clauses) != len(r.text.Clauses)+more || next.Source[:next.body] != r.text.Source[:r.text.body] {
		return false
	}
	for i := range next.Clauses {
		c, was := &next.Clauses[i], r.old(i)
		old := &r.text.Clauses[was]
		parent := old.Parent
		if parent > r.at {
			parent += more
		}
		switch {
		case c.Kind != old.Kind, c.Level != old.Level, c.Parent != parent:
			return false
		case i >= r.at && i <= r.at+more:
			if next.words[i] != r.words[i-r.at] {
				return false
			}
		case c.Hash != old.Hash || !sameMark(next.inside[i], r.text.inside[was]):
			return false
		}
	}
	return sameMark(next.inside[r.at], r.text.inside[r.at])
}

// old is the index that clause i of the new text had; a further paragraph counts as the one replaced.
func (r *replacement) old(i int) int {
	if i <= r.at {
		return i
	}
	return max(r.at, i-(len(r.words)-1))
}

func sameMark(a, b itemMarks) bool {
	return a.ordered == b.ordered && a.itemNumber == b.itemNumber && a.delim == b.delim
}

// identify gives the clauses the identities they had, and further paragraphs new ones.
func (r *replacement) identify(next *Text) {
	used := make(map[string]bool, len(next.Clauses))
	for i := range r.text.Clauses {
		used[r.text.Clauses[i].ID] = true
	}
	for i := range next.Clauses {
		if i <= r.at || i > r.at+len(r.words)-1 {
			next.Clauses[i].ID = r.text.Clauses[r.old(i)].ID
		}
	}
	nameClauses(next, r.text.Root, used)
	next.seal()
}
