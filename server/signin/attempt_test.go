package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
)

// answered is where the provider sends a browser back to, which hasn't gone there yet.
func (b *browser) answered(s *site, provider string) string {
	b.t.Helper()
	to := b.submit(s.URL+"/signin/"+provider, nil).refresh()
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.CheckRedirect = nil }()
	return b.get(to).Header.Get("Location")
}

// Whatever is wrong with the cookie of a sign-in under way, or with the answer's state
// and code, nobody is signed in by it, and nobody is told what it was.
func TestBadAttempts(t *testing.T) {
	const name = "entente-signin-p"
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	elsewhere := newSite(t, c, nil, at(f, "p"))
	member := newBrowser(t)
	member.signIn(s, "p")
	session := member.cookie(s, "entente")
	state := func(change func(string) string) func(string) string {
		return func(at string) string {
			u, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			q.Set("state", change(q.Get("state")))
			u.RawQuery = q.Encode()
			return u.String()
		}
	}
	same := func(text string) string { return text }
	pages := map[string]string{}
	for what, x := range map[string]struct{ cookie, answer func(string) string }{
		"cookie tampered with":   {tampered, same},
		"cookie truncated":       {func(v string) string { return v[:len(v)-4] }, same},
		"cookie emptied":         {func(string) string { return "" }, same},
		"cookie of nonsense":     {func(string) string { return "%%%" }, same},
		"cookie of the session":  {func(string) string { return session }, same},
		"cookie of another site": {func(string) string { b := newBrowser(t); b.answered(elsewhere, "p"); return b.cookie(elsewhere, name) }, same},
		"cookie of another attempt": {func(string) string {
			b := newBrowser(t)
			b.answered(s, "p")
			return b.cookie(s, name)
		}, same},
		"state tampered with": {same, state(tampered)},
		"state truncated":     {same, state(func(v string) string { return v[:len(v)-1] })},
		"state with more":     {same, state(func(v string) string { return v + "A" })},
		"code truncated": {same, func(at string) string {
			u, _ := url.Parse(at)
			q := u.Query()
			q.Set("code", q.Get("code")[:10])
			u.RawQuery = q.Encode()
			return u.String()
		}},
	} {
		b := newBrowser(t)
		at := b.answered(s, "p")
		b.plant(s, name, x.cookie(b.cookie(s, name)))
		p := b.get(x.answer(at))
		if p.StatusCode != http.StatusBadRequest || b.who(s).Subject != "" || b.cookie(s, "entente") != "" {
			t.Errorf("%s: %s, %+v", what, p.Status, b.who(s))
		}
		pages[p.text] = what
	}
	if len(pages) != 1 {
		t.Errorf("the pages differ: %v", pages)
	}
}

// A code that was redeemed isn't again, even with its attempt's cookie; and the ID
// token of one sign-in is none of another.
func TestRedeemedOnce(t *testing.T) {
	const name = "entente-signin-p"
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	at := b.answered(s, "p")
	attempt := b.cookie(s, name)
	if p := b.get(at); p.StatusCode != 200 || b.cookie(s, name) != "" {
		t.Fatalf("%s, and the attempt's cookie is %q", p.Status, b.cookie(s, name))
	}
	thief := newBrowser(t)
	thief.plant(s, name, attempt)
	if p := thief.get(at); p.StatusCode != http.StatusBadRequest || thief.who(s).Subject != "" {
		t.Errorf("the code again: %s", p.Status)
	}
	var first string
	f.Change(func(b *oidctest.Behaviour) {
		b.IDToken = func(claims any) string { first = f.Sign("JWT", claims); return first }
	})
	newBrowser(t).signIn(s, "p")
	f.Change(func(b *oidctest.Behaviour) { b.IDToken = func(any) string { return first } })
	eve := newBrowser(t)
	if p := eve.signIn(s, "p"); p.StatusCode != http.StatusBadRequest || eve.who(s).Subject != "" || strings.Count(first, ".") != 2 {
		t.Errorf("another sign-in's ID token: %s", p.Status)
	}
}

// A session is its provider's: under the same name another one's is none of them.
func TestSessionsBelongToTheirProvider(t *testing.T) {
	c := oidctest.NewClock()
	one, two := newProvider(t, c), newProvider(t, c)
	keys := newKeys(t)
	with := func(f *oidctest.Provider) *site {
		return newSite(t, c, func(o *signin.Options) { o.Keys = parseKeys(t, keys) }, at(f, "p"))
	}
	before, after := with(one), with(two)
	b := newBrowser(t)
	b.signIn(before, "p")
	moved := newBrowser(t)
	moved.plant(after, "entente", b.cookie(before, "entente"))
	if who := moved.who(after); who.Subject != "" {
		t.Errorf("one provider's session is %+v at another", who)
	}
	waiting := newBrowser(t)
	at := waiting.answered(before, "p")
	late := newBrowser(t)
	late.plant(after, "entente-signin-p", waiting.cookie(before, "entente-signin-p"))
	if p := late.get(strings.Replace(at, before.URL, after.URL, 1)); p.StatusCode != http.StatusBadRequest || late.who(after).Subject != "" {
		t.Errorf("a sign-in that was begun at another provider: %s", p.Status)
	}
}
