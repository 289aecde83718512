package signin_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
	"github.com/ewtp/entente/server/signin"
)

// cookie is the site's cookie of that name in the browser, "" where it has none.
func (b *browser) cookie(s *site, name string) string {
	at, _ := url.Parse(s.URL)
	for _, cookie := range b.Jar.Cookies(at) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

func (b *browser) plant(s *site, name, value string) {
	at, _ := url.Parse(s.URL)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

func TestExpiry(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	first := b.cookie(s, "entente")
	// Not sealed again within a minute, and then at the next request.
	c.Forward(59 * time.Second)
	b.who(s)
	if b.cookie(s, "entente") != first {
		t.Error("sealed again within a minute")
	}
	c.Forward(time.Second)
	b.who(s)
	if b.cookie(s, "entente") == first {
		t.Error("not sealed again after a minute")
	}
	// A copy that isn't used dies after an hour; the one in use lives for twelve.
	for range 13 {
		c.Forward(50 * time.Minute)
		if who := b.who(s); who.Subject != "mina" {
			t.Fatalf("gone at %s", c.Now())
		}
	}
	idle := newBrowser(t)
	idle.plant(s, "entente", first)
	if idle.who(s).Subject != "" {
		t.Error("an idle session lives")
	}
	if idle.cookie(s, "entente") != "" {
		t.Error("the dead cookie isn't cleared")
	}
	c.Forward(50 * time.Minute) // 11:41 in all
	if b.who(s).Subject != "mina" {
		t.Error("gone before twelve hours")
	}
	c.Forward(19 * time.Minute) // 12:00
	if b.who(s).Subject != "" {
		t.Error("lives for more than twelve hours")
	}
}

func TestIdleHour(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	c.Forward(time.Hour - time.Second)
	if b.who(s).Subject == "" {
		t.Error("gone before an hour")
	}
	c.Forward(time.Hour)
	if b.who(s).Subject != "" {
		t.Error("lives after an hour")
	}
}

// The first key seals, all open, and one that is gone opens nothing.
func TestKeyRotation(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	old, fresh := string(newKeys(t)), string(newKeys(t))
	with := func(lines string) *site {
		return newSite(t, c, func(o *signin.Options) { o.Keys = parseKeys(t, []byte(lines)) }, at(f, "p"))
	}
	before, during, after := with(old), with(fresh+old), with(fresh)
	b := newBrowser(t)
	b.signIn(before, "p")
	sealed := b.cookie(before, "entente")
	holder := func(s *site, value string) string {
		b := newBrowser(t)
		b.plant(s, "entente", value)
		return b.who(s).Subject
	}
	if holder(during, sealed) != "mina" || holder(after, sealed) != "" {
		t.Error("the old key's cookie: opens after its key is gone, or not before")
	}
	mover := newBrowser(t)
	mover.plant(during, "entente", sealed)
	c.Forward(2 * time.Minute)
	mover.who(during) // seals anew, with the fresh key
	if moved := mover.cookie(during, "entente"); holder(after, moved) != "mina" || holder(before, moved) != "" {
		t.Error("the session didn't move to the fresh key")
	}
}

func TestParseKeys(t *testing.T) {
	good := string(newKeys(t))
	key := strings.Split(good, "\n")[1]
	for _, bad := range []string{"", "# nothing\n", "AAAA\n", good + "x\n", "!" + key, base64.StdEncoding.EncodeToString(make([]byte, 31))} {
		_, err := signin.ParseKeys([]byte(bad))
		if err == nil {
			t.Errorf("ParseKeys(%q) passes", bad)
		} else if strings.Contains(err.Error(), key[:8]) {
			t.Errorf("the error shows a key: %v", err)
		}
	}
	if _, err := signin.ParseKeys([]byte("\r\n" + strings.ReplaceAll(good, "\n", "\r\n"))); err != nil {
		t.Error(err)
	}
}

// Whatever is wrong with a cookie, the answer is the one to nobody, and clears it.
func TestBadCookies(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	attempt := newBrowser(t)
	attempt.submit(s.URL+"/signin/p", nil)
	b.signIn(s, "p")
	good := b.cookie(s, "entente")
	flipped := []byte(good)
	flipped[len(flipped)/2] ^= 1
	elsewhere := newSite(t, c, nil, at(f, "p"))
	b2 := newBrowser(t)
	b2.signIn(elsewhere, "p")
	dropped := newSite(t, c, nil) // where the provider isn't configured any more

	answers := map[string]string{}
	for name, value := range map[string]string{
		"tampered": string(flipped), "truncated": good[:len(good)-4], "nonsense": "x", "empty": "", "long": strings.Repeat("A", 5000),
		"another cookie's": attempt.cookie(s, "entente-signin-p"), "another server's": b2.cookie(elsewhere, "entente"),
		"not base64": "%%%%", "more": good + "AAAA",
	} {
		r := httptest.NewRequest("GET", s.URL+"/", nil)
		r.Header.Set("Cookie", "entente="+value)
		w := httptest.NewRecorder()
		s.handler.Middleware(whoami).ServeHTTP(w, r)
		cleared := w.Result().Cookies()
		if len(cleared) != 1 || cleared[0].MaxAge >= 0 || cleared[0].Value != "" {
			t.Errorf("%s: not cleared: %v", name, cleared)
		}
		answers[w.Body.String()] = name
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
	planted := newBrowser(t)
	planted.plant(dropped, "entente", good)
	if planted.who(dropped).Subject != "" {
		t.Error("a session of a provider that isn't configured lives")
	}
	// Two cookies of one name: one may be planted.
	r := httptest.NewRequest("GET", s.URL+"/", nil)
	r.Header.Set("Cookie", "entente="+good+"; entente="+good)
	w := httptest.NewRecorder()
	s.handler.Middleware(whoami).ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "mina") {
		t.Error("two cookies of one name are a session")
	}
}

func TestCookieAttributes(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	for _, test := range []struct {
		public, session, attempt string
		secure                   bool
	}{
		{"https://registry.example", "__Host-entente", "__Host-entente-signin-p", true},
		{"http://localhost:8080", "entente", "entente-signin-p", false},
	} {
		s := newSite(t, c, func(o *signin.Options) { o.PublicURL = test.public }, at(f, "p"))
		ask := func(r *http.Request, cookies ...*http.Cookie) *http.Response {
			for _, cookie := range cookies {
				r.AddCookie(cookie)
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			return w.Result()
		}
		begun := ask(httptest.NewRequest("GET", test.public+"/signin", nil))
		to := begun.Header.Get("Location")
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := client.Get(to)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if len(begun.Cookies()) != 1 {
			t.Fatalf("%s: %v", test.public, begun.Header)
		}
		done := ask(httptest.NewRequest("GET", answer.Header.Get("Location"), nil), begun.Cookies()...)
		var set *http.Cookie
		for _, cookie := range done.Cookies() {
			if cookie.Name == test.session {
				set = cookie
			} else if cookie.Name != test.attempt || cookie.MaxAge >= 0 {
				t.Errorf("%+v", cookie)
			}
		}
		if set == nil {
			t.Fatalf("%s: no session in %v", test.public, done.Header)
		}
		for _, cookie := range []*http.Cookie{begun.Cookies()[0], set} {
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure != test.secure || cookie.Domain != "" {
				t.Errorf("%+v", cookie)
			}
		}
		if set.MaxAge != 12*3600 || begun.Cookies()[0].MaxAge != 600 || begun.Cookies()[0].Name != test.attempt {
			t.Errorf("%v %v", set, begun.Cookies()[0])
		}
		if len(set.String()) > 4000 {
			t.Errorf("the cookie has %d bytes", len(set.String()))
		}
	}
}

func TestSignOut(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	stolen := b.cookie(s, "entente")
	to, err := url.Parse(b.submit(s.URL+"/signout", nil).refresh())
	if err != nil {
		t.Fatal(err)
	}
	query := to.Query()
	if to.Path != "/logout" || query.Get("client_id") != clientID || query.Get("post_logout_redirect_uri") != s.URL+"/" ||
		strings.Count(query.Get("id_token_hint"), ".") != 2 {
		t.Errorf("sent to %s", to)
	}
	thief := newBrowser(t)
	thief.plant(s, "entente", stolen)
	if b.who(s).Subject != "" || thief.who(s).Subject != "" {
		t.Error("the session, or a copy of its cookie, lives after signing out")
	}
	// A larger ID token doesn't fit: its session has a hint that does.
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"groups": strings.Repeat("x", 3000)} })
	b.signIn(s, "p")
	if n := len(b.cookie(s, "entente")); n == 0 || n > 3500 {
		t.Errorf("the cookie has %d bytes", n)
	}
	to, _ = url.Parse(b.submit(s.URL+"/signout", nil).refresh())
	if to.Query().Get("logout_hint") != "s1" || to.Query().Has("id_token_hint") {
		t.Errorf("sent to %s", to)
	}
	// Without its provider one is signed out here all the same.
	down := newSite(t, c, nil, at(f, "p"))
	f.Change(func(b *oidctest.Behaviour) {
		b.Metadata = map[string]any{"end_session_endpoint": "javascript:alert(1)"}
		b.Claims = nil
	})
	b = newBrowser(t)
	b.signIn(down, "p")
	if p := b.post(down.URL+"/signout", nil); p.StatusCode != 200 || !strings.Contains(p.text, "signed out") || b.who(down).Subject != "" {
		t.Errorf("%s %s", p.Status, p.text)
	}
	if p := b.post(down.URL+"/signout", nil); p.StatusCode != 200 {
		t.Errorf("again: %s", p.Status)
	}
}

