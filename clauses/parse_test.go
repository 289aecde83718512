package clauses

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is a clause as the tables below write it.
type row struct {
	Kind     Kind
	Level    int
	Parent   int
	Citation string
	Words    string
}

func rows(t *Text) []row {
	var out []row
	for i, c := range t.Clauses {
		out = append(out, row{c.Kind, c.Level, c.Parent, c.Citation, t.Words(i)})
	}
	return out
}

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, source string
		want         []row
	}{
		{"the example of the package comment", "# Parcels\n\n## Scope {#scope}\n\nThis standard applies to:\n\n- parcels,\n- letters.\n", []row{
			{Heading, 1, -1, "title", "# Parcels"},
			{Heading, 2, 0, "§1", "## Scope"},
			{Paragraph, 0, 1, "§1(1)", "This standard applies to:"},
			{Item, 1, 1, "§1(1)(1)", "parcels,"},
			{Item, 1, 1, "§1(1)(2)", "letters."},
		}},
		{"numbers of the text", "##### § 216<sup>1</sup>. Ettevalmistamine\n\n(1) Seadme eest, –\n\nkaristatakse.\n\n(2) Kui:\n\n1) üks;\n\n2) kaks.\n\n8<sup>1</sup>) kolm.\n", []row{
			{Heading, 5, -1, "§216¹", "##### § 216<sup>1</sup>. Ettevalmistamine"},
			{Paragraph, 0, 0, "§216¹(1)", "(1) Seadme eest, –"},
			{Paragraph, 0, 0, "§216¹¶2", "karistatakse."},
			{Paragraph, 0, 0, "§216¹(2)", "(2) Kui:"},
			{Item, 1, 0, "§216¹(2)1)", "üks;"},
			{Item, 1, 0, "§216¹(2)2)", "kaks."},
			{Paragraph, 0, 0, "§216¹(2)8¹)", "8<sup>1</sup>) kolm."},
		}},
		{"chapters that begin anew", "# 1. osa A\n\n## 1. peatükk B\n\n# 2. osa C\n\n## 1. peatükk D\n", []row{
			{Heading, 1, -1, "1. osa", "# 1. osa A"},
			{Heading, 2, 0, "1. osa 1. peatükk", "## 1. peatükk B"},
			{Heading, 1, -1, "2. osa", "# 2. osa C"},
			{Heading, 2, 2, "2. osa 1. peatükk", "## 1. peatükk D"},
		}},
		{"anchors before numbers", "### <a name=\"x\"></a> 5.1 Types\n\n#### 5.1.1.2 <a name=\"y\"></a>Secrets ####\n", []row{
			{Heading, 3, -1, "§5.1", "### <a name=\"x\"></a> 5.1 Types"},
			{Heading, 4, 0, "§5.1.1.2", "#### 5.1.1.2 <a name=\"y\"></a>Secrets"},
		}},
		{"Chinese", "# 电子商务法\n\n## 第一章 总则\n\n第一条 为了保障\n各方主体。\n", []row{
			{Heading, 1, -1, "title", "# 电子商务法"},
			{Heading, 2, 0, "第一章", "## 第一章 总则"},
			{Paragraph, 0, 1, "第一条", "第一条 为了保障 各方主体。"},
		}},
		{"every kind", "Setext\nheading\n---\n\na | b\n--|--\n1 | 2\n\n> q\nlazy\n\n```rule\nx\n```\n\n~~~go\ny\n\n    code\n", []row{
			{Heading, 2, -1, "§1", "## Setext heading"},
			{Table, 0, 0, "§1(1)", "a | b\n--|--\n1 | 2"},
			{Quote, 0, 0, "§1(2)", "> q\nlazy"},
			{Rule, 0, 0, "§1(3)", "```rule\nx\n```"},
			{Code, 0, 0, "§1(4)", "~~~go\ny\n\n    code\n~~~"},
		}},
		{"items in items", "1. one\n\n   more\n   - inner\n     > quoted\n     > twice\n2. two\n\n***\n\n<div>\nx\n", []row{
			{Item, 1, -1, "(1)", "one"},
			{Paragraph, 0, 0, "(1)(1)", "more"},
			{Item, 2, 0, "(1)(1)(1)", "inner"},
			{Quote, 0, 2, "(1)(1)(1)(1)", "> quoted\n> twice"},
			{Item, 1, -1, "(2)", "two"},
			{HTML, 0, -1, "¶1", "<div>\nx"},
		}},
		{"wrapping is not content", "one\ntwo  \nthree\\\nfour\n", []row{
			{Paragraph, 0, -1, "(1)", "one two  \nthree\\\nfour"},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := mustParse(t, tc.source)
			if diff := cmp.Diff(tc.want, rows(text)); diff != "" {
				t.Errorf("clauses (-want +got):\n%s", diff)
			}
			Identify(nil, text)
			checkText(t, text)
		})
	}
}

