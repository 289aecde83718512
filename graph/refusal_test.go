package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

// faulty are inputs of which every text is wrong, by mutation. "\a" is in no text.
var faulty = map[string]struct {
	who, input string
	also       string // what else is wrong
}{
	"proposeDocument":      {"estonia", `{"kind": "STANDARD", "title": "\u0007", "language": "\u0007", "topics": ["\u0007"]}`, ""},
	"correctDocument":      {"estonia", `{"documentId": "$secret", "title": "\u0007", "language": "\u0007", "topics": ["\u0007"], "reason": "\u0007"}`, ""},
	"correctOrganisation":  {"loom", `{"organisationId": "$loom", "name": "\u0007", "sector": "\u0007", "reason": "\u0007"}`, ""},
	"registerOrganisation": {"office", `{"kind": "BUSINESS", "jurisdiction": "EE", "name": "\u0007", "sector": "\u0007"}`, ""},
	"createRuleSet":        {"office", `{"slug": "\u0007", "title": "\u0007", "description": "\u0007"}`, ""},
	"correctRuleSet":       {"office", `{"ruleSetId": "$set", "title": "\u0007", "description": "\u0007", "reason": "\u0007"}`, ""},
	"commitRevision":       {"estonia", `{"documentId": "$law", "baseId": "$first", "note": "\u0007", "source": ""}`, "source"},
	"acceptReplacement":    {"estonia", `{"commentId": "$amend", "note": "\u0007", "reason": "\u0007", "words": "\u0007"}`, ""},
	"extendConsultation":   {"estonia", `{"consultationId": "$csn", "closesAtLocal": "2026-03-05T00:00", "reason": "\u0007"}`, "closesAtLocal"},
	"openConsultation": {"estonia", `{"documentId": "$secret", "title": "\u0007", "closesAtLocal": "2026-03-03T00:00", "zone": "UTC", "audience": {"sectors": ["\u0007"]},
		"questions": [{"text": "\u0007", "choices": ["\u0007", "b"]}, {"text": "\u0007"}]}`, "closesAtLocal"},
	"publishRelease": {"office", `{"ruleSetId": "$set", "instrumentIds": [], "validUntil": "2020-01-01T00:00:00Z", "note": "\u0007"}`, "validUntil"},
	"inviteMember":   {"loom", `{"organisationId": "$loom", "role": "ADMIN", "issuer": "\u0007", "subject": "\u0007", "name": "\u0007", "expires": "2020-01-01T00:00:00Z"}`, "expires"},
	"submitComment": {"loom", `{"consultationId": "$csn", "stance": "AMEND", "clauseId": "$pay", "text": "\u0007", "replacement": "\u0007", "summary": "\u0007", "quote": {"exact": "\u0007", "prefix": "\u0007", "suffix": "\u0007"},
		"cost": {"amount": "1", "currency": "\u0007", "per": "\u0007"}}`, ""},
	"draftComment": {"loom", `{"consultationId": "$csn", "stance": "AMEND", "clauseId": "$pay", "text": "\u0007", "replacement": "\u0007", "summary": "\u0007", "quote": {"exact": "\u0007", "prefix": "\u0007", "suffix": "\u0007"},
		"cost": {"amount": "1", "currency": "\u0007", "per": "\u0007"}}`, ""},
	"editCommentDraft": {"loom", `{"draftId": "$draft", "edition": 1, "text": "\u0007", "replacement": "\u0007", "summary": "\u0007", "quote": {"exact": "\u0007", "prefix": "\u0007", "suffix": "\u0007"},
		"cost": {"amount": "1", "currency": "\u0007", "per": "\u0007"}}`, ""},
	"saveFilter":      {"loom", `{"name": "\u0007", "topics": ["\u0007"], "sectors": ["\u0007"], "keyword": "\u0007"}`, ""},
	"answerComments":  {"estonia", `{"documentId": "$law", "answers": [{"commentId": "$cmt", "outcome": "NOTED", "reason": "\u0007"}, {"commentId": "$amend", "outcome": "NOTED", "reason": "\u0007"}]}`, ""},
	"disposeComments": {"estonia", `{"documentId": "$law", "selection": {}, "asOf": 1, "count": -1, "outcome": "NOTED", "reason": "\u0007"}`, ""},
}

