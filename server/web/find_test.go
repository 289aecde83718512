package web_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/server/web"
)

// A reader is somebody who reads the pages of a front.
type reader struct {
	t     *testing.T
	front *servertest.Front
	pages http.Handler
	actor policies.Actor
}

func newReader(t *testing.T) *reader {
	t.Helper()
	f := servertest.NewFront(t)
	pages, err := web.New(web.Options{Registry: f.Registry, Base: "https://registry.example"})
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t, f, pages, policies.Actor{}}
}

// get reads an address, in a language if one is named.
func (r *reader) get(path, language string) (status int, body string, header http.Header) {
	r.t.Helper()
	request := httptest.NewRequest("GET", "https://registry.example"+path, nil)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	r.pages.ServeHTTP(w, request.WithContext(registry.NewContext(request.Context(), r.actor)))
	return w.Code, w.Body.String(), w.Header()
}

// page reads what must be there.
func (r *reader) page(path string) string {
	r.t.Helper()
	status, body, _ := r.get(path, "en")
	if status != http.StatusOK {
		r.t.Fatalf("%s: %d %s", path, status, body)
	}
	return body
}

func has(t *testing.T, where, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", where, w, text)
		}
	}
}

func hasNot(t *testing.T, where, text string, bad ...string) {
	t.Helper()
	for _, w := range bad {
		if strings.Contains(text, w) {
			t.Errorf("%s has %q:\n%s", where, w, text)
		}
	}
}

// A search finds titles, clauses and comments, marks the words, leads to the very place and says
// how many documents there are by what they are like; what may not be read isn't found.
func TestDocumentsAreFound(t *testing.T) {
	r := newReader(t)
	r.front.Paper("consulted")
	r.front.Paper("draft") // of which nobody else may know
	body := r.page("/documents?q=seller")
	has(t, "a search in comments", body, "The <mark>seller</mark> should.", `/documents/EWTP-R-2026-001/comments/1"`, "1 document ·")
	hasNot(t, "a search", body, "EWTP-R-2026-002", "The <mark>seller</mark> pays.</span>")
	body = r.page("/documents?q=applies+parcels&sort=title")
	has(t, "a search in order", body, "This law <mark>applies</mark> to <mark>parcels</mark>.", `/clauses/`, "§")
	has(t, "a search for a title", r.page("/documents?q=parcels"), "<bdi><mark>Parcels</mark></bdi>")
	body = r.page("/documents?kind=regulation&party=EE&topic=x")
	has(t, "a search for too much", body, "No document is like that.", "without “Topic: x”", `href="/documents?kind=regulation&amp;party=EE"`, "Binds: <bdi>Estonia</bdi>")
	body = r.page("/documents?q=nowhere&in=EWTP-R-2026-001")
	has(t, "a search in one document", body, `name="in" value="EWTP-R-2026-001" checked`, "without these words")
	if status, _, _ := r.get("/documents?in=EWTP-R-2026-002", "en"); status != http.StatusNotFound {
		t.Errorf("a search in what may not be read: %d", status)
	}
	status, _, header := r.get("/search?q=seller", "en")
	if status != http.StatusSeeOther || header.Get("Location") != "/documents?q=seller" {
		t.Errorf("/search: %d to %s", status, header.Get("Location"))
	}
	r.actor = r.front.Actor("sponsor-delegate")
	has(t, "a search of the sponsor", r.page("/documents?q=seller"), "The <mark>seller</mark> pays.", "EWTP-R-2026-002")
}

// Feeds follow RFC 4287: what there must be once is there once, IDs are absolute and no two are
// the same, dates are dates, and each leads back to itself and to the page that lists the same.
func TestFeedsAreValid(t *testing.T) {
	r := newReader(t)
	r.front.Paper("consulted")
	for path, entries := range map[string]int{"/documents.atom": 1, "/documents.atom?kind=standard": 0, "/documents.atom?q=seller&phase=consultation": 1,
		"/consultations.atom": 1, "/rulesets.atom": 0} {
		for _, language := range []string{"en", "fr"} {
			status, body, header := r.get(path, language)
			if status != http.StatusOK || header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
				t.Fatalf("%s: %d %s", path, status, header)
			}
			if n := checkAtom(t, path, body); n != entries {
				t.Errorf("%s has %d entries, want %d", path, n, entries)
			}
			has(t, path, body, `xml:lang="`+language+`"`, `rel="self" type="application/atom+xml" href="https://registry.example`+strings.ReplaceAll(path, "&", "&amp;")+`"`)
		}
	}
	if status, _, _ := r.get("/rulesets/none/releases.atom", "en"); status != http.StatusNotFound {
		t.Errorf("releases of nothing: %d", status)
	}
	for page, feed := range map[string]string{"/documents?kind=standard&lang=fr": "/documents.atom?kind=standard", "/consultations": "/consultations.atom", "/rulesets": "/rulesets.atom"} {
		has(t, page, r.page(page), `<link rel="alternate" type="application/atom+xml" href="`+feed+`"`)
	}
}

