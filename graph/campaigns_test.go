package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

func init() { nodePrefixes["Campaign"] = "cpg" }

const formLetter = "Keep the threshold for parcels where it is, as we have asked for these ten years."

// letters lets a campaign write: twice the same, once with words of its own, and once
// in confidence.
func (s stage) letters() (ids []string) {
	s.t.Helper()
	csn := fmt.Sprint(s.ids["csn"])
	for _, c := range []struct {
		who, own     string
		confidential bool
	}{{"loom", "", false}, {"ferry", "", false}, {"crane", " Our margin is quicksilver.", true}, {"crane", " We are a shop of two.", false}} {
		k := policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: formLetter + c.own, Confidential: c.confidential}}
		if c.confidential {
			k.Summary = "On margins."
		}
		ids = append(ids, s.do(s.actor(c.who), k).Subject)
	}
	for i, id := range ids {
		s.ids[fmt.Sprint("letter", i)] = id
	}
	s.ids["group"] = policies.CampaignID(ids[0])
	return ids
}

const campaignFields = `id size adding answered ended document { number } sample { id text }
	members { edges { node { added additions comment { id campaign { id } } } } }`

func TestCampaigns(t *testing.T) {
	s := newStage(t)
	s.letters()
	want := s.fill(`{"id": "$group", "size": 3, "adding": 1, "answered": 0, "ended": 0, "document": {"number": "EWTP-R-2026-001"},
		"sample": {"id": "$letter0", "text": "` + formLetter + `"}, "members": {"edges": [
			{"node": {"added": 0, "additions": [], "comment": {"id": "$letter0", "campaign": {"id": "$group"}}}},
			{"node": {"added": 0, "additions": [], "comment": {"id": "$letter1", "campaign": {"id": "$group"}}}},
			{"node": {"added": 6, "additions": ["We are a shop of two."], "comment": {"id": "$letter3", "campaign": {"id": "$group"}}}}]}}`)
	for _, who := range []string{"", "loom", "estonia", "office"} {
		s.ok(who, s.fill(`{ document(id: "$law") { campaigns { edges { node { `+campaignFields+` } } } consultation { campaigns { edges { node { id } } } } }
			node(id: "$group") { ... on Campaign { `+campaignFields+` } } alone: node(id: "$cmt") { ... on Comment { campaign { id } } }
			none: node(id: "cpg_none") { id } }`), nil).
			same(t, s.fill(`{"document": {"campaigns": {"edges": [{"node": `+want+`}]}, "consultation": {"campaigns": {"edges": [{"node": {"id": "$group"}}]}}},
			"node": `+want+`, "alone": {"campaign": null}, "none": null}`))
	}
	s.ok("", s.fill(`{ node(id: "$group") { ... on Campaign { a: members(adding: true) { edges { node { comment { id } } } } b: members(adding: false, first: 1) { pageInfo { hasNextPage } } } } }`), nil).
		same(t, s.fill(`{"node": {"a": {"edges": [{"node": {"comment": {"id": "$letter3"}}}]}, "b": {"pageInfo": {"hasNextPage": true}}}}`))
}

// What was said in confidence is in no group, for anybody, even though it repeats one.
func TestConfidentialCommentsAreInNoCampaign(t *testing.T) {
	s := newStage(t)
	s.letters()
	for _, who := range []string{"", "loom", "crane", "estonia", "office"} {
		a := s.ok(who, s.fill(`{ document(id: "$law") { campaigns { edges { node { `+campaignFields+` } } } } node(id: "$letter2") { ... on Comment { campaign { id }
			endorsements { edges { cursor } } endorsementCounts { supports } } } }`), nil)
		b, err := json.Marshal(a.Data)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "quicksilver") || a.at("node.campaign") != nil {
			t.Errorf("%q learns %s", who, b)
		}
	}
	s.ask("kenya", s.fill(`mutation { endorseComment(input: {commentId: "$letter2", position: SUPPORTS}) { position } }`), nil).refused(t, "FORBIDDEN", []any{"input", "commentId"})
	s.ok("estonia", s.fill(`mutation { endorseComment(input: {commentId: "$letter2", position: SUPPORTS}) { position } }`), nil)
	for who, supports := range map[string]float64{"": 0, "loom": 0, "estonia": 1, "crane": 1} {
		a := s.ok(who, s.fill(`{ node(id: "$letter2") { ... on Comment { endorsements { edges { node { reason } } } endorsementCounts { supports byChamber { of } } } } }`), nil)
		if a.at("node.endorsementCounts.supports") != supports || (a.at("node.endorsements.edges.0") != nil) != (supports > 0) {
			t.Errorf("%q learns %v", who, a.Data)
		}
	}
}

