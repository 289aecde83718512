package clauses

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Notes belong to the clauses that name them: they are no clauses, and what they say is compared, shown and found there.
func TestNotes(t *testing.T) {
	const law = "## Art. 4[^1]\n\nBanks report.[^2] They keep records [^long].\n\n- an item[^2]\n\n[^1]: Amended by\n    LGBl. 5.\n[^2]: In force *since* 2011.\n\n" +
		"[^long]: First.\n\n    Second[^3].\n\n[^3]: Inner.\n[^9]: Nobody's.\n\n`[^1]` is code, [^nothing] is nothing.\n"
	text := mustParse(t, law)
	Identify(nil, text)
	checkText(t, text)
	want := []row{
		{Heading, 2, -1, "Art. 4", "## Art. 4[^1]"},
		{Paragraph, 0, 0, "Art. 4(1)", "Banks report.[^2] They keep records [^long]."},
		{Item, 1, 0, "Art. 4(1)(1)", "an item[^2]"},
		{Paragraph, 0, 0, "Art. 4(2)", "[^9]: Nobody's."},
		{Paragraph, 0, 0, "Art. 4(3)", "`[^1]` is code, [^nothing] is nothing."},
	}
	if diff := cmp.Diff(want, rows(text)); diff != "" {
		t.Errorf("clauses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("Banks report. They keep records.\nIn force since 2011.\nFirst.\nSecond.\nInner.", text.Plain(1)); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
	if got := text.Plain(2); got != "an item" {
		t.Errorf("plain: %q", got)
	}
	if diff := cmp.Diff("## Art. 4[^1]\n\n[^1]: Amended by LGBl. 5.", text.Markdown(0)); diff != "" {
		t.Errorf("Markdown (-want +got):\n%s", diff)
	}
	html := Render(text)
	checkHTML(t, html)
	for _, part := range []string{`Art. 4<sup><a href="#note/1">1</a></sup></h2>`, `Banks report.<sup><a href="#note/2">2</a></sup>`,
		`an item<sup><a href="#note/2">2</a></sup>`, `<code>[^1]</code> is code, [^nothing] is nothing.`,
		`<li id="note/1" value="1">Amended by LGBl. 5. <a href="#` + text.Clauses[0].ID + `">↩</a></li>`,
		`<li id="note/2" value="2">In force <em>since</em> 2011. <a href="#` + text.Clauses[1].ID + `">↩</a></li>`,
		`<p>Second<sup><a href="#note/4">4</a></sup>.</p>`, `<li id="note/4" value="4">Inner.`} {
		if !strings.Contains(html, part) {
			t.Errorf("the page lacks %s:\n%s", part, html)
		}
	}
	if got := text.RenderIn(2); strings.Contains(got, "In force") || !strings.Contains(got, `#note/2`) {
		t.Errorf("an item that names a note of another clause: %s", got)
	}
}

func TestNotesAreCompared(t *testing.T) {
	const before = "## Art. 4[^1]\n\nBanks report.[^2]\n\n## Art. 5\n\nFunds report.\n\n[^1]: Old law.\n[^2]: Since 2011.\n"
	for _, tc := range []struct {
		name, after string
		want        []string
	}{
		{"counted anew", "## Art. 4[^3]\n\nBanks report.[^4]\n\n## Art. 5\n\nFunds report.\n\n[^3]: Old law.\n[^4]: Since 2011.\n",
			[]string{"same", "same", "same", "same"}},
		{"wrapped anew", "## Art. 4[^1]\n\nBanks\nreport.[^2]\n\n## Art. 5\n\nFunds report.\n\n[^1]: Old\n    law.\n\n[^2]:\n    Since\n    2011.\n",
			[]string{"same", "same", "same", "same"}},
		{"a note's words", "## Art. 4[^1]\n\nBanks report.[^2]\n\n## Art. 5\n\nFunds report.\n\n[^1]: Old law.\n[^2]: Since 2012.\n",
			[]string{"same", "changed", "same", "same"}},
		{"a note put in", "## Art. 4[^1]\n\nBanks report.[^2]\n\n## Art. 5[^3]\n\nFunds report.\n\n[^1]: Old law.\n[^2]: Since 2011.\n[^3]: New.\n",
			[]string{"same", "same", "changed", "same"}},
		{"notes exchanged", "## Art. 4[^2]\n\nBanks report.[^1]\n\n## Art. 5\n\nFunds report.\n\n[^1]: Old law.\n[^2]: Since 2011.\n",
			[]string{"changed", "changed", "same", "same"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, new := revise(t, before, tc.after)
			var got []string
			for _, c := range Compare(old.Clauses, new.Clauses) {
				got = append(got, string(c.Op))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
	old, new := revise(t, before, strings.Replace(strings.Replace(before, "[^2]", "[^3]", 2), "2011", "2012", 1))
	want := []Span{{Equal, "Banks report.[^3]\n\n[^3]: Since "}, {Delete, "2011"}, {Insert, "2012"}, {Equal, "."}}
	if diff := cmp.Diff(want, RedlineClauses(old, 1, new, 1)); diff != "" {
		t.Errorf("redline (-want +got):\n%s", diff)
	}
}

// A mark whose note is missing is a number all the same, and a comment on the article stays.
func TestMarksWithoutNotes(t *testing.T) {
	for _, after := range []string{"##### Art. 4[^1]\n\nBanks shall report.\n", "##### Art. 4[^12][^13]\n\nBanks shall report[^1].\n", "##### Art. 4 [^1]\n\nBanks shall report.[^2]\n"} {
		old, new := revise(t, "##### Art. 4\n\nBanks shall report.\n", after)
		if diff := cmp.Diff([]string{"same: ##### Art. 4", "same: Banks shall report."}, sansMarks(fates(old, new))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", after, diff)
		}
	}
	old, new := revise(t, "Match `[^1]` and x[^a-z] here.\n", "Match `[^2]` and x[^a-f] here.\n")
	if old.Clauses[0].Hash == new.Clauses[0].Hash {
		t.Error("code and other brackets are words")
	}
}

func sansMarks(list []string) (out []string) {
	for _, s := range list {
		out = append(out, strings.ReplaceAll(anyMark.ReplaceAllString(s, ""), "4 ", "4"))
	}
	return out
}

// What is kept of a clause by itself says what the clause says in its text.
func TestAlone(t *testing.T) {
	text := mustParse(t, "## Art. 4[^1] on [banks][b]\n\nSee [the matrix][m][^2] and [m].[^1]\n\n- an [item][m] `[^1]`\n\n[m]: /matrix\n[b]: /b\n[^1]: Amended [here][b].\n[^2]: Two\n\n    blocks.\n\nNothing.\n")
	for i := range text.Clauses {
		if diff := cmp.Diff(text.Plain(i), PlainAlone(text.Alone(i))); diff != "" {
			t.Errorf("clause %d (-want +got):\n%s", i, diff)
		}
	}
	if got := text.Plain(1); got != "See the matrix and m.\nTwo\nblocks." {
		t.Errorf("plain: %q", got)
	}
}

func TestNotesLinear(t *testing.T) {
	const n = 2000
	var b strings.Builder
	for i := range n {
		b.WriteString("word[^big] and[^" + strings.Repeat("x", i%7+1) + "]\n\n")
	}
	text := mustParse(t, b.String()+"[^big]: "+strings.Repeat("long ", 20_000)+"\n")
	Identify(nil, text)
	size := len(Render(text))
	for i := range text.Clauses {
		size += len(text.Plain(i)) + len(text.Markdown(i)) + len(text.RenderIn(i))
	}
	if size > 20*len(text.Source) {
		t.Errorf("%d bytes become %d", len(text.Source), size)
	}
}

// Link definitions are no clauses, and known everywhere, on adjacent lines too; where a link leads its clause says.
func TestLinkDefinitions(t *testing.T) {
	const source = "See [three][], [the four][four] and [five].\n\n> quoted [three] and [six]\n>\n> [six]: https://example.org/6\n\n" +
		"- [seven]: https://example.org/7\n- item [seven]\n\n  [eight]: <https://example.org/8>\n\n" +
		"[three]: https://example.org/3\n[four]: https://example.org/4 \"Title\"\n[FIVE]:\nhttps://example.org/5\n'a title\non two lines'\nWords right after, [eight] [six].\n"
	text := mustParse(t, source)
	Identify(nil, text)
	checkText(t, text)
	var words []string
	for i := range text.Clauses {
		words = append(words, text.Words(i))
	}
	want := []string{"See [three][], [the four][four] and [five].", "> quoted [three] and [six]\n>\n> [six]: https://example.org/6", "", "item [seven]", "Words right after, [eight] [six]."}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Errorf("clauses (-want +got):\n%s", diff)
	}
	if got := text.Plain(0); got != "See three, the four and five." {
		t.Errorf("plain: %q", got)
	}
	html := Render(text)
	checkHTML(t, html)
	for _, n := range []string{"3", "4", "5", "6", "7", "8"} {
		if !strings.Contains(html, `href="https://example.org/`+n+`"`) {
			t.Errorf("the page lacks the link %s:\n%s", n, html)
		}
	}
	old, new := revise(t, "See [a].\n\n[a]: https://example.org/1\n", "See [a].\n\n[a]: https://example.org/2\n\n[b]: /x\n")
	if diff := cmp.Diff([]string{"changed: See [a]."}, fates(old, new)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// References don't make a gigabyte of a text.
func TestReferencesAreBounded(t *testing.T) {
	long := "https://example.org/" + strings.Repeat("x", 20_000)
	source := strings.Repeat("[a] [b][a]\n\n", 2_000) + "[a]: " + long + "\n"
	text := mustParse(t, source)
	Identify(nil, text)
	html := Render(text)
	if len(html) > 400_000 || !strings.Contains(html, long) {
		t.Errorf("%d bytes become %d", len(source), len(html))
	}
	size := 0
	for i := range text.Clauses {
		size += len(text.RenderIn(i))
	}
	if size > 400_000 {
		t.Errorf("%d bytes become %d clause by clause", len(source), size)
	}
	if n := len(RenderClause(strings.ReplaceAll(source, "\n\n", "\n"))); n > 400_000 {
		t.Errorf("%d bytes become %d as one piece", len(source), n)
	}
}

func TestTasksAndTerms(t *testing.T) {
	for source, want := range map[string]string{
		"- [ ] to do\n- [x] *done*\n- [y] other\n":                          "<ul><li>☐ to do</li>\n<li>☑ <em>done</em></li>\n<li>[y] other</li>\n</ul>\n",
		"Seller\n: who sells\n  for money\n: *or* gives\n\nno list: here\n": "<dl>\n<dt>Seller</dt>\n<dd>who sells\nfor money</dd>\n<dd><em>or</em> gives</dd>\n</dl>\n<p>no list: here</p>\n",
		"*Buyer*\nConsumer\n:\twho buys\n":                                  "<dl>\n<dt><em>Buyer</em></dt>\n<dt>Consumer</dt>\n<dd>who buys</dd>\n</dl>\n",
	} {
		got := RenderClause(source)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", source, diff)
		}
		checkHTML(t, got)
	}
	text := mustParse(t, "- [ ] to do\n- [X] done\n\nSeller\n: who sells\n  for money\n")
	if err := text.SetIDs([]string{"a", "b", "c"}); err != nil {
		t.Fatal(err)
	}
	want := "<ul>\n<li id=\"a\" class=\"clause item\" data-citation=\"(1)\">☐ to do</li>\n<li id=\"b\" class=\"clause item\" data-citation=\"(2)\">☑ done</li>\n</ul>\n" +
		"<div id=\"c\" class=\"clause paragraph\" data-citation=\"(1)[2]\"><dl>\n<dt>Seller</dt>\n<dd>who sells for money</dd>\n</dl>\n</div>\n"
	if diff := cmp.Diff(want, strings.Replace(Render(text), `data-citation="¶1"`, `data-citation="(1)[2]"`, 1)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

// Definitions are merged by their labels, wherever they stand.
func TestDefinitionsAreMerged(t *testing.T) {
	const before = "One[^1] [a].\n\n[^1]: Note.\n[a]: /a\n\nTwo.\n\nThree.\n"
	for _, tc := range []struct{ name, ours, theirs, want string }{
		{"words here, a note there", strings.Replace(before, "Two", "Two more", 1), strings.Replace(before, "Note", "Other note", 1),
			"One[^1] [a].\n\n[^1]: Other note.\n[a]: /a\n\nTwo more.\n\nThree.\n"},
		{"a paragraph beside them, an address there", strings.Replace(before, "Two.", "New.\n\nTwo.", 1), strings.Replace(before, "/a\n", "/b\n", 1),
			"One[^1] [a].\n\n[^1]: Note.\n[a]: /b\n\nNew.\n\nTwo.\n\nThree.\n"},
		{"two new ones", before + "\n[b]: /b\n", before + "\n[c]: /c\n", before + "\n[b]: /b\n\n[c]: /c\n"},
		{"one gone, moved there", strings.Replace(before, "[a]: /a\n", "", 1), "[^1]: Note.\n\n" + strings.Replace(before, "[^1]: Note.\n", "", 1),
			"[^1]: Note.\n\nOne[^1] [a].\n\nTwo.\n\nThree.\n"},
		{"both otherwise", strings.Replace(before, "/a\n", "/b\n", 1), strings.Replace(before, "/a\n", "/c\n", 1), ""},
		{"a new mark and its note", strings.Replace(before, "Three.", "Three.[^2]", 1) + "\n[^2]: Second.\n", strings.Replace(before, "Two.", "2.", 1),
			strings.Replace(strings.Replace(before, "Three.", "Three.[^2]", 1), "Two.", "2.", 1) + "\n[^2]: Second.\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			base, ours := revise(t, before, tc.ours)
			theirs := mustParse(t, tc.theirs)
			Identify(base, theirs)
			source, conflicts := Merge(base, ours, theirs)
			if source != tc.want {
				t.Errorf("merged to %q, want %q (%v)", source, tc.want, conflicts)
			}
			checkMerge(t, base, ours, theirs)
		})
	}
}
