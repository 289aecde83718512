package clauses

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRenderClause(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"inline", "*a* **b** `c<d` e\\*f &amp; &lt;", "<p><em>a</em> <strong>b</strong> <code>c&lt;d</code> e*f &amp; &lt;</p>\n"},
		{"raised", "§ 216<sup>1</sup> H<SUB>2</SUB>O", "<p>§ 216<sup>1</sup> H<sub>2</sub>O</p>\n"},
		{"raised without end", "a <sup>b", "<p>a &lt;sup&gt;b</p>\n"},
		{"raised crosswise", "<sup>a<sub>b</sup>c</sub>", "<p>&lt;sup&gt;a<sub>b&lt;/sup&gt;c</sub></p>\n"},
		{"raised with an attribute", "<sup onclick=x>1</sup>", "<p>&lt;sup onclick=x&gt;1&lt;/sup&gt;</p>\n"},
		{"raised across emphasis", "*<sup>a*</sup>", "<p><em>&lt;sup&gt;a</em>&lt;/sup&gt;</p>\n"},
		{"anchor", "5 <a name=\"x\"></a>Title", "<p>5 Title</p>\n"},
		{"anchor with words", "<a name=\"x\">y</a>", "<p>&lt;a name=&#34;x&#34;&gt;y&lt;/a&gt;</p>\n"},
		{"script", "<script>alert(1)</script>", "<pre class=\"html\">&lt;script&gt;alert(1)&lt;/script&gt;</pre>\n"},
		{"inline handler", "x <img src=x onerror=alert(1)>", "<p>x &lt;img src=x onerror=alert(1)&gt;</p>\n"},
		{"link out", "[a](https://e.org/?x=1&y=2 \"t\\\"\")", "<p><a href=\"https://e.org/?x=1&amp;y=2\" title=\"t&quot;\" rel=\"nofollow noopener\">a</a></p>\n"},
		{"link in", "[a](#b)", "<p><a href=\"#b\">a</a></p>\n"},
		{"link to script", "[a](javascript:alert(1)) [b](JaVaScRiPt&colon;x) [c](data:text/html,x) [d](/admin) <javascript:x>", "<p>a b c d javascript:x</p>\n"},
		{"image", "![the *map*](http://e.org/i.png) ![](data:image/png,x)", "<p><a href=\"http://e.org/i.png\" rel=\"nofollow noopener\">[the map]</a> [image]</p>\n"},
		{"image in a link", "[![x](http://a.b/c)](http://d.e)", "<p><a href=\"http://d.e\" rel=\"nofollow noopener\">[x]</a></p>\n"},
		{"address", "<http://e.org> <me@e.org>", "<p><a href=\"http://e.org\" rel=\"nofollow noopener\">http://e.org</a> <a href=\"mailto:me@e.org\" rel=\"nofollow noopener\">me@e.org</a></p>\n"},
		{"definitions stay", "[a]\n\n[a]: http://e.org", "<p><a href=\"http://e.org\" rel=\"nofollow noopener\">a</a></p>\n<p><a href=\"http://e.org\" rel=\"nofollow noopener\">a</a>: http://e.org</p>\n"},
		{"table", "a | b\n:-|-\n1 | <b>", "<table>\n<thead>\n<tr><th class=\"left\">a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td class=\"left\">1</td><td>&lt;b&gt;</td></tr>\n</tbody>\n</table>\n"},
		{"bar in code in a table", "a|\n-|\n*`x\\|y`*|", "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n<tr><td><em><code>x|y</code></em></td></tr>\n</tbody>\n</table>\n"},
		{"heading attributes", "# A {#x onclick=\"y\"}", "<h1>A {#x onclick=&quot;y&quot;}</h1>\n"},
		{"code", "```x\"><script>\n<a>\n```", "<pre><code class=\"language-x&#34;&gt;&lt;script&gt;\">&lt;a&gt;\n</code></pre>\n"},
		{"another order", "shall \u202eton\u202c pay &#x2067;", "<p>shall [U+202E]ton[U+202C] pay [U+2067]</p>\n"},
		{"another order in a title", "[a](http://e.org \"\u202e\")", "<p><a href=\"http://e.org\" title=\"[U+202E]\" rel=\"nofollow noopener\">a</a></p>\n"},
		{"marks of direction", "\u200fא\u200e", "<p>\u200fא\u200e</p>\n"},
		{"emphasis without end", strings.Repeat("*a **b ", 100) + strings.Repeat("c** d* ", 100), "<p>" + strings.Repeat("<em>a <strong>b ", 6) +
			strings.Repeat("a b ", 94) + strings.Repeat("c d ", 94) + strings.TrimSuffix(strings.Repeat("c</strong> d</em> ", 6), " ") + "</p>\n"},
		{"raised too far", strings.Repeat("<sup>", 14) + "x" + strings.Repeat("</sup>", 14), "<p>" + strings.Repeat("<sup>", 12) + "&lt;sup&gt;&lt;sup&gt;x&lt;/sup&gt;&lt;/sup&gt;" +
			strings.Repeat("</sup>", 12) + "</p>\n"},
		{"too deep", strings.Repeat(">", 40) + "<b>", "<pre>" + strings.Repeat("&gt;", 40) + "&lt;b&gt;</pre>\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := RenderClause(tc.in)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("HTML (-want +got):\n%s", diff)
			}
			checkHTML(t, got)
		})
	}
}

