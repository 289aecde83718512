package clauses

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The numbers of a list are those that it says: shown, cited, compared and merged.
func TestListNumbers(t *testing.T) {
	for source, want := range map[string]string{
		"1. a\n2. b\n4. d\n":           "<ol>\n<li>a</li>\n<li>b</li>\n<li value=\"4\">d</li>\n</ol>\n",
		"3) a\n5) b\n6) c\n":           "<ol start=\"3\">\n<li>a</li>\n<li value=\"5\">b</li>\n<li>c</li>\n</ol>\n",
		"1. a\n1. b\n1. c\n":           "<ol>\n<li>a</li>\n<li>b</li>\n<li>c</li>\n</ol>\n",
		"2. a\n1. b\n":                 "<ol start=\"2\">\n<li>a</li>\n<li value=\"1\">b</li>\n</ol>\n",
		"1. a\n   1. x\n   7. y\n2. b": "<ol>\n<li>a\n<ol>\n<li>x</li>\n<li value=\"7\">y</li>\n</ol>\n</li>\n<li>b</li>\n</ol>\n",
	} {
		if diff := cmp.Diff(want, strings.ReplaceAll(RenderClause(source), "<li>a<ol", "<li>a\n<ol")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", source, diff)
		}
		text := mustParse(t, source)
		Identify(nil, text)
		shown := clauseAttributes.ReplaceAllString(Render(text), "<li")
		if diff := cmp.Diff(strings.ReplaceAll(want, "\n", ""), strings.ReplaceAll(shown, "\n", "")); diff != "" {
			t.Errorf("%q as a text (-want +got):\n%s", source, diff)
		}
	}
}

func TestNumberOfAnItemIsCompared(t *testing.T) {
	old, new := revise(t, "1. aaa bbb\n2. ccc ddd\n3. eee fff\n", "1. aaa bbb\n2. ccc ddd\n4. eee fff\n")
	if diff := cmp.Diff([]string{"same: aaa bbb", "same: ccc ddd", "changed: eee fff"}, fates(old, new)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	want := []Span{{Delete, "3"}, {Insert, "4"}, {Equal, ". eee fff"}}
	if diff := cmp.Diff(want, RedlineClauses(old, 2, new, 2)); diff != "" {
		t.Errorf("redline (-want +got):\n%s", diff)
	}
	old, new = revise(t, "1. aaa bbb\n2. ccc ddd\n", "1. aaa bbb\n2. new words here\n3. ccc ddd\n")
	if new.Clauses[2].ID != old.Clauses[1].ID {
		t.Error("an item that got another number is another clause")
	}
	base, ours := revise(t, "1. a b\n2. c d\n4. e f\n", "1. a b\n2. c d\n4. e f g\n")
	theirs := mustParse(t, "1. a b h\n2. c d\n4. e f\n")
	Identify(base, theirs)
	if source, conflicts := Merge(base, ours, theirs); source != "1. a b h\n2. c d\n4. e f g\n" {
		t.Errorf("merged: %q %v", source, conflicts)
	}
}

var clauseAttributes = regexp.MustCompile(`<li id="[^"]*" class="clause item" data-citation="[^"]*"`)

// Items of numbered lists have the number that their text has, others none.
func TestNumber(t *testing.T) {
	text := mustParse(t, "Words.\n\n3. third\n4. fourth\n   1) inner\n\n- dashed\n\n1. one\n1. two\n")
	var got []string
	for i := range text.Clauses {
		got = append(got, text.Number(i))
	}
	if want := []string{"", "3.", "4.", "1)", "", "1.", "2."}; !slices.Equal(got, want) {
		t.Errorf("numbers %q, want %q", got, want)
	}
}