// atomText is an element that must be there as often as it says, with its text.
type atomText struct {
	Text string `xml:",chardata"`
}

// checkAtom holds a feed against RFC 4287, section 4, and returns how many entries it has.
func checkAtom(t *testing.T, where, body string) int {
	t.Helper()
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	type common struct {
		IDs     []atomText `xml:"id"`
		Titles  []atomText `xml:"title"`
		Updated []atomText `xml:"updated"`
		Authors []struct {
			Name []atomText `xml:"name"`
		} `xml:"author"`
		Links []link `xml:"link"`
	}
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		common
		Entries []common `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatalf("%s: %v\n%s", where, err, body)
	}
	seen := map[string]bool{}
	var newest string
	for i, c := range append([]common{feed.common}, feed.Entries...) {
		if len(c.IDs) != 1 || len(c.Titles) != 1 || len(c.Updated) != 1 || c.Titles[0].Text == "" {
			t.Fatalf("%s, %d: %+v", where, i, c)
		}
		if u, err := url.Parse(c.IDs[0].Text); err != nil || !u.IsAbs() || seen[c.IDs[0].Text] {
			t.Errorf("%s: the ID %q, %v", where, c.IDs[0].Text, err)
		}
		seen[c.IDs[0].Text] = true
		at := c.Updated[0].Text
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			t.Errorf("%s: %v", where, err)
		}
		if i > 0 {
			newest = max(newest, at)
		}
		rels := map[string]int{}
		for _, l := range c.Links {
			rels[l.Rel]++
			if !strings.HasPrefix(l.Href, "https://registry.example/") {
				t.Errorf("%s links to %q", where, l.Href)
			}
		}
		if rels["alternate"] != 1 || (rels["self"] == 1) != (i == 0) {
			t.Errorf("%s, %d: links %v", where, i, rels)
		}
		for _, a := range c.Authors {
			if len(a.Name) != 1 || a.Name[0].Text == "" {
				t.Errorf("%s: an author without a name", where)
			}
		}
	}
	if len(feed.Authors) == 0 {
		t.Errorf("%s has no author", where)
	}
	if newest != "" && feed.Updated[0].Text != newest {
		t.Errorf("%s was updated at %s, its newest entry at %s", where, feed.Updated[0].Text, newest)
	}
	return len(feed.Entries)
}

// Search engines find everything public, in each language, by one address.
func TestSearchEnginesFindWhatIsPublic(t *testing.T) {
	r := newReader(t)
	r.front.Paper("consulted")
	r.front.Paper("draft")
	r.actor = r.front.Actor("sponsor-delegate") // whoever asks, a site map is everybody's
	var set struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		Pages   []struct {
			Location string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(r.page("/sitemap.xml")), &set); err != nil {
		t.Fatal(err)
	}
	documents := 0
	for _, p := range set.Pages {
		path, ok := strings.CutPrefix(p.Location, "https://registry.example")
		if !ok {
			t.Errorf("the site map has %s", p.Location)
		}
		if strings.HasPrefix(path, "/documents/") {
			documents++
		}
		status, body, _ := r.get(path, "en")
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		has(t, path, body, `<link rel="canonical" href="https://registry.example`+path+`">`, `<meta name="description"`, `hreflang="fr" href="https://registry.example`+path+`?lang=fr"`, `hreflang="x-default"`)
		_, body, header := r.get(path+"?lang=fr", "") // without a redirect, which would need a cookie
		has(t, path, body, `<html lang="fr">`, `<link rel="canonical" href="https://registry.example`+path+`?lang=fr">`)
		if !strings.HasPrefix(header.Get("Set-Cookie"), "lang=fr;") {
			t.Errorf("the choice isn't kept: %s", header)
		}
	}
	if documents != 1 {
		t.Errorf("the site map has %d documents", documents)
	}
	if err := xml.Unmarshal([]byte(r.page("/sitemap/1.xml")), &set); err != nil {
		t.Error(err)
	}
	if status, _, _ := r.get("/sitemap/2.xml", "en"); status != http.StatusNotFound {
		t.Errorf("a second site map: %d", status)
	}
	has(t, "robots.txt", r.page("/robots.txt"), "User-agent: *\nAllow: /\n", "\nSitemap: https://registry.example/sitemap.xml\n")
	has(t, "a search", r.page("/documents?q=x"), `content="noindex"`)
}

// A document is shown as it stood on any day: with the text of then, as the record had it then, and
// nothing where nobody could read it; of a day to come, by the dates alone.
func TestDocumentOnAnotherDay(t *testing.T) {
	r := newReader(t)
	day := func(years, days int) string { return r.front.Clock.Now().AddDate(years, 0, days).Format(time.DateOnly) }
	first := day(0, 0)
	r.front.Clock.Set(r.front.Clock.Now().AddDate(0, 0, 2))
	consulted := day(0, 0)
	r.front.Paper("adopted")
	const path = "/documents/EWTP-R-2026-001"
	now := r.page(path)
	has(t, "now", now, "The seller pays.", "Adopted, not yet in force.", `"legislationLegalForce":"https://schema.org/NotInForce"`, `"legislationIdentifier":"EWTP-R-2026-001"`,
		`"legislationDate":"`+r.front.Clock.Now().UTC().Format(time.DateOnly)+`"`, `"inLanguage":"en"`, "Estonia", `<option value="2" selected>`, `<meta name="description"`)
	hasNot(t, "now", now, "The sender pays.", "noindex")
	then := r.page(path + "?on=" + consulted)
	has(t, "then", then, "The sender pays.", "This is how the document stood on", "Open for comment", `content="noindex"`, "It is a proposal")
	hasNot(t, "then", then, "The seller pays.", "Comment on the whole", "1 comment<")
	before := r.page(path + "?on=" + first)
	has(t, "before", before, "there was nothing here that you may read.")
	hasNot(t, "before", before, "pays.")
	has(t, "in 250 years", r.page(path+"?on="+day(250, 0)), "by what is on record today:", "In force", "The seller pays.")
	has(t, "no day", r.page(path+"?on=yesterday"), "The seller pays.")
	old := r.page(path + "/revisions/1")
	has(t, "an old revision", old, "This is revision 1. The newest is revision 2.", path+"/compare/1..2", "The sender pays.", `<link rel="canonical" href="https://registry.example`+path+`/revisions/1">`)
	status, _, header := r.get(path+"?revision=1", "en")
	if status != http.StatusSeeOther || header.Get("Location") != path+"/revisions/1" {
		t.Errorf("the choice of a revision: %d to %s", status, header.Get("Location"))
	}
	has(t, "changes", r.page(path+"/compare"), "What revision 2 has different from 1")
}

// A comment on words that are gone stays listed, apart from those that stand.
func TestCommentsOnGoneWordsStay(t *testing.T) {
	r := newReader(t)
	p := r.front.Paper("consulted")
	sponsor := r.front.Actor("sponsor-delegate")
	const path = "/documents/EWTP-R-2026-001/comments"
	hasNot(t, "comments", r.page(path), "On words that are gone")
	r.front.Do(sponsor, policies.CommitRevision{DocumentID: p.ID, Base: p.Second, Source: "# Parcels\n\n## Scope {#scope}\n\nThis law applies to parcels.\n"})
	r.actor = sponsor
	has(t, "comments", r.page(path), "On words that are gone", "made on revision 1: <strong>gone since</strong>", "The seller should.")
	r.actor = policies.Actor{} // to whom the newest revision is that of the consultation
	hasNot(t, "comments", r.page(path), "On words that are gone")
	has(t, "a clause", r.page("/documents/EWTP-R-2026-001/clauses/scope"), "Cite this clause", "/revisions/1#scope")
}

// Who is needed is led to the very thing; when comments came stands as a figure and as a table.
func TestNeedsLeadToTheThing(t *testing.T) {
	r := newReader(t)
	p := r.front.Paper("consulted")
	const path = "/documents/EWTP-R-2026-001/comments"
	has(t, "comments", r.page(path), "Most came on 1 March 2026.", `class="mark"`, "Comments by day, as a table", `<th scope="row">1 March 2026</th><td class="n">1</td>`, "The dashed line is the close")
	r.actor = r.front.Actor("sponsor-delegate")
	has(t, "the front page of a sponsor", r.page("/"), `<a href="`+path+`/1">Answer a comment</a>`)
	r.front.Do(r.actor, policies.DisposeComment{CommentID: p.Comment, Outcome: policies.Noted, Reason: "It was."})
	r.actor = r.front.Actor("ferry-delegate")
	has(t, "the front page of a commenter", r.page("/"), `<a href="`+path+`/1">Read the answer to your comment</a>`)
}
