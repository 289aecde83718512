package signin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"github.com/ewtp/entente/registry"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/server/web/static"
)

func TestSignIn(t *testing.T) {
	c := oidctest.NewClock()
	ministry, trade := newProvider(t, c), newProvider(t, c)
	s := newSite(t, c, nil, at(ministry, "ministry"), at(trade, "trade"))
	b := newBrowser(t)
	choice := b.get(s.URL + "/signin?return=/docs")
	for _, want := range []string{"The ministry", "The trade", `action="/signin/trade"`, `value="/docs"`, `lang="en"`, "<h1>"} {
		if !strings.Contains(choice.text, want) {
			t.Errorf("the page lacks %q:\n%s", want, choice.text)
		}
	}
	if got := choice.Header.Get("Content-Security-Policy"); got != frame.Policy || !strings.Contains(choice.text, `href="`+static.Path("style.css")+`"`) {
		t.Errorf("Content-Security-Policy: %s", got)
	}
	if len(ministry.Asked("/keys"))+len(trade.Asked("/keys")) != 0 {
		t.Error("a provider was asked before anybody chose it")
	}
	got := b.signIn(s, "trade")
	if got.Request.URL.String() != s.URL+"/whoami?x=1" {
		t.Errorf("came back to %s", got.Request.URL)
	}
	want := auth.Identity{Issuer: trade.URL, Subject: "mina", Name: "Mina", Email: "mina@example.org", EmailVerified: true,
		Expiry: c.Now().Add(time.Hour), Session: true}
	who := b.who(s)
	who.Expiry = who.Expiry.UTC()
	if diff := cmp.Diff(want, who); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	asked := trade.Asked("/authorize")[0]
	if asked.Get("response_type") != "code" || asked.Get("scope") != "openid profile email" || len(asked.Get("state")) < 26 || len(asked.Get("nonce")) < 26 {
		t.Errorf("asked %v", asked)
	}
	// Who is signed in needn't choose again.
	if p := b.get(s.URL + "/signin?return=/docs"); p.Request.URL.Path != "/docs" {
		t.Errorf("led to %s", p.Request.URL)
	}
}

func TestOneProviderIsNoChoice(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "only"))
	if got := newBrowser(t).get(s.URL + "/signin?return=/docs"); got.Request.URL.String() != s.URL+"/docs" || !strings.Contains(got.text, "mina") {
		t.Errorf("led to %s: %s", got.Request.URL, got.text)
	}
	empty := newSite(t, c, nil)
	if got := newBrowser(t).get(empty.URL + "/signin"); !strings.Contains(got.text, "no provider is configured") {
		t.Error(got.text)
	}
}

func TestUserInfoFillsIn(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	f.Change(func(b *oidctest.Behaviour) {
		b.Claims = map[string]any{"name": nil, "email": nil, "email_verified": nil}
	})
	b := newBrowser(t)
	b.signIn(s, "p")
	if who := b.who(s); who.Name != "Mina from userinfo" || who.Email != "mina@userinfo.example" || !who.EmailVerified {
		t.Errorf("%+v", who)
	}
	// Userinfo of somebody else is no sign-in.
	f.Change(func(b *oidctest.Behaviour) { b.Claims["sub"] = "eve" })
	b = newBrowser(t)
	if p := b.signIn(s, "p"); p.StatusCode != 400 || b.who(s).Subject != "" {
		t.Errorf("%s %+v", p.Status, b.who(s))
	}
}

