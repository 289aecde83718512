package browser

import (
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/signin"
	"github.com/ewtp/entente/server/web"
)

// A found page is one that links lead to.
type found struct {
	pattern string // of its route
	path    string // "" where it is no page for whoever asks
}

// perRoute is how many pages of a route are looked at: of a document's page more, since each
// phase of a document looks another way.
func perRoute(pattern string) int {
	if pattern == "GET /documents/{number}" {
		return 6
	}
	return 2
}

var hrefs = regexp.MustCompile(`<a\b[^>]*\bhref="([^"]*)"`)

// walk finds pages by links, beginning with the home page: for each route of pages a few. It asks as
// whoever the cookies say, in the language that they name. A link that leads nowhere fails.
func walk(t *testing.T, base, cookies string) (pages []found) {
	t.Helper()
	routes := http.NewServeMux()
	nothing := func(http.ResponseWriter, *http.Request) {}
	for _, pattern := range web.Routes() {
		routes.HandleFunc(pattern, nothing)
	}
	for _, pattern := range signin.Patterns() {
		routes.HandleFunc("GET "+pattern, nothing)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	met, of := map[string]bool{"/": true}, map[string]int{}
	for queue := slices.Clone(beginnings); len(queue) > 0; queue = queue[1:] {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+queue[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		_, pattern := routes.Handler(r)
		if pattern == "" || of[pattern] >= perRoute(pattern) {
			continue
		}
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Cookie", cookies)
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		of[pattern]++
		if answer.StatusCode == http.StatusSeeOther || answer.StatusCode == http.StatusUnauthorized {
			pages = append(pages, found{pattern: pattern}) // what it leads to is looked at by itself; the rest is for those who have signed in
			continue
		}
		if answer.StatusCode != http.StatusOK {
			t.Errorf("a link leads to %s, which is answered %s", queue[0], answer.Status)
			continue
		}
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || answer.Header.Get("Content-Disposition") != "" {
			continue // a file
		}
		pages = append(pages, found{pattern, queue[0]})
		for _, m := range hrefs.FindAllStringSubmatch(string(text), -1) {
			to, err := r.URL.Parse(html.UnescapeString(m[1]))
			if err != nil {
				t.Errorf("%s has a link to %q: %v", queue[0], m[1], err)
				continue
			}
			path := (&url.URL{Path: to.Path, RawPath: to.RawPath, RawQuery: to.RawQuery}).String()
			if to.Host == r.URL.Host && !met[path] && !to.Query().Has("lang") {
				met[path] = true
				queue = append(queue, path)
			}
		}
	}
	return pages
}

// Whoever walks through the pages finds each of them fit for everybody: no fault of accessibility, no
// complaint of the console, nothing wider than a phone; and every page is found by following links.
func TestEveryPage(t *testing.T) {
	browserPath(t)
	walks := []struct {
		name, persona, language string
	}{{"anybody", "", "en"}, {"a business", "parcel-seller", "en"}, {"in French", "", "fr"}}
	reached := map[string]bool{}
	for _, w := range walks {
		t.Run(w.name, func(t *testing.T) {
			v := newVisitor(t, true)
			v.brief = w.language != "en"
			if w.persona != "" {
				v.signIn(w.persona)
			}
			v.open("/?lang=" + w.language)
			for _, p := range walk(t, v.base, v.cookies()) {
				reached[p.pattern] = true
				if p.path == "" {
					continue
				}
				v.open(p.path)
				v.look(w.name + " " + p.path)
				if w.name == "anybody" {
					keepPath(t, p.path)
				}
			}
		})
	}
	for _, pattern := range web.Routes() {
		if strings.HasPrefix(pattern, "GET ") && !reached[pattern] && !notPages.MatchString(pattern) {
			t.Errorf("no link leads to a page of %s", pattern)
		}
	}
}

// keepPath names a page to whoever opens it in another browser: a line in ENTENTE_PAGES/paths.
func keepPath(t *testing.T, path string) {
	t.Helper()
	folder := os.Getenv("ENTENTE_PAGES")
	if folder == "" {
		return
	}
	list, err := os.OpenFile(filepath.Join(folder, "paths"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) // #nosec G304 -- whoever runs the tests names it
	if err == nil {
		_, err = list.WriteString(path + "\n")
		err = errors.Join(err, list.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// beginnings are where walks begin: home, and what forms ask for.
var beginnings = []string{"/", "/search?q=parcels", "/search?q=nothinglikeit", "/documents?q=nothinglikeit"}

// notPages are routes that answer with something else than pages.
var notPages = regexp.MustCompile(`\{file\}|\.atom|\.txt|\.xml|^GET /sitemap/`)
