package graph

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestAnswerComments(t *testing.T) {
	s := newStage(t)
	second := s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "Too soon.")
	give := func(who string, answers ...any) answer {
		return s.ask(who, `mutation($d: ID!, $a: [AnswerInput!]!) { answerComments(input: {documentId: $d, answers: $a}) { repeated document { commentCounts { answered } } } }`,
			map[string]any{"d": s.ids["law"], "a": answers})
	}
	noted := map[string]any{"commentId": s.ids["cmt"], "outcome": "NOTED", "reason": "Seen."}
	repeats := map[string]any{"commentId": second, "outcome": "DUPLICATE", "reason": "The same.", "duplicateOf": s.ids["cmt"]}
	for who, code := range map[string]string{"": "UNAUTHENTICATED", "loom": "FORBIDDEN", "office": "FORBIDDEN", "intern": "FORBIDDEN"} {
		give(who, noted).refused(t, code, []any{"input", "documentId"})
	}
	give("estonia", noted, map[string]any{"commentId": second, "outcome": "DUPLICATE", "reason": "r"}).refused(t, "INVALID", []any{"input", "answers", 1.0, "duplicateOf"})
	give("estonia", noted, repeats).same(t, `{"answerComments": {"repeated": false, "document": {"commentCounts": {"answered": 2}}}}`)
	give("estonia", noted).refused(t, "CONFLICT", []any{"input", "answers", 0.0, "seen"})
	mark := s.ok("estonia", `query($c: ID!) { node(id: $c) { ... on Comment { answerMark } } }`, map[string]any{"c": s.ids["cmt"]}).at("node.answerMark")
	noted["seen"], noted["reason"] = mark, "Seen twice."
	if a := give("estonia", noted); len(a.Errors) > 0 {
		t.Errorf("%+v", a.Errors)
	}
	if mark := s.ok("loom", `query($d: ID!) { document(id: $d) { comments(first: 1) { edges { node { answerMark } } } } }`, map[string]any{"d": s.ids["law"]}); mark.at("document.comments.edges.0.node.answerMark") == policies.NoAnswer {
		t.Error("no mark")
	}
}
