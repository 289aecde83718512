package clauses

import (
	"html"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// A shown keeps the HTML of a text: who reads a page of it asks for the same again and again.
type shown struct {
	whole   sync.Mutex // held while the whole is rendered, so that many who want it wait for one
	html    atomic.Pointer[string]
	clauses []atomic.Pointer[string] // each without its children; two at once find the same
	frame   *page                    // what each of them needs of the whole text
}

// htmlOf returns what is kept of the text's HTML.
func (t *Text) htmlOf() *shown {
	if s := t.shown.Load(); s != nil {
		return s
	}
	p := newPage(t)
	t.shown.CompareAndSwap(nil, &shown{clauses: make([]atomic.Pointer[string], len(t.Clauses)), frame: &page{allowed: p.allowed, anchors: p.anchors}})
	return t.shown.Load()
}

// Render gives the HTML of a whole text, safe as that of RenderClause. It is made once and kept with the text.
func Render(t *Text) string {
	s := t.htmlOf()
	s.whole.Lock()
	defer s.whole.Unlock()
	if s.html.Load() == nil {
		html := render(t)
		s.html.Store(&html)
	}
	return *s.html.Load()
}

// render makes the HTML of a whole text. Each clause is one element that carries its ID as
// id and its citation as data-citation; items stand in ul or ol. A link to an empty anchor of the source ("#AAL_SEC5")
// leads to the clause in which the anchor stands.
func render(t *Text) string {
	p := newPage(t)
	p.run(-1)
	p.breaks(len(t.Clauses))
	var notes []int
	for i := range t.Clauses {
		notes = append(notes, t.ownNotes(i)...)
	}
	p.notes(notes)
	return p.out.String()
}

// RenderIn gives the HTML of clause i of t as Render writes it, but without its element and without its children: with the
// link definitions, notes and anchors of the whole text at hand, and followed by the notes that it is the first to name.
// It is made once and kept with the text.
func (t *Text) RenderIn(i int) string {
	s := t.htmlOf()
	if html := s.clauses[i].Load(); html != nil {
		return *html
	}
	p := &page{t: t, allowed: s.frame.allowed, spent: map[int]int{}, anchors: s.frame.anchors}
	p.content(i, false)
	p.notes(t.ownNotes(i))
	html := p.out.String()
	s.clauses[i].Store(&html)
	return html
}

// page renders one text.
type page struct {
	t        *Text
	out      strings.Builder
	children [][]int           // index+1 -> children
	allowed  map[int]int       // by clause: what links by reference may add
	spent    map[int]int       // of that, by this page
	anchors  map[string]string // name -> clause ID
}

func newPage(t *Text) *page {
	p := &page{t: t, spent: map[int]int{}, children: make([][]int, len(t.Clauses)+1)}
	for i := range t.Clauses {
		parent := t.Clauses[i].Parent + 1
		p.children[parent] = append(p.children[parent], i)
	}
	p.allowed, p.anchors = t.expansions(), anchorsOf(t)
	return p
}

var anchorName = regexp.MustCompile(`(?i)<a\s+(?:name|id)\s*=\s*["']?([^"'<>\s/]+)["']?\s*(?:/>|>\s*</a\s*>)`)

// anchorsOf finds the empty anchors of a text and the clauses in or before which they stand, and the names of headings.
func anchorsOf(t *Text) map[string]string {
	anchors := map[string]string{}
	for i, name := range t.names {
		anchors[name] = t.Clauses[i].ID
	}
	for _, m := range anchorName.FindAllStringSubmatchIndex(t.Source[t.body:], -1) {
		at, name := t.body+m[0], t.Source[t.body+m[2]:t.body+m[3]]
		i := sort.Search(len(t.Clauses), func(i int) bool { return t.Clauses[i].End > at })
		if _, twice := anchors[name]; !twice && i < len(t.Clauses) {
			anchors[name] = t.Clauses[i].ID
		}
	}
	return anchors
}

// resolve leads from an anchor's name, as links have it, to the ID of its clause.
func (p *page) resolve(fragment string) string {
	if id, ok := p.anchors[fragment]; ok {
		return id
	}
	return fragment
}

// run writes the children of a clause and theirs. The recursion is as deep as Parse lets clauses nest: six levels of
// headings and Limits.Depth of items.
func (p *page) run(parent int) {
	list, next := 0, 0
	for _, i := range p.children[parent+1] {
		in := p.t.inside[i]
		if in.list != list {
			p.listTag(list, i, true)
			p.breaks(i)
			p.listTag(in.list, i, false)
			list, next = in.list, in.shown
		} else {
			p.breaks(i)
		}
		value := ""
		if in.ordered && in.shown != next {
			value = ` value="` + strconv.Itoa(in.shown) + `"`
		}
		next = in.shown + 1
		p.clause(i, value)
	}
	p.listTag(list, -1, true)
}

// listTag opens the list that clause i begins, or closes one.
func (p *page) listTag(list, i int, closing bool) {
	if list == 0 {
		return
	}
	if closing {
		p.out.WriteString("</" + p.listElement(list) + ">\n")
		return
	}
	p.out.WriteString("<" + p.listElement(list))
	if in := p.t.inside[i]; in.ordered && in.shown != 1 {
		p.out.WriteString(` start="` + strconv.Itoa(in.shown) + `"`)
	}
	p.out.WriteString(">\n")
}

func (p *page) listElement(list int) string {
	if p.t.ordered[list] {
		return "ol"
	}
	return "ul"
}

// breaks writes the thematic breaks that stand before clause i.
func (p *page) breaks(i int) {
	for range p.t.breaks[i] {
		p.out.WriteString("<hr>\n")
	}
}

// clause writes a clause and those under it. value is the attribute of an item whose number doesn't follow the last one's.
func (p *page) clause(i int, value string) {
	c := &p.t.Clauses[i]
	tag := "div"
	switch c.Kind {
	case Heading:
		tag = "h" + strconv.Itoa(c.Level)
	case Paragraph:
		if tag = "p"; strings.Contains("\n"+p.t.words[i], "\n:") { // may be a definition list, which stands in no p
			tag = "div"
		}
	case Item:
		tag = "li"
	}
	p.out.WriteString("<" + tag + ` id="` + html.EscapeString(c.ID) + `" class="clause ` + string(c.Kind) +
		`" data-citation="` + html.EscapeString(c.Citation) + `"` + value + `>`)
	p.content(i, true)
	if c.Kind == Item {
		if len(p.children[i+1]) > 0 {
			p.out.WriteString("\n")
			p.run(i)
		}
		p.out.WriteString("</li>\n")
		return
	}
	p.out.WriteString("</" + tag + ">\n")
	p.run(i)
}

// content writes what a clause says. bare leaves out the element that Render writes itself.
func (p *page) content(i int, bare bool) {
	c, words := &p.t.Clauses[i], p.t.words[i]
	if c.Kind == Item {
		words = p.box(words)
	}
	w := p.writer(i, words)
	if w == nil {
		p.out.WriteString(showOrder(html.EscapeString(words)))
		return
	}
	only := w.root.FirstChild()
	if only == nil {
		return
	}
	inline := only.NextSibling() == nil && (only.Kind() == ast.KindParagraph || only.Kind() == ast.KindHeading)
	phrasing := c.Kind == Heading || c.Kind == Paragraph || c.Kind == Item && p.t.inside[i].tight
	switch {
	case bare && phrasing && inline && only.Kind() == ast.KindParagraph && w.isDefinitionList(only):
		w.definitionList(only)
	case bare && phrasing && inline:
		w.children(only)
	case bare && (c.Kind == Heading || c.Kind == Paragraph):
		// Words that are another block on their own: shown as written, since h and p hold no blocks.
		w.escaped(words)
	default:
		w.children(w.root)
	}
	p.write(i, w)
}

// write puts out what a writer of clause i has written.
func (p *page) write(i int, w *writer) {
	p.out.WriteString(w.String())
	if left := p.allowed[i] - p.spent[i]; w.expand < left {
		p.spent[i] += left - w.expand
	}
}

// writer gives a writer of words of clause i, nil where they can't be parsed.
func (p *page) writer(i int, words string) *writer {
	refs, _ := p.t.refsFor(words)
	w := newWriter(words, refs, p.t.notes)
	if w == nil {
		return nil
	}
	w.resolve, w.expand = p.resolve, p.allowed[i]-p.spent[i]
	w.note = func(note int) {
		n := strconv.Itoa(p.t.defined[note].number)
		if w.inLink {
			w.WriteString("<sup>" + n + "</sup>")
			return
		}
		w.WriteString(`<sup><a href="#note/` + n + `">` + n + `</a></sup>`)
	}
	return w
}

// taskMark stands at the beginning of an item that is a task.
var taskMark = regexp.MustCompile(`^\[([ xX])\][ \t]+`)

// box takes the box of a task from an item's words and writes it.
func (p *page) box(words string) string {
	m := taskMark.FindStringSubmatch(words)
	if m == nil {
		return words
	}
	p.out.WriteString(checkBox(&east.TaskCheckBox{IsChecked: m[1] != " "}))
	return words[len(m[0]):]
}

// notes writes notes as a list, each with a link back to the clause that names it first. No clause has an ID like theirs.
func (p *page) notes(list []int) {
	if len(list) == 0 {
		return
	}
	p.out.WriteString("<ol class=\"notes\">\n")
	for _, n := range list {
		d := &p.t.defined[n]
		number := strconv.Itoa(d.number)
		p.out.WriteString(`<li id="note/` + number + `" value="` + number + `">`)
		if w := p.writer(d.clause, d.words); w != nil {
			if only := w.root.FirstChild(); only != nil && only.NextSibling() == nil && only.Kind() == ast.KindParagraph {
				w.children(only)
			} else {
				w.children(w.root)
			}
			p.write(d.clause, w)
		}
		p.out.WriteString(` <a href="#` + html.EscapeString(p.t.Clauses[d.clause].ID) + "\">↩</a></li>\n")
	}
	p.out.WriteString("</ol>\n")
}
