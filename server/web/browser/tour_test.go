package browser

import (
	"testing"
)

// The path on the demonstration's front page is one click a step, and so is becoming somebody.
func TestDemoLeadsThrough(t *testing.T) {
	both(t, func(t *testing.T, script bool) {
		v := newVisitor(t, script)
		step := func(n, after string, words ...string) {
			t.Helper()
			v.open("/")
			v.click(".tour .how li:nth-child("+n+") a.button", after)
			v.sees(words...)
		}
		step("1", "a.button[href*='/comment?clause=']", "What was said on", "Little Fern Parcels")
		step("2", "form.form", "You act for Little Fern Parcels.")
		step("3", ".tabs", "You act for Ministry of Fair Crossings (fictional).", "What we heard", "What changed")
		step("4", "main h1", "Return labels", "Releases")
		step("5", "textarea[name=receipt]", "Check a receipt")
		v.open("/")
		v.click(".cast a[href*='login_hint=consumer-body']", ".acting")
		v.sees("You act for Buyers' Circle of the Islands.", "This is a demonstration")
	})
}
