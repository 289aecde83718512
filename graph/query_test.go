package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

func TestQueries(t *testing.T) {
	s := newAdopted(t)
	s.ids["at"] = s.clock.Now().Format("2006-01-02T15:04:05.000Z07:00")
	s.ids["force"] = s.clock.Now().Add(2 * day).Format("2006-01-02T15:04:05.000Z07:00")
	for _, c := range []struct{ name, who, query, want string }{
		{"viewer", "loom", `{ viewer { role member { name } organisation { name kind } memberships { nodes { organisation { name } } } } }`,
			`{"viewer": {"role": "ADMIN", "member": {"name": "Person loom"}, "organisation": {"name": "The loom", "kind": "BUSINESS"}, "memberships": {"nodes": [{"organisation": {"name": "The loom"}}]}}}`},
		{"viewer of nobody", "", `{ viewer { role } }`, `{"viewer": null}`},
		{"node", "", `{ a: node(id: "$law") { id __typename } b: node(id: "$ins") { __typename } c: node(id: "$rel") { __typename } d: node(id: "$set") { __typename }
			e: node(id: "$csn") { __typename } f: node(id: "$cmt") { __typename } g: node(id: "$first") { __typename } h: node(id: "$loom") { __typename } i: node(id: "$member") { __typename } }`,
			`{"a": {"id": "$law", "__typename": "Document"}, "b": {"__typename": "Instrument"}, "c": {"__typename": "Release"}, "d": {"__typename": "RuleSet"},
			"e": {"__typename": "Consultation"}, "f": {"__typename": "Comment"}, "g": {"__typename": "Revision"}, "h": {"__typename": "Organisation"}, "i": {"__typename": "Member"}}`},
		{"nodes", "", `{ nodes(ids: ["$cmt", "nonsense", "$law", "doc_none"]) { id } }`, `{"nodes": [{"id": "$cmt"}, null, {"id": "$law"}, null]}`},
		{"organisations", "", `{ organisations(filter: {name: "the l", kinds: [BUSINESS]}) { edges { node { name } } pageInfo { hasNextPage hasPreviousPage } } }`,
			`{"organisations": {"edges": [{"node": {"name": "The loom"}}], "pageInfo": {"hasNextPage": false, "hasPreviousPage": false}}}`},
		{"organisations of a jurisdiction", "", `{ ke: organisations(filter: {jurisdictions: ["KE", "NZ"]}) { nodes { name } } none: organisations(filter: {jurisdictions: ["EE"], sectors: ["post"]}) { nodes { name } } }`,
			`{"ke": {"nodes": [{"name": "The kenya"}]}, "none": {"nodes": []}}`},
		{"documents", "", `{ documents(filter: {kinds: [REGULATION], topics: ["customs"], parties: ["EE"], sponsorId: "$estonia", phases: [ADOPTED], title: "parcels"}, orderBy: {field: CLOSES_AT, direction: ASC}) { edges { node { number phase(at: "$force") } } } }`,
			`{"documents": {"edges": [{"node": {"number": "EWTP-R-2026-001", "phase": "IN_FORCE"}}]}}`},
		{"documents of a phase then", "", `{ documents(filter: {phases: [IN_FORCE], at: "$force"}) { edges { node { number } } } }`, `{"documents": {"edges": [{"node": {"number": "EWTP-R-2026-001"}}]}}`},
		{"document", "", `{ document(by: {number: "EWTP-R-2026-001"}) { id phase instrument { id } head { number } revision(number: 1) { id } revisions { edges { node { number } } } consultations { edges { node { round } } } consultation { isOpen } } }`,
			`{"document": {"id": "$law", "phase": "ADOPTED", "instrument": {"id": "$ins"}, "head": {"number": 1}, "revision": {"id": "$first"}, "revisions": {"edges": [{"node": {"number": 1}}]},
			"consultations": {"edges": [{"node": {"round": 1}}]}, "consultation": {"isOpen": false}}}`},
		{"document as of", "", `{ document(by: {id: "$law"}, asOf: "$before") { phase instrument { id } commentCounts { total } comments { totalCount edges { node { text disposition { outcome } } } } } }`,
			`{"document": {"phase": "CONSULTATION", "instrument": null, "commentCounts": null, "comments": {"totalCount": null, "edges": [{"node": {"text": "Not the sender.", "disposition": {"outcome": "REJECTED"}}}]}}}`},
		{"document of nobody's", "", `{ document(by: {number: "EWTP-R-1999-001"}) { id } }`, `{"document": null}`},
		{"revision", "", `{ revision: node(id: "$first") { ... on Revision { number title bytes outline { citation level kind } clause(by: {clauseId: "$pay"}) { citation markdown html parentId kind revision { id } commentCounts { total answered byStance { stance count } } } none: clause(by: {clauseId: "x"}) { citation } clauses(clauseIds: ["$pay", "x"]) { totalCount edges { node { clauseId } } } } } }`,
			`{"revision": {"number": 1, "title": "Parcels", "bytes": 168, "outline": [{"citation": "title", "level": 1, "kind": "HEADING"}, {"citation": "§1", "level": 2, "kind": "HEADING"}, {"citation": "§2", "level": 2, "kind": "HEADING"}],
			"clause": {"citation": "§2(2)", "markdown": "(2) The sender pays.", "html": "<p>(2) The sender pays.</p>\n", "parentId": "duties", "kind": "PARAGRAPH", "revision": {"id": "$first"},
				"commentCounts": {"total": 1, "answered": 1, "byStance": [{"stance": "SUPPORT", "count": 0}, {"stance": "OPPOSE", "count": 1}, {"stance": "AMEND", "count": 0}, {"stance": "QUESTION", "count": 0}, {"stance": "NEUTRAL", "count": 0}]}},
			"none": null, "clauses": {"totalCount": 1, "edges": [{"node": {"clauseId": "$pay"}}]}}}`},
		{"comments", "", `{ comments(filter: {documentId: "$law", consultationId: "$csn", clauseId: "$pay", organisationId: "$loom", stances: [OPPOSE], types: [TECHNICAL], answered: true, withdrawn: false}) { totalCount edges { node { id disposition { outcome } } } } }`,
			`{"comments": {"totalCount": null, "edges": [{"node": {"id": "$cmt", "disposition": {"outcome": "REJECTED"}}}]}}`},
		{"comments elsewhere", "", `{ org: node(id: "$loom") { ... on Organisation { comments { edges { node { id } } } } } csn: node(id: "$csn") { ... on Consultation { comments(filter: {answered: false}) { edges { node { id } } } } }
			whole: comments(filter: {documentId: "$law", onWhole: true}) { totalCount } clause: comments(filter: {documentId: "$law", clauseId: "$pay"}) { totalCount } }`,
			`{"org": {"comments": {"edges": [{"node": {"id": "$cmt"}}]}}, "csn": {"comments": {"edges": []}}, "whole": {"totalCount": 0}, "clause": {"totalCount": 1}}`},
		{"consultations", "", `{ now: consultations(filter: {openNow: true}) { edges { node { id } } } then: consultations(filter: {openAt: "$before", topics: ["customs"], kinds: [REGULATION]}) { edges { node { id isOpen(at: "$before") closesAt } } } }`,
			`{"now": {"edges": []}, "then": {"edges": [{"node": {"id": "$csn", "isOpen": true, "closesAt": "2026-05-02T09:00:00.000Z"}}]}}`},
		{"search", "", `{ search(query: "sender", kinds: [CLAUSE, COMMENT]) { edges { node { kind clauseId document { number } revision { number } comment { id } snippet { text matched } } } } }`,
			`{"search": {"edges": [{"node": {"kind": "COMMENT", "clauseId": "$pay", "document": {"number": "EWTP-R-2026-001"}, "revision": {"number": 1}, "comment": {"id": "$cmt"}, "snippet": [{"text": "Not the ", "matched": false}, {"text": "sender", "matched": true}, {"text": ".", "matched": false}]}},
			{"node": {"kind": "CLAUSE", "clauseId": "$pay", "document": {"number": "EWTP-R-2026-001"}, "revision": {"number": 1}, "comment": null, "snippet": [{"text": "(2) The ", "matched": false}, {"text": "sender", "matched": true}, {"text": " pays.", "matched": false}]}}]}}`},
		{"search as typed", "", `{ search(query: "SEN-DER", kinds: [COMMENT]) { edges { node { snippet { text matched } } } } }`,
			`{"search": {"edges": [{"node": {"snippet": [{"text": "Not the ", "matched": false}, {"text": "sender", "matched": true}, {"text": ".", "matched": false}]}}]}}`},
		{"instruments", "", `{ force: instruments(filter: {inForceAt: "$force", knownAt: "$at", kinds: [REGULATION], party: "EE"}) { edges { node { id status status2: status(at: "$force") revision { id } document { id } textBytes } } } none: instruments(filter: {inForceAt: "$at"}) { edges { cursor } } }`,
			`{"force": {"edges": [{"node": {"id": "$ins@at", "status": "PENDING", "status2": "IN_FORCE", "revision": {"id": "$first@at"}, "document": {"id": "$law@at"}, "textBytes": 168}}]}, "none": {"edges": []}}`},
		{"rule sets", "", `{ ruleSets { edges { node { slug } } } a: ruleSet(by: {slug: "parcels"}) { id organisation { name } release(number: 1) { id } none: release(number: 2) { id } releases { edges { node { id } } } then: releases(asOf: "$before") { edges { node { id } } } } b: ruleSet(by: {id: "$set"}) { slug } c: ruleSet(by: {slug: "none"}) { slug } }`,
			`{"ruleSets": {"edges": [{"node": {"slug": "parcels"}}]}, "a": {"id": "$set", "organisation": {"name": "The office"}, "release": {"id": "$rel"}, "none": null, "releases": {"edges": [{"node": {"id": "$rel"}}]}, "then": {"edges": []}}, "b": {"slug": "parcels"}, "c": null}`},
		{"release", "", `{ release: node(id: "$rel") { ... on Release { number ruleSet { slug } instruments { nodes { number } } } } none: node(id: "rel_none") { ... on Release { number } } }`,
			`{"release": {"number": 1, "ruleSet": {"slug": "parcels"}, "instruments": {"nodes": [{"number": "EWTP-R-2026-001"}]}}, "none": null}`},
		{"redline with itself", "", `{ redline(fromId: "$first", toId: "$first") { counts { same changed added removed moved } changes { totalCount edges { cursor } } all: changes(includeUnchanged: true, first: 1) { totalCount pageInfo { hasNextPage } edges { node { op citation spans { text } } } } } }`,
			`{"redline": {"counts": {"same": 6, "changed": 0, "added": 0, "removed": 0, "moved": 0}, "changes": {"totalCount": 0, "edges": []}, "all": {"totalCount": 6, "pageInfo": {"hasNextPage": true}, "edges": [{"node": {"op": "SAME", "citation": "title", "spans": null}}]}}}`},
		{"ledger", "", `{ ledgerEntries(filter: {kinds: ["document.adopted"]}) { edges { node { kind version subjectId erased released node { id } document { id } } } } none: ledgerEntry(seq: 1000) { seq } ledgerEntry(seq: 0) { seq kind node { ... on Organisation { name } } document { id } } }`,
			`{"ledgerEntries": {"edges": [{"node": {"kind": "document.adopted", "version": 1, "subjectId": "$ins", "erased": false, "released": null, "node": {"id": "$ins"}, "document": {"id": "$law"}}}]}, "none": null,
			"ledgerEntry": {"seq": 0, "kind": "organisation.registered", "node": {"name": "The office"}, "document": null}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.ok(c.who, s.fill(c.query), nil).same(t, s.fill(c.want))
		})
	}
}

func TestQueriesAreRefused(t *testing.T) {
	s := newAdopted(t)
	for _, c := range []struct{ query, code, field string }{
		{`{ documents(first: 101) { edges { cursor } } }`, "INVALID", "first"},
		{`{ documents(first: 0) { edges { cursor } } }`, "INVALID", "first"},
		{`{ documents(last: -1) { edges { cursor } } }`, "INVALID", "last"},
		{`{ documents(first: 1, last: 1) { edges { cursor } } }`, "INVALID", "last"},
		{`{ documents(after: "nonsense") { edges { cursor } } }`, "INVALID", "after"},
		{`{ documents(last: 1, before: "clause:1") { edges { cursor } } }`, "INVALID", "before"},
		{`{ document(by: {id: "$law", number: "x"}) { id } }`, "GRAPHQL_VALIDATION_FAILED", ""},
		{`{ document { id } }`, "GRAPHQL_VALIDATION_FAILED", ""},
		{`{ document(by: {id: "$law"}, asOf: "yesterday") { id } }`, "INVALID", "asOf"},
		{`{ document(by: {id: "$law"}) { comments(first: 101) { edges { cursor } } } }`, "INVALID", "first"},
		{`{ document(by: {id: "$law"}) { comments(filter: {documentId: "doc_other"}) { edges { cursor } } } }`, "INVALID", "filter documentId"},
		{`{ document(by: {id: "$law"}) { revisions(first: 101) { edges { cursor } } consultation { id } } }`, "INVALID", "first"},
		{`{ comments(filter: {clauseId: "x"}) { edges { cursor } } }`, "INVALID", "filter clauseId"},
		{`{ comments(filter: {documentId: "$law", clauseId: "x", onWhole: true}) { edges { cursor } } }`, "INVALID", "filter onWhole"},
		{`{ consultations(filter: {openNow: true, openAt: "2026-01-01T00:00:00Z"}) { edges { cursor } } }`, "INVALID", "filter openNow"},
		{`{ organisations(last: 1000) { edges { cursor } } }`, "INVALID", "last"},
		{`{ instruments(first: 1000) { edges { cursor } } }`, "INVALID", "first"},
		{`{ ruleSets(first: 1000) { edges { cursor } } }`, "INVALID", "first"},
		{`{ ruleSet(by: {slug: "parcels"}) { release(number: 0) { id } } }`, "INVALID", "number"},
		{`{ search(query: " ") { edges { cursor } } }`, "INVALID", "query"},
		{`{ search(query: "x", first: 1000) { edges { cursor } } }`, "INVALID", "first"},
		{`{ ledgerEntries(filter: {kinds: ["comment.submitted", "comment"]}) { edges { cursor } } }`, "INVALID", "filter kinds 1"},
		{`{ ledgerEntries(first: 1000) { edges { cursor } } }`, "INVALID", "first"},
		{`{ ledgerEntry(seq: -1) { seq } }`, "INVALID", "seq"},
		{`{ ledgerEntry(seq: 99999999999999999) { seq } }`, "INVALID", "seq"},
		{`{ redline(fromId: "rev_none", toId: "$first") { counts { same } } }`, "NOT_FOUND", "fromId"},
		{`{ redline(fromId: "$first", toId: "$secretRevision") { counts { same } } }`, "NOT_FOUND", "toId"},
		{`{ redline(fromId: "$first", toId: "$first") { changes(first: 101) { totalCount } } }`, "INVALID", "first"},
		{`{ redline(fromId: "$first", toId: "$first") { changes(after: "clause:1") { totalCount } } }`, "INVALID", "after"},
		{`{ revision: node(id: "$first") { ... on Revision { clauses(first: 501) { totalCount } } } }`, "INVALID", "first"},
		{`{ revision: node(id: "$first") { ... on Revision { clauses(after: "clause:99") { totalCount } } } }`, "INVALID", "after"},
		{`{ nodes(ids: [` + strings.Repeat(`"x",`, 101) + `]) { id } }`, "INVALID", "ids"},
		{`{ nonsense }`, "GRAPHQL_VALIDATION_FAILED", ""},
		{`{ documents(orderBy: {field: SIZE, direction: ASC}) { edges { cursor } } }`, "GRAPHQL_VALIDATION_FAILED", ""},
		{`{ documents(`, "GRAPHQL_PARSE_FAILED", ""},
	} {
		t.Run(c.query[:min(60, len(c.query))], func(t *testing.T) {
			s.ask("", s.fill(c.query), nil).refused(t, c.code, pathOf(c.field))
		})
	}
}

func TestPagesOfClausesAndChangesJoinUp(t *testing.T) {
	s := newStage(t)
	second := s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.NewReplacer("150 euros", "200 euros", "sender", "buyer", "(1) The carrier declares every parcel.\n\n", "", "## Duties", "Some words.\n\n## Duties").Replace(lawText)}).Subject
	query := `query($a: ID!, $b: ID!, $first: Int, $after: String, $last: Int, $before: String) { redline(fromId: $a, toId: $b) { counts { same changed added removed moved }
		changes(first: $first, after: $after, last: $last, before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { op citation before { markdown } after { markdown } spans { op text } } } } } }`
	v := map[string]any{"a": s.ids["first"], "b": second, "first": 2}
	first := s.ok("estonia", query, v)
	v["after"] = first.at("redline.changes.pageInfo.endCursor")
	rest := s.ok("estonia", query, v)
	if first.at("redline.changes.totalCount") != 4.0 || first.at("redline.changes.pageInfo.hasNextPage") != true || rest.at("redline.changes.pageInfo.hasNextPage") != false || rest.at("redline.changes.pageInfo.hasPreviousPage") != true {
		t.Errorf("first %v, rest %v", first.Data, rest.Data)
	}
	var ops []string
	for _, a := range []response{first, rest} {
		for _, e := range a.at("redline.changes.edges").([]any) {
			ops = append(ops, e.(map[string]any)["node"].(map[string]any)["op"].(string))
		}
	}
	if got := strings.Join(ops, " "); got != "CHANGED ADDED REMOVED CHANGED" {
		t.Errorf("changes %s", got)
	}
	if spans := fmt.Sprint(first.at("redline.changes.edges.0.node.spans")); !strings.Contains(spans, "map[op:DELETE text:150] map[op:INSERT text:200]") {
		t.Errorf("spans %s", spans)
	}
	back := s.ok("estonia", query, map[string]any{"a": s.ids["first"], "b": second, "last": 1, "before": rest.at("redline.changes.pageInfo.endCursor")})
	if back.at("redline.changes.edges.0.node.op") != "REMOVED" || back.at("redline.changes.pageInfo.hasNextPage") != true {
		t.Errorf("back: %v", back.Data)
	}
}
