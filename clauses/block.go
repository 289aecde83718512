package clauses

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Clauses are blocks, so the text is parsed for blocks only: no inline parser runs over a whole document. goldmark's block
// phase is near linear in its input as long as the nesting is bounded, which the guards below see to while it runs.

var blockParser = parser.NewParser(
	parser.WithBlockParsers(guardedBlockParsers()...),
	parser.WithBlockParsers(util.Prioritized(guard{noteParser{}}, 950)), // before paragraphs
	parser.WithParagraphTransformers(util.Prioritized(definitionFinder{}, 100), util.Prioritized(tableFinder{}, 200)),
)

// guardedBlockParsers are goldmark's, each under a guard.
func guardedBlockParsers() []util.PrioritizedValue {
	values := parser.DefaultBlockParsers()
	for i := range values {
		values[i].Value = guard{values[i].Value.(parser.BlockParser)}
	}
	return values
}

var guardKey = parser.NewContextKey()

// guardCounts is what one parse has opened so far.
type guardCounts struct {
	limits           Limits
	blocks, headings int
}

// limitExceeded is the panic by which a guard leaves goldmark; parseBlocks recovers it and nothing else.
type limitExceeded struct {
	what  string
	limit int
	at    int // byte offset in what was parsed, or -1
}

// guard counts the blocks that a parser opens and leaves the parse when there are too many, too deep.
type guard struct{ parser.BlockParser }

func (g guard) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	_, at := reader.Position()
	node, state := g.BlockParser.Open(parent, reader, pc)
	counts, ok := pc.Get(guardKey).(*guardCounts)
	if node == nil || !ok {
		return node, state
	}
	counts.blocks++
	if limit := counts.limits.Clauses; counts.blocks > 4*limit {
		panic(limitExceeded{"clauses", limit, -1}) // far more; which was the first too many is not known here
	}
	switch node.(type) {
	case *ast.Heading:
		counts.headings++
		if limit := counts.limits.Headings; counts.headings > limit {
			panic(limitExceeded{"headings", limit, at.Start})
		}
	case *ast.ListItem, *ast.Blockquote:
		depth := 1
		for p := parent; p != nil; p = p.Parent() {
			if _, isList := p.(*ast.List); !isList {
				depth++
			}
		}
		if limit := counts.limits.Depth; depth-1 > limit { // the document itself is one of the parents
			panic(limitExceeded{"levels of nesting", limit, at.Start})
		}
	}
	return node, state
}

// parseBlocks gives the block structure of source, or what limit it exceeds.
func parseBlocks(pc parser.Context, p parser.Parser, source []byte, limits Limits) (root ast.Node, exceeded *limitExceeded) {
	defer func() {
		if r := recover(); r != nil {
			l, ok := r.(limitExceeded)
			if !ok {
				panic(r)
			}
			root, exceeded = nil, &l
		}
	}()
	pc.Set(guardKey, &guardCounts{limits: limits})
	return p.Parse(text.NewReader(source), parser.WithContext(pc)), nil
}

// kindTable is the block that tableFinder makes of the lines of a GFM table.
var kindTable = ast.NewNodeKind("ClauseTable")

type tableBlock struct{ ast.BaseBlock }

func (*tableBlock) Kind() ast.NodeKind           { return kindTable }
func (*tableBlock) IsRaw() bool                  { return true }
func (n *tableBlock) Dump(source []byte, lv int) { ast.DumpHelper(n, source, lv, nil, nil) }

// tableFinder splits a paragraph that ends in a GFM table into the two. It finds the table where goldmark's extension does
// but builds no cells: a clause is the whole table.
type tableFinder struct{}

func (tableFinder) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines, source := node.Lines(), reader.Source()
	header := tableStart(lines, source)
	if header < 0 {
		return
	}
	table := &tableBlock{}
	for i := header; i < lines.Len(); i++ {
		line := lines.At(i)
		table.Lines().Append(line.TrimLeftSpace(source))
	}
	table.SetPos(table.Lines().At(0).Start)
	node.Parent().InsertAfter(node.Parent(), node, table)
	if header == 0 {
		node.Parent().RemoveChild(node.Parent(), node)
		return
	}
	lines.SetSliced(0, header)
}

// tableStart gives the line of a paragraph at which a table's header stands, or -1. The line after it must be a row of
// dashes with as many cells as the header.
func tableStart(lines *text.Segments, source []byte) int {
	for i := 1; i < lines.Len(); i++ {
		above, line := lines.At(i-1), lines.At(i)
		columns := delimiterColumns(string(line.Value(source)))
		if columns == 0 {
			continue
		}
		if tableCells(string(above.Value(source))) != columns || !tableSane(lines, i, columns) {
			return -1
		}
		return i - 1
	}
	return -1
}

// tableSane refuses a table that would have far more cells than bytes: many columns over many short rows. It stays a
// paragraph.
func tableSane(lines *text.Segments, delimiter, columns int) bool {
	rows := lines.Len() - delimiter
	bytes := lines.At(lines.Len()-1).Stop - lines.At(delimiter-1).Start
	return rows*columns <= 4*bytes+10_000
}

// delimiterColumns counts the columns of a line such as "|:---|---:|"; 0 when it is no such line.
func delimiterColumns(line string) int {
	if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") {
		return 0
	}
	if strings.Trim(line, "-|: \t\n") != "" || !strings.ContainsAny(line, "|:") || !strings.Contains(line, "-") {
		return 0
	}
	cells := strings.Split(strings.TrimSpace(line), "|")
	if strings.TrimSpace(cells[0]) == "" {
		cells = cells[1:]
	}
	if n := len(cells); n > 0 && strings.TrimSpace(cells[n-1]) == "" {
		cells = cells[:n-1]
	}
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		dashes := strings.TrimSuffix(strings.TrimPrefix(cell, ":"), ":")
		if dashes == "" || strings.Trim(dashes, "-") != "" {
			return 0
		}
	}
	return len(cells)
}

// tableCells counts the cells of a row; a bar after a backslash does not end one.
func tableCells(line string) int {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	if line == "" {
		return 0
	}
	line = strings.TrimSuffix(line, "|")
	n := 1
	for i := 0; i < len(line); i++ {
		if line[i] == '|' && (i == 0 || line[i-1] != '\\') {
			n++
		}
	}
	if line == "" {
		return 0
	}
	return n
}
