package clauses

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A footnote ("[^1]: Words of the note.") belongs to the clauses that name it by a mark ("[^1]"), and is no clause. One that
// nobody names is a clause, so that nothing stands outside of all of them. The syntax is GitHub's.

var kindNote = ast.NewNodeKind("ClauseNote")

// noteBlock is the definition of a note.
type noteBlock struct {
	ast.BaseBlock
	label string
}

func (*noteBlock) Kind() ast.NodeKind           { return kindNote }
func (n *noteBlock) Dump(source []byte, lv int) { ast.DumpHelper(n, source, lv, nil, nil) }

// noteParser reads the definitions of notes as blocks. In quotations they are words like others.
type noteParser struct{}

func (noteParser) Trigger() []byte { return []byte{'['} }

func (noteParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], []byte("[^")) || within(parent, ast.KindBlockquote) || within(parent, kindNote) {
		return nil, parser.NoChildren
	}
	n := bracketLength(string(line[at:]))
	if n < 4 || at+n >= len(line) || line[at+n] != ':' || bytes.ContainsAny(line[at+2:at+n-1], " \t\n^") {
		return nil, parser.NoChildren
	}
	note := &noteBlock{label: string(line[at+2 : at+n-1])}
	reader.AdvanceAndSetPadding(at+n+1-segment.Padding, 0)
	return note, parser.HasChildren
}

func (noteParser) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if len(bytes.TrimSpace(line)) == 0 {
		return parser.Continue | parser.HasChildren
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if at < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

func (noteParser) Close(ast.Node, text.Reader, parser.Context) {}

func (noteParser) CanInterruptParagraph() bool { return true }

func (noteParser) CanAcceptIndentedLine() bool { return false }
