package clauses

import (
	"regexp"
	"strings"
	"testing"
)

var seeds = []string{
	"# Title\n\n## Scope {#scope}\n\nOne.\nTwo.  \nThree.\n\n- a\n  - b\n\n    more\n- c\n\n1) x\n2) y\n",
	"---\ntitle: T\n---\nText\n====\n\n> quote\nlazy\n\n```rule cel\na > b\n```\n\n    code\n\n***\n\n<div>\nx\n</div>\n",
	"a | b\n--|--\n1 | `x\\|y`\n\n##### § 216<sup>1</sup>. Ümber\n\n(1) karistatakse.\n\n(2) karistatakse.\n",
	"第一章 总则\n===\n\n第一条 为了规范电子商务。\n\n- - a\n- ```\n  x\n",
	"[x](javascript:alert(1)) ![y](http://e/z) <a name=\"q\"></a> <b onclick=x> <http://e> [r]\n\n[r]: http://e 'onload=1'\n",
	"- a\n===\n* * *\n+\n\n  b\n\t- c\n> - d\n>   1. e\n\n## x ## {#a.b .c d=e}\n## y #\n",
	"Words[^1] and [a][].\n\n- item[^n]\n\n  [^1]: One.\n\n      Two [^n].\n\n[^n]: N\n[a]: /x\n[b]: <y> 'z'\nmore\n\nTerm\n: what\n",
	"**\n*\n", "<a\nb=c>\n", "~~~ ~0\n", "0|0\n-|-\n`0 \n# 0\n",
}

// unsafe finds what must never stand in rendered HTML: an element or attribute that runs or loads anything.
var unsafe = regexp.MustCompile(`(?i)<(?:script|img|iframe|object|embed|svg|math|style|link|meta|base|form|input|video|audio)\b` +
	`|<[^>]*\s(?:on[a-z]+|style|src|srcset|formaction)\s*=` + `|href="\s*(?:javascript|data|vbscript|file):`)

// tags finds the tags of rendered HTML; whatever else has a "<" in it is not safe.
var tags = regexp.MustCompile(`^</?[a-z][a-z0-9]*(?: (?:id|class|data-citation|href|rel|title|start|value)="[^"<>]*")*>`)

func checkHTML(tb testing.TB, html string) {
	tb.Helper()
	if m := unsafe.FindString(stripValues(html)); m != "" {
		tb.Fatalf("unsafe: %q in %q", m, html)
	}
	for at := strings.IndexByte(html, '<'); at >= 0; {
		m := tags.FindString(html[at:])
		if m == "" {
			tb.Fatalf("not one of our tags: %.80q in %q", html[at:], html)
		}
		next := strings.IndexByte(html[at+len(m):], '<')
		if next < 0 {
			break
		}
		at += len(m) + next
	}
}

// stripValues empties the attribute values in which text of the source may stand, so that words in them are not taken for
// attributes; href stays.
var textValue = regexp.MustCompile(` (title|class|id|data-citation)="[^"]*"`)

func stripValues(html string) string { return textValue.ReplaceAllString(html, ` $1=""`) }

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := Parse([]byte(source), Limits{})
		if err != nil {
			return
		}
		Identify(nil, text)
		checkText(t, text)
		again := mustParse(t, text.Source)
		Identify(nil, again)
		if again.Root != text.Root || again.Source != text.Source {
			t.Fatalf("parsing the normalised source again gives another text: %q", text.Source)
		}
		html := Render(text)
		checkHTML(t, html)
		for i := range text.Clauses {
			checkHTML(t, RenderClause(text.Words(i)))
			Plain(text.Words(i))
			checkWords(t, text, i)
		}
	})
}

// checkWords checks that the words of a clause are, on their own, a clause of the same words.
func checkWords(tb testing.TB, t *Text, i int) {
	tb.Helper()
	words, kind := t.Words(i), t.Clauses[i].Kind
	if strings.TrimSpace(words) == "" && kind == Item {
		return // an item with nothing but items in it
	}
	alone, err := Parse([]byte(words), Limits{})
	if err != nil {
		tb.Fatalf("%s %q on its own: %v", kind, words, err)
	}
	if kind == Item {
		kind = Paragraph
	}
	if len(alone.Clauses) != 1 || alone.Clauses[0].Kind != kind || alone.Words(0) != words {
		tb.Fatalf("%s %q of %q on its own is %+v %q", kind, words, t.Source, alone.Clauses, alone.Words(0))
	}
}

