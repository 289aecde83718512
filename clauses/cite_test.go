package clauses

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func citations(t *Text) (list []string) {
	for i := range t.Clauses {
		list = append(list, t.Clauses[i].Citation)
	}
	return list
}

// A place that is only counted never looks like a number that the text gives.
func TestCitations(t *testing.T) {
	for _, tc := range []struct {
		name, source string
		want         []string
	}{
		{"another article than the one it begins with", "# Law\n\n## Art. 9\n\na\n\n## Art. 9 bis\n\nb\n\n## Art. 32-1.\n\nc\n\n## Art. 32\n\nd\n",
			[]string{"title", "Art. 9", "Art. 9(1)", "Art. 9 bis", "Art. 9 bis(1)", "Art. 32-1", "Art. 32-1(1)", "Art. 32", "Art. 32(1)"}},
		{"headings beside numbered ones", "# Law\n\n## Preamble\n\na\n\n## § 1 Scope\n\n### Banks\n\n## Chapter\n\n### § 2 Duties\n",
			[]string{"title", "heading 1", "heading 1(1)", "§1", "§1 heading 1", "heading 3", "§2"}},
		{"numbers below headings without", "# Law\n\n## One\n\n## Two\n\n### 1 Scope\n\n### 2 Duties\n",
			[]string{"title", "heading 1", "heading 2", "§1", "§2"}},
		{"a number elsewhere that looks like a place", "## One\n\n### Sub\n\n## Art. 2\n\n## Three\n\n### Four\n",
			[]string{"heading 1", "heading 1.1", "Art. 2", "heading 3", "heading 3.1"}},
		{"no numbers at all", "## One\n\n### Sub\n\n## Two\n", []string{"§1", "§1.1", "§2"}},
		{"a list that leaves a number out", "## Art. 1\n\nPoints:\n\n1. a\n2. b\n4. d\n", []string{"Art. 1", "Art. 1(1)", "Art. 1(1)(1)", "Art. 1(1)(2)", "Art. 1(1)(4)"}},
		{"a list that says one number", "1. a\n1. b\n1. c\n", []string{"(1)", "(2)", "(3)"}},
		{"a list that says zero", "0. a\n0. b\n", []string{"(0)", "(1)"}},
		{"a list that begins late", "3) a\n5) b\n", []string{"3)", "5)"}},
		{"a list beside another", "3. a\n4. b\n\n- c\n- d\n- e\n", []string{"(3)", "(4)", "item 3", "item 4", "(5)"}},
		{"articles in paragraphs", "# 法\n\n## 第一章\n\n第一条 甲。\n\n乙。\n\n（一）丙；\n\n第二条 丁。\n\n第三条规定的情形。\n",
			[]string{"title", "第一章", "第一条", "第一条¶2", "第一条(一)", "第二条", "第二条¶2"}},
		{"articles in bold", "**Art. 5.** Banks report.\n\n(2) More.\n\n**Art. 6 bis** Funds.\n\n**Art. 7 applies** to funds.\n",
			[]string{"Art. 5", "Art. 5(2)", "Art. 6 bis", "Art. 6 bis¶2"}},
		{"paragraphs as headings", "## Art. 5\n\n### (1) Scope\n\na\n\n### (2)\n", []string{"Art. 5", "Art. 5(1)", "Art. 5(1)(1)", "Art. 5(2)"}},
		{"digits of two scripts", "## المادة 5\n\n## المادة ٥\n", []string{"المادة 5", "المادة ٥[2]"}},
		{"Art. 5A and Art. 5a", "## Art. 5A\n\n## Art. 5a\n", []string{"Art. 5A", "Art. 5a[2]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, citations(mustParse(t, tc.source))); diff != "" {
				t.Errorf("citations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindCitationLoosely(t *testing.T) {
	o := mustParse(t, "## Art. 9\n\n## Art. 9 bis\n\n## المادة ٥\n\n## § 216<sup>1</sup>\n\n## § 2161\n\n## 第五条\n\n（二）甲\n").Clauses
	for citation, want := range map[string]string{"art. 9BIS": "Art. 9 bis", "Art.9": "Art. 9", "المادة 5": "المادة ٥", "§ 216¹": "§216¹", "§ 2161": "§2161",
		"第五条（二）": "第五条(二)", "Art. 99": ""} {
		got := ""
		if i := o.FindCitation(citation); i >= 0 {
			got = o[i].Citation
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", citation, got, want)
		}
	}
}

// A number stands for its own provision: whatever else a text has, "§ 5" is found at the heading that says so, and no two
// clauses answer to one citation.
func TestCitationsAreTheirOwn(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"# A", "## B", "## § 1", "## § 2 x", "### Art. 1", "### Art. 1 bis", "## 1.1 C", "## 2", "### D", "words", "(1) words",
		"(2) words", "1. item", "2. item\n4. item", "- item\n- (1) item", "1) point", "| a |\n|---|", "第一条 甲"}), 1, 30)
	rapid.Check(t, func(rt *rapid.T) {
		text := mustParse(t, strings.Join(lines.Draw(rt, "blocks"), "\n\n")+"\n")
		for i := range text.Clauses {
			c := &text.Clauses[i]
			if found := text.Clauses.FindCitation(c.Citation); found != i {
				rt.Fatalf("%q of clause %d finds clause %d of %q", c.Citation, i, found, text.Source)
			}
			if c.Kind != Heading {
				continue
			}
			label, _ := headingLabel(openingWords(text.Words(i)))
			for j := range text.Clauses {
				if d := &text.Clauses[j]; label == "" && d.Kind == Heading && c.Citation == d.Citation && i != j {
					rt.Fatalf("a place is cited as %q", c.Citation)
				}
			}
			if other, _ := headingLabel(c.Citation); label == "" && foldCitation(other) == foldCitation(c.Citation) {
				for j := range text.Clauses {
					if l, _ := headingLabel(openingWords(text.Words(j))); text.Clauses[j].Kind == Heading && l == other {
						rt.Fatalf("the place %q looks like the number of clause %d in %q", c.Citation, j, text.Source)
					}
				}
			}
		}
	})
}
