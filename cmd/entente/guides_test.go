package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var hrefs = regexp.MustCompile(`<a\s[^>]*href="([^"]+)"`)

// TestHelpLeadsSomewhere follows every link of the pages of help, in each language, on a real server.
func TestHelpLeadsSomewhere(t *testing.T) {
	s := start(t, "demo", "--log-level=warn")
	seen := map[string]string{} // language and address -> body
	get := func(address, language string) string {
		body, ok := seen[language+address]
		if !ok {
			var answer *http.Response
			answer, body = s.send(t, http.MethodGet, address, "", "Accept", "text/html", "Accept-Language", language)
			if answer.StatusCode >= 400 && answer.StatusCode != http.StatusUnauthorized { // what asks to sign in is there
				t.Errorf("%s answers %d", address, answer.StatusCode)
			}
			seen[language+address] = body
		}
		return body
	}
	for _, language := range []string{"en", "fr"} {
		links := 0
		for _, page := range []string{"/help", "/help/business", "/help/government", "/help/hubs", "/help/secretariat", "/help/public", "/about", "/glossary", "/accessibility", "/privacy", "/api"} {
			for _, found := range hrefs.FindAllStringSubmatch(get(page, language), -1) {
				to, err := url.Parse(strings.ReplaceAll(found[1], "&amp;", "&"))
				if err != nil || to.Host != "" {
					t.Errorf("%s leads to %s: %v", page, found[1], err)
					continue
				}
				if to.Query().Has("lang") {
					continue
				}
				address := to.RequestURI()
				if to.Path == "" {
					address = page
				}
				body := get(address, language)
				if to.Fragment != "" && !strings.Contains(body, `id="`+to.Fragment+`"`) {
					t.Errorf("%s leads to %s, where nothing has that name", page, found[1])
				}
				links++
			}
		}
		if links < 200 {
			t.Errorf("there are %d links in %s: the test sees too few", links, language)
		}
	}
}