// Whatever is wrong with the answer, nobody is signed in, and the page is the same.
func TestBadAnswers(t *testing.T) {
	c := oidctest.NewClock()
	other := newProvider(t, c)
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	now := c.Now().Unix()
	none := func(claims any) string {
		text, _ := json.Marshal(claims)
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
	}
	page := ""
	for _, test := range []struct {
		name   string
		change func(*oidctest.Behaviour)
	}{
		{"another state", func(b *oidctest.Behaviour) { b.Answer = url.Values{"state": {"x"}} }},
		{"no state", func(b *oidctest.Behaviour) { b.Answer = url.Values{"state": {}} }},
		{"two states", func(b *oidctest.Behaviour) { b.Answer = url.Values{"state": {"x", "y"}} }},
		{"another code", func(b *oidctest.Behaviour) { b.Answer = url.Values{"code": {"x"}} }},
		{"no code", func(b *oidctest.Behaviour) { b.Answer = url.Values{"code": {}} }},
		{"another issuer", func(b *oidctest.Behaviour) { b.Answer = url.Values{"iss": {other.URL}} }},
		{"no issuer where one is promised", func(b *oidctest.Behaviour) { b.Answer = url.Values{"iss": {}} }},
		{"an error", func(b *oidctest.Behaviour) { b.Answer = url.Values{"code": {}, "error": {"access_denied"}} }},
		{"an error and a code", func(b *oidctest.Behaviour) { b.Answer = url.Values{"error": {"access_denied\nforged=line"}} }},
		{"alg none", func(b *oidctest.Behaviour) { b.IDToken = none }},
		{"another's signature", func(b *oidctest.Behaviour) { b.IDToken = func(claims any) string { return other.Sign("JWT", claims) } }},
		{"no ID token", func(b *oidctest.Behaviour) { b.IDToken = func(any) string { return "" } }},
		{"nonsense for an ID token", func(b *oidctest.Behaviour) { b.IDToken = func(any) string { return "a.b.c" } }},
		{"an access token", func(b *oidctest.Behaviour) { b.IDToken = func(claims any) string { return f.Sign("at+jwt", claims) } }},
		{"another nonce", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"nonce": "x"} }},
		{"no nonce", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"nonce": nil} }},
		{"another audience", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"aud": "x"} }},
		{"from the future", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"iat": now + 3600} }},
		{"expired", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"exp": now - 1} }},
		{"another issuer's token", func(b *oidctest.Behaviour) { b.Claims = map[string]any{"iss": other.URL} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			f.Change(test.change)
			defer f.Change(func(b *oidctest.Behaviour) { b.Answer, b.Claims, b.IDToken = nil, nil, nil })
			b := newBrowser(t)
			got := b.signIn(s, "p")
			if got.StatusCode != 400 || b.who(s).Subject != "" {
				t.Errorf("%s, %+v", got.Status, b.who(s))
			}
			if page == "" {
				page = got.text
			}
			if got.text != page {
				t.Errorf("the page differs:\n%s", got.text)
			}
		})
	}
	for _, word := range []string{"secret words", "forged"} {
		if strings.Contains(s.log.String(), word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

// An answer that was taken once isn't taken again, in this browser or in another.
func TestReplays(t *testing.T) {
	c := oidctest.NewClock()
	one, two := newProvider(t, c), newProvider(t, c)
	s := newSite(t, c, nil, at(one, "one"), at(two, "two"))
	b := newBrowser(t)
	// The answer, before the browser brings it to the site.
	answer := func(b *browser, provider string) string {
		to := b.submit(s.URL+"/signin/"+provider, nil).refresh()
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		defer func() { b.CheckRedirect = nil }()
		return b.get(to).Header.Get("Location")
	}
	first := answer(b, "one")
	stranger := newBrowser(t)
	if p := stranger.get(first); p.StatusCode != 400 || stranger.who(s).Subject != "" {
		t.Errorf("another browser: %s", p.Status)
	}
	if p := newBrowser(t).get(strings.Replace(first, "/signin/one/", "/signin/two/", 1)); p.StatusCode != 400 {
		t.Errorf("another provider's callback: %s", p.Status)
	}
	// With an attempt of its own at the other provider, too.
	mixed := newBrowser(t)
	answer(mixed, "two")
	if p := mixed.get(strings.Replace(answer(mixed, "one"), "/signin/one/", "/signin/two/", 1)); p.StatusCode != 400 || mixed.who(s).Subject != "" {
		t.Errorf("one's answer at two's callback: %s", p.Status)
	}
	// One provider's sealed attempt in the other's cookie.
	at, _ := url.Parse(s.URL)
	for _, cookie := range mixed.Jar.Cookies(at) {
		if cookie.Name == "entente-signin-one" {
			mixed.Jar.SetCookies(at, []*http.Cookie{{Name: "entente-signin-two", Value: cookie.Value, Path: "/"}})
		}
	}
	if p := mixed.get(strings.Replace(answer(mixed, "one"), "/signin/one/", "/signin/two/", 1)); p.StatusCode != 400 || mixed.who(s).Subject != "" {
		t.Errorf("one's cookie as two's: %s", p.Status)
	}
	if p := b.get(first); p.StatusCode != 200 || b.who(s).Issuer != one.URL {
		t.Errorf("the browser itself: %s", p.Status)
	}
	if p := b.get(first); p.StatusCode != 400 {
		t.Errorf("the same again: %s", p.Status)
	}
	// The attempt's cookie planted again: the provider refuses the code.
	late := newBrowser(t)
	slow := answer(late, "one")
	c.Forward(10 * time.Minute)
	if p := late.get(slow); p.StatusCode != 400 || late.who(s).Subject != "" {
		t.Errorf("after ten minutes: %s", p.Status)
	}
}

// The provider's troubles are told to those who want to come in; the others don't
// notice.
func TestProviderInTrouble(t *testing.T) {
	c := oidctest.NewClock()
	for name, broken := range map[string]http.HandlerFunc{
		"down": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"500":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"nonsense": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<html>welcome</html>"))
		},
		"slow": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		for _, path := range []string{"*", "/token", "/userinfo"} {
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel() // the slow take their time
				f, fine := newProvider(t, c), newProvider(t, c)
				f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"email": nil} })
				s := newSite(t, c, func(o *signin.Options) { o.Client = &http.Client{Timeout: 300 * time.Millisecond} }, at(f, "p"), at(fine, "fine"))
				inside := newBrowser(t)
				if path != "*" { // with * the provider was never known
					inside.signIn(s, "p")
				} else {
					inside.signIn(s, "fine")
				}
				f.Break(path, broken)
				b := newBrowser(t)
				got := b.signIn(s, "p")
				if got.StatusCode != 503 || got.Header.Get("Retry-After") == "" || b.who(s).Subject != "" ||
					!strings.Contains(got.text, "Nobody can sign in with The p now") || !strings.Contains(got.text, "already stays so") {
					t.Errorf("%s\n%s", got.Status, got.text)
				}
				if who := inside.who(s); who.Subject != "mina" {
					t.Errorf("somebody signed in was thrown out: %+v", who)
				}
				if p := b.signIn(s, "fine"); p.StatusCode != 200 || b.who(s).Issuer != fine.URL {
					t.Errorf("another provider: %s", p.Status)
				}
			})
		}
	}
}

