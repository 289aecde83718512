package clauses

import "strings"

// ProposalKind says what is proposed for a clause.
type ProposalKind string

// The kinds of proposal.
const (
	Replace   ProposalKind = "replace"   // other words instead of a clause's
	StrikeOut ProposalKind = "strikeOut" // a clause goes, and what stands under it
	AddAfter  ProposalKind = "addAfter"  // clauses come right after a clause, or before the first
)

// ProposalKinds are all kinds in the order they are shown.
var ProposalKinds = []ProposalKind{Replace, StrikeOut, AddAfter}

// A Proposal is a change of one place of a text.
type Proposal struct {
	Kind     ProposalKind
	ClauseID string // "" with AddAfter: before the first clause
	Words    string // none with StrikeOut
	Split    bool   // with Replace: a paragraph may become several
}

// Apply gives the text with the proposal carried out, and all else as it was: every clause keeps its identity, and what
// comes is new. What can't be done so is refused: words that end otherwise than they began, a heading under
// which other clauses would come to stand. What Replace gives a clause is a clause of the same kind, or with Split, for a
// paragraph, several paragraphs parted by blank lines, of which the first keeps the identity; a heading's "#" marks may be
// left out, and its level, its {#id} and the mark and place of a list item are kept. What StrikeOut takes away goes with
// all that stands under it; what AddAfter adds after an item is an item, a section beside that of a heading comes
// after the whole of that, and after other clauses comes whatever stands by itself.
//
// The words are Markdown as [Text.Words] gives them. text is identified, and so is the result. Errors are *Error with the
// field "words", or "clauseId" where the text has no such clause.
func (p Proposal) Apply(text *Text) (*Text, error) {
	e, err := p.placed(text).edit(text, text)
	if err != nil {
		return nil, err
	}
	return e.apply()
}

// placed is a proposal that says the same of the clause after which the words come: where they begin a section and are proposed
// after the heading of one beside it, that is the last of that section.
func (p Proposal) placed(t *Text) Proposal {
	i := t.Clauses.Index(p.ClauseID)
	if p.Kind != AddAfter || i < 0 || t.Clauses[i].Kind != Heading {
		return p
	}
	level := len(p.Words) - len(strings.TrimLeft(p.Words, "#"))
	if level == 0 || level > t.Clauses[i].Level || !strings.HasPrefix(p.Words[level:], " ") {
		return p
	}
	last := t.endOf(i) - 1
	for up := t.Clauses[last].Parent; up >= 0 && t.Clauses[up].Kind == Item; up = t.Clauses[up].Parent {
		last = up
	}
	p.ClauseID = t.Clauses[last].ID
	return p
}

// Try says whether [Proposal.Apply] would refuse, and whether the words are what stands there already. It reads no more
// of a text than what is around the place.
func (p Proposal) Try(text *Text) (same bool, err error) {
	p = p.placed(text)
	part := text.around(p)
	e, err := p.edit(part, text)
	if err != nil {
		return false, err
	}
	next, err := e.apply()
	return err == nil && next.Root == part.Root, err
}

// Clash returns the first clause that a proposal made for one text would change, and that says something else in a later one;
// nil where there is none. What is added beside a clause changes none.
func (p Proposal) Clash(then, now *Text) *Conflict {
	if p.Kind == AddAfter {
		return nil
	}
	at := now.Clauses.Index(p.ClauseID)
	if at < 0 {
		return nil
	}
	end := at + 1
	if p.Kind == StrikeOut {
		end = now.endOf(at)
	}
	known := then.Clauses.indexes()
	for i := at; i < end; i++ {
		was, ok := known[now.Clauses[i].ID]
		if ok && then.Clauses[was].Hash == now.Clauses[i].Hash {
			continue
		}
		c := &Conflict{ClauseID: now.Clauses[i].ID, Citation: now.Clauses[i].Citation, Ours: now.Words(i), Theirs: p.Words}
		if ok {
			c.Base = then.Words(was)
		}
		return c
	}
	return nil
}

// Redline shows what a proposal does where it stands, word by word: to the clause and what stands under it where they go, to nothing
// where clauses come. False where the text doesn't have the clause.
func (p Proposal) Redline(t *Text) ([]Span, bool) {
	if p.Kind == AddAfter {
		return Redline("", p.Words), true
	}
	i := t.Clauses.Index(p.ClauseID)
	if i < 0 {
		return nil, false
	}
	end := i + 1
	if p.Kind == StrikeOut {
		end = t.endOf(i)
	}
	return Redline(strings.Join(t.words[i:end], "\n\n"), p.Words), true
}

