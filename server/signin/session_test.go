package signin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

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

// tampered is a text with one letter changed.
func tampered(text string) string {
	b := []byte(text)
	b[len(b)/2] ^= 1
	return string(b)
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
	elsewhere := newSite(t, c, nil, at(f, "p"))
	b2 := newBrowser(t)
	b2.signIn(elsewhere, "p")
	dropped := newSite(t, c, nil) // where the provider isn't configured any more

	answers := map[string]string{}
	for name, value := range map[string]string{
		"tampered": tampered(good), "truncated": good[:len(good)-4], "nonsense": "x", "empty": "", "long": strings.Repeat("A", 5000),
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