func FuzzIdentify(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, seeds[(i+1)%len(seeds)])
		f.Add(s, strings.ReplaceAll(s, "a", "b c"))
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		old, err := Parse([]byte(before), Limits{})
		if err != nil {
			return
		}
		Identify(nil, old)
		same := mustParse(t, old.Source)
		Identify(old, same)
		if same.Root != old.Root {
			t.Fatal("the same text lost its IDs")
		}
		one, err := Parse([]byte(after), Limits{})
		if err != nil {
			return
		}
		two := mustParse(t, after)
		Identify(old, one)
		Identify(old, two)
		if one.Root != two.Root {
			t.Fatal("not deterministic")
		}
		checkText(t, one)
		checkCompare(t, old, one)
	})
}

func FuzzMerge(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, seeds[(i+1)%len(seeds)], s+"\nmore\n", uint8(i))
		f.Add(s, "new\n\n"+s, strings.Replace(s, "a", "b c", 1), uint8(i+3))
	}
	f.Fuzz(func(t *testing.T, b, o, th string, at uint8) {
		base, err := Parse([]byte(b), Limits{})
		if err != nil {
			return
		}
		Identify(nil, base)
		ours, err := Parse([]byte(o), Limits{})
		if err != nil {
			return
		}
		Identify(base, ours)
		theirs, err := Parse([]byte(th), Limits{})
		if err != nil {
			return
		}
		Identify(base, theirs)
		checkMerge(t, base, ours, theirs)
		if s, c := Merge(base, base, theirs); s != theirs.Source || c != nil {
			t.Fatal("ours == base does not give theirs")
		}
		if s, c := Merge(base, ours, base); s != ours.Source || c != nil {
			t.Fatal("theirs == base does not give ours")
		}
		checkDisjoint(t, base, int(at))
	})
}

// checkDisjoint edits two different paragraphs of a text and checks that the edits merge either way round to one result
// that has both.
func checkDisjoint(t *testing.T, base *Text, at int) {
	var paragraphs []int
	for i := range base.Clauses {
		if base.Clauses[i].Kind == Paragraph {
			paragraphs = append(paragraphs, i)
		}
	}
	if len(paragraphs) < 2 {
		return
	}
	first, second := paragraphs[at%len(paragraphs)], paragraphs[(at+1)%len(paragraphs)]
	one, ok1 := edited(base, first, "Zebra ")
	two, ok2 := edited(base, second, "Yak ")
	if !ok1 || !ok2 {
		return
	}
	a, c1 := Merge(base, one, two)
	b, c2 := Merge(base, two, one)
	if len(c1)+len(c2) > 0 || a != b {
		t.Fatalf("disjoint edits of %q do not commute: %v %v\n%q\n%q", base.Source, c1, c2, a, b)
	}
	if !strings.Contains(a, "Zebra ") || !strings.Contains(a, "Yak ") {
		t.Fatalf("an edit is lost: %q", a)
	}
}

// edited puts words in front of a paragraph; not ok where that changes more than that one clause.
func edited(base *Text, i int, words string) (*Text, bool) {
	c := base.Clauses[i]
	t, err := Parse([]byte(base.Source[:c.Start]+words+base.Source[c.Start:]), Limits{})
	if err != nil || len(t.Clauses) != len(base.Clauses) {
		return nil, false
	}
	Identify(base, t)
	for j := range t.Clauses {
		same := t.Clauses[j].ID == base.Clauses[j].ID && t.Clauses[j].Hash == base.Clauses[j].Hash
		if (j != i && !same) || (j == i && t.Clauses[j].ID != base.Clauses[j].ID) {
			return nil, false
		}
	}
	return t, true
}

func FuzzRedline(f *testing.F) {
	f.Add("the quick brown fox", "the slow brown dog jumps")
	f.Add("电子商务平台经营者", "电子商务平台内经营者")
	f.Add(strings.Repeat("line one\n", 80)+"x", strings.Repeat("line one\n", 70)+"line two\n")
	f.Fuzz(func(t *testing.T, old, new string) { checkRedline(t, old, new) })
}