func TestBackchannel(t *testing.T) {
	c := oidctest.NewClock()
	one, two := newProvider(t, c), newProvider(t, c)
	s := newSite(t, c, nil, at(one, "one"), at(two, "two"))
	token := func(f *oidctest.Provider, changes map[string]any) string {
		claims := map[string]any{"iss": f.URL, "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60, "jti": "j",
			"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
		for name, value := range changes {
			claims[name] = value
		}
		return f.Sign("logout+jwt", claims)
	}
	tell := func(provider, raw string) page { // as a provider does: no cookies, no Origin
		r, _ := http.NewRequest("POST", s.URL+"/signout/"+provider+"/backchannel", strings.NewReader(url.Values{"logout_token": {raw}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return newBrowser(t).do(r)
	}
	enter := func(f *oidctest.Provider, provider, sid string) *browser {
		f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"sid": sid} })
		b := newBrowser(t)
		b.signIn(s, provider)
		return b
	}
	lives := func(b *browser) bool { return b.who(s).Subject != "" }

	a, b, other := enter(one, "one", "a"), enter(one, "one", "b"), enter(two, "two", "a")
	for name, raw := range map[string]string{"another provider's": token(two, map[string]any{"sid": "a"}), "nonsense": "x", "nothing": "",
		"an ID token": one.Sign("JWT", map[string]any{"iss": one.URL, "sub": "mina", "aud": clientID, "iat": c.Now().Unix(), "exp": c.Now().Unix() + 60})} {
		if p := tell("one", raw); p.StatusCode != 400 || !lives(a) {
			t.Errorf("%s: %s", name, p.Status)
		}
	}
	if p := tell("three", token(one, map[string]any{"sid": "a"})); p.StatusCode != 404 {
		t.Error(p.Status)
	}
	ofA := token(one, map[string]any{"sid": "a"})
	if p := tell("one", ofA); p.StatusCode != 200 || p.Header.Get("Cache-Control") != "no-store" {
		t.Error(p.Status)
	}
	if lives(a) || !lives(b) || !lives(other) {
		t.Error("a session's end ended another, or not itself")
	}
	c.Forward(time.Second)
	if p := tell("one", token(one, map[string]any{"sub": "mina"})); p.StatusCode != 200 || lives(b) || !lives(other) {
		t.Errorf("all of one person's: %s", p.Status)
	}
	// The token again doesn't touch what began later.
	c.Forward(time.Second)
	again := enter(one, "one", "a")
	if p := tell("one", ofA); p.StatusCode != 200 || !lives(again) {
		t.Errorf("the same token again: %s", p.Status)
	}
	c.Forward(time.Second)
	if p := tell("one", token(one, map[string]any{"sub": "mina", "sid": "a"})); p.StatusCode != 200 || lives(again) {
		t.Errorf("subject and session: %s", p.Status)
	}
}

func TestMe(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"), at(newProvider(t, c), "q"))
	b := newBrowser(t)
	if p := b.get(s.URL + "/me"); p.Request.URL.Path != "/signin" || !strings.Contains(p.text, `value="/me"`) {
		t.Errorf("led to %s", p.Request.URL)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_1"}}); p.Request.URL.Path != "/signin" {
		t.Errorf("led to %s", p.Request.URL)
	}
	b.signIn(s, "p")
	if p := b.get(s.URL + "/me"); !strings.Contains(p.text, `value="org_1" checked`) || !strings.Contains(p.text, "One &amp; Co (admin)") || !strings.Contains(p.text, "<legend>") {
		t.Error(p.text)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_2"}}); !strings.Contains(p.text, `value="org_2" checked`) {
		t.Error(p.text)
	}
	if who := b.who(s); who.Organisation != "org_2" || !who.Allows(auth.ScopeWrite) {
		t.Errorf("%+v", who)
	}
	if p := b.post(s.URL+"/me/organisation", url.Values{"organisation": {"org_3"}}); p.StatusCode != 403 || b.who(s).Organisation != "org_2" {
		t.Errorf("%s, %+v", p.Status, b.who(s))
	}
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"sub": "lost"} })
	b = newBrowser(t)
	b.signIn(s, "p")
	if p := b.get(s.URL + "/me"); p.StatusCode != 503 || b.who(s).Subject != "lost" {
		t.Error(p.Status)
	}
}

