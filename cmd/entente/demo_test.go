package main

import (
	"html"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"

	"github.com/ewtp/entente/demo"
)

// The front page of the demonstration leads through it in five steps, and to each of its people
// by a link; nothing on that path is missing.
func TestDemoLeadsThrough(t *testing.T) {
	base := start(t, "demo", "--log-level=warn").base
	browser := newBrowser(t)
	get := func(at string) (*http.Response, string) {
		t.Helper()
		return send(t, browser.Do, "GET", base+html.UnescapeString(at), "")
	}
	_, front := get("/?lang=en")
	tour := regexp.MustCompile(`(?s)<section[^>]*class="tour".*?</section>`).FindString(front)
	path := regexp.MustCompile(`(?s)<ol.*</ol>`).FindString(tour)
	if got := strings.Count(path, "<li>"); got != 5 {
		t.Errorf("%d steps:\n%s", got, front)
	}
	for _, link := range regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(path, -1) {
		if answer, page := get(link[1]); answer.StatusCode != http.StatusOK {
			t.Errorf("%s leads to %s: %s", link[1], answer.Status, page)
		}
	}
	for _, p := range demo.Personas() {
		link := regexp.MustCompile(`href="(/signin\?login_hint=` + p.ID + `&amp;return=%2F)"`).FindStringSubmatch(tour)
		if link == nil {
			t.Errorf("no link makes a visitor %s", p.ID)
			continue
		}
		if _, page := get(link[1]); !strings.Contains(html.UnescapeString(page), p.Organisation) || !strings.Contains(page, `class="acting"`) {
			t.Errorf("the link of %s makes nobody of %s: %s", p.ID, p.Organisation, page)
		}
		if _, page := get("/me"); !strings.Contains(html.UnescapeString(page), p.Organisation) {
			t.Errorf("after the link of %s, /me says %s", p.ID, page)
		}
	}
	if _, french := get("/?lang=fr"); strings.Count(french, `class="tour"`) != 1 || strings.Contains(french, "five things") {
		t.Errorf("in French: %s", french)
	}
}

// A registry in earnest shows nothing of a demonstration.
func TestServeHasNoTour(t *testing.T) {
	s := start(t, "serve", "--secretariat-name=Secretariat")
	for _, at := range []string{"/", "/signin?login_hint=parcel-seller"} {
		if _, page := s.send(t, "GET", at, ""); strings.Contains(page, "tour") || strings.Contains(page, "login_hint") {
			t.Errorf("%s: %s", at, page)
		}
	}
}

func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}
