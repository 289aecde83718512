package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
)

// hostile are pieces of Markdown that want to run something in their reader's browser.
var hostile = []string{
	"<script>alert(1)</script>", "<ScRiPt/src=//evil.example/x.js>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
	"<svg><animate onbegin=alert(1) attributeName=x></svg>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
	"<a href='javascript:alert(1)'>x</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#x73;cript:alert(1))",
	"[x](\tjavascript:alert(1))", "[x](<java\nscript:alert(1)>)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox)",
	"<javascript:alert(1)>", "![x](javascript:alert(1))", "![x](x\" onerror=\"alert(1))", "[x](https://e.example \"\" onmouseover=alert(1) \")",
	"[x]: javascript:alert(1)\n\n[x]", "<math><mtext></p><style><img src onerror=alert(1)></style>", "<style>*{background:url(//evil.example)}</style>",
	"<base href=//evil.example>", "<form action=//evil.example><button>x</button></form>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
	"<object data=x></object><embed src=x>", "<details open ontoggle=alert(1)>", "# x {onclick=alert(1)}",
	"```x\" onclick=\"alert(1)\n</code></pre><script>alert(1)</script>\n```", "`</code><script>alert(1)</script>`", "a | <script>alert(1)</script>\n-|-\n<b onclick=x> | y",
	"<sup onclick=alert(1)>1</sup>", "<sup><script>alert(1)</script></sup>", "<a name=\"x\" onclick=\"alert(1)\"></a>", "<a name=\"\" id=x></a>",
	"<!-- --!><script>alert(1)</script> -->", "<![CDATA[<script>alert(1)</script>]]>", "<?php <script>alert(1)</script> ?>", "&lt;script&gt;alert(1)&lt;/script&gt;",
	"&#60;script&#62;", "\u003cscript\u003e", "<noscript><p title=\"</noscript><script>alert(1)</script>\">", "\u202e<script>", "<textarea></textarea><script>alert(1)</script>",
	"</p></div></body><script>alert(1)</script>", "<plaintext>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "{{constructor.constructor('alert(1)')()}}",
	"\u202e)tpircs<", "shall &#x202e;ton&#x202c; pay", "[a\u2067b](https://e.example/\u202e \"\u2066t\")", "`\u202d`", "```\u202b\n\u202e\n```", "<p>\u202a</p>",
	"\u202etitle\n===", "a | \u202e\n-|-\n\u2067 | y",
}

// nested are pieces that are deep, or that nothing closes.
var nested = []string{
	strings.Repeat("*", 20_000) + "x", strings.Repeat("*a **b ", 4_000), strings.Repeat("[", 20_000), strings.Repeat("[a](", 4_000),
	strings.Repeat("![", 4_000) + strings.Repeat("](x)", 4_000), strings.Repeat("<sup>", 4_000), strings.Repeat("<sup>", 4_000) + "x" + strings.Repeat("</sup>", 4_000),
	strings.Repeat("<b>", 4_000), strings.Repeat("<div>\n\n", 2_000), strings.Repeat("`", 20_000), "|" + strings.Repeat("a|", 2_000) + "\n|" + strings.Repeat("-|", 2_000) + "\n",
	strings.Repeat("<", 20_000), strings.Repeat("&", 20_000), strings.Repeat("<!--", 4_000), "```\n<script>alert(1)</script>", "<sup>x", "</sup></sub></p>",
}

// What may stand in a page: elements with their attributes. Nothing that runs, loads
// or sends, and of styles only classes.
var (
	harmless = []string{"html", "head", "body", "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code", "em",
		"strong", "del", "a", "sup", "sub", "br", "hr", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "div", "span"}
	attributes = []string{"id", "class", "title", "start", "value", "rel", "href", "data-citation"}
)

// checkHarmless reads HTML as a browser does and holds what it finds against the list.
func checkHarmless(t *testing.T, source, page string) {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(html.UnescapeString(page), "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
		t.Errorf("%.200q is shown with words in another order than they are in: %.1000q", source, page)
	}
	for n := range tree.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.ElementNode && (!slices.Contains(harmless, n.Data) || n.Namespace != "") {
			t.Errorf("%.200q is shown as <%s> in %.1000q", source, n.Data, page)
		}
		for _, a := range n.Attr {
			if !slices.Contains(attributes, a.Key) || a.Namespace != "" {
				t.Errorf("%.200q is shown with attribute %s in %.1000q", source, a.Key, page)
			}
			if a.Key != "href" || strings.HasPrefix(a.Val, "#") {
				continue
			}
			if u, err := url.Parse(a.Val); err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
				t.Errorf("%.200q is shown with a link to %q in %.1000q", source, a.Val, page)
			}
		}
	}
}

