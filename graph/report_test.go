package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestWhatWeHeard(t *testing.T) {
	s := newStage(t)
	cmt, pay := fmt.Sprint(s.ids["cmt"]), fmt.Sprint(s.ids["pay"])
	second := s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "The sender pays", "The zanzibarian pays", 1)}).Subject
	s.do(s.actor("estonia"), policies.DisposeComment{CommentID: cmt, Outcome: policies.AcceptedWhole, Reason: "Right.",
		Change: &policies.ChangeReference{RevisionID: second, ClauseID: pay}})
	s.do(s.actor("ferry"), policies.SubmitComment{ConsultationID: fmt.Sprint(s.ids["csn"]), CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General,
		Text: "Quagga.", Confidential: true, Summary: "On costs."}})
	const query = `query($d: ID!) { document(by: {id: $d}) { whatWeHeard { comments organisations confidential unanswered byChamber { chamber organisations comments } bySector { sector } byJurisdiction { jurisdiction comments } bySize { size organisations } markdown html } } }`
	for who, inside := range map[string]bool{"": false, "loom": false, "ferry": false, "estonia": true, "office": true} {
		a := s.ok(who, query, map[string]any{"d": s.ids["law"]})
		text := a.id("document.whatWeHeard.markdown") + a.id("document.whatWeHeard.html")
		if strings.Contains(text, "zanzibarian") != inside || strings.Contains(text, "Quagga") || !strings.Contains(text, "Not the sender.") {
			t.Errorf("%q reads %s", who, text)
		}
		for path, want := range map[string]any{"comments": 1.0, "organisations": 1.0, "confidential": 1.0, "unanswered": 0.0, "byChamber.0.chamber": "BUSINESS", "byJurisdiction.0.comments": 1.0, "bySector.0.sector": nil, "bySize.0.organisations": 1.0} {
			if got := a.at("document.whatWeHeard." + path); got != want {
				t.Errorf("%s is %v, want %v", path, got, want)
			}
		}
	}
	for name, x := range map[string]string{"a draft": `{ document(by: {id: "$secret"}) { whatWeHeard { comments } } }`,
		"the past": `{ document(by: {id: "$law"}, asOf: "2026-03-02T09:00:00Z") { whatWeHeard { comments } } }`} {
		if a := s.ok("estonia", s.fill(x), nil); a.at("document.whatWeHeard") != nil {
			t.Errorf("%s: %v", name, a.Data)
		}
	}
	s.ask("", `{ documents(first: 50) { edges { node { whatWeHeard { html } } } } }`, nil).refused(t, "COMPLEXITY_LIMIT_EXCEEDED", nil)
}
