package reports

import (
	"context"
	"encoding/xml"
	"errors"
	"flag"
	stdhtml "html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/demo"
	"github.com/ewtp/entente/policies"
)

var update = flag.Bool("update", false, "write the golden files anew")

func (w *world) heard(a policies.Actor, document string) *Heard {
	w.t.Helper()
	h, err := WhatWeHeard(context.Background(), w.Views(), a, document)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func html(t testing.TB, h *Heard) string {
	t.Helper()
	s, err := h.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The report of the demonstration's regulation, which was commented on, changed and
// adopted: the same for everybody and each time.
func TestWhatWeHeard(t *testing.T) {
	w := open(t)
	if _, err := demo.Play(t.Context(), w.Registry, w.clock, "https://issuer.example"); err != nil {
		t.Fatal(err)
	}
	d, err := w.Views().DocumentByNumber(t.Context(), policies.Actor{}, "EWTP-R-2026-001", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	h := w.heard(policies.Actor{}, d.ID)
	for name, got := range map[string]string{"heard.md": h.Markdown(), "heard.html": html(t, h)} {
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, who := range []policies.Actor{{}, policies.Operator} {
		again := w.heard(who, d.ID)
		if diff := cmp.Diff(h.Markdown()+html(t, h), again.Markdown()+html(t, again)); diff != "" {
			t.Errorf("for %+v the report is another:\n%s", who, diff)
		}
	}
}

// Answers stand under the change they point at; what is
// confidential, taken back or without answer is only counted; and every change says why.
func TestWhatWeHeardTellsWhy(t *testing.T) {
	w := newWorld(t)
	const secret = "zanzibar"
	a := w.amend(w.loom, "§2(2)", "Too long.", "(2) Records are kept for half a year.")
	b := w.say(w.ferry, "§2(2)", "Too long for us too.")
	c, d := w.say(w.ferry, "§1(1)", "Which?"), w.say(w.crane, "§1(1)", "Of what value?")
	w.say(w.loom, "", "Not yet answered.")
	gone := w.say(w.loom, "", "Taken back.")
	w.do(w.loom, policies.WithdrawComment{CommentID: gone, Reason: "r"})
	k := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{ClauseID: w.clause("§2(1)"), Stance: policies.Oppose, Type: policies.Technical,
		Text: secret, Confidential: true, Summary: "On margins."}})
	w.second = w.revise("for a year", "for half a year")
	third := w.revise("keeps a record", "shall keep a record")
	fourth := w.revise("- They may be kept by others.\n", "")
	change := func(rev, clause string) *policies.ChangeReference {
		return &policies.ChangeReference{RevisionID: rev, ClauseID: w.clause(clause)}
	}
	w.do(w.ministry, policies.DisposeComment{CommentID: a, Outcome: policies.AcceptedWhole, Reason: "Halved.", Change: change(w.second, "§2(2)")})
	w.do(w.ministry, policies.DisposeComment{CommentID: b, Outcome: policies.Duplicate, Reason: "Same.", DuplicateOf: a})
	for _, id := range []string{c, d} {
		w.do(w.ministry, policies.DisposeComment{CommentID: id, Outcome: policies.Noted, Reason: "Those of low value."})
	}
	w.do(w.ministry, policies.DisposeComment{CommentID: k, Outcome: policies.AcceptedInPart, Reason: secret, Change: change(third, "§2(1)")})
	w.do(w.ministry, policies.MarkEditorial{RevisionID: fourth, ClauseID: w.clause("§2(2)(1)"), Reason: "Said twice."})

	h := w.heard(w.ministry, w.document)
	type row struct {
		At, Fate, Why string
	}
	var rows []row
	for _, c := range h.Changes {
		r := row{At: c.Citation, Fate: c.fate()}
		for _, x := range c.Because {
			r.Why += x.verdict() + " " + x.whose(asWritten) + " " + x.repeated(asWritten)
		}
		rows = append(rows, row{r.At, r.Fate, r.Why + strings.Join(c.Marks, "")})
	}
	want := []row{{"§2(1)", "changed", ""}, {"§2(2)", "changed", "Accepted Comment 1 (Loom), for other words Answered as repeating this: comment 2 (=Ferry)."}, {"§2(2)(1)", "removed", "Said twice."}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	rows = nil
	for _, s := range h.Others {
		for _, x := range s.Responses {
			rows = append(rows, row{s.where(1), x.verdict(), x.whose(asWritten)})
		}
	}
	want = []row{{"The whole text", "Not answered yet", "Comment 5 (Loom), against"}, {"§1(1)", "Noted", "Comment 3 (=Ferry), against"}, {"§1(1)", "Noted", "Comment 4 (Crane), against"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("what else was said (-want +got):\n%s", diff)
	}
	if got, want := h.answeredBy(), "5 comments by 3 organisations. 1 more was made in confidence and only counted. 1 was taken back. 1 has no answer yet."; got != want {
		t.Errorf("%s", got)
	}
	if diff := cmp.Diff([]Voice{{"logistics", 2, 3}, {"textiles", 1, 2}}, h.Sectors); diff != "" {
		t.Errorf("sectors: %s", diff)
	}
	if diff := cmp.Diff([]Voice{{"business", 2, 4}, {"hubOperator", 1, 1}}, h.Chambers); diff != "" {
		t.Errorf("chambers: %s", diff)
	}
	for _, who := range []policies.Actor{w.ministry, w.office, w.ferry, {}} {
		h := w.heard(who, w.document)
		if all := h.Markdown() + html(t, h); strings.Contains(all, secret) || strings.Contains(all, "margins") {
			t.Errorf("%s reads a confidence: %s", who.OrganisationID, all)
		}
	}
	// What isn't published yet is the sponsors' to see.
	if h := w.heard(policies.Actor{}, w.document); h.To.Number != 1 || len(h.Changes) > 0 || strings.Contains(h.Markdown(), "<ins>") {
		t.Errorf("the public reads a draft: %s", h.Markdown())
	}
}

func TestWhatWeHeardOfNothing(t *testing.T) {
	w := newWorld(t)
	draft := w.do(w.ministry, policies.ProposeDocument{Kind: "regulation", Title: "Secret", Language: "en", Parties: []string{"EE"}})
	for name, x := range map[string]struct {
		who policies.Actor
		doc string
	}{"never consulted on": {w.ministry, draft}, "nobody's business": {w.loom, draft}, "no document": {w.ministry, "doc_none"}} {
		if _, err := WhatWeHeard(t.Context(), w.Views(), x.who, x.doc); !errors.Is(err, policies.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h := w.heard(w.loom, w.document)
	if md := h.Markdown(); !strings.Contains(md, "0 comments by 0 organisations.") || !strings.Contains(md, "Nothing has been published after revision 1") {
		t.Error(md)
	}
}

// Whatever people write, it stays words: in HTML nothing becomes an element but a link, and that only in
// the words of the text itself; in Markdown nothing becomes a heading, a link or HTML.
func TestWhatWeHeardIsHarmless(t *testing.T) {
	const evil = "<script>alert(1)</script> </style> # head [link](javascript:x) <img src=x onerror=y> **bold** `code` \u202eright to left | cell &lt; ![i](http://x.example/i)"
	w := newWorld(t)
	proposed, _, _ := strings.Cut("(2) "+evil, " ![i]") // an image becomes a link, which is harmless
	a := w.amend(w.loom, "§2(2)", evil, proposed)
	b := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "# " + evil,
		Cost: &policies.CostEstimate{Amount: "1", Currency: "EUR", Per: "<b>[parcel](javascript:x)"}, Attachments: w.attach(w.ferry, evil)}})
	w.do(w.loom, policies.ReplyToComment{CommentID: b, Text: "- " + evil})
	w.second = w.revise("(2) Records are kept for a year.", "(2) "+evil)
	w.do(w.ministry, policies.DisposeComment{CommentID: a, Outcome: policies.AcceptedInPart, Reason: evil,
		Change: &policies.ChangeReference{RevisionID: w.second, ClauseID: w.clause("§2(2)")}})
	w.do(w.ministry, policies.DisposeComment{CommentID: b, Outcome: policies.Rejected, Reason: "1. " + evil})
	h := w.heard(w.ministry, w.document)
	page := html(t, h)
	var rendered strings.Builder
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe())).Convert([]byte(h.Markdown()), &rendered); err != nil {
		t.Fatal(err)
	}
	element := regexp.MustCompile(`<([a-z0-9]+)([^>]*)>`)
	for name, x := range map[string]struct{ html, elements string }{
		"HTML":     {page, "html head meta title style body main h1 h2 h3 p ul li table thead tbody tr th td section blockquote ins del strong q div em code pre span bdi a"},
		"Markdown": {rendered.String(), "h1 h2 h3 p ul li table thead tbody tr th td blockquote strong ins del pre code em a"},
	} {
		if strings.Contains(x.html, "\u202e") {
			t.Errorf("%s turns words around", name)
		}
		for _, m := range element.FindAllStringSubmatch(x.html, -1) {
			if !strings.Contains(" "+x.elements+" ", " "+m[1]+" ") || strings.Contains(m[2], "javascript:") || m[1] == "a" && !strings.HasPrefix(m[2], ` href="/attachments/cmt_`) && (name != "HTML" || m[2] != ` href="http://x.example/i" rel="nofollow noopener"`) || strings.Contains(m[2], "onerror") {
				t.Errorf("%s has %s", name, m[0])
			}
		}
		if strings.Count(x.html, "<h1>") != 1 {
			t.Errorf("%s has %d titles", name, strings.Count(x.html, "<h1>"))
		}
	}
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the page isn't well formed: %v", err)
		}
	}
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	if style == nil || style[1] != heardStyle {
		t.Errorf("the page's style isn't the one that the policy allows: %q", style)
	}
}

