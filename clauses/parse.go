package clauses

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Parse takes a Markdown source (CommonMark, GFM tables, heading attributes, front matter) apart into clauses. A clause
// has an ID only where the source gives it one: "## Scope {#scope}". Identify or SetIDs gives the others theirs.
//
// Errors are of type *Error: invalid UTF-8, NUL bytes, more bytes, clauses, headings or levels of nesting than the limits
// allow, malformed front matter, a malformed or repeated {#id}, and a text without any clause. Time and memory are near
// linear in the size of the source.
func Parse(source []byte, limits Limits) (*Text, error) {
	limits = limits.orDefault()
	whole, err := Normalise(source, limits)
	if err != nil {
		return nil, err
	}
	meta, body, err := frontMatter(whole)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(whole[body:]) == "" {
		return nil, invalidSource(0, "the text is empty")
	}
	pc := parser.NewContext()
	root, exceeded := parseBlocks(pc, blockParser, []byte(whole[body:]), limits)
	if exceeded != nil {
		line := 0
		if exceeded.at >= 0 {
			line = lineAt(whole, body+exceeded.at)
		}
		return nil, invalidSource(line, "more than %d %s", exceeded.limit, exceeded.what)
	}
	t := &Text{Source: whole, Meta: meta, body: body, ordered: []bool{false}, breaks: map[int]int{}, names: map[int]string{}}
	c := collector{text: t, source: []byte(whole[body:]), explicit: map[string]int{}}
	c.blocks(root, -1, 0, 0)
	if c.err != nil {
		return nil, c.err
	}
	if len(t.Clauses) == 0 && t.breaks[0] == 0 {
		return nil, invalidSource(0, "the text is empty: it has no clause")
	}
	if len(t.Clauses) > limits.Clauses {
		return nil, invalidSource(lineAt(whole, t.Clauses[limits.Clauses].Start), "more than %d clauses", limits.Clauses)
	}
	c.finish()
	t.define(c.defined, pc)
	t.settleNotes(c.notes)
	for i := range t.Clauses {
		t.Clauses[i].Hash = t.hashOf(i)
	}
	t.Title = titleOf(t)
	citeClauses(t)
	return t, nil
}

func titleOf(t *Text) string {
	if title := strings.TrimSpace(t.Meta["title"]); title != "" {
		return title
	}
	for i := range t.Clauses {
		if c := &t.Clauses[i]; c.Kind == Heading && c.Level == 1 {
			return t.plain(t.words[i])
		}
	}
	return ""
}

// collector turns goldmark's blocks into clauses.
type collector struct {
	text     *Text
	source   []byte         // the body
	explicit map[string]int // explicit ID -> line
	starts   []start        // where clauses and structure begin, in order
	raw      []rawClause    // clauses whose words are cut from the source once their end is known
	defined  []definition   // link definitions, and from finish on where they stand
	notes    []noteClause   // clauses that are notes, until it is known who names them
	headings []int          // the open headings at the top, outermost first
	lists    int
	err      *Error
}

// start is where a clause begins, or (clause < 0) a piece of structure: a thematic break, an anchor, or a link definition,
// which counts from 1.
type start struct{ at, clause, definition int }

// rawClause is a clause whose words are its source without the indentation of the items it stands in.
type rawClause struct{ clause, indent int }

// blocks collects the children of a container. depth counts the lists around, indent the columns of their items' marks.
func (c *collector) blocks(container ast.Node, parent, depth, indent int) {
	for n := container.FirstChild(); n != nil && c.err == nil; n = n.NextSibling() {
		c.block(n, parent, depth, indent)
	}
}

