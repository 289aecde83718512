package clauses

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The full parser, for showing a clause. Two of goldmark's inline parsers take quadratic time on hostile input: a link
// that does not close is looked for to the end of the block each time, and emphasis that does not close is tried against
// every opener. Both get a budget a block; past it their signs are plain characters.
const (
	linkBudget     = 500_000 // bytes scanned in vain, besides 64 for each byte of the block
	emphasisBudget = 1_000   // runs of * or _
)

var fullParser = parser.NewParser(
	parser.WithBlockParsers(guardedBlockParsers()...),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(extension.NewTaskCheckBoxParser(), 150),
		util.Prioritized(noteMarkParser{}, 160),
		util.Prioritized(linkGuard{parser.NewLinkParser()}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(emphasisGuard{parser.NewEmphasisParser()}, 500),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(definitions{}, 100),
		util.Prioritized(saneTables{extension.NewTableParagraphTransformer()}, 200),
	),
)

var (
	linkSpentKey     = parser.NewContextKey()
	emphasisSpentKey = parser.NewContextKey()
)

func spendBudget(pc parser.Context, key parser.ContextKey, n int) int {
	spent, _ := pc.Get(key).(int)
	pc.Set(key, spent+n)
	return spent + n
}

type linkGuard struct{ parser.InlineParser }

func (g linkGuard) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.Peek() != ']' {
		return g.InlineParser.Parse(parent, block, pc)
	}
	size := parent.Lines().Len()
	if size > 0 {
		size = parent.Lines().At(size-1).Stop - parent.Lines().At(0).Start
	}
	if spendBudget(pc, linkSpentKey, 0) > linkBudget+64*size {
		return nil
	}
	_, at := block.Position()
	node := g.InlineParser.Parse(parent, block, pc)
	if node == nil {
		end := parent.Lines().At(parent.Lines().Len() - 1).Stop
		spendBudget(pc, linkSpentKey, max(1, end-at.Start))
	}
	return node
}

// CloseBlock forgets the openers left in the block and starts a new budget.
func (g linkGuard) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	g.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
	pc.Set(linkSpentKey, nil)
}

type emphasisGuard struct{ parser.InlineParser }

func (g emphasisGuard) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if spendBudget(pc, emphasisSpentKey, 1) > emphasisBudget {
		return nil
	}
	return g.InlineParser.Parse(parent, block, pc)
}

// CloseBlock starts a new budget.
func (g emphasisGuard) CloseBlock(_ ast.Node, _ text.Reader, pc parser.Context) {
	pc.Set(emphasisSpentKey, nil)
}

// saneTables keeps goldmark from building a table with far more cells than bytes.
type saneTables struct{ inner parser.ParagraphTransformer }

func (s saneTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if tableStart(node.Lines(), reader.Source()) >= 0 {
		s.inner.Transform(node, reader, pc)
	}
}

// definitions makes link reference definitions known and leaves them where they stand, as text: words of the record do not
// vanish from a page because they have no look of their own.
type definitions struct{}

const maxDefinitionLines = 200

func (definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	first := lines.At(0)
	if lines.Len() > maxDefinitionLines || len(first.Value(reader.Source())) == 0 || first.Value(reader.Source())[0] != '[' {
		return
	}
	twin, holder := ast.NewParagraph(), ast.NewDocument()
	copied := text.NewSegments()
	copied.AppendAll(lines.Sliced(0, lines.Len()))
	twin.SetLines(copied)
	holder.AppendChild(holder, twin)
	parser.LinkReferenceParagraphTransformer.Transform(twin, reader, pc)
}

// parseFull parses Markdown for showing, with the link definitions and notes of the text it belongs to; nil when it exceeds
// the limits of a whole text.
func parseFull(markdown string, references []parser.Reference, notes map[string]int) ast.Node {
	pc := parser.NewContext()
	for _, r := range references {
		pc.AddReference(r)
	}
	pc.Set(knownNotes, notes)
	root, exceeded := parseBlocks(pc, fullParser, []byte(markdown), DefaultLimits)
	if exceeded != nil {
		return nil
	}
	return root
}
