package signin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/auth/oidctest"
)

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
