package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

const digestA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// Colleagues prepare a comment with all that one can have; one submits it, others
// reply, and in the end its words are taken out of view.
func TestCommentInFull(t *testing.T) {
	s := newStage(t)
	s.admit("colleague", "loom", policies.Delegate)
	s.do(s.actor("loom"), policies.AttachFile{Digest: digestA, Size: 12, Type: "application/pdf", Name: "costs.pdf"})
	draft := s.done("loom", "draftComment", `{"consultationId": "$csn", "text": "To be written."}`, `draft { id edition words { stance type text } }`)
	s.ids["draft"] = draft.id("draftComment.draft.id")
	if draft.at("draftComment.draft.words.stance") != nil || draft.at("draftComment.draft.edition") != 1.0 {
		t.Errorf("draft: %v", draft.Data)
	}
	s.done("colleague", "editCommentDraft", `{"draftId": "$draft", "edition": 1, "clauseId": "$pay", "stance": "AMEND", "type": "SUBSTANTIVE", "text": "The buyer should.",
		"replacement": "(2) The buyer pays.", "quote": {"exact": "sender", "prefix": "The "}, "cost": {"amount": "0.25", "currency": "EUR", "per": "parcel", "perYear": true},
		"attachments": [{"digest": "`+digestA+`", "name": "our costs"}], "supporters": 1200}`, `draft { edition editedBy { name } attachments { path } }`)
	s.mutate("loom", "submitCommentDraft", `{"draftId": "$draft", "edition": 1}`, "ledgerPosition").refused(t, "CONFLICT", []any{"input", "edition"})
	mine := s.ok("intern", `{ viewer { commentDrafts { edges { node { id words { text quote { exact } } consultation { id } document { id } member { name } } } } } }`, nil)
	if mine.at("viewer.commentDrafts.edges.0.node.words.quote.exact") != "sender" || mine.at("viewer.commentDrafts.edges.0.node.member.name") != "Person loom" {
		t.Errorf("drafts: %v", mine.Data)
	}
	s.ids["full"] = s.done("colleague", "submitCommentDraft", `{"draftId": "$draft", "edition": 2}`, "comment { id }").id("submitCommentDraft.comment.id")
	first := s.done("estonia", "replyToComment", `{"commentId": "$full", "text": "And if there is none?"}`, "reply { id }").id("replyToComment.reply.id")
	s.ids["reply"] = first
	s.done("ferry", "replyToComment", `{"commentId": "$full", "inReplyToId": "$reply", "text": "Then the sender."}`, "reply { id }")
	s.ok("", s.fill(`{ node(id: "$full") { ... on Comment { stance type text quote { exact prefix suffix } cost { amount currency per perYear } supporters confidential withheld summary
		draftedBy { id } replacementRedline { op text } attachments { name mediaType size path } replies { edges { node { text inReplyToId organisation { name } comment { id } } } } } } }`), nil).same(t, s.fill(
		`{"node": {"stance": "AMEND", "type": "SUBSTANTIVE", "text": "The buyer should.", "quote": {"exact": "sender", "prefix": "The ", "suffix": null},
		"cost": {"amount": "0.25", "currency": "EUR", "per": "parcel", "perYear": true}, "supporters": 1200, "confidential": false, "withheld": false, "summary": null,
		"draftedBy": {"id": "$member"}, "replacementRedline": [{"op": "EQUAL", "text": "(2) The "}, {"op": "DELETE", "text": "sender"}, {"op": "INSERT", "text": "buyer"}, {"op": "EQUAL", "text": " pays."}],
		"attachments": [{"name": "our costs.pdf", "mediaType": "application/pdf", "size": 12, "path": "/attachments/`+fmt.Sprint(s.ids["full"])+"/"+digestA+`"}],
		"replies": {"edges": [{"node": {"text": "And if there is none?", "inReplyToId": null, "organisation": {"name": "The estonia"}, "comment": {"id": "$full"}}},
			{"node": {"text": "Then the sender.", "inReplyToId": "$reply", "organisation": {"name": "The ferry"}, "comment": {"id": "$full"}}}]}}}`))
	s.mutate("ferry", "redactReply", `{"replyId": "$reply", "reason": "x"}`, "ledgerPosition").refused(t, "FORBIDDEN", []any{"input", "replyId"})
	s.mutate("clerk", "redactReply", `{"replyId": "$reply", "reason": ""}`, "ledgerPosition").refused(t, "INVALID", []any{"input", "reason"})
	s.done("office", "redactReply", `{"replyId": "$reply", "reason": "Names a person."}`, "reply { id text } ledgerPosition repeated")
	s.ok("", s.fill(`{ node(id: "$reply") { ... on Reply { text redaction { reason } organisation { name } } } ledgerEntries(filter: {kinds: ["reply.redacted"]}) { edges { node { node { ... on Reply { text } } } } } }`), nil).same(t,
		`{"node": {"text": null, "redaction": {"reason": "Names a person."}, "organisation": {"name": "The estonia"}}, "ledgerEntries": {"edges": [{"node": {"node": {"text": null}}}]}}`)
	s.done("office", "redactComment", `{"commentId": "$full", "reason": "Names a person."}`, "comment { id }")
	s.ok("loom", s.fill(`{ node(id: "$full") { ... on Comment { stance text replacement quote { exact } cost { per } attachments { name } replacementRedline { op } redaction { reason } } } }`), nil).same(t,
		`{"node": {"stance": "AMEND", "text": null, "replacement": null, "quote": null, "cost": null, "attachments": [], "replacementRedline": null, "redaction": {"reason": "Names a person."}}}`)
	s.done("loom", "disownComment", `{"commentId": "$cmt", "reason": "Filed by a stranger."}`, "comment { id disowning { reason } }")
	s.ok("", s.fill(`{ document(by: {id: "$law"}) { commentCounts { total answered withdrawn disowned confidential supporters } } comments(filter: {documentId: "$law", disowned: true}) { edges { node { id text disowning { reason } } } } }`), nil).same(t, s.fill(
		`{"document": {"commentCounts": {"total": 2, "answered": 0, "withdrawn": 0, "disowned": 1, "confidential": 0, "supporters": 1200}},
		"comments": {"edges": [{"node": {"id": "$cmt", "text": "Not the sender.", "disowning": {"reason": "Filed by a stranger."}}}]}}`))
}

