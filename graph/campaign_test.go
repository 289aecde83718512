package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

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
		s.ok(who, s.fill(`{ document(by: {id: "$law"}) { campaigns { edges { node { `+campaignFields+` } } } consultation { campaigns { edges { node { id } } } } }
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
		a := s.ok(who, s.fill(`{ document(by: {id: "$law"}) { campaigns { edges { node { `+campaignFields+` } } } } node(id: "$letter2") { ... on Comment { campaign { id }
			endorsements { edges { cursor } } endorsementCounts { supports } } } }`), nil)
		b, err := json.Marshal(a.Data)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "quicksilver") || a.at("node.campaign") != nil {
			t.Errorf("%q learns %s", who, b)
		}
	}
	s.ask("kenya", s.fill(`mutation { endorseComment(input: {commentId: "$letter2", position: SUPPORTS}) { ledgerPosition } }`), nil).refused(t, "FORBIDDEN", []any{"input", "commentId"})
	s.ok("estonia", s.fill(`mutation { endorseComment(input: {commentId: "$letter2", position: SUPPORTS}) { ledgerPosition } }`), nil)
	for who, supports := range map[string]float64{"": 0, "loom": 0, "estonia": 1, "crane": 1} {
		a := s.ok(who, s.fill(`{ node(id: "$letter2") { ... on Comment { endorsements { edges { node { reason } } } endorsementCounts { supports byChamber { chamber } } } } }`), nil)
		if a.at("node.endorsementCounts.supports") != supports || (a.at("node.endorsements.edges.0") != nil) != (supports > 0) {
			t.Errorf("%q learns %v", who, a.Data)
		}
	}
}
