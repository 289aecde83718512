package clauses

import (
	"bufio"
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// RenderClause gives the HTML of a piece of Markdown: what a clause says, or what a comment proposes it should. The result
// is safe to put into a page whoever wrote the Markdown. It has no elements but p, h1 to h6, ul, ol, li, dl, dt, dd, blockquote, pre,
// code, em, strong, a, sup, sub, br, hr and tables, and no attributes but href, rel, title, start, value and class.
//
// Raw HTML is shown escaped, apart from <sup> and <sub>, which are rendered, and empty anchors, which vanish. A link is one
// only to http, https, mailto or a #fragment; an image is a link to it. Emphasis within emphasis ends at a depth that no
// reader needs. Characters that make a browser show words in another order than they are in stand as [U+202E]. A piece
// that exceeds DefaultLimits is shown as it was written.
func RenderClause(markdown string) string {
	w := newWriter(markdown, nil, nil)
	if w == nil {
		return "<pre>" + showOrder(html.EscapeString(markdown)) + "</pre>\n"
	}
	w.expand = max(minExpansion, len(markdown))
	w.children(w.root)
	return w.String()
}

// writer writes the HTML of one parsed piece. It goes by what it allows: a node or attribute it does not know is not
// written.
type writer struct {
	bytes.Buffer
	root    ast.Node
	source  []byte
	inLink  bool
	depth   int                          // of emphasis
	shown   map[ast.Node]bool            // raw inline tags that are written as tags
	gone    map[ast.Node]bool            // raw inline tags that vanish
	resolve func(fragment string) string // where "#fragment" leads, without "#"; nil for where it says
	expand  int                          // bytes that links by reference may still add
	note    func(note int)               // writes the mark of a note
}

func newWriter(markdown string, refs []parser.Reference, notes map[string]int) *writer {
	root := parseFull(markdown, refs, notes)
	if root == nil {
		return nil
	}
	w := &writer{root: root, source: []byte(markdown)}
	w.shown, w.gone = rawTags(root, w.source)
	return w
}

// maxInline is how deep emphasis nests, and tags of raised and lowered characters beside each other: browsers and parsers
// of HTML give up at some 512 elements.
const maxInline = 12

// String is the HTML.
func (w *writer) String() string { return showOrder(w.Buffer.String()) }

// Visible makes the characters of a plain text visible that would have it shown in another order than it is in, as
// RenderClause does. It escapes nothing.
func Visible(s string) string { return showOrder(s) }

// showOrder makes the characters visible that embed text of another direction, override or isolate it (UAX #9, 2.1 to
// 2.4): with them a text of record can read otherwise than what is hashed and compared. Arabic and Hebrew need none of
// them; the marks that they use (LRM, RLM, ALM) move no words.
func showOrder(s string) string {
	if strings.IndexByte(s, 0xe2) < 0 { // the first byte of each in UTF-8
		return s
	}
	return orders.Replace(s)
}

var orders = strings.NewReplacer("\u202a", "[U+202A]", "\u202b", "[U+202B]", "\u202c", "[U+202C]", "\u202d", "[U+202D]", "\u202e", "[U+202E]",
	"\u2066", "[U+2066]", "\u2067", "[U+2067]", "\u2068", "[U+2068]", "\u2069", "[U+2069]")

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *writer) element(tag string, n ast.Node, newline string) {
	w.WriteString("<" + tag + ">")
	w.children(n)
	w.WriteString("</" + tag + ">" + newline)
}

func (w *writer) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.element("h"+strconv.Itoa(n.Level), n, "\n")
	case *ast.Paragraph:
		if w.isDefinitionList(n) {
			w.definitionList(n)
			return
		}
		w.element("p", n, "\n")
	case *ast.TextBlock:
		w.children(n)
	case *ast.Blockquote:
		w.element("blockquote", n, "\n")
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.element("li", n, "\n")
	case *ast.ThematicBreak:
		w.WriteString("<hr>\n")
	case *ast.CodeBlock:
		w.code(n, "")
	case *ast.FencedCodeBlock:
		w.code(n, string(n.Language(w.source)))
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *east.Table:
		w.table(n)
	default:
		w.inline(n)
	}
}

