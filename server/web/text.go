package web

import (
	"encoding/binary"
	"hash/maphash"
	"html"
	"strconv"
	"strings"
	"unicode"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/internal/lru"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/catalogue"
	"github.com/ewtp/entente/server/web/squeeze"
	"github.com/ewtp/entente/views"
)

// texts keeps pieces of pages that show the text of a revision: clause after clause, each with
// its citation as a permalink and what was said on it. A text never changes and the numbers beside
// it seldom do, so a piece is written and compressed once, until a number in it changes.
type texts struct {
	pieces *lru.Cache[pieceKey, squeeze.Piece]
	plans  *lru.Cache[string, *plan]
	seed   maphash.Seed
}

// A pieceKey names a piece: the same key, the same bytes.
type pieceKey struct {
	revision string
	first    int // clause
	language *catalogue.Language
	open     bool   // for comment
	counts   uint64 // a hash of the numbers beside the clauses
}

const (
	textsKept = 64 << 20 // bytes of pieces
	plansKept = 200
)

func newTexts() *texts {
	return &texts{pieces: lru.New[pieceKey](textsKept, squeeze.Piece.Weight), plans: lru.New[string, *plan](plansKept, nil), seed: maphash.MakeSeed()}
}

// A plan says how a text is laid out: where its blocks and pieces begin, and how deep each clause
// stands.
type plan struct {
	blocks []block
	pieces []int   // indexes of blocks at which a piece begins
	depth  []uint8 // of each clause: of a heading among headings, of an item among items
}

// A block is a run of clauses that a browser may leave out of layout while it is out of sight. Its
// height is estimated here, so that nothing jumps when it comes in.
type block struct {
	first, after int
	height       int // class z0 to z24
}

const (
	blockChars = 1500     // a block ends before the next heading after so many characters
	blockMost  = 6000     // and before any clause after so many
	pieceBytes = 96 << 10 // a piece is some so many, as HTML: smaller ones compress badly
)

// planOf lays out a text.
func (x *texts) planOf(revisionID string, t *clauses.Text) *plan {
	if p, ok := x.plans.Get(revisionID); ok {
		return p
	}
	p := &plan{depth: depths(t.Clauses)}
	chars, bytes, lines := 0, pieceBytes, 0.0
	for i, c := range t.Clauses {
		heading := c.Kind == clauses.Heading
		if i == 0 || heading && chars >= blockChars || chars >= blockMost {
			if n := len(p.blocks); n > 0 {
				p.blocks[n-1].after, p.blocks[n-1].height = i, heightClass(lines)
			}
			if bytes >= pieceBytes {
				p.pieces, bytes = append(p.pieces, len(p.blocks)), 0
			}
			p.blocks = append(p.blocks, block{first: i})
			chars, lines = 0, 4
		}
		n := c.End - c.Start
		chars, bytes, lines = chars+n, bytes+n+240, lines+1.7*float64(1+n/38)
	}
	if n := len(p.blocks); n > 0 {
		p.blocks[n-1].after, p.blocks[n-1].height = len(t.Clauses), heightClass(lines)
	}
	x.plans.Put(revisionID, p)
	return p
}

// heightClass is the class whose height, 4 rem and a quarter more with each, is next to one in rem
// on a phone.
func heightClass(rem float64) (class int) {
	for h := 4.0; class < 24 && h < rem; h *= 1.25 {
		class++
	}
	return class
}

// depths says how deep each clause stands: a heading in the tree of headings, from 0, whatever
// its level in Markdown, which laws skip; an item in its list, from 1; others as what they are under.
func depths(o clauses.Outline) []uint8 {
	depth := make([]uint8, len(o))
	for i, c := range o {
		switch {
		case c.Kind == clauses.Heading:
			if c.Parent >= 0 {
				depth[i] = depth[c.Parent] + 1
			}
		case c.Kind == clauses.Item:
			depth[i] = uint8(min(c.Level, 9)) // #nosec G115 -- at most 9
		case c.Parent >= 0 && o[c.Parent].Kind == clauses.Item:
			depth[i] = depth[c.Parent]
		}
	}
	return depth
}

// A textPage is what the text of a revision is shown with.
type textPage struct {
	revision policies.Revision
	text     *clauses.Text
	document string // path of the document
	counts   map[string]views.Counts
	language *catalogue.Language
	open     bool // for comment
}

