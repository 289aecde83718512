package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/standards"
)

// A shelf is the pages of a registry with one document open for comment.
type shelf struct {
	pages   http.Handler
	path    string // of the document
	clauses int
	comment func() // says something more on a clause
}

// newShelf puts a text to the public and says something on a part of its clauses.
func newShelf(tb testing.TB, source string, share float64) *shelf {
	tb.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r := registrytest.Open(tb, registry.Options{Rules: policies.Rules{}, Clock: func() time.Time { return now }})
	organisation := func(kind policies.OrganisationKind, name string) policies.Actor {
		o := policies.Organisation{Kind: kind, Name: name, Jurisdiction: "EE"}
		o.ID = registrytest.Do(tb, r, policies.Operator, policies.RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: "EE"}).Subject
		return policies.OperatorFor(o)
	}
	drafter, business := organisation(policies.Government, "Town"), organisation(policies.Business, "Shop")
	document := registrytest.Do(tb, r, drafter, policies.ProposeDocument{Kind: standards.Standard, Title: "A long law", Language: "en"}).Subject
	revision := registrytest.Do(tb, r, drafter, policies.CommitRevision{DocumentID: document, Source: source}).Subject
	opened := registrytest.Do(tb, r, drafter, policies.OpenConsultation{DocumentID: document, Closes: "2026-06-20T09:00", Zone: "UTC", Late: policies.LateRefused}).Subject
	text, err := r.Views().Text(tb.Context(), revision)
	if err != nil {
		tb.Fatal(err)
	}
	draw := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same each time is what is wanted
	stances := []policies.Stance{policies.Support, policies.Oppose}
	s := &shelf{clauses: len(text.Clauses)}
	said := 0
	s.comment = func() {
		said++
		c := &text.Clauses[draw.IntN(len(text.Clauses))]
		registrytest.Do(tb, r, business, policies.SubmitComment{ConsultationID: opened, CommentWords: policies.CommentWords{ClauseID: c.ID, Stance: stances[draw.IntN(2)],
			Type: policies.General, Text: fmt.Sprintf("A word on it, the %dth.", said)}})
	}
	for range int(share * float64(len(text.Clauses))) {
		s.comment()
	}
	if s.pages, err = New(Options{Registry: r}); err != nil {
		tb.Fatal(err)
	}
	d, err := r.Views().Document(tb.Context(), policies.Actor{}, document, time.Time{})
	if err != nil {
		tb.Fatal(err)
	}
	s.path = documentPath(&d)
	return s
}

// open asks for the document's page as a browser does, and returns it as it came.
func (s *shelf) open(tb testing.TB) *httptest.ResponseRecorder {
	tb.Helper()
	q := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, s.path, nil)
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Encoding", "gzip, br")
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, q)
	if w.Code != http.StatusOK {
		tb.Fatalf("%d %s", w.Code, w.Body)
	}
	return w
}

// An address with a slash too many leads to the page; one that has no page doesn't, nor out of the site.
func TestSlashTooMany(t *testing.T) {
	s := newShelf(t, "# A\n\nWords.\n", 0)
	for path, want := range map[string]string{s.path + "/": s.path, "/record/?kind=x": "/record?kind=x", "/nothing/": "", "/static/x/": "", s.path + "//": s.path} {
		q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://registry.example"+path, nil)
		q.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		s.pages.ServeHTTP(w, q)
		if got := w.Header().Get("Location"); got != want && got != want+"/" || want == "" && w.Code < 400 { // a mux cleans a path first
			t.Errorf("%s leads to %q with %d, want %q", path, got, w.Code, want)
		}
	}
}