func (w *writer) list(n *ast.List) {
	if !n.IsOrdered() {
		w.element("ul", n, "\n")
		return
	}
	numbers := listNumbers(n, w.source)
	w.WriteString("<ol")
	if numbers[0].shown != 1 {
		w.WriteString(` start="` + strconv.Itoa(numbers[0].shown) + `"`)
	}
	w.WriteString(">\n")
	next := numbers[0].shown
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		w.WriteString("<li")
		if shown := numbers[0].shown; shown != next {
			w.WriteString(` value="` + strconv.Itoa(shown) + `"`)
		}
		w.WriteString(">")
		w.children(item)
		w.WriteString("</li>\n")
		next, numbers = numbers[0].shown+1, numbers[1:]
	}
	w.WriteString("</ol>\n")
}

func (w *writer) code(n ast.Node, language string) {
	w.WriteString("<pre><code")
	if language != "" {
		w.WriteString(` class="language-` + html.EscapeString(language) + `"`)
	}
	w.WriteString(">")
	w.raw(n)
	w.WriteString("</code></pre>\n")
}

// raw writes the lines of a block escaped.
func (w *writer) raw(n ast.Node) {
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		w.escaped(string(s.Value(w.source)))
	}
}

func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	var b strings.Builder
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		b.Write(s.Value(w.source))
	}
	if n.HasClosure() {
		b.Write(n.ClosureLine.Value(w.source))
	}
	if onlyAnchors(b.String()) {
		return
	}
	w.WriteString(`<pre class="html">`)
	w.escaped(b.String())
	w.WriteString("</pre>\n")
}

func (w *writer) table(n *east.Table) {
	w.WriteString("<table>\n")
	body := false
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cell := "td"
		switch _, header := row.(*east.TableHeader); {
		case header:
			w.WriteString("<thead>\n")
			cell = "th"
		case !body:
			w.WriteString("<tbody>\n")
			body = true
		}
		w.WriteString("<tr>")
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			w.WriteString("<" + cell)
			if tc, ok := c.(*east.TableCell); ok && tc.Alignment != east.AlignNone {
				w.WriteString(` class="` + tc.Alignment.String() + `"`)
			}
			w.WriteString(">")
			w.children(c)
			w.WriteString("</" + cell + ">")
		}
		w.WriteString("</tr>\n")
		if cell == "th" {
			w.WriteString("</thead>\n")
		}
	}
	if body {
		w.WriteString("</tbody>\n")
	}
	w.WriteString("</table>\n")
}

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.text(n)
	case *ast.String:
		w.escaped(string(n.Value))
	case *ast.CodeSpan:
		w.WriteString("<code>")
		w.escaped(codeText(n, w.source))
		w.WriteString("</code>")
	case *ast.Emphasis:
		w.emphasis(n)
	case *ast.Link:
		if !w.mayExpand(n.Reference != nil, len(n.Destination)+len(n.Title)) {
			w.children(n)
			return
		}
		w.link(string(util.URLEscape(n.Destination, true)), string(n.Title), func() { w.children(n) })
	case *ast.Image:
		w.image(n)
	case *ast.AutoLink:
		url := string(util.URLEscape(n.URL(w.source), false))
		if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(url), "mailto:") {
			url = "mailto:" + url
		}
		w.link(url, "", func() { w.escaped(string(n.Label(w.source))) })
	case *ast.RawHTML:
		w.rawHTML(n)
	case *noteMarkNode:
		w.note(n.note)
	case *east.TaskCheckBox:
		w.WriteString(checkBox(n))
	}
}