func TestNumbers(t *testing.T) {
	for want, list := range map[string][]int{"": nil, "3": {3}, "3, 4": {3, 4}, "1, 3–5, 9": {1, 3, 4, 5, 9}} {
		if got := listNumbers(list); got != want {
			t.Errorf("%v is %q", list, got)
		}
	}
}

// plainMarkdown shows any text as it is.
func FuzzPlainMarkdown(f *testing.F) {
	for _, s := range []string{"a", "1. b", "- c", "a|b", "<b>", "&amp;", "http://x.example", "www.example.org", "a@b.example", "~~x~~", "\\*", "+ x", "=", "12) x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1000 || strings.ToValidUTF8(s, "") != s || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) {
			return
		}
		var b strings.Builder
		if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte("x "+plainMarkdown(s)), &b); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "<") != 2 { // <p> and </p>
			t.Fatalf("%q became %s", s, b.String())
		}
		if got := stdhtml.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(b.String(), "<p>"), "</p>\n")); got != strings.TrimSpace("x "+strings.Join(strings.Fields(clauses.Visible(s)), " ")) {
			t.Fatalf("%q is shown as %q", s, got)
		}
	})
}

// What comes late, or of the sponsor itself, is reported as such; and where nothing but
// that is named under a change, nothing explains it.
func TestHeardTellsWhatExplainsNothing(t *testing.T) {
	w := newWorld(t)
	own, timely := w.say(w.ministry, "§2(1)", "We forgot the weight."), w.say(w.loom, "§2(2)", "A year is long.")
	w.clock.Set(began.AddDate(0, 4, 0))
	late := w.say(w.ferry, "§2(1)", "The weight, please.")
	w.revise("each parcel", "each parcel and its weight")
	head := w.revise("for a year", "for a month")
	for id, citation := range map[string]string{own: "§2(1)", late: "§2(1)", timely: "§2(2)"} {
		w.do(w.ministry, policies.DisposeComment{CommentID: id, Outcome: policies.AcceptedWhole, Reason: "Right.",
			Change: &policies.ChangeReference{RevisionID: head, ClauseID: w.clause(citation)}})
	}
	report := w.heard(w.ministry, w.document)
	var due []bool
	for _, c := range report.Changes {
		due = append(due, c.Due)
	}
	if diff := cmp.Diff([]bool{true, false}, due); diff != "" {
		t.Errorf("changes that nothing explains (-want +got):\n%s", diff)
	}
	for name, text := range map[string]string{"Markdown": report.Markdown(), "HTML": strings.NewReplacer("<bdi>", "", "</bdi>", "").Replace(stdhtml.UnescapeString(html(t, report)))} {
		for _, words := range []string{"The ministry), a sponsor's own", "Ferry), after the close", unsettled} {
			if n := strings.Count(text, words); n != 1 {
				t.Errorf("%s has %q %d times:\n%s", name, words, n, text)
			}
		}
	}
	w.do(w.ministry, policies.MarkEditorial{RevisionID: head, ClauseID: w.clause("§2(2)"), Reason: "Spelling."})
	if r := w.heard(policies.Actor{}, w.document); len(r.Changes) != 0 {
		t.Errorf("the public is told of a draft: %+v", r.Changes)
	}
}
