package clauses

import (
	"regexp"
	"strings"
)

// replacing makes the edit that gives clause i other words, however unlike its old ones.
func replacing(t *Text, i int, words string, split bool) (*edit, error) {
	e := &edit{text: t, at: i, drop: 1, keeps: true}
	if err := e.readReplacement(words, split); err != nil {
		return nil, err
	}
	c := &t.Clauses[i]
	e.source = t.Source[:c.Start] + e.written() + t.Source[c.End:]
	return e, nil
}

// marked are words with a heading's own marks.
var marked = regexp.MustCompile(`^#{1,6}(?:[ \t]|$)`)

func badWords(message string) error {
	return &Error{Field: "words", Message: message}
}

// readReplacement takes the words apart and holds them against the kind of the clause.
func (e *edit) readReplacement(words string, split bool) error {
	c := &e.text.Clauses[e.at]
	words = tidyWords(words, c.Kind != Code)
	if words == "" {
		return badWords("are missing; that a clause goes is proposed as such")
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
	alone, err := parseWords(words)
	if err != nil {
		return err
	}
	if n := len(alone.Clauses); n != 1 && !(split && c.Kind == Paragraph && n > 1) {
		return badWords("are to be one clause, and would be more than one or none")
	}
	for i := range alone.Clauses {
		if a := &alone.Clauses[i]; a.Kind != want || c.Kind == Heading && a.Level != c.Level {
			return badWords("are to be a clause of kind " + string(want) + " as before")
		}
		if id := alone.Clauses[i].ID; id != "" && id != c.ID && id != e.text.names[e.at] {
			return badWords("name another identity {#" + id + "} than the clause has")
		}
		e.add = append(e.add, addition{kind: c.Kind, level: c.Level, parent: -1, words: alone.words[i]})
	}
	return nil
}

// tidyWords gives proposed words as a source has them; those of code may begin with blanks on purpose.
func tidyWords(words string, trim bool) string {
	words = strings.Trim(unixLines(words), "\n")
	if trim {
		words = strings.TrimSpace(words)
	}
	return words
}

// parseWords reads words by themselves: clauses, and nothing else.
func parseWords(words string) (*Text, error) {
	alone, err := Parse([]byte(words), Limits{})
	if err != nil {
		return nil, err
	}
	if alone.body > 0 {
		return nil, badWords("begin as front matter, which is no clause")
	}
	if len(alone.defined) > 0 {
		return nil, badWords("hold the definition of a link or note, which belongs to the whole text")
	}
	if len(alone.breaks) > 0 {
		return nil, badWords("hold a thematic break, which belongs to no clause")
	}
	more, err := Parse([]byte(words+"\n\nx\n"), Limits{})
	if err != nil || len(more.Clauses) != len(alone.Clauses)+1 {
		return nil, badWords("open what they don't close, and would take in what comes after them")
	}
	return alone, nil
}

// written gives the words as they stand in the source of the clause, with the marks of what it stands in.
func (e *edit) written() string {
	t, c := e.text, &e.text.Clauses[e.at]
	raw := t.Source[c.Start:c.End]
	indent := t.indentOf(e.at)
	words := e.add[0].words
	switch c.Kind {
	case Heading:
		return withID(words, raw)
	case Item:
		mark := markOf(raw)
		return mark + strings.ReplaceAll(words, "\n", "\n"+indent+strings.Repeat(" ", len(mark)))
	case Code:
		if rest, cut := strings.CutSuffix(indent, "    "); cut && strings.HasPrefix(words, "    ") {
			return strings.ReplaceAll(words[4:], "\n", "\n"+rest)
		}
	}
	var all []string
	for _, a := range e.add {
		all = append(all, a.words)
	}
	return strings.ReplaceAll(strings.Join(all, "\n\n"), "\n", "\n"+indent)
}

// indentOf gives what further lines of a clause begin with: blanks as wide as what stands before it on its line.
func (t *Text) indentOf(i int) string {
	start := t.Clauses[i].Start
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, t.Source[t.lineStart(start):start])
}

// lineStart is where the line begins in which a byte of the source stands.
func (t *Text) lineStart(at int) int { return strings.LastIndexByte(t.Source[:at], '\n') + 1 }

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