func TestRender(t *testing.T) {
	text := mustParse(t, "# T\n\n<a name=\"old\"></a>\n\n## 5 <a name=\"sec5\"></a>Scope {#scope}\n\nSee [there](#sec5), [r] and [o](#old).\n\n"+
		"3. one\n\n   more\n4. two\n   - in\n\n---\n\n[r]: http://e.org\n")
	if err := text.SetIDs([]string{"t", "scope", "p", "i3", "m", "i4", "in"}); err != nil {
		t.Fatal(err)
	}
	want := `<h1 id="t" class="clause heading" data-citation="title">T</h1>
<h2 id="scope" class="clause heading" data-citation="§5">5 Scope</h2>
<p id="p" class="clause paragraph" data-citation="§5(1)">See <a href="#scope">there</a>, <a href="http://e.org" rel="nofollow noopener">r</a> and <a href="#scope">o</a>.</p>
<ol start="3">
<li id="i3" class="clause item" data-citation="§5(1)(3)"><p>one</p>
` + `
<p id="m" class="clause paragraph" data-citation="§5(1)(3)(1)">more</p>
</li>
<li id="i4" class="clause item" data-citation="§5(1)(4)"><p>two</p>
` + `
<ul>
<li id="in" class="clause item" data-citation="§5(1)(4)(1)">in</li>
</ul>
</li>
</ol>
<hr>
`
	got := Render(text)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("HTML (-want +got):\n%s", diff)
	}
	checkHTML(t, got)
	if got := text.RenderIn(2); !strings.Contains(got, `<a href="#scope">there</a>`) || !strings.Contains(got, "http://e.org") {
		t.Errorf("a clause on its own does not know its text's links: %s", got)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"## 5 <a name=\"x\"></a>*Scope* of § 216<sup>1</sup>":   "5 Scope of § 216¹",
		"x<sup>n</sup> H<sub>2</sub>O":                          "x^n H2O",
		"a [link](http://x \"t\") ![pic](y) <http://z>\nb  \nc": "a link pic http://z b\nc",
		"- one\n- two `c*d`\n":                                  "one\ntwo c*d",
		"a|b\n-|-\n*1*|2\n":                                     "a\tb\n1\t2",
		"> q &amp; r \\* \\&amp;":                               "q & r * &amp;",
		"<div class=\"x\">\n<b>bold</b> &lt;\n</div>\n":         "bold <",
		"```go\nx := <-y\n```":                                  "x := <-y",
		"**电子商务法** 第一条":                                         "电子商务法 第一条",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}