// mayExpand tells whether a link may be written, and counts what one by reference adds.
func (w *writer) mayExpand(byReference bool, size int) bool {
	if !byReference {
		return true
	}
	if size > w.expand {
		w.expand = 0
		return false
	}
	w.expand -= size
	return true
}

// checkBox shows the box of a task as a sign: a page of record has nothing to fill in.
func checkBox(n *east.TaskCheckBox) string {
	if n.IsChecked {
		return "☑ "
	}
	return "☐ "
}

// isDefinitionList tells whether lines of a paragraph begin with a colon: terms and what they mean.
func (w *writer) isDefinitionList(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if w.beginsMeaning(c) {
			return true
		}
	}
	return false
}

// beginsMeaning tells whether an inline node stands at the beginning of a line ": what a term means".
func (w *writer) beginsMeaning(n ast.Node) bool {
	t, ok := n.(*ast.Text)
	if !ok || t.Segment.Len() < 2 || !meaningLine(string(t.Segment.Value(w.source)[:2])) {
		return false
	}
	before, ok := n.PreviousSibling().(*ast.Text)
	return n.PreviousSibling() == nil || ok && (before.SoftLineBreak() || before.HardLineBreak())
}

// meaningLine tells whether a line says what the term above it means.
func meaningLine(line string) bool {
	return strings.HasPrefix(line, ": ") || strings.HasPrefix(line, ":\t")
}

// definitionList writes a paragraph of terms and meanings.
func (w *writer) definitionList(n ast.Node) {
	w.WriteString("<dl>\n")
	open := ""
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		before, wrapped := c.PreviousSibling().(*ast.Text)
		wrapped = wrapped && before.SoftLineBreak()
		switch {
		case w.beginsMeaning(c):
			w.closeTag(open)
			open = "dd"
			w.WriteString("<dd>")
			t := c.(*ast.Text)
			rest := strings.TrimLeft(string(t.Segment.Value(w.source)[1:]), " \t")
			w.resolved([]byte(rest))
			if t.SoftLineBreak() {
				w.WriteString("\n")
			}
			continue
		case open == "" || wrapped && open == "dt":
			w.closeTag(open)
			open = "dt"
			w.WriteString("<dt>")
		}
		w.node(c)
	}
	w.closeTag(open)
	w.WriteString("</dl>\n")
}

func (w *writer) closeTag(tag string) {
	if tag != "" {
		w.Truncate(len(bytes.TrimRight(w.Bytes(), "\n"))) // the end of a line that another followed
		w.WriteString("</" + tag + ">\n")
	}
}

func (w *writer) emphasis(n *ast.Emphasis) {
	if w.depth == maxInline {
		w.children(n)
		return
	}
	tag := "em"
	if n.Level == 2 {
		tag = "strong"
	}
	w.depth++
	w.element(tag, n, "")
	w.depth--
}

func (w *writer) text(n *ast.Text) {
	value := n.Segment.Value(w.source)
	if n.IsRaw() {
		w.escaped(string(value))
	} else {
		w.resolved(value)
	}
	switch {
	case n.HardLineBreak():
		w.WriteString("<br>\n")
	case n.SoftLineBreak():
		w.WriteString("\n")
	}
}

// resolved writes text with its backslash escapes and character references resolved and then escaped for HTML.
func (w *writer) resolved(value []byte) {
	b := bufio.NewWriter(&w.Buffer)
	ghtml.DefaultWriter.Write(b, value)
	_ = b.Flush() // a bytes.Buffer takes everything
}

func (w *writer) escaped(s string) { w.WriteString(html.EscapeString(s)) }

func (w *writer) rawHTML(n *ast.RawHTML) {
	tag := segmentsText(n.Segments.Len(), func(i int) []byte { s := n.Segments.At(i); return s.Value(w.source) })
	switch {
	case w.gone[n]:
	case w.shown[n]:
		w.WriteString(strings.ToLower(tag))
	default:
		w.escaped(tag)
	}
}

