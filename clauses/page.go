package clauses

import (
	"html"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
)

// Render gives the HTML of a whole text, safe as that of RenderClause. Each clause is one element that carries its ID as
// id and its citation as data-citation; items stand in ul or ol. A link to an empty anchor of the source ("#AAL_SEC5")
// leads to the clause in which the anchor stands.
func Render(t *Text) string {
	p := newPage(t)
	p.run(-1)
	p.breaks(len(t.Clauses))
	return p.out.String()
}

// RenderIn gives the HTML of clause i of t as Render writes it, but without its element and without its children: with the
// link definitions and anchors of the whole text at hand. These are found once for a text and kept with it.
func (t *Text) RenderIn(i int) string {
	whole := t.whole.Load()
	if whole == nil {
		p := newPage(t)
		whole = &page{refs: p.refs, anchors: p.anchors}
		t.whole.Store(whole) // two at once find the same
	}
	p := &page{t: t, refs: slices.Clip(whole.refs), anchors: whole.anchors}
	p.content(i, false)
	return p.out.String()
}

// page renders one text.
type page struct {
	t        *Text
	out      strings.Builder
	children [][]int // index+1 -> children
	refs     []parser.Reference
	anchors  map[string]string // name -> clause ID
}

func newPage(t *Text) *page {
	p := &page{t: t, children: make([][]int, len(t.Clauses)+1)}
	for i := range t.Clauses {
		parent := t.Clauses[i].Parent + 1
		p.children[parent] = append(p.children[parent], i)
		if words := t.words[i]; strings.HasPrefix(words, "[") && strings.Contains(words, "]:") {
			if w := newWriter(words, p.refs); w != nil {
				p.refs = w.refs
			}
		}
	}
	p.anchors = anchorsOf(t)
	return p
}

var anchorName = regexp.MustCompile(`(?i)<a\s+(?:name|id)\s*=\s*["']?([^"'<>\s/]+)["']?\s*(?:/>|>\s*</a\s*>)`)

// anchorsOf finds the empty anchors of a text and the clauses in or before which they stand.
func anchorsOf(t *Text) map[string]string {
	anchors := map[string]string{}
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
		tag = "p"
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
	w := newWriter(words, p.refs)
	if w == nil {
		p.out.WriteString(showOrder(html.EscapeString(words)))
		return
	}
	w.resolve = p.resolve
	only := w.root.FirstChild()
	if only == nil {
		return
	}
	inline := only.NextSibling() == nil && (only.Kind() == ast.KindParagraph || only.Kind() == ast.KindHeading)
	phrasing := c.Kind == Heading || c.Kind == Paragraph || c.Kind == Item && p.t.inside[i].tight
	switch {
	case bare && phrasing && inline:
		w.children(only)
	case bare && (c.Kind == Heading || c.Kind == Paragraph):
		// Words that are another block on their own: shown as written, since h and p hold no blocks.
		w.escaped(words)
	default:
		w.children(w.root)
	}
	p.out.WriteString(w.String())
}
