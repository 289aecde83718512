package reports

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// The report tells of a comment what others made of it, in both forms.
func TestHeardTellsTheAftermath(t *testing.T) {
	w := newWorld(t)
	words := policies.CommentWords{ClauseID: w.clause("§2(2)"), Stance: policies.Oppose, Type: policies.Technical, Text: "Too long.", Quote: &policies.Quote{Exact: "for a year"},
		Cost: &policies.CostEstimate{Amount: "12.5", Currency: "EUR", Per: "parcel"}}
	plain := words
	plain.Quote, plain.Cost, plain.Stance = nil, nil, policies.Support
	words.Attachments = w.attach(w.ferry, "what it costs")
	a := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: words})
	w.do(w.loom, policies.SubmitComment{ConsultationID: w.round, CommentWords: plain}) // the same text, on the other side
	w.do(w.loom, policies.EndorseComment{CommentID: a, Position: policies.Endorses})
	w.do(w.crane, policies.EndorseComment{CommentID: a, Position: policies.Dissents})
	for range repliesHeard + 1 {
		w.do(w.ministry, policies.ReplyToComment{CommentID: a, Text: "How many *parcels*?"})
	}
	h := w.heard(policies.Actor{}, w.document)
	for form, x := range map[string]struct {
		text  string
		wants []string
	}{
		"Markdown": {h.Markdown(), []string{"Comment 1 (=Ferry), against, on “for a year”: “Too long.”", "Cost: 12.5 EUR per parcel.",
			"Comment 1 is supported by 1 organisation, not supported by 1 organisation.", "Files: [costs \\[a\\](javascript\\_x).txt](/attachments/" + a + "/",
			"Reply to comment 1 by The ministry: “How many \\*parcels\\*?”", "There are more replies.", "Comment 2 (Loom), in support: “Too long.”"}},
		"HTML": {html(t, h), []string{`Comment 1 (<bdi>=Ferry</bdi>), against, on <q lang="en" dir="auto">for a year</q>: <q lang="" dir="auto">Too long.</q>`, "<p>Cost: <bdi>12.5 EUR per parcel</bdi>.</p>",
			"<p>Comment 1 is supported by 1 organisation, not supported by 1 organisation.</p>", `<a href="/attachments/` + a + "/", `by <bdi>The ministry</bdi>: <q lang="" dir="auto">How many *parcels*?</q>`,
			"<p>There are more replies.</p>", "Comment 2 (<bdi>Loom</bdi>), in support"}},
	} {
		for _, want := range x.wants {
			if !strings.Contains(x.text, want) {
				t.Errorf("%s lacks %s:\n%s", form, want, x.text)
			}
		}
		if n := strings.Count(x.text, "Reply to comment 1"); n != repliesHeard {
			t.Errorf("%s has %d replies", form, n)
		}
	}
}

// What changed is shown as it reads, and as it is written only where nothing else changed.
func TestRedlinesWithoutMarkup(t *testing.T) {
	w := newWorld(t)
	w.revise("(2) Records are kept for a year.", "(2) **Records** are kept for *two* years.")
	w.revise("applies to parcels", "applies to [parcels](https://parcels.example)")
	h := w.heard(w.ministry, w.document)
	md, page := h.Markdown(), html(t, h)
	for text, wants := range map[string][]string{
		md:   {`(2) Records are kept for <del>a year</del><ins>two years</ins>\.`, `<ins>\[</ins>parcels<ins>\](https\://parcels.example)</ins>`},
		page: {"(2) Records are kept for <del>a year</del><ins>two years</ins>.", "<ins>[</ins>parcels<ins>](https://parcels.example)</ins>"},
	} {
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in %s", want, text)
			}
		}
	}
}
