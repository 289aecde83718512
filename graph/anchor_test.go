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

// A comment that was put on a clause by mistake stands where it was made again; that it was
// elsewhere stays to be seen, and stood so as of then.
func TestUndoReanchor(t *testing.T) {
	s := newStage(t)
	s.ids["draft"] = s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "declares every", "declares each", 1)}).Subject
	s.ids["clause"] = s.clause(fmt.Sprint(s.ids["draft"]), "§2(1)")
	s.done("estonia", "reanchorComment", `{"commentId": "$cmt", "revisionId": "$draft", "clauseId": "$clause", "reason": "On what is declared."}`, `comment { carried(revisionId: "`+fmt.Sprint(s.ids["draft"])+`") { clauses { citation } } }`).
		same(t, `{"reanchorComment": {"comment": {"carried": {"clauses": [{"citation": "§2(1)"}]}}}}`)
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	s.done("estonia", "undoReanchor", `{"commentId": "$cmt", "revisionId": "$draft", "clauseId": "$clause", "reason": "A slip."}`, `comment { carried(revisionId: "`+fmt.Sprint(s.ids["draft"])+`") { clauses { citation } }
		anchors { reason withdrawal { at reason } } }`).
		same(t, `{"undoReanchor": {"comment": {"carried": {"clauses": [{"citation": "§2(2)"}]}, "anchors": [{"reason": "On what is declared.", "withdrawal": {"at": "2026-03-03T09:00:00.000Z", "reason": "A slip."}}]}}}`)
	const on = `{ edges { node { carried(revisionId: "$draft") { clauses { citation } } } } }`
	s.ok("estonia", s.fill(`{ now: comments(filter: {documentId: "$law"}) `+on+` then: comments(filter: {documentId: "$law"}, asOf: "$then") `+on+` }`), nil).
		same(t, `{"now": {"edges": [{"node": {"carried": {"clauses": [{"citation": "§2(2)"}]}}}]}, "then": {"edges": [{"node": {"carried": {"clauses": [{"citation": "§2(1)"}]}}}]}}`)
	if got := s.ok("", s.fill(`{ node(id: "$cmt") { ... on Comment { anchors { reason withdrawal { reason } } } } }`), nil).at("node.anchors").([]any); len(got) != 0 {
		t.Errorf("the public is told of what a draft has: %v", got)
	}
	for _, x := range []struct{ who, input, code, field string }{
		{"estonia", `{"commentId": "$cmt", "revisionId": "$draft", "clauseId": "$clause", "reason": "x"}`, "CONFLICT", "input revisionId"},
		{"estonia", `{"commentId": "$cmt", "revisionId": "$draft", "clauseId": "$clause", "reason": " "}`, "INVALID", "input reason"},
		{"loom", `{"commentId": "$cmt", "revisionId": "$draft", "clauseId": "$clause", "reason": "x"}`, "FORBIDDEN", "input commentId"},
	} {
		s.mutate(x.who, "undoReanchor", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
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
		s.ask(tc.who, `mutation($input: ReanchorCommentInput!) { reanchorComment(input: $input) { ledgerPosition } }`, map[string]any{"input": map[string]any{
			"commentId": s.ids["cmt"], "revisionId": tc.revision, "clauseId": tc.clause, "reason": tc.reason}}).refused(t, tc.code, []any{"input", tc.field})
	}
}
