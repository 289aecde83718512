package clauses

import (
	"bufio"
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	ghtml "github.com/yuin/goldmark/renderer/html"
)

// Plain gives the words of a piece of Markdown without markup, for search and quotation: blocks on lines of their own, the
// cells of a table apart by tabs, an image as its description, raised digits as superscript characters ("216¹", never
// "2161"). Tags of raw HTML are left out, the text between them stays.
func Plain(markdown string) string { return plainOf(markdown, nil, nil) }

func plainOf(markdown string, refs []parser.Reference, notes map[string]int) string {
	root := parseFull(markdown, refs, notes)
	if root == nil {
		return markdown
	}
	var b strings.Builder
	plainBlocks(&b, root, []byte(markdown))
	return strings.TrimSpace(b.String())
}

func plainBlocks(b *strings.Builder, n ast.Node, source []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.HTMLBlock:
			lines := c.Lines()
			s := segmentsText(lines.Len(), func(i int) []byte { l := lines.At(i); return l.Value(source) })
			if c.HasClosure() {
				s += string(c.ClosureLine.Value(source))
			}
			b.WriteString(strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(s, " "))), " "))
			b.WriteString("\n")
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			lines := c.Lines()
			b.WriteString(segmentsText(lines.Len(), func(i int) []byte { l := lines.At(i); return l.Value(source) }))
		case *east.TableHeader, *east.TableRow:
			for cell := c.FirstChild(); cell != nil; cell = cell.NextSibling() {
				b.WriteString(plainInline(cell, source))
				if cell.NextSibling() != nil {
					b.WriteString("\t")
				}
			}
			b.WriteString("\n")
		case *ast.Heading, *ast.Paragraph, *ast.TextBlock:
			b.WriteString(plainInline(c, source))
			b.WriteString("\n")
		default:
			plainBlocks(b, c, source)
		}
	}
}

var anyTag = regexp.MustCompile(`(?s)<!--.*?-->|</?[A-Za-z][^<>]*>`)

// plainInline gives the text of inline nodes under n.
func plainInline(n ast.Node, source []byte) string {
	return string(plainChildren(nil, n, source))
}

func plainChildren(b []byte, n ast.Node, source []byte) []byte {
	raised := -1 // where the text after <sup> began
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b = append(b, unescapeText(c, source)...)
			if c.HardLineBreak() {
				b = append(b, "\n"...)
			} else if c.SoftLineBreak() {
				b = append(b, " "...)
			}
		case *ast.String:
			b = append(b, c.Value...)
		case *ast.CodeSpan:
			b = append(b, codeText(c, source)...)
		case *ast.AutoLink:
			b = append(b, c.Label(source)...)
		case *noteMarkNode: // as if it weren't there
			if endsWords(c.NextSibling(), source) {
				b = bytes.TrimRight(b, " ")
			}
		case *east.TaskCheckBox:
			b = append(b, checkBox(c)...)
		case *ast.RawHTML:
			tag := segmentsText(c.Segments.Len(), func(i int) []byte { s := c.Segments.At(i); return s.Value(source) })
			switch strings.ToLower(tag) {
			case "<sup>":
				raised = len(b)
			case "</sup>":
				if raised >= 0 {
					b = append(b[:raised], superscriptDigits(string(b[raised:]))...)
				}
				raised = -1
			case "<br>", "<br/>", "<br />":
				b = append(b, "\n"...)
			}
		default:
			b = plainChildren(b, c, source)
		}
	}
	return b
}

// endsWords tells whether what follows the mark of a note is no word, so that a blank before the mark goes with it.
func endsWords(next ast.Node, source []byte) bool {
	switch next := next.(type) {
	case nil, *noteMarkNode:
		return true
	case *ast.Text:
		value := next.Segment.Value(source)
		return len(value) == 0 || strings.IndexByte(" .,;:)\n", value[0]) >= 0
	}
	return false
}

// unescapeText resolves backslash escapes and character references exactly as rendering does.
func unescapeText(t *ast.Text, source []byte) []byte {
	value := t.Segment.Value(source)
	if t.IsRaw() || !bytes.ContainsAny(value, `\&`) {
		return value
	}
	var escaped bytes.Buffer
	b := bufio.NewWriter(&escaped)
	ghtml.DefaultWriter.Write(b, value)
	_ = b.Flush() // a bytes.Buffer takes everything
	return []byte(html.UnescapeString(escaped.String()))
}