// A token goes before a cookie.
func TestTokensGoFirst(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", "entente="+b.cookie(s, "entente"))
	r = r.WithContext(auth.NewContext(r.Context(), auth.Identity{Subject: "robot"}))
	w := httptest.NewRecorder()
	s.handler.Middleware(whoami).ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), "robot") || w.Header().Get("Vary") != "Cookie" {
		t.Errorf("%s %v", w.Body, w.Header())
	}
}

// No page, log line or URL of ours holds a code, a token or a cookie.
func TestLogsHoldNoSecrets(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	f.Change(func(b *oidctest.Behaviour) { b.Claims = map[string]any{"aud": "x"} })
	b.signIn(s, "p")
	f.Change(func(b *oidctest.Behaviour) { b.Claims = nil })
	f.Break("/token", http.NotFound)
	b.signIn(s, "p")
	log := s.log.String()
	if !strings.Contains(log, "couldn't be finished") || !strings.Contains(log, "couldn't reach the provider") {
		t.Errorf("the log lacks a line: %s", log)
	}
	for _, request := range f.Asked("/token") {
		for _, name := range []string{"code", "code_verifier"} {
			if strings.Contains(log, request.Get(name)) {
				t.Errorf("the log holds the %s", name)
			}
		}
	}
	for _, request := range f.Asked("/authorize") {
		if strings.Contains(log, request.Get("state")) || strings.Contains(log, request.Get("nonce")) {
			t.Error("the log holds the state or the nonce")
		}
	}
}

