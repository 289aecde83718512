package web_test

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/auth"
	"github.com/ewtp/entente/server/web"
)

var nothing = http.NotFoundHandler()

func get(h http.Handler, path string, who *auth.Identity) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	if who != nil {
		r = r.WithContext(auth.NewContext(r.Context(), *who))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The front page leads to where one signs in, or to who one is; where nobody can sign
// in, to neither.
func TestFront(t *testing.T) {
	const enter, me = `href="/signin?return=/me"`, `href="/me"`
	for _, test := range []struct {
		name          string
		signIn        bool
		who           *auth.Identity
		with, without string
	}{
		{"nobody can sign in", false, nil, "<h1>", "/signin"},
		{"a token where nobody can sign in", false, &auth.Identity{Subject: "x"}, "<h1>", me},
		{"a stranger", true, nil, enter, me},
		{"a person", true, &auth.Identity{Name: "Mina <Okafor>"}, me + ">Mina &lt;Okafor&gt;</a>", "/signin"},
		{"a person without a name", true, &auth.Identity{Subject: "x"}, me + ">You</a>", "/signin"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(web.Handler(test.signIn, nothing), "/", test.who)
			page := w.Body.String()
			if w.Code != 200 || !strings.Contains(page, test.with) || strings.Contains(page, test.without) {
				t.Errorf("%d, want %q and not %q: %s", w.Code, test.with, test.without, page)
			}
			if got := w.Header().Get("Cache-Control"); got != "private, no-cache" {
				t.Errorf("Cache-Control %q", got)
			}
		})
	}
	for path, want := range map[string]int{"/": 200, "/x": 404, "//": 307, "/style.css": 200, "/style.css/x": 404} {
		if w := get(web.Handler(true, nothing), path, nil); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// Pages need nothing that the policy forbids, and the stylesheet fetches nothing.
func TestPolicy(t *testing.T) {
	w := httptest.NewRecorder()
	if err := web.Show(w, http.StatusTeapot, web.Page{Title: "<T>", Nav: []web.Link{{"/x", "X"}}, Body: template.HTML("<p>Body</p>")}); err != nil {
		t.Fatal(err)
	}
	page := w.Body.String()
	if w.Code != http.StatusTeapot || w.Header().Get("Content-Security-Policy") != web.Policy || !strings.Contains(page, "&lt;T&gt;") ||
		!strings.Contains(page, `<link rel="stylesheet" href="`+web.StylePath+`">`) || !strings.Contains(page, "<p>Body</p>") {
		t.Errorf("%d %v %s", w.Code, w.Header(), page)
	}
	if strings.Contains(web.Policy, "unsafe") || strings.Contains(web.Policy, "script-src") || !strings.HasPrefix(web.Policy, "default-src 'none'") {
		t.Errorf("the policy is %q", web.Policy)
	}
	sheet := get(web.Handler(true, nothing), web.StylePath, nil)
	if got := sheet.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("the stylesheet is %q", got)
	}
	if found := regexp.MustCompile(`@import|url\(|expression|http`).FindString(sheet.Body.String()); found != "" {
		t.Errorf("the stylesheet has %q", found)
	}
}
