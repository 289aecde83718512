package graph

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestAnswerComments(t *testing.T) {
	s := newStage(t)
	second := s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "Too soon.")
	give := func(who string, answers ...any) response {
		return s.ask(who, `mutation($d: ID!, $a: [AnswerInput!]!) { answerComments(input: {documentId: $d, answers: $a}) { repeated document { commentCounts { answered } } } }`,
			map[string]any{"d": s.ids["law"], "a": answers})
	}
	noted := map[string]any{"commentId": s.ids["cmt"], "outcome": "NOTED", "reason": "Seen."}
	repeats := map[string]any{"commentId": second, "outcome": "DUPLICATE", "reason": "The same.", "duplicateOfId": s.ids["cmt"]}
	for who, code := range map[string]string{"": "UNAUTHENTICATED", "loom": "FORBIDDEN", "office": "FORBIDDEN", "intern": "FORBIDDEN"} {
		give(who, noted).refused(t, code, []any{"input", "documentId"})
	}
	give("estonia", noted, map[string]any{"commentId": second, "outcome": "DUPLICATE", "reason": "r"}).refused(t, "INVALID", []any{"input", "answers", 1.0, "duplicateOfId"})
	give("estonia", noted, repeats).same(t, `{"answerComments": {"repeated": false, "document": {"commentCounts": {"answered": 2}}}}`)
	give("estonia", noted).refused(t, "CONFLICT", []any{"input", "answers", 0.0, "seen"})
	mark := s.ok("estonia", `query($c: ID!) { node(id: $c) { ... on Comment { answerMark } } }`, map[string]any{"c": s.ids["cmt"]}).at("node.answerMark")
	noted["seen"], noted["reason"] = mark, "Seen twice."
	if a := give("estonia", noted); len(a.Errors) > 0 {
		t.Errorf("%+v", a.Errors)
	}
	if mark := s.ok("loom", `query($d: ID!) { document(by: {id: $d}) { comments(first: 1) { edges { node { answerMark } } } } }`, map[string]any{"d": s.ids["law"]}); mark.at("document.comments.edges.0.node.answerMark") == policies.NoDisposition {
		t.Error("no mark")
	}
}

func TestDisposeComments(t *testing.T) {
	s := newStage(t)
	s.letters()
	found := s.ok("estonia", s.fill(`{ document(by: {id: "$law"}) { selected(selection: {campaignId: "$group", adding: false}) { count asOf } all: selected(selection: {}) { count } whole: selected(selection: {onWhole: true, stances: [OPPOSE]}) { count } } }`), nil)
	if found.at("document.selected.count") != 2.0 || found.at("document.all.count") != 5.0 || found.at("document.whole.count") != 4.0 {
		t.Errorf("selected: %v", found.Data)
	}
	for _, who := range []string{"", "loom", "office", "kenya"} {
		if a := s.ok(who, s.fill(`{ document(by: {id: "$law"}) { selected(selection: {}) { count } } }`), nil); a.at("document.selected") != nil {
			t.Errorf("%q is told %v", who, a.Data)
		}
	}
	s.comment("crane", fmt.Sprint(s.ids["csn"]), "", formLetter) // too late to be seen
	input := func(change func(map[string]any)) map[string]any {
		in := map[string]any{"documentId": s.ids["law"], "selection": map[string]any{"campaignId": s.ids["group"], "adding": false},
			"asOf": found.at("document.selected.asOf"), "count": 2, "outcome": "REJECTED", "reason": "It falls."}
		if change != nil {
			change(in)
		}
		return map[string]any{"input": in}
	}
	const answer = `mutation($input: DisposeCommentsInput!) { disposeComments(input: $input) { count repeated document { commentCounts { answered } } } }`
	for _, c := range []struct {
		who, code, field string
		change           func(map[string]any)
	}{
		{"", "UNAUTHENTICATED", "input documentId", nil},
		{"loom", "FORBIDDEN", "input documentId", nil},
		{"office", "FORBIDDEN", "input documentId", nil},
		{"estonia", "NOT_FOUND", "input documentId", func(in map[string]any) { in["documentId"] = "doc_none" }},
		{"estonia", "INVALID", "input asOf", func(in map[string]any) { in["asOf"] = 1 << 40 }},
		{"estonia", "CONFLICT", "input count", func(in map[string]any) { in["count"] = 3 }},
		{"estonia", "CONFLICT", "input count", func(in map[string]any) { in["asOf"] = s.registry.Views().Position() }},
		{"estonia", "INVALID", "input selection onWhole", func(in map[string]any) { in["selection"] = map[string]any{"clauseId": "x", "onWhole": true} }},
		{"estonia", "NOT_FOUND", "input selection campaignId", func(in map[string]any) { in["selection"] = map[string]any{"campaignId": "cpg_none"} }},
		{"estonia", "INVALID", "input reason", func(in map[string]any) { in["reason"] = "" }},
		{"estonia", "INVALID", "input selection exceptIds", func(in map[string]any) { in["outcome"], in["duplicateOfId"] = "DUPLICATE", s.ids["letter0"] }},
	} {
		s.ask(c.who, answer, input(c.change)).refused(t, c.code, pathOf(c.field))
	}
	s.ok("estonia", answer, input(func(in map[string]any) { in["idempotencyKey"] = "k" })).
		same(t, `{"disposeComments": {"count": 2, "repeated": false, "document": {"commentCounts": {"answered": 2}}}}`)
	if again := s.ok("estonia", answer, input(func(in map[string]any) { in["idempotencyKey"] = "k" })); again.at("disposeComments.repeated") != true {
		t.Errorf("sent again: %v", again.Data)
	}
	for who, together := range map[string]int{"estonia": 2, "": 0} { // some of them may be confidential
		one := fmt.Sprintf(`{"node": {"comment": {"chain": {"disposition": {"together": %d}}, "disposition": {"outcome": "REJECTED", "reason": "It falls.", "together": %[1]d}}}}`, together)
		none := `{"node": {"comment": {"chain": {"disposition": null}, "disposition": null}}}`
		s.ok(who, s.fill(`{ node(id: "$group") { ... on Campaign { size answered members { edges { node { comment { chain { disposition { together } } disposition { outcome reason together } } } } } } } }`), nil).
			same(t, `{"node": {"size": 4, "answered": 2, "members": {"edges": [`+one+`, `+one+`, `+none+`, `+none+`]}}}`)
	}
}