// What nobody else may know of a confidential comment and of a draft, asked for in
// every way there is, by everybody.
func TestConfidenceIsKept(t *testing.T) {
	s := newStage(t)
	s.do(s.actor("loom"), policies.AttachFile{Digest: digestA, Size: 12, Type: "application/pdf", Name: "zanzibar.pdf"})
	s.ids["hush"] = s.done("loom", "submitComment", `{"consultationId": "$csn", "clauseId": "$pay", "stance": "AMEND", "type": "TRANSLATION", "text": "Zanzibar.", "replacement": "Zanzibar pays.",
		"quote": {"exact": "sender"}, "cost": {"amount": "7777777", "currency": "EUR", "per": "zanzibar"}, "supporters": 7777777, "attachments": [{"digest": "`+digestA+`"}],
		"confidential": true, "summary": "On who pays."}`, "comment { id }").id("submitComment.comment.id")
	s.ids["hushed"] = s.done("estonia", "replyToComment", `{"commentId": "$hush", "text": "Zanzibar?"}`, "reply { id }").id("replyToComment.reply.id")
	s.done("estonia", "disposeComment", `{"commentId": "$hush", "outcome": "REJECTED", "reason": "Zanzibar is far."}`, "ledgerPosition")
	s.ids["draft"] = s.done("loom", "draftComment", `{"consultationId": "$csn", "text": "Zanzibar again."}`, "draft { id }").id("draftComment.draft.id")
	all := `id number text replacement stance type clauseId clause { citation } organisation { name } member { id } draftedBy { id } quote { exact } cost { amount per } supporters
		attachments { name digest } replacementRedline { text } disposition { outcome reason } withdrawal { reason } replies { edges { node { text } } } summary`
	queries := map[string]string{
		"node":                `{ node(id: "$hush") { ... on Comment { ` + all + ` } } }`,
		"nodes":               `{ nodes(ids: ["$hush", "$hushed", "$draft"]) { ... on Comment { ` + all + ` } ... on Reply { text comment { text } } ... on CommentDraft { words { text } document { id } } } }`,
		"comments":            `{ comments(first: 50) { edges { node { ` + all + ` } } } }`,
		"comments then":       `{ comments(first: 50, asOf: "2026-03-02T09:00:00Z") { edges { node { ` + all + ` } } } }`,
		"of the document":     `{ document(by: {id: "$law"}) { comments { totalCount edges { node { ` + all + ` } } } } }`,
		"of the consultation": `{ node(id: "$csn") { ... on Consultation { comments { edges { node { ` + all + ` } } } } } }`,
		"of the organisation": `{ node(id: "$loom") { ... on Organisation { comments { edges { node { ` + all + ` } } } } } }`,
		"of the clause":       `{ revision: node(id: "$first") { ... on Revision { clause(by: {clauseId: "$pay"}) { comments { edges { node { ` + all + ` } } } } } } }`,
		"by clause":           `{ comments(filter: {documentId: "$law", clauseId: "$pay"}) { edges { node { ` + all + ` } } } }`,
		"by type":             `{ comments(filter: {types: [TRANSLATION]}) { edges { node { ` + all + ` } } } }`,
		"search":              `{ search(query: "zanzibar") { edges { node { snippet { text } clauseId comment { ` + all + ` } } } } }`,
		"search of summaries": `{ search(query: "who pays", kinds: [COMMENT]) { edges { node { snippet { text } clauseId comment { ` + all + ` } } } } }`,
		"ledger":              `{ ledgerEntries(first: 100) { edges { node { statement node { ... on Comment { ` + all + ` } ... on Reply { text } ... on CommentDraft { words { text } } } document { id } } } } }`,
		"drafts":              `{ viewer { commentDrafts { edges { node { words { text } } } } } }`,
	}
	insiders := map[string]bool{"": false, "ferry": false, "kenya": false, "hub": false, "kim": false, "loom": true, "intern": true, "estonia": true, "office": true}
	for name, query := range queries {
		query = s.fill(query)
		told := 0
		for who, inside := range insiders {
			b, err := json.Marshal(s.ok(who, query, nil).Data)
			if err != nil {
				t.Fatal(err)
			}
			text := string(b)
			if strings.Contains(strings.ToLower(text), "zanzibar") {
				told++
				if !inside {
					t.Errorf("%s tells %q %s", name, who, text)
				}
			}
			if strings.Contains(text, "Zanzibar again.") && who != "loom" && who != "intern" {
				t.Errorf("%s tells %q the draft: %s", name, who, text)
			}
			if !inside && (strings.Contains(text, "TRANSLATION") || strings.Contains(text, "7777777") || strings.Contains(text, "REJECTED")) {
				t.Errorf("%s tells %q more than that it exists: %s", name, who, text)
			}
		}
		if told == 0 && name != "search" && name != "search of summaries" {
			t.Errorf("%s tells not even those who may know: the test asks for nothing", name)
		}
	}
	for _, query := range []string{queries["of the organisation"], queries["of the clause"], queries["by clause"], queries["by type"]} {
		if b, _ := json.Marshal(s.ok("", s.fill(query), nil).Data); strings.Contains(string(b), fmt.Sprint(s.ids["hush"])) {
			t.Errorf("that it is in the list tells where, whose or of which type it is: %s", b)
		}
	}
	s.ok("", s.fill(`{ node(id: "$hush") { ... on Comment { number confidential withheld summary text stance type organisation { name } disposition { outcome } seq } } document(by: {id: "$law"}) { commentCounts { total answered confidential supporters byStance { count } } }
		revision: node(id: "$first") { ... on Revision { clause(by: {clauseId: "$pay"}) { commentCounts { total confidential } } } } }`), nil).same(t, fmt.Sprintf(
		`{"node": {"number": 2, "confidential": true, "withheld": true, "summary": "On who pays.", "text": null, "stance": null, "type": null, "organisation": null, "disposition": null, "seq": %v},
		"document": {"commentCounts": {"total": 2, "answered": 0, "confidential": 1, "supporters": 0, "byStance": [{"count": 0}, {"count": 1}, {"count": 0}, {"count": 0}, {"count": 0}]}},
		"revision": {"clause": {"commentCounts": {"total": 1, "confidential": 0}}}}`, s.ok("", s.fill(`{ node(id: "$hush") { ... on Comment { seq } } }`), nil).at("node.seq")))
}