func TestDisposeComments(t *testing.T) {
	s := newStage(t)
	s.letters()
	found := s.ok("estonia", s.fill(`{ document(id: "$law") { selected(selection: {campaignId: "$group", adding: false}) { count asOf } all: selected(selection: {}) { count } whole: selected(selection: {onWhole: true, stances: [OPPOSE]}) { count } } }`), nil)
	if found.at("document.selected.count") != 2.0 || found.at("document.all.count") != 5.0 || found.at("document.whole.count") != 4.0 {
		t.Errorf("selected: %v", found.Data)
	}
	for _, who := range []string{"", "loom", "office", "kenya"} {
		if a := s.ok(who, s.fill(`{ document(id: "$law") { selected(selection: {}) { count } } }`), nil); a.at("document.selected") != nil {
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
		{"estonia", "INVALID", "input selection except", func(in map[string]any) { in["outcome"], in["duplicateOf"] = "DUPLICATE", s.ids["letter0"] }},
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

func TestEndorseComment(t *testing.T) {
	s := newStage(t)
	say := func(who, position string) answer {
		return s.ask(who, s.fill(`mutation { endorseComment(input: {commentId: "$cmt", position: `+position+`, reason: "So."}) { position repeated comment { endorsementCounts {
			supports doesNotSupport byChamber { of supports doesNotSupport } byJurisdiction { of supports doesNotSupport } bySector { of supports doesNotSupport } } } } }`), nil)
	}
	for who, code := range map[string]string{"": "UNAUTHENTICATED", "loom": "FORBIDDEN", "office": "FORBIDDEN", "intern": "FORBIDDEN"} {
		say(who, "SUPPORTS").refused(t, code, []any{"input", "commentId"})
	}
	say("crane", "WITHDRAWN").refused(t, "CONFLICT", []any{"input", "position"})
	say("ferry", "SUPPORTS")
	say("kenya", "SUPPORTS")
	a := say("crane", "DOES_NOT_SUPPORT")
	if len(a.Errors) > 0 {
		t.Fatal(a.Errors)
	}
	a.same(t, fmt.Sprintf(`{"endorseComment": {"position": %d, "repeated": false, "comment": {"endorsementCounts": {"supports": 2, "doesNotSupport": 1,
		"byChamber": [{"of": "business", "supports": 1, "doesNotSupport": 1}, {"of": "government", "supports": 1, "doesNotSupport": 0}],
		"byJurisdiction": [{"of": "EE", "supports": 2, "doesNotSupport": 1}], "bySector": [{"of": "", "supports": 2, "doesNotSupport": 1}]}}}}`, s.registry.Views().Position()))
	s.clock.forward(day)
	say("ferry", "WITHDRAWN")
	s.ids["then"] = s.clock.Now().Add(-day / 2).Format("2006-01-02T15:04:05Z07:00")
	s.ok("", s.fill(`{ node(id: "$cmt") { ... on Comment { endorsements { edges { node { organisation { name } member { role } position reason late } } }
		then: endorsements(asOf: "$then", first: 1) { pageInfo { hasNextPage } edges { node { organisation { name } } } } endorsementCounts { supports } } } }`), nil).
		same(t, `{"node": {"endorsements": {"edges": [{"node": {"organisation": {"name": "The kenya"}, "member": {"role": "ADMIN"}, "position": "SUPPORTS", "reason": "So.", "late": false}},
			{"node": {"organisation": {"name": "The crane"}, "member": {"role": "ADMIN"}, "position": "DOES_NOT_SUPPORT", "reason": "So.", "late": false}}]},
			"then": {"pageInfo": {"hasNextPage": true}, "edges": [{"node": {"organisation": {"name": "The ferry"}}}]}, "endorsementCounts": {"supports": 1}}}`)
}
