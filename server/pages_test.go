package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/server/web"
)

// addresses fills in the pattern of a page with everything that there is: of the open document and
// of the draft, by their numbers, revisions, clauses and comments, and of every entry.
func (v *vault) addresses(pattern string) (paths []string) {
	v.T.Helper()
	open, err := v.Registry.Views().Document(v.T.Context(), policies.Operator, v.public.ID, time.Time{})
	if err != nil {
		v.T.Fatal(err)
	}
	var entries []string
	for i := range v.Registry.Views().Position() {
		entries = append(entries, fmt.Sprint(i))
	}
	parts := map[string][]string{
		"{number}": {open.Number, v.number}, "{revision}": {"1", "2", "3"}, "{clause}": {"scope", "hoopoe"}, "{comment}": {"1", "2", "3"}, "{act}": {"endorsement", "reply", "withdrawal"},
		"{pair}": {"1..2", "1..3", "2..3"}, "{file}": {"text.md", "text.html"}, "{slug}": {"rules", open.Number}, "{release}": {"1"}, "{page}": {"1.xml"}, "{guide}": {"hubs"}, "{seq}": entries, "{$}": {""},
	}
	_, path, _ := strings.Cut(pattern, " ")
	paths = []string{path}
	for name, values := range parts {
		if !strings.Contains(path, name) {
			continue
		}
		var more []string
		for _, p := range paths {
			for _, value := range values {
				more = append(more, strings.ReplaceAll(p, name, value))
			}
		}
		paths = more
	}
	if strings.Contains(paths[0], "{") {
		v.T.Fatalf("the test knows nothing to put into %s", pattern)
	}
	return paths
}

// asked are questions that are put to every page: those that some page understands, with what is
// to be known from none.
func (v *vault) asked() []string {
	return []string{"", "?" + url.Values{"on": {v.Registry.Now().AddDate(0, 0, -1).Format(time.DateOnly)}, "q": {"pays"}, "sort": {"title"}}.Encode(), "?" + url.Values{"draft": {v.prepared}, "clause": {"scope"}}.Encode(), "?" + url.Values{"clause": {"hoopoe"}, "about": {v.draft.ID}, "stance": {"oppose"}}.Encode(),
		"?" + url.Values{"q": {"pays"}, "about": {v.confidential}, "answered": {"no"}, "submitted": {""}}.Encode()}
}

// No page tells anybody what it may not know, whoever asks for it and however; and what isn't
// somebody's, is for them as if it weren't there.
func TestNoPageLeaks(t *testing.T) {
	v := newVault(t)
	v.Do(v.Actor("sponsor-delegate"), policies.DisposeComment{CommentID: v.confidential, Outcome: policies.Noted, Reason: "The capybara was heard."})
	told, shown := map[string]bool{}, map[string]bool{}
	echoed := regexp.MustCompile(`(?i)clause(=|%3d|s/|s%2f)hoopoe`) // in a page's links to itself
	for _, pattern := range web.Routes() {
		if !strings.HasPrefix(pattern, "GET ") {
			continue
		}
		for _, path := range v.addresses(pattern) {
			for _, query := range v.asked() {
				if query != "" && strings.Contains(pattern, "{seq}") {
					continue // hundreds of them, and they ask nothing
				}
				for _, who := range servertest.Roles() {
					r := v.Request(who, "GET", path+query, "")
					r.Header.Set("Accept", "text/html")
					status, body := v.Send(r)
					text := echoed.ReplaceAllString(string(body), "")
					if found := v.leaks(who, path+query, text, strings.HasPrefix(path, "/record")); len(found) > 0 {
						t.Errorf("%s%s tells %q %v", path, query, who, found)
					}
					if status >= 500 || status == http.StatusBadRequest {
						t.Fatalf("%s%s answers %q with %d: %s", path, query, who, status, text)
					}
					if strings.Contains(path, v.number) && !v.secrets["draft"].may(v.Actor(who)) && status != http.StatusNotFound {
						t.Errorf("%s%s answers %q with %d, though there is nothing of theirs", path, query, who, status)
					}
					shown[pattern] = shown[pattern] || status == http.StatusOK
					lower := strings.ToLower(text)
					for name, s := range v.secrets {
						told[name] = told[name] || strings.Contains(lower, s.words[0]) && s.may(v.Actor(who))
					}
				}
			}
		}
		if !shown[pattern] && !strings.Contains(pattern, "{slug}") {
			t.Errorf("%s was shown to nobody: the test asks for nothing", pattern)
		}
	}
	for _, name := range []string{"draft", "later draft", "a confidential comment", "a comment's draft"} {
		if !told[name] {
			t.Errorf("%s is told to nobody: the test asks for nothing", name)
		}
	}
}

// No page's form is taken from another site, whoever's browser brings it.
func TestNoFormFromElsewhere(t *testing.T) {
	v := newVault(t)
	before := v.Registry.Views().Position()
	forms := 0
	for _, pattern := range web.Routes() {
		if !strings.HasPrefix(pattern, "POST ") {
			continue
		}
		for _, path := range v.addresses(pattern) {
			for _, from := range []string{"cross-site", "same-site"} {
				r := v.Request("ferry-delegate", "POST", path, "action=submit&text=x&stance=support&type=general&reason=x&draft="+v.prepared)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Cookie", "a=b")
				r.Header.Set("Sec-Fetch-Site", from)
				r.Header.Set("Accept", "text/html")
				status, body := v.Send(r)
				if status != http.StatusForbidden || !strings.Contains(string(body), "Another site made your browser send this") {
					t.Errorf("%s from %s: %d %s", path, from, status, body)
				}
				forms++
			}
		}
	}
	if after := v.Registry.Views().Position(); after != before || forms == 0 {
		t.Errorf("%d forms added %d entries", forms, after-before)
	}
}