func TestReturn(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	for given, want := range map[string]string{
		"":                              "/",
		"/docs/1?x=y":                   "/docs/1?x=y",
		"/docs#top":                     "/docs",
		"//evil.example":                "/",
		"///evil.example":               "/",
		"/\\evil.example":               "/",
		"\\\\evil.example":              "/",
		"/\t/evil.example":              "/",
		"/\r\nSet-Cookie:x=y":           "/",
		"https://evil.example":          "/",
		"javascript:alert(1)":           "/",
		"evil":                          "/",
		"/%2f/evil.example":             "/",
		"/%5cevil.example":              "/%5cevil.example",
		"/" + strings.Repeat("x", 2000): "/",
	} {
		got := newBrowser(t).post(s.URL+"/signin/p", url.Values{"return": {given}})
		if got.Request.URL.String() != s.URL+want {
			t.Errorf("return=%q led to %s", given, got.Request.URL)
		}
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	for _, path := range []string{"/signout", "/signin/p", "/me/organisation", "/me/invitation"} {
		r, _ := http.NewRequest("POST", s.URL+path, strings.NewReader("organisation=org_2"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := b.do(r); p.StatusCode != 403 {
			t.Errorf("%s: %s", path, p.Status)
		}
	}
	if who := b.who(s); who.Subject != "mina" || who.Organisation != "" {
		t.Errorf("%+v", who)
	}
}

func TestNewRefuses(t *testing.T) {
	keys := parseKeys(t, newKeys(t))
	nobody := func(context.Context, string, string) ([]signin.Membership, error) { return nil, nil }
	good := signin.Options{PublicURL: "https://registry.example", Keys: keys, Revocations: signin.OnLedger(registrytest.Open(t, registry.Options{Clock: oidctest.NewClock().Now})), Memberships: nobody,
		Invitations: signin.InvitationsOf(registrytest.Open(t, registry.Options{Clock: oidctest.NewClock().Now})),
		Providers:   []signin.Provider{{Name: "p", URL: "https://id.example", ClientID: "c"}}}
	if _, err := signin.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*signin.Options){
		"no keys":        func(o *signin.Options) { o.Keys = nil },
		"no invitations": func(o *signin.Options) { o.Invitations = nil },
		"no ledger":      func(o *signin.Options) { o.Revocations = nil },
		"plain http":     func(o *signin.Options) { o.PublicURL = "http://registry.example" },
		"a path":         func(o *signin.Options) { o.PublicURL = "https://registry.example/x" },
		"no URL":         func(o *signin.Options) { o.PublicURL = "registry.example" },
		"a bad name": func(o *signin.Options) {
			o.Providers = []signin.Provider{{Name: "P/x", URL: "https://id.example", ClientID: "c"}}
		},
		"no client": func(o *signin.Options) { o.Providers = []signin.Provider{{Name: "p", URL: "https://id.example"}} },
		"a provider http": func(o *signin.Options) {
			o.Providers = []signin.Provider{{Name: "p", URL: "http://id.example", ClientID: "c"}}
		},
		"twice": func(o *signin.Options) { o.Providers = append(o.Providers, o.Providers[0]) },
		"no openid": func(o *signin.Options) {
			o.Providers = []signin.Provider{{Name: "p", URL: "https://id.example", ClientID: "c", Scopes: []string{"email"}}}
		},
	} {
		o := good
		o.Providers = append([]signin.Provider(nil), good.Providers...)
		change(&o)
		if _, err := signin.New(o); err == nil {
			t.Errorf("%s: passes", name)
		}
	}
}

// A provider may sign with a new key at any time.
func TestProviderRotatesItsKey(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	newBrowser(t).signIn(s, "p")
	fresh := []jose.JSONWebKey{oidctest.NewKey(t, "fresh")}
	f.Change(func(b *oidctest.Behaviour) { b.Keys = fresh })
	c.Forward(time.Minute)
	b := newBrowser(t)
	if p := b.signIn(s, "p"); p.StatusCode != 200 || b.who(s).Subject != "mina" {
		t.Errorf("%s: %s", p.Status, p.text)
	}
}

// A body that is too large is no sign-in and no logout.
func TestLargeForms(t *testing.T) {
	t.Parallel() // net/http waits before it closes the connection
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	large := url.Values{"return": {"/" + strings.Repeat("x", 1<<20)}, "logout_token": {strings.Repeat("x", 1<<20)}}
	if p := newBrowser(t).submit(s.URL+"/signout/p/backchannel", large); p.StatusCode != 400 {
		t.Error(p.Status)
	}
	if p := newBrowser(t).post(s.URL+"/signin/p", large); p.Request.URL.Path != "/" {
		t.Errorf("led to %s", p.Request.URL)
	}
}
