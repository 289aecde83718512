package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Each form is fit for everybody in each of its states: with faults, with a preview, with what came of it.
func TestFormsInTheirStates(t *testing.T) {
	v := newVisitor(t, true)
	v.expect("400|404") // faults are answered so
	v.signIn("platform")
	v.open("/documents/EWTP-B-2026-001")
	v.click("a.add", ".acts a.button[href*='/comment?clause=']")
	v.click(".acts a.button[href*='/comment?clause=']", "form.form")
	v.do(inPage("for (const d of document.querySelectorAll('details')) d.open = true"))
	v.look("comment form, opened")
	v.do(chromedp.Click(chromedp.CSS("details input[name=proposes]")), chromedp.Click(chromedp.CSS("button[value=preview]")), chromedp.WaitVisible(chromedp.CSS(".faults")))
	v.look("comment form, faults")
	v.open(v.at())
	v.do(chromedp.Click(chromedp.CSS("input[name=stance][value=support]")), chromedp.SendKeys(chromedp.CSS("textarea[name=text]"), "As it should be."))
	v.click("button[value=preview]", "button[value=submit]")
	v.look("comment form, preview")
	v.click("button[value=draft]", "form[action='/drafts']")
	v.look("drafts, one kept")
	v.open("/record/verify")
	v.do(chromedp.SendKeys(chromedp.CSS("textarea[name=receipt]"), "{}"))
	v.click("form.form button", ".faults")
	v.look("verify, no receipt")
	v.open("/nothing/is/here")
	v.look("failure, 404")
}

// Everything on a document's page is reached by keyboard, in order, with the focus to be seen, and out again:
// first comes a way past the navigation.
func TestKeyboard(t *testing.T) {
	v := newVisitor(t, true)
	v.do(chromedp.EmulateViewport(1440, 900))
	v.open("/documents/EWTP-B-2026-001")
	type stop struct {
		What    string
		Visible bool // and it has an outline
	}
	const name = `(e => e.tagName + ' ' + (e.getAttribute('href') ?? e.id) + ' ' + e.textContent.trim().slice(0, 40))`
	const where = `(() => {
		const name = ` + name + `, e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
		return {What: e === document.body ? '' : name(e),
			Visible: e.matches(':focus-visible') && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && b.width > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth};
	})()`
	all, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll('a[href], button, summary, input, select, textarea, [tabindex="0"]')]
		.filter(e => e.checkVisibility()).map(`+name+`))]`))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for n := range 2 * len(all) {
		v.do(chromedp.KeyEvent("\t"))
		s, err := chromedp.Run(v.ctx, chromedp.Evaluate[stop](where))
		if err != nil {
			t.Fatal(err)
		}
		if s.What == "" {
			break // out again
		}
		if n == 0 && !strings.Contains(s.What, "#page/main") {
			t.Errorf("the first stop is %q, and not the way past the navigation", s.What)
		}
		if !s.Visible {
			t.Errorf("nobody sees that the focus is on %q", s.What)
		}
		seen[s.What] = true
	}
	for _, what := range all {
		if !seen[what] {
			t.Errorf("%q isn't reached", what)
		}
	}
	// Past the navigation: what comes next is in the main part.
	v.open("/documents/EWTP-B-2026-001")
	v.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"), chromedp.KeyEvent("\t"))
	in, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`document.getElementById('page/main').contains(document.activeElement)`))
	if err != nil || !in {
		t.Errorf("after the way past the navigation the focus isn't in the main part: %v", err)
	}
}
