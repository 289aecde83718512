package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A small business finds what is open, says on the clause what it would do to it, sees before what
// becomes public, and has a receipt.
func TestBusinessComments(t *testing.T) {
	both(t, func(t *testing.T, script bool) {
		v := newVisitor(t, script)
		v.signIn("parcel-seller")
		v.open("/")
		v.sees("Needs you", "Open for comment")
		v.click("section[aria-labelledby='page/open'] h3 a", ".tabs")
		v.sees("Comments close on")
		v.click("a.add", "a.button[href*='/comment?clause=']")
		v.click(".acts a.button[href*='/comment?clause=']", "form.form")
		v.do(chromedp.Click(chromedp.CSS("input[name=stance][value=oppose]")), chromedp.SendKeys(chromedp.CSS("textarea[name=text]"), "We are two people; this takes a day each week."))
		v.click("button[value=preview]", "button[value=submit]")
		v.sees("This is what would be on the record", "It is public", "We are two people", "Little Fern Parcels")
		v.click("button[value=submit]", "[data-sent]")
		v.sees("Your comment is on the record", "We are two people", "It has no answer yet")
	})
}
