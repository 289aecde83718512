package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// widths are those at which every page is looked at: the narrowest that WCAG 2.2 asks for
// (1.4.10, reflow), a tablet's, and a desk's.
var widths = []int64{320, 768, 1440}

// shotWidths are those of pictures: a phone's and a desk's.
var shotWidths = []int64{360, 1440}

var schemes = []string{"light", "dark"}

// axe is what looks at accessibility in a page; "" where ENTENTE_NODE_MODULES has it not.
var axe = sync.OnceValues(func() (string, error) {
	folder := os.Getenv("ENTENTE_NODE_MODULES")
	if folder == "" {
		return "", nil
	}
	source, err := os.ReadFile(filepath.Join(folder, "axe-core", "axe.min.js")) // #nosec G703 -- whoever runs the tests names it
	if os.IsNotExist(err) && os.Getenv("ENTENTE_PAGES") == "" {
		return "", nil // a folder for other tests
	}
	return string(source), err
})

// axeRun asks for the rules of WCAG 2.2 and good practice; those of 2.2 are off unless asked for.
// What can't be told by a program ("incomplete") comes with why; contrast over a gradient, an image
// or what overlaps is all that is expected there.
const axeRun = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations', 'incomplete'], elementRef: true}).then(r => {
	const told = (kind, list) => list.flatMap(v => v.nodes.map(n => ({kind, rule: v.id, target: n.target.join(' ') + (n.element?.closest('.steps') ? ' in .steps' : ''), html: n.html.slice(0, 200),
		why: [...n.any, ...n.all, ...n.none].map(c => c.message + (c.data?.messageKey ? ' [' + c.data.messageKey + ']' : '')).join('; ').slice(0, 300)})));
	return [...told('violation', r.violations), ...told('incomplete', r.incomplete)];
})`

// A finding is what axe found.
type finding struct {
	Kind, Rule, Target, HTML, Why string
}

// unsure are the incomplete findings that are known and looked at by eye: rule, and what the target
// or its reason has.
//
// Contrast can't be judged of what is scrolled out of sight in a box of its own, beside a drawn mark,
// or of a single letter: the same colours are judged where other words stand in them.
var unsure = map[string]*regexp.Regexp{
	"color-contrast": regexp.MustCompile(`\[(elmPartiallyObscured|elmPartiallyObscuring|shortTextContent)\]|\.steps.*\[pseudoContent\]`),
}

// look looks at the page as it stands: with axe and for what sticks out, in each width and scheme; it
// writes the page for other checkers where ENTENTE_PAGES says, and pictures where ENTENTE_SHOTS does.
func (v *visitor) look(name string) {
	v.t.Helper()
	v.keepPage(name)
	v.shoot(name)
	source, err := axe()
	if err != nil {
		v.t.Fatal(err)
	}
	if source == "" {
		return
	}
	// Text that content-visibility keeps out of layout can't be judged.
	v.do(inPage("document.body.classList.remove('cv')"), inPage(source))
	seen := map[string]bool{}
	for _, width := range widths {
		for _, scheme := range schemes {
			v.do(chromedp.EmulateViewport(width, 800), media("", "prefers-color-scheme", scheme))
			if v.brief && (width != widths[0] || scheme != schemes[0]) {
				continue
			}
			found, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]finding](axeRun, chromedp.EvalAwaitPromise))
			if err != nil {
				v.t.Fatalf("%s: axe: %v", name, err)
			}
			for _, f := range found {
				known := unsure[f.Rule]
				if f.Kind == "incomplete" && known != nil && known.MatchString(f.Target+" "+f.Why) {
					continue
				}
				if told := f.Kind + f.Rule + f.Target; !seen[told] {
					seen[told] = true
					v.t.Errorf("%s at %d, %s: %s %s: %s\n\t%s\n\t%s", name, width, scheme, f.Kind, f.Rule, f.Target, f.HTML, f.Why)
				}
			}
		}
		v.fits(name, width)
	}
}

// fits fails where a page is wider than the window, and says what sticks out.
func (v *visitor) fits(name string, width int64) {
	v.t.Helper()
	out, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]string](`(() => {
		const wide = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= wide) return [];
		const boxed = e => e.parentElement && (getComputedStyle(e.parentElement).overflowX !== 'visible' || boxed(e.parentElement));
		return [...document.querySelectorAll('body *')].filter(e => (e.getBoundingClientRect().right > wide + 1 || e.getBoundingClientRect().left < -1) && !boxed(e))
			.slice(0, 5).map(e => e.outerHTML.slice(0, 120));
	})()`))
	if err != nil {
		v.t.Fatal(err)
	}
	if len(out) > 0 {
		v.t.Errorf("%s is wider than %d: %s", name, width, strings.Join(out, "\n\t"))
	}
}

// inPage runs a script in the page through DevTools, whatever the page's policy says of scripts.
func inPage(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}

// media emulates a medium, and features of media by name and value.
func media(medium string, features ...string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		p := emulation.SetEmulatedMediaParams{Media: medium}
		for i := 0; i+1 < len(features); i += 2 {
			p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
		}
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, p)
		return err
	})
}

// keepPage writes the page as the server sent it into ENTENTE_PAGES.
func (v *visitor) keepPage(name string) {
	v.t.Helper()
	folder := os.Getenv("ENTENTE_PAGES")
	if folder == "" {
		return
	}
	content, err := chromedp.Run(v.ctx, func(ctx context.Context, _ *chromedp.Target) (string, error) {
		tree, err := chromedp.Call(ctx, page.GetResourceTree, cdp.Empty{})
		if err != nil {
			return "", err
		}
		got, err := chromedp.Call(ctx, page.GetResourceContent, page.GetResourceContentParams{FrameID: tree.FrameTree.Frame.ID, URL: tree.FrameTree.Frame.URL})
		return string(got.Content), err
	})
	if err != nil { // what may not be stored isn't: take it as the browser understood it
		content, err = chromedp.Run(v.ctx, chromedp.Evaluate[string]("'<!DOCTYPE html>' + document.documentElement.outerHTML"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fileName(name)+".html"), []byte(content), 0o600) // #nosec G703 -- whoever runs the tests names it
	}
	if err != nil {
		v.t.Fatalf("%s: couldn't keep the page: %v", name, err)
	}
}

// shoot takes pictures of the page into ENTENTE_SHOTS: of a phone and a desk, light and dark.
func (v *visitor) shoot(name string) {
	v.t.Helper()
	folder := os.Getenv("ENTENTE_SHOTS")
	if folder == "" {
		return
	}
	v.do(inPage("document.body.classList.remove('cv')"))
	for _, width := range shotWidths {
		for _, scheme := range schemes {
			v.do(chromedp.EmulateViewport(width, 900), media("", "prefers-color-scheme", scheme))
			v.picture(folder, fmt.Sprintf("%s-%d-%s", name, width, scheme))
		}
	}
}

// tallest is how much of a page a picture shows, in CSS pixels.
const tallest = 5000

func (v *visitor) picture(folder, name string) {
	v.t.Helper()
	picture, err := chromedp.Run(v.ctx, func(ctx context.Context, _ *chromedp.Target) ([]byte, error) {
		size, err := chromedp.Call(ctx, page.GetLayoutMetrics, cdp.Empty{})
		if err != nil {
			return nil, err
		}
		area := size.CSSContentSize
		got, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true),
			Clip: &page.Viewport{Width: area.Width, Height: min(area.Height, tallest), Scale: 1}})
		return got.Data, err
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fileName(name)+".png"), picture, 0o600) // #nosec G703 -- whoever runs the tests names it
	}
	if err != nil {
		v.t.Fatalf("%s: couldn't take a picture: %v", name, err)
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// fileName is a name that a file may have.
func fileName(name string) string {
	name = strings.Trim(notInNames.ReplaceAllString(name, "_"), "_")
	return name[:min(len(name), 150)]
}

// cookies are those that the visitor sends to the registry, as a header.
func (v *visitor) cookies() string {
	v.t.Helper()
	kept, err := chromedp.Run(v.ctx, func(ctx context.Context, _ *chromedp.Target) (network.GetCookiesResult, error) {
		return chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{v.base}})
	})
	if err != nil {
		v.t.Fatal(err)
	}
	var pairs []string
	for _, c := range kept.Cookies {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}