// link writes a link if it leads somewhere a page may lead, else its text alone. A link within a link is none.
func (w *writer) link(url, title string, text func()) {
	href, out := w.href(url)
	if href == "" || w.inLink {
		text()
		return
	}
	w.WriteString(`<a href="` + html.EscapeString(href) + `"`)
	if title != "" {
		w.WriteString(` title="`)
		w.resolved([]byte(title))
		w.WriteString(`"`)
	}
	if out {
		w.WriteString(` rel="nofollow noopener"`)
	}
	w.WriteString(">")
	w.inLink = true
	text()
	w.inLink = false
	w.WriteString("</a>")
}

// href gives the address a link may have, "" for none, and whether it leads out of the page. It knows the schemes it
// allows; there is no list of bad ones to be incomplete.
func (w *writer) href(url string) (href string, out bool) {
	if fragment, ok := strings.CutPrefix(url, "#"); ok {
		if w.resolve != nil {
			fragment = w.resolve(fragment)
		}
		return "#" + fragment, false
	}
	lower := strings.ToLower(url)
	for _, scheme := range []string{"http://", "https://", "mailto:"} {
		if strings.HasPrefix(lower, scheme) && len(url) > len(scheme) {
			return url, true
		}
	}
	return "", false
}

// image writes a link with the image's description: a page of record loads nothing from elsewhere.
func (w *writer) image(n *ast.Image) {
	if !w.mayExpand(n.Reference != nil, len(n.Destination)+len(n.Title)) {
		n.Destination, n.Title = nil, nil
	}
	url := string(util.URLEscape(n.Destination, true))
	if strings.HasPrefix(url, "#") {
		url = ""
	}
	alt := plainInline(n, w.source)
	if strings.TrimSpace(alt) == "" {
		alt = "image"
	}
	w.link(url, string(n.Title), func() { w.escaped("[" + alt + "]") })
}

func codeText(n *ast.CodeSpan, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		}
	}
	text := strings.ReplaceAll(b.String(), "\n", " ")
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == east.KindTableCell {
			return strings.ReplaceAll(text, `\|`, "|") // the one escape that GFM has in code
		}
	}
	return text
}

func segmentsText(n int, at func(int) []byte) string {
	var b strings.Builder
	for i := range n {
		b.Write(at(i))
	}
	return b.String()
}

// rawTags decides on the raw inline tags of a piece: shown are <sup> and <sub> without attributes and with their end tag
// beside them, properly nested and not too deep, so that none can reach past its paragraph; gone are empty anchors.
func rawTags(root ast.Node, source []byte) (shown, gone map[ast.Node]bool) {
	shown, gone = map[ast.Node]bool{}, map[ast.Node]bool{}
	type opener struct {
		tag  string
		node ast.Node
	}
	tagOf := func(n *ast.RawHTML) string {
		return strings.ToLower(segmentsText(n.Segments.Len(), func(i int) []byte { s := n.Segments.At(i); return s.Value(source) }))
	}
	_ = ast.Walk(root, func(parent ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		var open []opener
		for c := parent.FirstChild(); c != nil; c = c.NextSibling() {
			raw, ok := c.(*ast.RawHTML)
			if !ok {
				continue
			}
			switch tag := tagOf(raw); tag {
			case "<sup>", "<sub>":
				open = append(open, opener{tag, c})
			case "</sup>", "</sub>":
				if l := len(open) - 1; l >= 0 && open[l].tag[1:] == tag[2:] {
					if l < maxInline {
						shown[open[l].node], shown[c] = true, true
					}
					open = open[:l]
				}
			default:
				if next, ok := c.NextSibling().(*ast.RawHTML); ok && onlyAnchors(tag+tagOf(next)) {
					gone[c], gone[next] = true, true
				} else if onlyAnchors(tag) {
					gone[c] = true
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return shown, gone
}
