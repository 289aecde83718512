package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every mutation is refused by code and field: to those who may not, and for what is wrong.
func TestMutationsAreRefused(t *testing.T) {
	s := newStage(t)
	position := s.registry.Views().Position()
	for _, c := range []struct {
		who, mutation, input, code, field string
	}{
		{"", "registerOrganisation", `{"kind": "BUSINESS", "name": "x", "jurisdiction": "EE"}`, "UNAUTHENTICATED", ""},
		{"loom", "registerOrganisation", `{"kind": "BUSINESS", "name": "x", "jurisdiction": "EE"}`, "FORBIDDEN", ""},
		{"office", "registerOrganisation", `{"kind": "BUSINESS", "name": " ", "jurisdiction": "EE"}`, "INVALID", "input name"},
		{"office", "registerOrganisation", `{"kind": "BUSINESS", "name": "x", "jurisdiction": "Estonia"}`, "INVALID", "input jurisdiction"},
		{"office", "registerOrganisation", `{"kind": "BUSINESS", "name": "The loom", "jurisdiction": "EE"}`, "CONFLICT", "input name"},
		{"loom", "inviteMember", `{"organisationId": "$ferry", "issuer": "https://id.example", "subject": "x", "role": "ADMIN"}`, "FORBIDDEN", ""},
		{"loom", "inviteMember", `{"organisationId": "$loom", "issuer": "id.example", "subject": "x", "role": "ADMIN"}`, "INVALID", "input issuer"},
		{"loom", "inviteMember", `{"organisationId": "$loom", "issuer": "https://id.example", "subject": "loom", "role": "ADMIN"}`, "CONFLICT", "input subject"},
		{"ferry", "removeMember", `{"memberId": "$member"}`, "FORBIDDEN", ""},
		{"office", "removeMember", `{"memberId": "mem_none"}`, "NOT_FOUND", "input memberId"},
		{"", "inviteMember", `{"organisationId": "$loom", "email": "x@loom.example", "role": "DELEGATE"}`, "UNAUTHENTICATED", ""},
		{"kim", "inviteMember", `{"organisationId": "$loom", "email": "x@loom.example", "role": "DELEGATE"}`, "FORBIDDEN", ""},
		{"intern", "inviteMember", `{"organisationId": "$loom", "email": "x@loom.example", "role": "DELEGATE"}`, "FORBIDDEN", ""},
		{"clerk", "inviteMember", `{"organisationId": "$office", "email": "x@loom.example", "role": "OBSERVER"}`, "FORBIDDEN", ""},
		{"clerk", "registerOrganisation", `{"kind": "SECRETARIAT", "name": "x", "jurisdiction": "EE"}`, "FORBIDDEN", ""},
		{"loom", "inviteMember", `{"organisationId": "$loom", "email": "x", "role": "DELEGATE"}`, "INVALID", "input email"},
		{"loom", "inviteMember", `{"organisationId": "$loom", "email": "x@loom.example", "role": "DELEGATE", "expires": "2027-03-02T09:00:00Z"}`, "INVALID", "input expires"},
		{"loom", "inviteMember", `{"organisationId": "$loom", "email": "KIM@loom.example", "role": "DELEGATE"}`, "CONFLICT", "input email"},
		{"office", "inviteMember", `{"organisationId": "org_none", "email": "x@loom.example", "role": "DELEGATE"}`, "NOT_FOUND", "input organisationId"},
		{"", "acceptInvitation", `{"invitationId": "$invitation"}`, "UNAUTHENTICATED", "input invitationId"},
		{"loom", "acceptInvitation", `{"invitationId": "$invitation"}`, "NOT_FOUND", "input invitationId"},
		{"kim", "acceptInvitation", `{"invitationId": "inv_none"}`, "NOT_FOUND", "input invitationId"},
		{"", "revokeInvitation", `{"invitationId": "$invitation"}`, "UNAUTHENTICATED", "input invitationId"},
		{"ferry", "revokeInvitation", `{"invitationId": "$invitation"}`, "NOT_FOUND", "input invitationId"},
		{"kim", "revokeInvitation", `{"invitationId": "$invitation"}`, "NOT_FOUND", "input invitationId"},
		{"kim", "leaveOrganisation", `{"organisationId": "$loom"}`, "FORBIDDEN", "input organisationId"},
		{"intern", "leaveOrganisation", `{"organisationId": "$ferry"}`, "FORBIDDEN", "input organisationId"},
		{"loom", "leaveOrganisation", `{"organisationId": "$loom"}`, "CONFLICT", "input organisationId"},
		{"loom", "changeRole", `{"memberId": "$member", "role": "OBSERVER"}`, "CONFLICT", "input role"},
		{"clerk", "endSessions", `{"memberId": "$member"}`, "FORBIDDEN", ""},
		{"clerk", "endSessions", `{"memberId": "mem_none"}`, "FORBIDDEN", ""},
		{"", "endSessions", `{"memberId": "$member"}`, "UNAUTHENTICATED", ""},
		{"clerk", "changeRole", `{"memberId": "$clerk", "role": "ADMIN"}`, "FORBIDDEN", ""},
		{"intern", "changeRole", `{"memberId": "$member", "role": "OBSERVER"}`, "FORBIDDEN", ""},
		{"loom", "proposeDocument", `{"kind": "REGULATION", "title": "x", "language": "en", "parties": ["EE"]}`, "FORBIDDEN", ""},
		{"estonia", "proposeDocument", `{"kind": "REGULATION", "title": "x", "language": "en"}`, "INVALID", "input parties"},
		{"estonia", "proposeDocument", `{"kind": "REGULATION", "title": "x", "language": "en", "parties": ["EE", "Kenya"]}`, "INVALID", "input parties 1"},
		{"ferry", "shareDocument", `{"documentId": "$law", "organisationId": "$ferry", "as": "SPONSOR"}`, "FORBIDDEN", "input documentId"},
		{"ferry", "shareDocument", `{"documentId": "$secret", "organisationId": "$ferry", "as": "READER"}`, "NOT_FOUND", "input documentId"},
		{"estonia", "shareDocument", `{"documentId": "$law", "organisationId": "org_none", "as": "READER"}`, "NOT_FOUND", "input organisationId"},
		{"ferry", "correctDocument", `{"documentId": "$secret", "reason": "x"}`, "NOT_FOUND", "input documentId"},
		{"ferry", "correctDocument", `{"documentId": "$law", "reason": "x"}`, "FORBIDDEN", "input documentId"},
		{"estonia", "correctDocument", `{"documentId": "$secret", "title": "x", "reason": ""}`, "INVALID", "input reason"},
		{"estonia", "correctDocument", `{"documentId": "$secret", "title": "", "reason": "x"}`, "INVALID", "input title"},
		{"estonia", "correctDocument", `{"documentId": "$secret", "parties": ["EE", "Kenya"], "reason": "x"}`, "INVALID", "input parties 1"},
		{"estonia", "correctDocument", `{"documentId": "$secret", "reason": "x"}`, "CONFLICT", "input documentId"},
		{"estonia", "correctDocument", `{"documentId": "$law", "title": "x", "reason": "x"}`, "CONFLICT", "input documentId"},
		{"ferry", "withdrawDocument", `{"documentId": "$secret", "reason": "x"}`, "NOT_FOUND", "input documentId"},
		{"estonia", "withdrawDocument", `{"documentId": "$law", "reason": ""}`, "INVALID", "input reason"},
		{"loom", "commitRevision", `{"documentId": "$law", "baseId": "$first", "source": "x"}`, "FORBIDDEN", "input documentId"},
		{"estonia", "commitRevision", `{"documentId": "$law", "source": "x"}`, "INVALID", "input baseId"},
		{"estonia", "commitRevision", `{"documentId": "$law", "baseId": "rev_none", "source": "x"}`, "NOT_FOUND", "input baseId"},
		{"estonia", "commitRevision", `{"documentId": "$law", "baseId": "$first", "source": ""}`, "INVALID", "input source"},
		{"loom", "openConsultation", `{"documentId": "$law", "closesAtLocal": "2026-12-01T00:00", "zone": "UTC"}`, "FORBIDDEN", "input documentId"},
		{"estonia", "openConsultation", `{"documentId": "$secret", "closesAtLocal": "2026-03-03T00:00", "zone": "UTC"}`, "INVALID", "input closesAtLocal"},
		{"estonia", "openConsultation", `{"documentId": "$secret", "closesAtLocal": "2026-12-01T00:00", "zone": "Mars"}`, "INVALID", "input zone"},
		{"estonia", "openConsultation", `{"documentId": "$law", "closesAtLocal": "2026-12-01T00:00", "zone": "UTC"}`, "CONFLICT", "input documentId"},
		{"estonia", "extendConsultation", `{"consultationId": "$csn", "closesAtLocal": "2026-03-05T00:00", "reason": "x"}`, "INVALID", "input closesAtLocal"},
		{"loom", "extendConsultation", `{"consultationId": "$csn", "closesAtLocal": "2026-12-01T00:00", "reason": "x"}`, "FORBIDDEN", "input consultationId"},
		{"", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x"}`, "UNAUTHENTICATED", "input consultationId"},
		{"intern", "submitComment", `{"consultationId": "$csn", "stance": "OPPOSE", "text": "x"}`, "FORBIDDEN", "input consultationId"},
		{"loom", "submitComment", `{"consultationId": "csn_none", "stance": "OPPOSE", "text": "x"}`, "NOT_FOUND", "input consultationId"},
		{"loom", "submitComment", `{"consultationId": "$csn", "clauseId": "nowhere", "stance": "OPPOSE", "text": "x"}`, "NOT_FOUND", "input clauseId"},
		{"loom", "submitComment", `{"consultationId": "$csn", "stance": "AMEND", "text": "x"}`, "INVALID", "input replacement"},
		{"ferry", "withdrawComment", `{"commentId": "$cmt", "reason": "x"}`, "FORBIDDEN", "input commentId"},
		{"loom", "withdrawComment", `{"commentId": "cmt_none", "reason": "x"}`, "NOT_FOUND", "input commentId"},
		{"loom", "disposeComment", `{"commentId": "$cmt", "outcome": "NOTED", "reason": "x"}`, "FORBIDDEN", "input commentId"},
		{"estonia", "disposeComment", `{"commentId": "$cmt", "outcome": "NOTED", "reason": " "}`, "INVALID", "input reason"},
		{"estonia", "disposeComment", `{"commentId": "$cmt", "outcome": "ACCEPTED", "reason": "x", "change": {"revisionId": "$first", "clauseId": "$pay"}}`, "INVALID", "input change revisionId"},
		{"estonia", "markEditorial", `{"revisionId": "rev_none", "clauseId": "$pay", "reason": "x"}`, "NOT_FOUND", "input revisionId"},
		{"estonia", "markEditorial", `{"revisionId": "$first", "clauseId": "$pay", "reason": "x"}`, "INVALID", "input revisionId"},
		{"estonia", "adoptDocument", `{"documentId": "$law"}`, "GATE_UNMET", "input documentId"},
		{"estonia", "proposeTerms", `{"documentId": "$law"}`, "CONFLICT", "input documentId"},
		{"estonia", "proposeTerms", `{"documentId": "$secret", "effectiveFrom": [{"localDate": "2020-01-01", "zone": "UTC"}]}`, "INVALID", "input effectiveFrom"},
		{"estonia", "proposeTerms", `{"documentId": "$secret", "effectiveFrom": [{"localDate": "2027-01-01", "zone": "Mars"}]}`, "INVALID", "input effectiveFrom 0 zone"},
		{"estonia", "proposeTerms", `{"documentId": "$secret", "supersedesIds": ["ins_none"]}`, "NOT_FOUND", "input supersedesIds 0"},
		{"ferry", "proposeTerms", `{"documentId": "$law"}`, "FORBIDDEN", "input documentId"},
		{"estonia", "unshareDocument", `{"documentId": "$law", "organisationId": "$ferry", "reason": "x"}`, "CONFLICT", "input organisationId"},
		{"ferry", "acceptSponsorship", `{"documentId": "$law"}`, "FORBIDDEN", "input documentId"},
		{"ferry", "declineSponsorship", `{"documentId": "$law"}`, "FORBIDDEN", "input documentId"},
		{"estonia", "resignSponsorship", `{"documentId": "$law"}`, "CONFLICT", "input documentId"},
		{"estonia", "agreeToSuccession", `{"documentId": "$law", "instrumentId": "ins_none"}`, "NOT_FOUND", "input instrumentId"},
		{"estonia", "withdrawSuccessionConsent", `{"documentId": "$law", "instrumentId": "ins_none"}`, "NOT_FOUND", "input instrumentId"},
		{"loom", "createRuleSet", `{"slug": "x", "title": "x"}`, "FORBIDDEN", ""},
		{"office", "createRuleSet", `{"slug": "No Slug", "title": "x"}`, "INVALID", "input slug"},
		{"office", "createRuleSet", `{"slug": "parcels", "title": "x"}`, "CONFLICT", "input slug"},
		{"office", "publishRelease", `{"ruleSetId": "rst_none", "instrumentIds": [], "validUntil": "2027-01-01T00:00:00Z"}`, "NOT_FOUND", "input ruleSetId"},
		{"office", "publishRelease", `{"ruleSetId": "$set", "instrumentIds": ["ins_none"], "validUntil": "2027-01-01T00:00:00Z"}`, "NOT_FOUND", "input instrumentIds 0"},
		{"loom", "publishRelease", `{"ruleSetId": "$set", "instrumentIds": [], "validUntil": "2027-01-01T00:00:00Z"}`, "FORBIDDEN", ""},
		{"loom", "withdrawComment", `{"commentId": "$cmt", "reason": "x", "idempotencyKey": ""}`, "INVALID", "input idempotencyKey"},
		{"loom", "withdrawComment", fmt.Sprintf(`{"commentId": "$cmt", "reason": "x", "idempotencyKey": %q}`, strings.Repeat("k", 129)), "INVALID", "input idempotencyKey"},
		{"loom", "withdrawComment", `{"commentId": "$cmt", "reason": "x", "idempotencyKey": "a\u0000b"}`, "INVALID", "input idempotencyKey"},
		{"estonia", "proposeTerms", `{"documentId": "$secret", "effectiveFrom": [{"localDateTime": "tomorrow", "zone": "UTC"}]}`, "INVALID", "input effectiveFrom 0 localDateTime"},
	} {
		t.Run(c.who+" "+c.mutation+" "+c.code+" "+c.field, func(t *testing.T) {
			input, err := parseJSON(c.input, s.ids)
			if err != nil {
				t.Fatal(err)
			}
			N := strings.ToUpper(c.mutation[:1]) + c.mutation[1:]
			a := s.ask(c.who, fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { ledgerPosition } }`, N, c.mutation), map[string]any{"input": input})
			a.refused(t, c.code, pathOf(c.field))
			if c.code == "GATE_UNMET" {
				want := []map[string]any{{"reason": "NOT_IN_REVIEW", "message": "the document is in phase consultation; adoption follows a closed consultation"}}
				if diff := cmp.Diff(want, a.Errors[0].Gaps); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	if now := s.registry.Views().Position(); now != position {
		t.Errorf("refusals left %d entries", now-position)
	}
}

// pathOf is the path that words and numbers make.
func pathOf(words string) []any {
	var path []any
	for s := range strings.FieldsSeq(words) {
		if s[0] >= '0' && s[0] <= '9' {
			path = append(path, float64(s[0]-'0'))
			continue
		}
		path = append(path, s)
	}
	return path
}

func TestAClauseChangedTwiceComesBackWithBothTexts(t *testing.T) {
	s := newStage(t)
	commit := func(text string) response {
		return s.ask("estonia", `mutation($d: ID!, $b: ID!, $s: String!) { commitRevision(input: {documentId: $d, baseId: $b, source: $s}) { revision { id number base { number } parent { number } source } } }`,
			map[string]any{"d": s.ids["law"], "b": s.ids["first"], "s": text})
	}
	commit(strings.Replace(lawText, "The sender pays", "The buyer pays", 1))
	a := commit(strings.Replace(lawText, "The sender pays", "The carrier pays", 1))
	a.refused(t, "TEXT_CONFLICT", []any{"input", "baseId"})
	want := []map[string]any{{"clauseId": s.ids["pay"], "citation": "§2(2)", "base": "(2) The sender pays.", "head": "(2) The buyer pays.", "submitted": "(2) The carrier pays."}}
	if diff := cmp.Diff(want, a.Errors[0].Clashes); diff != "" {
		t.Error(diff)
	}
	merged := commit(strings.Replace(lawText, "150 euros", "200 euros", 1))
	if src := merged.id("commitRevision.revision.source"); !strings.Contains(src, "200 euros") || !strings.Contains(src, "buyer pays") {
		t.Errorf("merged: %+v %s", merged.Errors, src)
	}
	if merged.at("commitRevision.revision.base.number") != 1.0 || merged.at("commitRevision.revision.parent.number") != 2.0 {
		t.Errorf("base and parent: %v", merged.Data)
	}
}

// Who commits a text is told at once of numbers that begin a line and no clause.
func TestCommitsAreRemarkedOn(t *testing.T) {
	s := newStage(t)
	done := s.done("estonia", "commitRevision", `{"documentId": "$law", "baseId": "$first", "source": "# Parcels\n\n1. x\n   a) y\n"}`, "revision { remarks { line clauseId message } clauses { edges { node { clauseId citation } } } }")
	if done.at("commitRevision.revision.remarks.0.line") != 4.0 || done.at("commitRevision.revision.remarks.1") != nil ||
		done.at("commitRevision.revision.remarks.0.clauseId") != done.at("commitRevision.revision.clauses.edges.1.node.clauseId") {
		t.Errorf("%v", done.Data)
	}
	s.ok("", s.fill(`{ revision: node(id: "$first") { ... on Revision { remarks { line } } } }`), nil).same(t, `{"revision": {"remarks": []}}`)
}

func TestTheSameKeyChangesNothingTwice(t *testing.T) {
	s := newStage(t)
	ask := func(who string) response {
		return s.ask(who, `mutation($c: ID!) { submitComment(input: {consultationId: $c, stance: SUPPORT, text: "Good.", idempotencyKey: "k1"}) { ledgerPosition repeated comment { id } } }`, map[string]any{"c": s.ids["csn"]})
	}
	first, again := ask("loom"), ask("loom")
	if first.at("submitComment.repeated") != false || again.at("submitComment.repeated") != true ||
		first.id("submitComment.comment.id") != again.id("submitComment.comment.id") || first.at("submitComment.ledgerPosition") != again.at("submitComment.ledgerPosition") {
		t.Errorf("%v then %v", first.Data, again.Data)
	}
	other := s.ask("loom", `mutation($c: ID!) { withdrawComment(input: {commentId: $c, reason: "x", idempotencyKey: "k1"}) { ledgerPosition } }`, map[string]any{"c": s.ids["cmt"]})
	other.refused(t, "KEY_REUSED", []any{"input", "idempotencyKey"})
	if at := other.Errors[0].LedgerPosition; at != first.at("submitComment.ledgerPosition") {
		t.Errorf("the key was used at %v, and is told to have been at %v", first.at("submitComment.ledgerPosition"), at)
	}
	both := s.ok("estonia", `mutation { a: proposeDocument(input: {kind: STANDARD, title: "A", language: "en"}) { document { id } }
		b: proposeDocument(input: {kind: STANDARD, title: "B", language: "en"}) { document { number sponsors { name } } } }`, nil)
	if both.at("b.document.number") != "EWTP-S-2026-002" {
		t.Errorf("two changes in one request: %v", both.Data)
	}
}

// All faults of one input are told at once.
func TestFaultsAreToldTogether(t *testing.T) {
	s := newStage(t)
	a := s.mutate("estonia", "proposeDocument", `{"kind": "REGULATION", "title": " ", "language": "?", "parties": ["EE", "KE", "EE"]}`, "document { id }")
	var fields []string
	for _, e := range a.Errors {
		fields = append(fields, e.Type+" "+fmt.Sprint(e.Extensions["field"]))
	}
	want := []string{"InvalidField [input title]", "InvalidField [input parties 2]", "InvalidField [input language]"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields at fault (-want +got):\n%s", diff)
	}
}