// An answer that caches may share holds nobody's session, renewed or cleared.
func TestSharedAnswersSetNoCookie(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b := newBrowser(t)
	b.signIn(s, "p")
	good := b.cookie(s, "entente")
	c.Forward(2 * time.Minute)
	for _, value := range []string{good, "x"} {
		for caching, want := range map[string]int{"public, max-age=60": 0, "s-maxage=1": 0, "private": 1, "": 1} {
			for name, answer := range map[string]func(http.ResponseWriter){
				"silent":  func(http.ResponseWriter) {},
				"status":  func(w http.ResponseWriter) { w.WriteHeader(404) },
				"words":   func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
				"flushed": func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
			} {
				r := httptest.NewRequest("GET", s.URL+"/", nil)
				r.Header.Set("Cookie", "entente="+value)
				w := httptest.NewRecorder()
				s.handler.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Cache-Control", caching)
					answer(w)
				})).ServeHTTP(w, r)
				if got := len(w.Result().Cookies()); got != want {
					t.Errorf("%q, %s: %d cookies, want %d", caching, name, got, want)
				}
			}
		}
	}
}

// Signing in again ends the session before it, copies included.
func TestSigningInAgain(t *testing.T) {
	c := oidctest.NewClock()
	f := newProvider(t, c)
	s := newSite(t, c, nil, at(f, "p"))
	b, thief := newBrowser(t), newBrowser(t)
	b.signIn(s, "p")
	thief.plant(s, "entente", b.cookie(s, "entente"))
	b.signIn(s, "p")
	if b.who(s).Subject != "mina" || thief.who(s).Subject != "" {
		t.Error("the earlier session lives on, or the later one doesn't")
	}
}