// Hostile text that a sponsor commits comes out of GraphQL as harmless HTML, revision
// by revision and clause by clause, and its title and comments as the plain words that
// they are, in an answer that no browser takes for a page.
func TestHostileTextIsHarmless(t *testing.T) {
	f := servertest.NewFront(t)
	sponsor := f.Actor("sponsor-delegate")
	all := []string{strings.Join(hostile, "\n\n"), strings.Join(hostile, " "), "- " + strings.Join(hostile, "\n- "), "> " + strings.Join(hostile, "\n> ")}
	if _, err := clauses.Parse([]byte("# x {#a\" onclick=\"alert(1)}"), clauses.Limits{}); err == nil {
		t.Error("an ID that breaks out of its attribute is taken")
	}
	for _, source := range slices.Concat(hostile, all, nested) {
		d := f.Do(sponsor, policies.ProposeDocument{Kind: "bestPractice", Title: "<script>alert(1)</script>", Language: "en", OpenDrafts: true})
		made, err := f.Registry.Do(t.Context(), sponsor, "", policies.CommitRevision{DocumentID: d, Source: source, Note: "<img src=x onerror=alert(1)>"})
		if err != nil {
			t.Fatalf("%.80q: %v", source, err)
		}
		r := f.Ask("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { html note title document { title } clauses(first: 500) { edges { node { html } } } outline { html } } } }`, made.Subject))
		if len(r.Errors) > 0 || servertest.At(r.Data, "revision.document.title") != "<script>alert(1)</script>" || servertest.At(r.Data, "revision.note") != "<img src=x onerror=alert(1)>" {
			t.Fatalf("%.80q: %.1000s", source, r.Text)
		}
		seen := 0
		for _, page := range texts(r.Data, "html") {
			checkHarmless(t, source, page)
			seen++
		}
		if seen < 2 {
			t.Errorf("%q: %d pieces of HTML were looked at", source, seen)
		}
	}
}

// texts are all values of a field, wherever it stands.
func texts(v any, field string) (found []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if s, ok := inner.(string); ok && name == field {
				found = append(found, s)
				continue
			}
			found = append(found, texts(inner, field)...)
		}
	case []any:
		for _, inner := range v {
			found = append(found, texts(inner, field)...)
		}
	}
	return found
}

// Nothing that is asked for comes back as markup: what programs ask gets no page, and the page that
// there is none at an address doesn't hold it.
func TestHostileAddressesAreNoMarkup(t *testing.T) {
	f := servertest.NewFront(t)
	for _, piece := range hostile {
		for _, path := range []string{"/" + url.PathEscape(piece), "/graphql?query=" + url.QueryEscape(piece), "/hub/v1/texts/" + url.PathEscape(piece),
			"/hub/v1/rulesets/" + url.PathEscape(piece), "/ledger/" + url.PathEscape(piece), "/graphql?query=" + url.QueryEscape(`{ node(id: "`+piece+`") { id } }`)} {
			r := f.Request("", "GET", path, "")
			r.Header.Set("Accept", "text/html,application/json;q=0.5")
			answer := f.Open(r)
			if path == "/"+url.PathEscape(piece) {
				again := r.Clone(t.Context())
				if _, page := f.Send(again); strings.ContainsAny(piece, "<>\"") && strings.Contains(string(page), piece) {
					t.Errorf("the page for %s holds it", path)
				}
				continue
			}
			if kind := answer.Header.Get("Content-Type"); !strings.Contains(kind, "json") && !strings.HasPrefix(kind, "text/plain") {
				t.Errorf("%s is answered with %d as %q", path, answer.StatusCode, kind)
			}
			if answer.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(answer.Header.Get("Content-Security-Policy"), "unsafe") {
				t.Errorf("%s is answered with %v", path, answer.Header)
			}
		}
	}
	body, err := json.Marshal(map[string]string{"query": `{ x(a: "<script>alert(1)</script>") }`})
	if err != nil {
		t.Fatal(err)
	}
	r := f.Request("", "POST", "/graphql", string(body))
	r.Header.Set("Content-Type", "application/json")
	if kind := f.Open(r).Header.Get("Content-Type"); !strings.Contains(kind, "json") {
		t.Errorf("a refusal comes as %q", kind)
	}
}

// Pieces put together by chance are as harmless as each alone: what one leaves open
// may not be closed by the next.
func FuzzHostileText(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var b strings.Builder
		for range 1 + random.IntN(6) {
			b.WriteString(hostile[random.IntN(len(hostile))])
			b.WriteString([]string{"", " ", "\n", "\n\n", "\"", "'", ">", "`", "\n- ", "\n> ", "*"}[random.IntN(11)])
		}
		f.Add(b.String())
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := clauses.Parse([]byte(source), clauses.Limits{})
		if err != nil {
			return
		}
		clauses.Identify(nil, text)
		checkHarmless(t, source, clauses.Render(text))
		for i := range text.Clauses {
			checkHarmless(t, source, clauses.RenderClause(string(text.Source[text.Clauses[i].Start:text.Clauses[i].End])))
		}
	})
}