func (c *collector) block(n ast.Node, parent, depth, indent int) {
	if depth == 0 && len(c.headings) > 0 {
		parent = c.headings[len(c.headings)-1]
	}
	switch n := n.(type) {
	case *ast.Heading:
		c.heading(n, parent, depth)
	case *ast.Paragraph, *ast.TextBlock:
		at, words := n.Lines().At(0).Start, c.joined(n.Lines(), false)
		if strings.HasPrefix(words, "<") && onlyAnchors(words) {
			c.starts = append(c.starts, start{at: at, clause: -1})
			return
		}
		c.add(Paragraph, 0, parent, at, words)
	case *tableBlock:
		i := c.add(Table, 0, parent, n.Pos(), c.lines(n.Lines(), ""))
		c.text.Clauses[i].Rows = n.Lines().Len() - 2
	case *ast.List:
		c.list(n, parent, depth, indent)
	case *ast.FencedCodeBlock:
		c.fenced(n, parent)
	case *ast.CodeBlock:
		c.add(Code, 0, parent, n.Lines().At(0).Start, c.lines(n.Lines(), "    "))
	case *ast.Blockquote:
		c.raw = append(c.raw, rawClause{len(c.text.Clauses), indent})
		c.add(Quote, 0, parent, n.Pos(), "")
	case *ast.HTMLBlock:
		if onlyAnchors(c.lines(n.Lines(), "")) {
			c.starts = append(c.starts, start{at: n.Pos(), clause: -1})
			return
		}
		c.raw = append(c.raw, rawClause{len(c.text.Clauses), indent})
		c.add(HTML, 0, parent, n.Pos(), "")
	case *definitionBlock:
		c.defined = append(c.defined, definition{link: n.definition, label: labelKey(n.definition.label)})
		c.starts = append(c.starts, start{at: n.Pos(), clause: -1, definition: len(c.defined)})
	case *noteBlock:
		c.note(n, parent, indent)
	case *ast.ThematicBreak:
		c.text.breaks[len(c.text.Clauses)]++
		c.starts = append(c.starts, start{at: n.Pos(), clause: -1})
	}
}

func (c *collector) add(kind Kind, level, parent, at int, words string) int {
	t := c.text
	i := len(t.Clauses)
	t.Clauses = append(t.Clauses, Clause{Kind: kind, Level: level, Parent: parent, Start: at})
	t.words = append(t.words, strings.TrimRight(words, " \t\n"))
	t.inside = append(t.inside, itemMarks{})
	c.starts = append(c.starts, start{at: at, clause: i})
	return i
}

