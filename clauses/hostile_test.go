package clauses

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A hostileText is written to be slow to read, to compare or to carry.
type hostileText struct {
	name  string
	job   string // as testdata/steps knows it
	small int    // bytes
	texts func(bytes int) []string
}

// Hostile texts take steps in proportion to their size: a text four times as long takes
// at most six times as many. What is quadratic takes sixteen times as many. Steps are
// counted and not timed, so that a busy machine says the same as an idle one.
func TestHostileInputIsLinear(t *testing.T) {
	t.Parallel()
	var all []hostileText
	for _, p := range hostilePatterns {
		all = append(all, hostileText{fmt.Sprintf("%q", p), "read", 3 << 10, func(n int) []string { return []string{strings.Repeat(p, n/len(p))} }})
	}
	for _, p := range hostilePairs {
		all = append(all, hostileText{fmt.Sprintf("%q", p), "compare", 4 << 10, func(n int) []string {
			return []string{strings.Repeat(p[0], n/len(p[0])), strings.Repeat(p[1], n/len(p[1]))}
		}})
	}
	all = append(all, hostileTexts...)
	steps := countSteps(t, all)
	for i, h := range all {
		a, b := steps[2*i], steps[2*i+1]
		t.Logf("%-8s %-45s %9d steps for %d KiB, %9d for four times as much: %4.1f", h.job, h.name, a, h.small>>10, b, float64(b)/float64(a))
		if b > 6*a {
			t.Errorf("%s %s: %d steps for %d bytes, %d for four times as many", h.job, h.name, a, h.small, b)
		}
	}
}

// countSteps says how many steps each text takes, and how many when it is four times as
// long.
func countSteps(t *testing.T, all []hostileText) (steps []uint64) {
	t.Helper()
	type job struct {
		Job   string
		Texts []string
	}
	var jobs []job
	for _, h := range all {
		jobs = append(jobs, job{h.job, h.texts(h.small)}, job{h.job, h.texts(4 * h.small)})
	}
	asked, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "steps")
	build := exec.CommandContext(t.Context(), "go", "build", "-cover", "-covermode=atomic", "-o", program,
		"-coverpkg=github.com/ewtp/entente/clauses,github.com/yuin/goldmark/...,./testdata/steps", "./testdata/steps")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, said)
	}
	run := exec.CommandContext(t.Context(), program)
	run.Env = append(os.Environ(), "GOCOVERDIR="+t.TempDir())
	run.Stdin, run.Stderr = bytes.NewReader(asked), os.Stderr
	said, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(said, &steps); err != nil || len(steps) != len(jobs) {
		t.Fatalf("%d counts of %d: %v", len(steps), len(jobs), err)
	}
	return steps
}

// hostilePatterns are repeated: parsers of Markdown have been slow at each.
var hostilePatterns = []string{"[", "![", "*a ", "*a_ ", "**a *b _c ", "`", "[a](", "![](", "[a](<b", "<a", "<!--", "<![CDATA[",
	"[]", "*_", "\\", "&#", "[a][b", "<a b=", "](", "> ", ">\n", "- \n", "a\n", "[a]: b\n", "|", "|-", "# {a=[", "{", "~~~\n",
	"`\\|`|", "<sup>", "<sup>1</sup>", "1) ", "===\n", "- a\n\n", "<a name=x></a>", "[a]: <b\n", "a  \n",
	"[^1]: a\n", "[^1] ", "a[^1]\n\n", "[a]: b \"\n", "[^1]: x\n[a]: b \"\n", "a\n: b\n", "[^", "|a|\n", "1. a\n1. b\n", "Art. 1 bis ", "# A.1.1\n", "(((("}

// hostilePairs are repeated as a text and its next revision: they have much and nothing
// in common.
var hostilePairs = [][2]string{{"a b ", "b a c "}, {"a\n\nb\n\n", "b\n\nc\n\na\n\n"}, {"# a\n\nb c d\n\n", "# a b\n\nb d e\n\n"}, {"words\n", "word\n"},
	{"一二三", "二一三四"}, {"- a b c\n", "- a b d\n"}, {"x", "y\n\n"}}

var hostileTexts = []hostileText{
	{"many columns over many short rows", "read", 3 << 10, func(n int) []string {
		return []string{strings.Repeat("a|", n/4) + "\n" + strings.Repeat("-|", n/4) + "\n" + strings.Repeat("a\n", n/2)}
	}},
	{"one paragraph made thousands", "carry", 8 << 10, func(n int) []string { return []string{paragraphs(n/8, n/8), paragraphs(n/8, 8)} }},
	{"thousands made one", "carry", 8 << 10, func(n int) []string { return []string{paragraphs(n/8, 8), paragraphs(n/8, n/8)} }},
	{"articles that are only numbers, one inserted", "carry", 8 << 10, func(n int) []string {
		return []string{manyArticles(n/32, 0, ""), manyArticles(n/32, 1, "")}
	}},
	{"articles of one title, edited", "carry", 8 << 10, func(n int) []string {
		return []string{manyArticles(n/32, 0, "The same"), manyArticles(n/32, 7, "The same")}
	}},
	{"all moved and changed", "carry", 8 << 10, func(n int) []string {
		return []string{"# A\n\n" + paragraphs(n/8, 8) + "# B\n", "# A\n\n# B\n\n" + strings.ReplaceAll(paragraphs(n/8, 8), "4 ", "4x ")}
	}},
	{"every paragraph in every other", "carry", 8 << 10, func(n int) []string {
		return []string{paragraphs(n/8, 16), strings.Repeat(paragraphs(n/8, n/8), 20)}
	}},
}

// paragraphs writes different words, so many to a paragraph.
func paragraphs(words, each int) string {
	all := make([]string, words)
	for i := range all {
		all[i] = fmt.Sprintf("w%d", i)
	}
	var b strings.Builder
	for part := range slices.Chunk(all, each) {
		b.WriteString(strings.Join(part, " ") + "\n\n")
	}
	return b.String()
}

// manyArticles numbers so many, each with words of its own that begin later by from.
func manyArticles(n, from int, title string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "## Art. %d %s\n\nThe words w%d of x%d.\n\n", i+1, title, i-from, i-from)
	}
	return b.String()
}