func TestDialogueIsRefused(t *testing.T) {
	s := newStage(t)
	s.ids["draft"] = s.do(s.actor("loom"), policies.DraftComment{ConsultationID: fmt.Sprint(s.ids["csn"]), Words: policies.CommentWords{Text: "x"}}).Subject
	position := s.registry.Views().Position()
	long := strings.Repeat("n", policies.MaxWords+1)
	for _, c := range []struct{ who, mutation, input, code, field string }{
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "` + long + `"}`, "INVALID", "input text"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "clauseId": "$pay", "quote": {"exact": "nobody"}}`, "INVALID", "input quote"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "clauseId": "$pay", "quote": {"exact": ""}}`, "INVALID", "input quote exact"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "cost": {"amount": "much", "currency": "EUR", "per": "parcel"}}`, "INVALID", "input cost amount"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "confidential": true}`, "INVALID", "input summary"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "supporters": -1}`, "INVALID", "input supporters"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x", "attachments": [{"digest": "` + digestA + `"}]}`, "NOT_FOUND", "input attachments 0 digest"},
		{"", "replyToComment", `{"commentId": "$cmt", "text": "x"}`, "UNAUTHENTICATED", "input commentId"},
		{"office", "replyToComment", `{"commentId": "$cmt", "text": "x"}`, "FORBIDDEN", "input commentId"},
		{"ferry", "replyToComment", `{"commentId": "$cmt", "text": ""}`, "INVALID", "input text"},
		{"ferry", "replyToComment", `{"commentId": "$cmt", "inReplyToId": "rpl_none", "text": "x"}`, "NOT_FOUND", "input inReplyToId"},
		{"loom", "redactComment", `{"commentId": "$cmt", "reason": "x"}`, "FORBIDDEN", "input commentId"},
		{"clerk", "redactComment", `{"commentId": "$cmt", "reason": ""}`, "INVALID", "input reason"},
		{"ferry", "disownComment", `{"commentId": "$cmt", "reason": "x"}`, "FORBIDDEN", "input commentId"},
		{"loom", "disownComment", `{"commentId": "cmt_none", "reason": "x"}`, "NOT_FOUND", "input commentId"},
		{"", "draftComment", `{"consultationId": "$csn"}`, "UNAUTHENTICATED", "input consultationId"},
		{"intern", "draftComment", `{"consultationId": "$csn"}`, "FORBIDDEN", "input consultationId"},
		{"ferry", "editCommentDraft", `{"draftId": "$draft", "edition": 1}`, "NOT_FOUND", "input draftId"},
		{"loom", "editCommentDraft", `{"draftId": "$draft", "edition": 2}`, "CONFLICT", "input edition"},
		{"estonia", "submitCommentDraft", `{"draftId": "$draft", "edition": 1}`, "NOT_FOUND", "input draftId"},
		{"loom", "submitCommentDraft", `{"draftId": "$draft", "edition": 1}`, "INVALID", "input draftId stance"},
		{"", "discardCommentDraft", `{"draftId": "$draft"}`, "UNAUTHENTICATED", "input draftId"},
		{"intern", "discardCommentDraft", `{"draftId": "$draft"}`, "FORBIDDEN", "input draftId"},
	} {
		t.Run(c.who+" "+c.mutation+" "+c.code+" "+c.field, func(t *testing.T) {
			s.mutate(c.who, c.mutation, c.input, "ledgerPosition").refused(t, c.code, pathOf(c.field))
		})
	}
	if now := s.registry.Views().Position(); now != position {
		t.Errorf("refusals left %d entries", now-position)
	}
	s.done("loom", "discardCommentDraft", `{"draftId": "$draft"}`, "draft { discardedAt words { text } }")
}