// heading adds a heading. At the top of the text it stands under the nearest heading of a lower level; in an item, under
// the item, and nothing stands under it.
func (c *collector) heading(n *ast.Heading, parent, depth int) {
	words, at := c.joined(n.Lines(), true), n.Pos()
	words, id, problem := headingAttributes(words)
	if problem != "" {
		c.err = invalidSource(c.line(at), "%s", problem)
		return
	}
	if depth == 0 {
		open := c.headings
		for len(open) > 0 && c.text.Clauses[open[len(open)-1]].Level >= n.Level {
			open = open[:len(open)-1]
		}
		c.headings, parent = open, -1
		if len(open) > 0 {
			parent = open[len(open)-1]
		}
	}
	marks := strings.Repeat("#", n.Level)
	if strings.HasSuffix(words, "#") && closingMarks.MatchString(words) { // the end of a line of "===": not closing marks, and must not become some
		last := strings.LastIndexAny(words, " \t") + 1
		words = words[:last] + `\` + words[last:]
	}
	i := c.add(Heading, n.Level, parent, at, strings.TrimRight(marks+" "+words, " "))
	if depth == 0 {
		c.headings = append(c.headings, i)
	}
	if id == "" {
		return
	}
	if first, twice := c.explicit[id]; twice {
		c.err = invalidSource(c.line(at), "the ID %q is already that of the heading in line %d", id, first)
		return
	}
	c.explicit[id] = c.line(at)
	c.text.Clauses[i].ID, c.text.names[i] = id, id
}

// note adds a note as a clause, for as long as it isn't known whether a clause names it.
func (c *collector) note(n *noteBlock, parent, indent int) {
	note := noteClause{clause: len(c.text.Clauses), label: n.label}
	if only := n.FirstChild(); only != nil && only.NextSibling() == nil && only.Kind() == ast.KindParagraph {
		note.words = c.joined(only.Lines(), false)
	}
	c.notes = append(c.notes, note)
	c.raw = append(c.raw, rawClause{note.clause, indent})
	c.add(Paragraph, 0, parent, n.Pos(), "")
}

func (c *collector) list(n *ast.List, parent, depth, indent int) {
	c.lists++
	c.text.ordered = append(c.text.ordered, n.IsOrdered())
	list, numbers := c.lists, []itemNumber(nil)
	if n.IsOrdered() {
		numbers = listNumbers(n, c.source)
	}
	for child := n.FirstChild(); child != nil && c.err == nil; child = child.NextSibling() {
		item, ok := child.(*ast.ListItem)
		if !ok {
			continue
		}
		words, first := "", item.FirstChild() // a paragraph after a definition is no part of the item's own bytes
		if first != nil && (first.Kind() == ast.KindParagraph || first.Kind() == ast.KindTextBlock) {
			words = c.joined(first.Lines(), false)
			first = first.NextSibling()
		}
		i := c.add(Item, depth+1, parent, item.Pos(), words)
		c.text.inside[i] = itemMarks{list: list, ordered: n.IsOrdered(), delim: n.Marker, tight: n.IsTight}
		if len(numbers) > 0 {
			c.text.inside[i].itemNumber, numbers = numbers[0], numbers[1:]
		}
		for ; first != nil && c.err == nil; first = first.NextSibling() {
			c.block(first, i, depth+1, indent+item.Offset)
		}
	}
}

// fenced adds a fenced block. Its words have canonical fences: the closing one is there even where the source ends first.
func (c *collector) fenced(n *ast.FencedCodeBlock, parent int) {
	info, kind := "", Code
	if n.Info != nil {
		info = string(n.Info.Segment.Value(c.source))
		if first, _, _ := strings.Cut(info, " "); first == "rule" {
			kind = Rule
		}
	}
	at := n.Pos()
	length := 0
	for length < len(c.source)-at && c.source[at+length] == c.source[at] {
		length++
	}
	fence := string(c.source[at : at+length])
	if strings.HasPrefix(info, fence[:1]) {
		info = " " + info
	}
	content := ""
	if n.Lines().Len() > 0 {
		content = c.lines(n.Lines(), "") + "\n"
	}
	c.add(kind, 0, parent, at, fence+info+"\n"+content+fence)
}

// lines joins the lines of a block, each non-blank one after prefix, without the last newline.
func (c *collector) lines(segments *text.Segments, prefix string) string {
	var b strings.Builder
	for i := range segments.Len() {
		s := segments.At(i)
		line := s.Value(c.source)
		if prefix != "" && strings.TrimSpace(string(line)) != "" {
			b.WriteString(prefix)
		}
		b.Write(line)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// joined gives the words of a paragraph on one line, hard line breaks apart (flat: those too, for a heading). How a
// paragraph is wrapped is no part of what it says, so wrapping it anew must not count as a change.
func (c *collector) joined(segments *text.Segments, flat bool) string {
	if segments.Len() == 1 {
		s := segments.At(0)
		return strings.TrimSpace(string(s.Value(c.source)))
	}
	words := c.joinedBy(segments, flat, " ")
	if _, n := readDefinition(words); !flat && (n > 0 || strings.HasPrefix(words, "<") || strings.Trim(words, "*_ ") == "") {
		return c.joinedBy(segments, flat, "\n") // on one line it could be a block of HTML, a thematic break or a definition
	}
	return words
}

// joinedBy joins lines by soft, a space or a newline, where they are only wrapped.
func (c *collector) joinedBy(segments *text.Segments, flat bool, soft string) string {
	var b strings.Builder
	for i := range segments.Len() {
		s := segments.At(i)
		line := strings.TrimLeft(strings.TrimSuffix(string(s.Value(c.source)), "\n"), " \t")
		trimmed := strings.TrimRight(line, " \t")
		backslashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
		hardSlash := backslashes%2 == 1 && len(trimmed) == len(line)
		if i == segments.Len()-1 {
			b.WriteString(trimmed)
			break
		}
		next := segments.At(i + 1)
		nextLine := strings.TrimLeft(string(next.Value(c.source)), " \t")
		switch {
		case flat && hardSlash:
			b.WriteString(trimmed[:len(trimmed)-1] + " ")
		case !flat && hardSlash:
			b.WriteString(trimmed + "\n")
		case !flat && strings.HasSuffix(line, "  "):
			b.WriteString(trimmed + "  \n")
		case !flat && meaningLine(nextLine):
			b.WriteString(trimmed + "\n")
			continue
		default:
			b.WriteString(trimmed + soft)
		}
		if strings.HasSuffix(b.String(), "\n") && beginsBlock([]byte(nextLine)) {
			b.WriteString("    ")
		}
	}
	return strings.TrimSpace(b.String())
}

// beginsBlock tells whether a line could begin another block were it not indented by four: such a line continues a paragraph
// only because it is, and has to stay so.
func beginsBlock(line []byte) bool {
	s := strings.TrimLeft(string(line), " \t")
	return s != "" && (strings.IndexByte("-+*#>=|:~`<[", s[0]) >= 0 || '0' <= s[0] && s[0] <= '9')
}

// finish sets what needs to know where the next clause begins: ends, and the words cut from the source. Until
// here positions are those of the body.
func (c *collector) finish() {
	t := c.text
	for i, s := range c.starts {
		end := len(c.source)
		if i+1 < len(c.starts) {
			end = c.starts[i+1].at
		}
		end = s.at + len(strings.TrimRight(string(c.source[s.at:end]), " \t\n"))
		switch {
		case s.clause >= 0:
			t.Clauses[s.clause].End = end
		case s.definition > 0:
			d := &c.defined[s.definition-1]
			d.start, d.end = s.at+t.body, end+t.body
		}
	}
	for _, r := range c.raw {
		cl := &t.Clauses[r.clause]
		t.words[r.clause] = dedentLines(string(c.source[cl.Start:cl.End]), r.indent)
	}
	for i := range t.Clauses {
		cl := &t.Clauses[i]
		cl.Start += t.body
		cl.End += t.body
	}
}

// line gives the line of the source in which a byte of the body stands.
func (c *collector) line(at int) int { return lineAt(c.text.Source, c.text.body+at) }

// dedentLines takes up to indent spaces from each line but the first.
func dedentLines(s string, indent int) string {
	if indent == 0 || !strings.Contains(s, "\n") {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines[1:] {
		n := 0
		for n < indent && n < len(line) && line[n] == ' ' {
			n++
		}
		lines[i+1] = line[n:]
	}
	return strings.Join(lines, "\n")
}

const emptyAnchor = `<a\s+(?:name|id)\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=/]+)\s*(?:/>|>\s*</a\s*>)`

var (
	anchorsOnly    = regexp.MustCompile(`^(?i:\s*` + emptyAnchor + `)+\s*$`)
	trailingBraces = regexp.MustCompile(`(^|[^\\])\{([^{}]*)\}$`)
	closingMarks   = regexp.MustCompile(`(^|\s)#+$`)
	attribute      = regexp.MustCompile(`^(?:\.[A-Za-z][\w-]*|[A-Za-z][\w:-]*=(?:"[^"]*"|[^\s"'=<>` + "`" + `]+))$`)
)

func onlyAnchors(html string) bool { return anchorsOnly.MatchString(html) }

// headingAttributes takes "{#id .class name=value}" from the end of a heading's words. Only the ID means anything here;
// the rest is dropped, for an attribute such as onclick or style must not reach a page. It reads the attributes itself:
// goldmark's reader accepts nested values without bound.
func headingAttributes(words string) (rest, id, problem string) {
	if !strings.HasSuffix(words, "}") {
		return words, "", ""
	}
	m := trailingBraces.FindStringSubmatchIndex(words)
	if m == nil {
		return words, "", ""
	}
	fields := strings.Fields(words[m[4]:m[5]])
	if len(fields) == 0 {
		return words, "", ""
	}
	if strings.HasPrefix(fields[0], "#") {
		id = fields[0][1:]
		if !ValidID(id) {
			return "", "", "the heading's ID {#" + id + "} is malformed: 1 to 64 of A-Z a-z 0-9 _ . : - are allowed"
		}
		fields = fields[1:]
	}
	for _, f := range fields {
		switch {
		case attribute.MatchString(f):
		case id != "":
			return "", "", "the heading's attribute " + f + " after {#" + id + "} is malformed"
		default:
			return words, "", ""
		}
	}
	rest = strings.TrimRight(words[:m[4]-1], " \t")
	rest = strings.TrimRight(closingMarks.ReplaceAllString(rest, ""), " \t")
	if trailingBraces.MatchString(rest) {
		return "", "", "the heading ends in more than one {…}"
	}
	return rest, id, ""
}