// write returns the pieces of a text.
func (x *texts) write(p *textPage) (pieces []squeeze.Piece) {
	plan := x.planOf(p.revision.ID, p.text)
	for i, from := range plan.pieces {
		to := len(plan.blocks)
		if i+1 < len(plan.pieces) {
			to = plan.pieces[i+1]
		}
		blocks := plan.blocks[from:to]
		key := pieceKey{p.revision.ID, blocks[0].first, p.language, p.open, x.hashCounts(p, blocks[0].first, blocks[len(blocks)-1].after)}
		piece, ok := x.pieces.Get(key)
		if !ok {
			piece = squeeze.Best(p.appendBlocks(nil, plan, blocks))
			x.pieces.Put(key, piece)
		}
		pieces = append(pieces, piece)
	}
	return pieces
}

// hashCounts hashes the numbers beside the clauses from first to before after.
func (x *texts) hashCounts(p *textPage, first, after int) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	var b []byte
	for i := first; i < after; i++ {
		if c, ok := p.counts[p.text.Clauses[i].ID]; ok {
			b = binary.AppendVarint(b[:0], int64(i))
			for _, s := range policies.Stances {
				b = binary.AppendVarint(b, int64(c.ByStance[s]))
			}
			b = binary.AppendVarint(b, int64(c.Total))
			_, _ = h.Write(b) // takes everything
		}
	}
	return h.Sum64()
}

// appendBlocks writes the clauses of some blocks.
func (p *textPage) appendBlocks(b []byte, plan *plan, blocks []block) []byte {
	for _, k := range blocks {
		b = append(b, `<div class="sec z`...)
		b = strconv.AppendInt(b, int64(k.height), 10)
		b = append(b, "\">\n"...)
		for i := k.first; i < k.after; i++ {
			b = p.appendClause(b, i, plan.depth[i])
		}
		b = append(b, "</div>\n"...)
	}
	return b
}

// appendClause writes a clause: a row of citation, words, and what was said on it.
func (p *textPage) appendClause(b []byte, i int, depth uint8) []byte {
	c := &p.text.Clauses[i]
	b = append(b, `<div class="c`...)
	if c.Kind == clauses.Heading {
		b = append(b, " h"...)
	} else if depth > 0 {
		b = append(b, " d"...)
		b = strconv.AppendInt(b, int64(min(depth, 4)), 10)
		if c.Kind == clauses.Item && p.text.Number(i) == "" {
			b = append(b, " i"...)
		}
	}
	b = append(b, `" id="`...)
	b = append(b, c.ID...) // letters, digits and _.:-
	b = append(b, `"><a class="cite" href="#`...)
	b = append(b, c.ID...)
	b = append(b, `">`...)
	b = append(b, html.EscapeString(c.Citation)...)
	b = append(b, "</a>"...)
	if c.Kind == clauses.Table { // wider than a phone, it scrolls by itself, by keyboard too
		b = append(b, `<div class="scroll" role="group" tabindex="0" aria-label="`...)
		b = append(b, html.EscapeString(c.Citation)...)
		b = append(b, `">`...)
	}
	b = appendWords(b, p.text.RenderIn(i), p.text.Number(i), c.Kind == clauses.Heading, depth)
	if c.Kind == clauses.Table {
		b = append(b, "</div>"...)
	}
	b = p.appendSaid(b, c)
	return append(b, "</div>\n"...)
}

// appendWords writes the words of a clause. Where a heading stands among the page's headings is
// where it stands in the tree, below the page's own.
// The number of an item stands beside its words: who selects those to quote them doesn't select it.
func appendWords(b []byte, words, number string, heading bool, depth uint8) []byte {
	if !heading {
		opening := textOpening(words)
		if number != "" {
			opening = strings.Replace(opening, `class="t"`, `class="t" data-no="`+number+`"`, 1)
		}
		b = append(b, opening...)
		b = append(b, strings.TrimSuffix(words, "\n")...)
		return append(b, "</div>"...)
	}
	level := byte('0' + min(depth+2, 6))
	inner, notes := headingWords(words)
	b = append(b, textOpening(words)...)
	b = append(b, "<h"...)
	b = append(b, level)
	b = append(b, '>')
	b = append(b, inner...)
	b = append(b, "</h"...)
	b = append(b, level)
	b = append(b, '>')
	b = append(b, notes...)
	return append(b, "</div>"...)
}

