package clauses

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Link reference definitions ("[a]: https://example.org 'title'") are no clauses, and known in every clause; where a link
// leads counts in what its clause says. goldmark's own reader of them takes quadratic time on many adjacent lines, so this
// one reads them here, by the CommonMark specification 0.31, section 4.7.

var kindDefinition = ast.NewNodeKind("ClauseDefinition")

// definitionBlock is a definition outside of quotations.
type definitionBlock struct {
	ast.BaseBlock
	definition linkDefinition
}

func (*definitionBlock) Kind() ast.NodeKind           { return kindDefinition }
func (*definitionBlock) IsRaw() bool                  { return true }
func (n *definitionBlock) Dump(source []byte, lv int) { ast.DumpHelper(n, source, lv, nil, nil) }

// linkDefinition is what a definition says.
type linkDefinition struct{ label, destination, title string }

func (d linkDefinition) reference() parser.Reference {
	var title []byte
	if d.title != "" {
		title = []byte(d.title)
	}
	return parser.NewReference([]byte(d.label), []byte(d.destination), title)
}

// quotedDefinitions collects the definitions in quotations, which stay words of them.
var quotedDefinitions = parser.NewContextKey()

// definitionFinder takes the definitions from the beginning of a paragraph.
type definitionFinder struct{}

func (definitionFinder) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	first := lines.At(0)
	if note, ok := node.Parent().(*noteBlock); ok {
		definitionsAfterNote(note, node, reader.Source())
	}
	if s := strings.TrimLeft(string(first.Value(reader.Source())), " \t"); !strings.HasPrefix(s, "[") {
		return
	}
	quoted := within(node, ast.KindBlockquote)
	taken := 0
	found, ends := readDefinitions(linesText(lines, 0, reader.Source()))
	for i, d := range found {
		if quoted {
			list, _ := pc.Get(quotedDefinitions).([]linkDefinition)
			pc.Set(quotedDefinitions, append(list, d))
			continue
		}
		block := &definitionBlock{definition: d}
		line := lines.At(taken)
		block.SetPos(line.TrimLeftSpace(reader.Source()).Start)
		node.Parent().InsertBefore(node.Parent(), node, block)
		taken = ends[i]
	}
	switch {
	case taken == 0:
	case taken == lines.Len():
		node.Parent().RemoveChild(node.Parent(), node)
	default:
		lines.SetSliced(taken, lines.Len())
	}
}

// maxTries bounds for how many lines of a note it is tried whether definitions begin there.
const maxTries = 50

// definitionsAfterNote parts definitions on the lines right below a note, which are no words of it, from its paragraph.
func definitionsAfterNote(note *noteBlock, node *ast.Paragraph, source []byte) {
	lines, tries := node.Lines(), 0
	for k := 1; k < lines.Len() && tries < maxTries; k++ {
		at := lines.At(k).Start
		if source[at] != '[' || at > 0 && source[at-1] != '\n' {
			continue
		}
		tries++
		found, ends := readDefinitions(linesText(lines, k, source))
		if len(found) == 0 || k+ends[len(ends)-1] != lines.Len() {
			continue
		}
		var after ast.Node = note
		for i, d := range found {
			block, line := &definitionBlock{definition: d}, k
			if i > 0 {
				line += ends[i-1]
			}
			block.SetPos(lines.At(line).Start)
			note.Parent().InsertAfter(note.Parent(), after, block)
			after = block
		}
		lines.SetSliced(0, k)
		return
	}
}

// within says whether a node is of a kind or stands in one that is.
func within(n ast.Node, kind ast.NodeKind) bool {
	for ; n != nil; n = n.Parent() {
		if n.Kind() == kind {
			return true
		}
	}
	return false
}

// linesText joins the lines of a paragraph from one on, without their indentation.
func linesText(lines *text.Segments, from int, source []byte) string {
	var b strings.Builder
	for i := from; i < lines.Len(); i++ {
		s := lines.At(i)
		b.WriteString(strings.TrimLeft(string(s.Value(source)), " \t"))
	}
	return b.String()
}

// readDefinitions gives the definitions at the beginning of a paragraph, and how many lines have been read after each.
func readDefinitions(s string) (found []linkDefinition, ends []int) {
	at, lines := 0, 0
	for at < len(s) {
		d, n := readDefinition(s[at:])
		if n == 0 {
			break
		}
		lines += strings.Count(strings.TrimSuffix(s[at:at+n], "\n"), "\n") + 1
		at += n
		found, ends = append(found, d), append(ends, lines)
	}
	return found, ends
}

// readDefinition reads one definition and gives the bytes up to the next line, 0 where there is none.
func readDefinition(s string) (d linkDefinition, n int) {
	label := bracketLength(s)
	if label == 0 || !strings.HasPrefix(s[label:], ":") || strings.HasPrefix(s, "[^") {
		return d, 0
	}
	d.label = s[1 : label-1]
	at := label + 1
	at += blankLength(s[at:])
	destination, size := readDestination(s[at:])
	if size == 0 {
		return d, 0
	}
	d.destination, at = destination, at+size
	blank := blankLength(s[at:])
	if title, size := readTitle(s[at+blank:]); blank > 0 && size > 0 {
		if end := lineEnd(s[at+blank+size:]); end >= 0 {
			d.title = title
			return d, at + blank + size + end
		}
	}
	if end := lineEnd(s[at:]); end >= 0 {
		return d, at + end
	}
	return d, 0
}

// lineEnd is the length of what is left of a line if that is blank, else -1.
func lineEnd(s string) int {
	rest := strings.TrimLeft(s, " \t")
	switch {
	case rest == "":
		return len(s)
	case rest[0] == '\n':
		return len(s) - len(rest) + 1
	}
	return -1
}

// blankLength is the length of blanks with at most one end of a line among them.
func blankLength(s string) int {
	n, lines := 0, 0
	for n < len(s) && (s[n] == ' ' || s[n] == '\t' || s[n] == '\n' && lines == 0) {
		if s[n] == '\n' {
			lines++
		}
		n++
	}
	return n
}

const maxLabel = 999 // characters of a label, after CommonMark

// bracketLength is the length of a label in brackets, with them: 0 where there is none.
func bracketLength(s string) int {
	if !strings.HasPrefix(s, "[") {
		return 0
	}
	for i := 1; i < len(s) && i < 4*maxLabel; i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			return 0
		case ']':
			if strings.TrimSpace(s[1:i]) == "" || len([]rune(s[1:i])) > maxLabel {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

func readDestination(s string) (destination string, n int) {
	if strings.HasPrefix(s, "<") {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '<', '\n':
				return "", 0
			case '>':
				return s[1:i], i + 1
			}
		}
		return "", 0
	}
	depth := 0
	for n < len(s) && s[n] > ' ' && s[n] != 0x7f {
		switch s[n] {
		case '\\':
			if n+1 < len(s) && s[n+1] > ' ' {
				n++
			}
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 || depth > 32 {
			return "", 0
		}
		n++
	}
	if depth != 0 {
		return "", 0
	}
	return s[:n], n
}

func readTitle(s string) (title string, n int) {
	if s == "" {
		return "", 0
	}
	closing := map[byte]byte{'"': '"', '\'': '\'', '(': ')'}[s[0]]
	if closing == 0 {
		return "", 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == closing:
			return s[1:i], i + 1
		case s[i] == '(' && closing == ')':
			return "", 0
		}
	}
	return "", 0
}

// labelKey is the form in which labels are compared: case and blanks folded.
func labelKey(label string) string { return util.ToLinkReference([]byte(label)) }