func TestParseMeta(t *testing.T) {
	text := mustParse(t, "\ufeff---\r\ntitle: \"On *Parcels*\"\r\nyear: 2026\r\ntags: [a, b]\r\n---\r\n# Other\r\n\r\nWords\r\n\r\n")
	if diff := cmp.Diff(map[string]string{"title": "On *Parcels*", "year": "2026"}, text.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
	if text.Title != "On *Parcels*" {
		t.Errorf("title %q", text.Title)
	}
	if want := "# Other\n\nWords\n"; text.Source[text.body:] != want || strings.Contains(text.Source, "\r") {
		t.Errorf("source %q, want it to end in %q", text.Source, want)
	}
	if got := mustParse(t, "# A *b* § 2<sup>1</sup>\n").Title; got != "A b § 2¹" {
		t.Errorf("title of a heading: %q", got)
	}
}

func TestParseExplicitIDs(t *testing.T) {
	text := mustParse(t, "# A {#a.b:c .x k=\"v\"}\n\n## B ## {#d}\n\n## C {.e}\n\n## D {not one}\n\n## `{#code}`\n")
	var got []string
	for i, c := range text.Clauses {
		got = append(got, c.ID+" "+text.Words(i))
	}
	want := []string{"a.b:c # A", "d ## B", " ## C", " ## D {not one}", " ## `{#code}`"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("IDs (-want +got):\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	deepList := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat("  ", i) + "- x\n")
		}
		return b.String()
	}
	for _, tc := range []struct {
		name, source, message string
		line                  int
	}{
		{"invalid UTF-8", "one\ntwo \xff\n", "line 2: invalid UTF-8 at byte 8 (0xff)", 2},
		{"half a character", "one\n\xe2\x82", "line 2: invalid UTF-8 at byte 4 (0xe2)", 2},
		{"a NUL byte", "one\n\ntwo\x00\n", "line 3: a NUL byte at byte 8", 3},
		{"9 MB", strings.Repeat("words ", 9<<20/6), "the text has 9437184 bytes, at most 8388608 are taken", 0},
		{"10,000 headings", many("# Heading %d\n", 10_000), "line 5001: more than 5000 headings", 5001},
		{"30,000 clauses", many("Words %d\n\n", 30_000), "line 40001: more than 20000 clauses", 40001},
		{"100,000 items", many("- item %d\n", 100_000), "more than 20000 clauses", 0},
		{"quotations 1,000 deep", "one\n\n" + strings.Repeat(">", 1000) + " x", "line 3: more than 32 levels of nesting", 3},
		{"lists 1,000 deep", deepList(1000), "line 33: more than 32 levels of nesting", 33},
		{"lists 1,000 deep on one line", strings.Repeat("- ", 1000) + "x", "line 1: more than 32 levels of nesting", 1},
		{"open front matter", "---\ntitle: x\n\n# Heading\n", "line 1: the front matter opened by \"---\" is not closed by a line \"---\"", 1},
		{"front matter that is no YAML", "---\ntitle: \"x\n---\nWords\n", "line 1: the front matter is not YAML: line 2: found unexpected end of stream", 1},
		{"front matter with a name twice", "---\na: 1\nb: 2\na: 3\n---\nWords\n", "line 4: the front matter names \"a\" twice", 4},
		{"an ID twice", "# A {#x}\n\n# B\n\n# C {#x}\n", "line 5: the ID \"x\" is already that of the heading in line 1", 5},
		{"a malformed ID", "---\nt: 1\n---\n\n# A {#x/y}\n", "line 5: the heading's ID {#x/y} is malformed: 1 to 64 of A-Z a-z 0-9 _ . : - are allowed", 5},
		{"a long ID", "# A {#" + strings.Repeat("x", 65) + "}\n", "line 1: the heading's ID {#" + strings.Repeat("x", 65) + "} is malformed: 1 to 64 of A-Z a-z 0-9 _ . : - are allowed", 1},
		{"nothing", "", "the text is empty", 0},
		{"front matter alone", "---\ntitle: x\n---\n\n \n", "the text is empty", 0},
		{"a definition alone", "[a]: /x\n", "the text is empty: it has no clause", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Parse([]byte(tc.source), Limits{})
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *Error", err)
			}
			if diff := cmp.Diff(&Error{"source", tc.message, tc.line}, e); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