// textOpening begins the words of a clause. A browser finds out how they run where they have
// letters that run from right to left; to others it needn't be said 3,000 times.
func textOpening(words string) string {
	if strings.ContainsFunc(words, func(r rune) bool { return r >= 0x590 && unicode.In(r, rightToLeft...) }) {
		return `<div class="t" dir="auto">`
	}
	return `<div class="t">`
}

// rightToLeft are the scripts of which letters have the bidirectional classes R and AL (UAX #9).
var rightToLeft = []*unicode.RangeTable{unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic,
	unicode.Adlam, unicode.Hanifi_Rohingya, unicode.Mende_Kikakui, unicode.Yezidi, unicode.Old_Hungarian, unicode.Sogdian, unicode.Old_Sogdian,
	unicode.Imperial_Aramaic, unicode.Phoenician, unicode.Nabataean, unicode.Palmyrene, unicode.Hatran, unicode.Cypriot, unicode.Lydian, unicode.Avestan,
	unicode.Inscriptional_Pahlavi, unicode.Inscriptional_Parthian, unicode.Psalter_Pahlavi, unicode.Manichaean, unicode.Kharoshthi, unicode.Old_South_Arabian,
	unicode.Old_North_Arabian, unicode.Old_Turkic, unicode.Meroitic_Cursive, unicode.Meroitic_Hieroglyphs, unicode.Elymaic, unicode.Chorasmian}

// headingWords takes a rendered heading out of its element: "<h2>Scope</h2>\n", and what notes
// follow it.
func headingWords(words string) (inner, notes string) {
	if len(words) > 4 && strings.HasPrefix(words, "<h") && words[3] == '>' {
		if inner, notes, ok := strings.Cut(words[4:], "</h"+words[2:4]); ok {
			return inner, strings.TrimSpace(notes)
		}
	}
	return words, ""
}

// appendSaid writes how much was said on a clause, as a link to it, or the way to be the first.
func (p *textPage) appendSaid(b []byte, c *clauses.Clause) []byte {
	counts := p.counts[c.ID]
	if counts.Total == 0 && (!p.open || c.Kind == clauses.Heading) {
		return b
	}
	b = append(b, `<a class="`...)
	if counts.Total == 0 {
		b = append(b, "add"...)
	} else {
		b = append(b, "m count"...)
	}
	b = append(b, `" href="`...)
	b = append(b, html.EscapeString(p.document+"/clauses/"+c.ID)...)
	if counts.Total == 0 {
		b = append(b, `">`...)
		b = append(b, html.EscapeString(p.language.Say("Comment"))...)
		b = append(b, `<span class="vh"> `...)
		b = append(b, html.EscapeString(p.language.Say("on %s", c.Citation))...)
		return append(b, "</span></a>"...)
	}
	b = append(b, `">`...)
	b = append(b, html.EscapeString(p.language.Say("%d comments", counts.Total))...)
	b = append(b, `<span class="vh"> `...)
	b = append(b, html.EscapeString(p.language.Say("on %s", c.Citation))...)
	b = append(b, "</span>"...)
	b = appendBar(b, barOf(counts))
	return append(b, "</a>"...)
}

// A bar is how the stances share eight parts: objecting first, supporting last.
type bar struct{ object, support int }

// barOf shares out. What there is of either shows, however little.
func barOf(c views.Counts) bar {
	object, support := c.ByStance[policies.Oppose]+c.ByStance[policies.Amend], c.ByStance[policies.Support]
	all := object + support + c.ByStance[policies.Question] + c.ByStance[policies.Neutral]
	return bar{eighths(object, all), eighths(support, all)}
}

func eighths(n, of int) int {
	if n == 0 {
		return 0
	}
	return max(1, min(8, (8*n+of/2)/of))
}

// appendBar writes a bar; what it shows the page says in words elsewhere.
func appendBar(b []byte, r bar) []byte {
	b = append(b, `<i class="r o`...)
	b = append(b, byte('0'+r.object)) // #nosec G115 -- at most 8
	b = append(b, " s"...)
	b = append(b, byte('0'+min(r.support, 8-r.object))) // #nosec G115 -- likewise
	return append(b, `"></i>`...)
}