// madeUpLaw is a text with chapters, sections and numbered paragraphs, of about so many clauses as
// long as a penal code's.
func madeUpLaw(n int) string {
	words := strings.Fields(`whoever sells carries or keeps parcels goods and services across a border of one party to another shall be liable under this chapter
		if the duty was not declared paid or secured before the day on which it fell due unless a hub has confirmed that consignment in time punishable by
		fine up to three hundred units act committed second time group using position value person acquires stores hands over which no permit`)
	draw := rand.New(rand.NewPCG(3, 4)) // #nosec G404 -- the same each time is what is wanted
	var b strings.Builder
	b.WriteString("# A long law\n\n")
	say := func(n int) {
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(words[draw.IntN(len(words))])
		}
	}
	for section := 1; n > 0; section++ {
		if section%20 == 1 {
			fmt.Fprintf(&b, "## Chapter %d. ", section/20+1)
			say(4)
			b.WriteString("\n\n")
			n--
		}
		fmt.Fprintf(&b, "### § %d. ", section)
		say(5)
		b.WriteString("\n\n")
		for paragraph := 1; paragraph <= 5; paragraph++ {
			fmt.Fprintf(&b, "(%d) ", paragraph)
			say(8 + draw.IntN(20))
			b.WriteString(".\n\n")
		}
		n -= 6
	}
	return b.String()
}

// corpusText is the newest version of a file of a real text in git, "" where that isn't here.
func corpusText(tb testing.TB, bundle, file string) string {
	tb.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", bundle))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	clone := filepath.Join(tb.TempDir(), "clone")
	if err := exec.CommandContext(tb.Context(), "git", "clone", "-q", "-b", "main", path, clone).Run(); err != nil {
		return "" // without git
	}
	text, err := os.ReadFile(filepath.Join(clone, file)) // #nosec G304 -- a file of the corpus
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// The page of a law of 3,300 clauses is no more than its words, and some forty bytes a clause for
// its place, its address, of which ten are chance, and what was said on it.
func TestPageOfALongLawIsSmall(t *testing.T) {
	laws := []struct {
		name, source string
		most         int // bytes sent
	}{
		{"made up", madeUpLaw(3300), 220_000}, // its words are in no order that compresses
		{"the Penal Code", corpusText(t, "estonia-penal-code.bundle", "ee/184411.md"), 180_000},
	}
	for _, law := range laws {
		name, source := law.name, law.source
		if source == "" {
			continue
		}
		s := newShelf(t, source, .5)
		w := s.open(t)
		if w.Header().Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s isn't compressed", name)
		}
		sent := w.Body.Len()
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(z) // with its sum
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		g := gzip.NewWriter(&packed)
		_, _ = g.Write([]byte(source))
		_ = g.Close()
		t.Logf("%s: %d clauses, %d bytes sent for %d, the text alone %d", name, s.clauses, sent, len(page), packed.Len())
		if more := float64(sent-packed.Len()) / float64(s.clauses); more > 45 {
			t.Errorf("%s: %.1f bytes a clause are sent besides the text", name, more)
		}
		if s.clauses < 3000 || sent > law.most {
			t.Errorf("%s: %d bytes are sent for %d clauses", name, sent, s.clauses)
		}
		if elements := bytes.Count(page, []byte("<")) - bytes.Count(page, []byte("</")); elements > 7*s.clauses+500 {
			t.Errorf("%s: %d elements for %d clauses", name, elements, s.clauses)
		}
	}
}

// BenchmarkDocumentPage answers with the page of a document: of 200 clauses and of 3,300, as it was
// before, and with one more comment since.
func BenchmarkDocumentPage(b *testing.B) {
	texts := []struct{ name, bundle, file, instead string }{
		{"guideline", "nist-sp800-63.bundle", "sp800-63b/sec5_authenticators.md", madeUpLaw(200)},
		{"law", "estonia-penal-code.bundle", "ee/184411.md", madeUpLaw(3300)},
	}
	for _, text := range texts {
		source := corpusText(b, text.bundle, text.file)
		if source == "" {
			source = text.instead
		}
		for _, since := range []int{0, 1} {
			b.Run(fmt.Sprintf("%s/since=%d", text.name, since), func(b *testing.B) {
				s := newShelf(b, source, .5)
				sent := s.open(b).Body.Len()
				b.ReportAllocs()
				for b.Loop() {
					if since > 0 {
						b.StopTimer()
						s.comment()
						b.StartTimer()
					}
					s.open(b)
				}
				b.ReportMetric(float64(s.clauses), "clauses")
				b.ReportMetric(float64(sent), "bytes")
			})
		}
	}
}
