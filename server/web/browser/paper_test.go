package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// arabic is a text that runs from right to left, with what runs the other way in it.
const arabic = `# إرجاع السلع عبر الحدود

## 1. الغرض

تبيّن هذه الممارسة كيف يعيد المشتري سلعة اشتراها من بائع في بلد آخر، من غير أن يدفع رسومًا مرتين.

## 2. قبل البيع

يذكر البائع:

- عنوان الإرجاع والمدة، وهي 30 يومًا على الأقل؛
- رمز التتبع، مثل EWTP-2026/07، ومن يدفع أجرة النقل؛
- البريد support@example.com.

| البيان | المعنى |
| --- | --- |
| الرمز | six-digit code |
| القيمة | حتى 150 EUR |
`

// ask sends a change by GraphQL from the page, as whoever is signed in, and returns what it gave.
func (v *visitor) ask(query string, variables map[string]any) map[string]any {
	v.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		v.t.Fatal(err)
	}
	got, err := chromedp.Run(v.ctx, chromedp.Evaluate[map[string]any](fmt.Sprintf(
		`fetch('/graphql', {method: 'POST', headers: {'Content-Type': 'application/json', Accept: 'application/json'}, body: %q}).then(r => r.json())`, body), chromedp.EvalAwaitPromise))
	if err != nil || got["errors"] != nil {
		v.t.Fatalf("%v: %v", err, got)
	}
	data, _ := got["data"].(map[string]any)
	for name, payload := range data {
		if p, _ := payload.(map[string]any); p != nil {
			if refused, _ := p["errors"].([]any); len(refused) > 0 {
				v.t.Fatalf("%s: %v", name, refused)
			}
		}
	}
	return data
}

// inArabic proposes the text in Arabic and returns the path of its page.
func inArabic(v *visitor) string {
	v.t.Helper()
	made := v.ask(`mutation($title: String!) { proposeDocument(input: {kind: BEST_PRACTICE, title: $title, language: "ar", openDrafts: true}) { document { id number } errors { message } } }`,
		map[string]any{"title": "إرجاع السلع عبر الحدود"})
	document := made["proposeDocument"].(map[string]any)["document"].(map[string]any)
	v.ask(`mutation($id: ID!, $source: String!) { commitRevision(input: {documentId: $id, source: $source}) { revision { id } errors { message } } }`,
		map[string]any{"id": document["id"], "source": arabic})
	return "/documents/" + document["number"].(string)
}

// A text in Arabic runs from right to left in a page of either language, and so do its title and contents.
func TestRightToLeft(t *testing.T) {
	v := newVisitor(t, true)
	v.signIn("returns-firm")
	path := inArabic(v)
	for _, language := range []string{"en", "fr"} {
		v.open(path + "?lang=" + language)
		wrong, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('h1, .c .t, .toc li a')]
			.filter(e => getComputedStyle(e).direction !== 'rtl').map(e => e.outerHTML.slice(0, 150))`))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range wrong {
			t.Errorf("in %s this runs from left to right: %s", language, w)
		}
		v.look("in Arabic, " + language)
	}
}

// A document on paper has its text and nothing that is for a screen, on pages that are filled.
func TestPrint(t *testing.T) {
	v := newVisitor(t, true)
	v.open("/documents/EWTP-R-2026-001")
	v.do(media("print"))
	shown, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('nav, .site, .foot, form, .button, .skip')].filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 100))`))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shown {
		t.Errorf("on paper there is %s", s)
	}
	v.do(media(""))
	pdf, err := chromedp.Run(v.ctx, func(ctx context.Context, _ *chromedp.Target) ([]byte, error) {
		got, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
		return got.Data, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages := strings.Count(string(pdf), "/Type /Page\n") + strings.Count(string(pdf), "/Type /Page "); pages > 8 {
		t.Errorf("it takes %d pages", pages)
	}
	if folder := os.Getenv("ENTENTE_SHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "print.pdf"), pdf, 0o600); err != nil { // #nosec G703 -- whoever runs the tests names it
			t.Fatal(err)
		}
	}
}