// Whoever mends one fault of an input hears of all: each text of it is told, at its path.
func TestEveryFaultOfAnInputIsTold(t *testing.T) {
	s := newStage(t)
	s.ids["draft"] = s.done("loom", "draftComment", `{"consultationId": "$csn", "text": "x"}`, "draft { id }").id("draftComment.draft.id")
	s.ids["amend"] = s.done("loom", "submitComment", `{"consultationId": "$csn", "clauseId": "$pay", "stance": "AMEND", "text": "x", "replacement": "(2) y"}`, "comment { id }").id("submitComment.comment.id")
	position := s.registry.Views().Position()
	for name, c := range faulty {
		t.Run(name, func(t *testing.T) {
			input, err := parseJSON(c.input, s.ids)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			if c.also != "" {
				want[c.also] = true
			}
			faultsIn(input, "", want)
			got := map[string]bool{}
			for _, e := range s.mutate(c.who, name, c.input, "ledgerPosition").Errors {
				if e.Type != "InvalidField" {
					t.Errorf("a %q: %+v", e.Type, e)
				}
				got[strings.Join(e.Refusal.Path, ".")] = true
			}
			for path := range want {
				if !got[path] {
					t.Errorf("%s isn't told; told are %v", path, slices.Sorted(maps.Keys(got)))
				}
			}
		})
	}
	if now := s.registry.Views().Position(); now != position {
		t.Errorf("refusals left %d entries", now-position)
	}
}

// faultsIn collects the paths of texts with a fault.
func faultsIn(v any, path string, faults map[string]bool) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "\a") {
			faults[strings.TrimPrefix(path, ".")] = true
		}
	case []any:
		for i, e := range v {
			faultsIn(e, fmt.Sprint(path, ".", i), faults)
		}
	case map[string]any:
		for k, e := range v {
			faultsIn(e, path+"."+k, faults)
		}
	}
}

// Each mutation that takes two texts has a row.
func TestFaultyInputsAreWhole(t *testing.T) {
	s := theSchema()
	for _, m := range s.Mutation.Fields {
		texts := textsOf(s, s.Types[m.Arguments[0].Type.Name()])
		if _, ok := faulty[m.Name]; len(texts) > 1 && !ok {
			t.Errorf("%s takes %v and has no row", m.Name, texts)
		}
		if c, ok := faulty[m.Name]; ok {
			for _, name := range texts {
				if !strings.Contains(c.input, `"`+name+`"`) {
					t.Errorf("the row of %s lacks %s", m.Name, name)
				}
			}
		}
	}
}

// textsOf are the fields of an input, and of those in it, that take any text.
func textsOf(s *ast.Schema, d *ast.Definition) (names []string) {
	for _, f := range d.Fields {
		switch of := s.Types[f.Type.Name()]; {
		case f.Name == "idempotencyKey", f.Name == "digest", f.Name == "seen", d.Name == "CommentSelection", f.Name == "choice", d.Name == "AttachmentInput": // names, of what is looked up
		case of.Name == "String":
			names = append(names, f.Name)
		case of.Kind == ast.InputObject:
			names = append(names, textsOf(s, of)...)
		}
	}
	return names
}

// A request of several changes has an answer for each: what is wrong with one is told there, with what a program
// needs to mend it, and the same request, mended, repeats what was made and makes the rest.
func TestARequestIsMendedAndSentAgain(t *testing.T) {
	s := newStage(t)
	const three = `mutation($csn: ID!, $b: String!) {
		a: submitComment(input: {consultationId: $csn, stance: OPPOSE, text: "one", idempotencyKey: "a"}) { comment { text } ledgerPosition repeated errors { __typename code path } }
		b: submitComment(input: {consultationId: $csn, stance: OPPOSE, text: $b, idempotencyKey: "b"}) { comment { text } ledgerPosition repeated errors { __typename code path } }
		c: submitComment(input: {consultationId: $csn, stance: OPPOSE, text: "three", idempotencyKey: "c"}) { comment { text } ledgerPosition repeated errors { __typename code path } } }`
	n := s.registry.Views().Position()
	made := func(text string, at int64, repeated bool) map[string]any {
		return map[string]any{"comment": map[string]any{"text": text}, "ledgerPosition": float64(at), "repeated": repeated, "errors": []any{}}
	}
	first := s.ask("loom", three, map[string]any{"csn": s.ids["csn"], "b": " "})
	want := map[string]any{"a": made("one", n+1, false), "c": made("three", n+2, false), "b": map[string]any{"comment": nil, "ledgerPosition": nil, "repeated": false,
		"errors": []any{map[string]any{"__typename": "InvalidField", "code": "INVALID", "path": []any{"text"}}}}}
	if diff := cmp.Diff(want, first.Data); diff != "" || len(first.Errors) > 0 {
		t.Errorf("%v (-want +got):\n%s", first.Errors, diff)
	}
	again := s.ask("loom", three, map[string]any{"csn": s.ids["csn"], "b": "two"})
	want = map[string]any{"a": made("one", n+1, true), "b": made("two", n+3, false), "c": made("three", n+2, true)}
	if diff := cmp.Diff(want, again.Data); diff != "" || len(again.Errors) > 0 {
		t.Errorf("%v (-want +got):\n%s", again.Errors, diff)
	}
}
