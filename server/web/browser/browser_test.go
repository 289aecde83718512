package browser

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestMain stops what tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, stop := range stops {
		stop()
	}
	os.Exit(code)
}

var (
	stops  []func() // called at the end
	stopMu sync.Mutex
)

func atEnd(stop func()) {
	stopMu.Lock()
	defer stopMu.Unlock()
	stops = append([]func(){stop}, stops...)
}

// browserPath is the browser to use; without one the test is skipped.
func browserPath(t *testing.T) string {
	t.Helper()
	path := os.Getenv("ENTENTE_BROWSER")
	if path == "" {
		t.Skip("ENTENTE_BROWSER names no browser")
	}
	return path
}

// demo starts the program with its demo, once for all tests, and returns its address.
var demo = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "entente-browser-")
	if err != nil {
		return "", err
	}
	atEnd(func() { _ = os.RemoveAll(folder) })
	binary := filepath.Join(folder, "entente")
	if out, err := exec.Command("go", "build", "-o", binary, "github.com/ewtp/entente/cmd/entente").CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	program := exec.Command(binary, "demo", "--listen=127.0.0.1:0")
	program.Stderr = os.Stderr
	said, err := program.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := program.Start(); err != nil {
		return "", err
	}
	atEnd(func() { _ = program.Process.Kill(); _ = program.Wait() })
	lines := bufio.NewScanner(said)
	for lines.Scan() { // it says so once it answers
		if _, at, ok := strings.Cut(lines.Text(), "Entente is at "); ok {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			at, _, _ = strings.Cut(at, " ")
			return at, nil
		}
	}
	return "", errors.New("the demo ended before it said where it is")
})

func demoAt(t *testing.T) string {
	t.Helper()
	base, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// shared is one browser for all tests; each visitor has cookies of its own.
var shared = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(os.Getenv("ENTENTE_BROWSER")), chromedp.NoSandbox)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	atEnd(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	atEnd(cancel)
	return ctx, chromedp.Do(ctx, chromedp.Navigate("about:blank"))
})

// A visitor is a person with a browser.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string

	brief bool // looks at accessibility once a page: others look at the like closely

	mu        sync.Mutex
	complaint []string // of the console
	expected  []*regexp.Regexp
}

// newVisitor opens a browser window with no past. Whatever its console complains of fails the test:
// exceptions, what the content security policy forbade, what couldn't be loaded.
func newVisitor(t *testing.T, script bool) *visitor {
	t.Helper()
	browserPath(t)
	v := &visitor{t: t, base: demoAt(t)}
	window, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(window, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.listen))
	t.Cleanup(cancel)
	v.ctx = ctx
	v.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
		return err
	}))
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, c := range v.complaint {
			t.Errorf("the console says: %s", c)
		}
	})
	return v
}

func (v *visitor) listen(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		v.complain(ev.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" {
			v.complain(ev.Entry.Text + " " + ev.Entry.URL)
		}
	}
}

func (v *visitor) complain(what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, e := range v.expected {
		if e.MatchString(what) {
			return
		}
	}
	v.complaint = append(v.complaint, what)
}

// expect says that the console will complain, of an answer that the test asks for.
func (v *visitor) expect(pattern string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.expected = append(v.expected, regexp.MustCompile(pattern))
}

func (v *visitor) do(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		v.t.Fatalf("%v; at %s:\n%s", err, v.at(), v.textOr(""))
	}
}

// open goes to a path of the demo.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.do(chromedp.Navigate(v.base + path))
}

// click clicks on what a CSS selector names, and waits until what after names is there.
func (v *visitor) click(selector, after string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(after)))
}

// at is the path that the visitor is at.
func (v *visitor) at() string {
	where, err := chromedp.Run(v.ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return strings.TrimPrefix(where, v.base)
}

func (v *visitor) textOr(otherwise string) string {
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		return otherwise
	}
	return text
}

// sees fails unless the page has those words.
func (v *visitor) sees(words ...string) {
	v.t.Helper()
	text := v.textOr("")
	for _, w := range words {
		if !strings.Contains(text, w) {
			v.t.Errorf("at %s there is no %q in:\n%s", v.at(), w, text)
		}
	}
}

// signIn signs in as one of the demo's people.
func (v *visitor) signIn(persona string) {
	v.t.Helper()
	v.open("/signin?return=/me")
	v.click("button[value="+persona+"]", "#page\\/main form[action='/signout']")
}

// both runs a journey with scripts and without.
func both(t *testing.T, journey func(t *testing.T, script bool)) {
	for name, script := range map[string]bool{"with scripts": true, "without": false} {
		t.Run(name, func(t *testing.T) { journey(t, script) })
	}
}