// edit makes the edit of a part of a text that carries the proposal out.
func (p Proposal) edit(t, whole *Text) (*edit, error) {
	i := -1
	if p.ClauseID != "" || p.Kind != AddAfter {
		if i = t.Clauses.Index(p.ClauseID); i < 0 {
			return nil, &Error{Field: "clauseId", Message: "the text has no such clause"}
		}
	}
	switch p.Kind {
	case StrikeOut:
		return strikingOut(t, whole, i, p.Words)
	case AddAfter:
		return adding(t, whole, i, p.Words)
	}
	return replacing(t, i, p.Words, p.Split)
}

// strikingOut makes the edit that takes clause i away, and what stands under it.
func strikingOut(t, whole *Text, i int, words string) (*edit, error) {
	if strings.TrimSpace(words) != "" {
		return nil, badWords("go with no clause that is struck out")
	}
	end := t.endOf(i)
	if end-i == len(whole.Clauses) {
		return nil, &Error{Field: "clauseId", Message: "nothing would be left of the text"}
	}
	from := t.Clauses[i].Start
	if line := t.lineStart(from); strings.TrimSpace(t.Source[line:from]) == "" {
		from = line
	}
	to := t.lineEnd(t.Clauses[end-1].End)
	if before := t.Source[:from]; before == "" || strings.HasSuffix(before, "\n\n") || from == t.body {
		for to < len(t.Source) && strings.TrimSpace(t.Source[to:t.lineEnd(to)]) == "" {
			to = t.lineEnd(to)
		}
	}
	return &edit{text: t, at: i, drop: end - i, source: t.Source[:from] + t.Source[to:]}, nil
}

// lineEnd is where the line after a byte of the source begins.
func (t *Text) lineEnd(at int) int {
	if n := strings.IndexByte(t.Source[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(t.Source)
}

// adding makes the edit that puts clauses after clause i, before the first where that is -1.
func adding(t, whole *Text, i int, words string) (*edit, error) {
	words = tidyWords(words, !strings.HasPrefix(words, "    "))
	if strings.TrimSpace(words) == "" {
		return nil, badWords("are missing")
	}
	alone, err := parseWords(words)
	if err != nil {
		return nil, err
	}
	if len(alone.Clauses) == 0 {
		return nil, badWords("are to be one clause or more")
	}
	e := &edit{text: t, beside: i}
	for n := range alone.Clauses {
		a := &alone.Clauses[n]
		if a.ID != "" && whole.Clauses.Index(a.ID) >= 0 {
			return nil, badWords("name the identity {#" + a.ID + "} of another clause")
		}
		e.add = append(e.add, addition{kind: a.Kind, level: a.Level, parent: a.Parent, words: alone.words[n]})
	}
	if i < 0 {
		e.source = t.Source[:t.body] + words + "\n\n" + strings.TrimLeft(t.Source[t.body:], "\n")
		return e, nil
	}
	e.insert(words)
	return e, nil
}

// insert writes the words after the clause beside.
func (e *edit) insert(words string) {
	t, c := e.text, &e.text.Clauses[e.beside]
	e.at = e.beside + 1
	if c.Kind != Heading {
		e.at = t.endOf(e.beside)
	}
	end := t.lineEnd(t.Clauses[e.at-1].End)
	before, after := t.Source[:end], t.Source[end:]
	indent, gap := "", "\n"
	one := len(e.add) == 1
	switch {
	case c.Kind == Item && one && (e.add[0].kind == Paragraph || e.add[0].kind == Item):
		indent = t.indentOf(e.beside)
		mark, own := nextMark(t.Source[c.Start:c.End]), ""
		if e.add[0].kind == Item { // written with a mark of whatever kind
			own = markOf(words)
		}
		e.add[0].kind = Item
		words = mark + strings.ReplaceAll(strings.TrimPrefix(words, own), "\n"+strings.Repeat(" ", len(own)), "\n"+strings.Repeat(" ", len(mark)))
		if t.inside[e.beside].tight || after != "" && !strings.HasPrefix(after, "\n") {
			gap = ""
		}
	case c.Kind != Item && t.inItem(e.beside):
		indent = t.indentOf(e.beside)
	}
	words = indent + strings.ReplaceAll(words, "\n", "\n"+indent) + "\n"
	if gap != "" && after != "" && !strings.HasPrefix(after, "\n") {
		words += "\n"
	}
	e.source = before + gap + words + after
}

// nextMark gives the mark of an item that follows another: the same bullet, or the number after.
func nextMark(raw string) string {
	mark := markOf(raw)
	digits := strings.TrimRight(mark, " .)")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return mark
	}
	return addOne(digits) + mark[len(digits):]
}

// addOne adds one to a decimal number, however long.
func addOne(digits string) string {
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i]++; b[i] <= '9' {
			return string(b)
		}
		b[i] = '0'
	}
	return "1" + string(b)
}
