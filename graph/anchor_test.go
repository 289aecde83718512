package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// A sponsor puts a comment on another clause of a draft: insiders see where and why,
// everybody does once the draft is public.
func TestReanchorComment(t *testing.T) {
	s := newStage(t)
	draft := s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "declares every", "declares each", 1)}).Subject
	vars := map[string]any{"input": map[string]any{"commentId": s.ids["cmt"], "revisionId": draft, "clauseId": s.clause(draft, "§2(1)"),
		"reason": "It is on what is declared.", "idempotencyKey": "k"}}
	const reanchor = `mutation($input: ReanchorCommentInput!) { reanchorComment(input: $input) { repeated comment { clause { citation }
		anchors { revision { number } clause { citation markdown } reason organisation { name } member { name } at } } } }`
	const want = `{"reanchorComment": {"repeated": %s, "comment": {"clause": {"citation": "§2(2)"}, "anchors": [{"revision": {"number": 2},
		"clause": {"citation": "§2(1)", "markdown": "(1) The carrier declares each parcel."}, "reason": "It is on what is declared.",
		"organisation": {"name": "The estonia"}, "member": {"name": "Person estonia"}, "at": "2026-03-02T09:00:00.000Z"}]}}}`
	s.ok("estonia", reanchor, vars).same(t, fmt.Sprintf(want, "false"))
	s.ok("estonia", reanchor, vars).same(t, fmt.Sprintf(want, "true"))

	seen := func(who string) int {
		t.Helper()
		a := s.ok(who, `query($id: ID!) { node(id: $id) { ... on Comment { anchors { clauseId reason } } } }`, map[string]any{"id": s.ids["cmt"]})
		return len(a.at("node.anchors").([]any))
	}
	for who, n := range map[string]int{"estonia": 1, "office": 1, "": 0, "loom": 0, "kenya": 0} {
		if got := seen(who); got != n {
			t.Errorf("%q sees %d anchors in a draft, want %d", who, got, n)
		}
	}
	s.clock.forward(62 * day)
	s.do(s.actor("estonia"), policies.OpenConsultation{DocumentID: fmt.Sprint(s.ids["law"]), Closes: s.local(61 * day), Zone: "UTC", Late: policies.LateRefused})
	if got := seen(""); got != 1 {
		t.Errorf("the public sees %d anchors in a public revision", got)
	}
}

func TestReanchorCommentRefused(t *testing.T) {
	s := newStage(t)
	draft := s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "declares every", "declares each", 1)}).Subject
	for _, tc := range []struct{ who, revision, clause, reason, code, field string }{
		{"", draft, "scope", "r", "UNAUTHENTICATED", "commentId"},
		{"loom", draft, "scope", "r", "FORBIDDEN", "commentId"},
		{"estonia", fmt.Sprint(s.ids["first"]), "scope", "r", "INVALID", "revisionId"},
		{"estonia", fmt.Sprint(s.ids["secretRevision"]), "scope", "r", "NOT_FOUND", "revisionId"},
		{"estonia", draft, "nowhere", "r", "NOT_FOUND", "clauseId"},
		{"estonia", draft, "scope", "", "INVALID", "reason"},
	} {
		s.ask(tc.who, `mutation($input: ReanchorCommentInput!) { reanchorComment(input: $input) { position } }`, map[string]any{"input": map[string]any{
			"commentId": s.ids["cmt"], "revisionId": tc.revision, "clauseId": tc.clause, "reason": tc.reason}}).refused(t, tc.code, []any{"input", tc.field})
	}
}
