package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A session that ran out while somebody typed costs them nothing: the form comes back with what was
// typed, and is sent once they have signed in beside it.
func TestExpiredSessionKeepsTheComment(t *testing.T) {
	const words = "We pack all night; this would take the morning too."
	both(t, func(t *testing.T, script bool) {
		v := newVisitor(t, script)
		v.expect("status of 401")
		v.signIn("parcel-seller")
		v.open("/")
		v.click("section[aria-labelledby='page/open'] h3 a", ".tabs")
		v.click(".notice a.button", "form.form")
		v.do(chromedp.Click(chromedp.CSS("input[name=stance][value=support]")), chromedp.SendKeys(chromedp.CSS("textarea[name=text]"), words))
		v.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
			return err
		}))
		v.click("button[value=preview]", ".panel.warn a.button")
		v.sees("You aren't signed in any more", "Nothing was sent")
		kept, err := chromedp.Run(v.ctx, chromedp.Value(chromedp.CSS("textarea[name=text]")))
		if err != nil || kept != words {
			t.Errorf("what was typed is %q, %v", kept, err)
		}
	})
}
