package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// A chamber is a world with a standard of loom's after its consultation: governments
// estonia and kenya and businesses ferry, loom and crane decide on it.
type chamber struct {
	*world
	ids map[string]any
}

func newChamber(t testing.TB) chamber {
	c := chamber{newWorld(t), map[string]any{}}
	loom := c.actor("loom")
	c.ids["document"] = c.do(loom, policies.ProposeDocument{Kind: "standard", Title: "Labels", Language: "en"}).Subject
	c.ids["revision"] = c.do(loom, policies.CommitRevision{DocumentID: fmt.Sprint(c.ids["document"]), Source: lawText}).Subject
	c.do(loom, policiestest.From(fmt.Sprint(c.ids["document"]), c.clock.Now().Add(900*day)))
	c.do(loom, policies.OpenConsultation{DocumentID: fmt.Sprint(c.ids["document"]), Closes: c.local(61 * day), Zone: "UTC", Late: policies.LateRefused})
	c.clock.forward(62 * day)
	for who, id := range c.orgs {
		c.ids[who] = id
	}
	return c
}

// mutate makes a change with "$name" filled in by IDs and returns the answer.
func (c chamber) mutate(who, name, input, fields string) response {
	c.t.Helper()
	v, err := parseJSON(input, c.ids)
	if err != nil {
		c.t.Fatal(err)
	}
	N := strings.ToUpper(name[:1]) + name[1:]
	return c.ask(who, fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { %s } }`, N, name, fields), map[string]any{"input": v})
}

// open opens a secret ballot for eight days.
func (c chamber) open() {
	c.t.Helper()
	a := c.mutate("loom", "openBallot", fmt.Sprintf(`{"documentId": "$document", "closesAtLocal": %q, "zone": "UTC"}`, c.local(8*day)), `ballot { id }`)
	if len(a.Errors) > 0 {
		c.t.Fatalf("%+v", a.Errors)
	}
	c.ids["ballot"] = a.at("openBallot.ballot.id")
}

func (c chamber) cast(who, position, text string) response {
	c.t.Helper()
	return c.mutate(who, "castPosition", fmt.Sprintf(`{"ballotId": "$ballot", "vote": %q, "text": %q}`, position, text),
		`ballot { id ownPosition { vote text organisation { name } member { name } cleared { objection } } } repeated`)
}

func (c chamber) show(who, query string) response {
	c.t.Helper()
	for name, id := range c.ids {
		query = strings.ReplaceAll(query, `"$`+name+`"`, fmt.Sprintf("%q", id))
	}
	return c.ok(who, query, nil)
}

// A ballot in two chambers from its opening to the instrument that it carried.
func TestABallotInTwoChambers(t *testing.T) {
	c := newChamber(t)
	c.open()
	c.show("", `{ node(id: "$ballot") { ... on Ballot { number secrecy quorum { numerator denominator } majority { numerator denominator } isOpen closesAt zone spoilt carried tallies { yes } organisation { name } document { number phase ballot { id } } revision { number }
		electorate(first: 2) { totalCount pageInfo { hasNextPage } edges { node { organisation { name } chamber jurisdiction decides } } } positions { edges { cursor } } ownPosition { text } } } }`).same(t,
		c.fill(`{"node": {"number": 1, "secrecy": "SECRET_UNTIL_CLOSE", "quorum": {"numerator": 1, "denominator": 2}, "majority": {"numerator": 2, "denominator": 3}, "isOpen": true, "closesAt": "2026-05-11T09:00:00.000Z", "zone": "UTC", "spoilt": false,
		"carried": null, "tallies": null, "organisation": {"name": "The loom"}, "document": {"number": "EWTP-S-2026-001", "phase": "BALLOT", "ballot": {"id": "$ballot"}}, "revision": {"number": 1},
		"electorate": {"totalCount": 5, "pageInfo": {"hasNextPage": true}, "edges": [{"node": {"organisation": {"name": "The estonia"}, "chamber": "GOVERNMENT", "jurisdiction": "EE", "decides": true}}, {"node": {"organisation": {"name": "The kenya"}, "chamber": "GOVERNMENT", "jurisdiction": "KE", "decides": true}}]},
		"positions": {"edges": []}, "ownPosition": null}}`))
	c.mutate("loom", "adoptDocument", `{"documentId": "$document"}`, `ledgerPosition`).refused(t, "GATE_UNMET", pathOf("input documentId"))

	c.cast("estonia", "YES", "").same(t, c.fill(`{"castPosition": {"ballot": {"id": "$ballot", "ownPosition": {"vote": "YES", "text": null, "organisation": {"name": "The estonia"}, "member": {"name": "Person estonia"}, "cleared": null}}, "repeated": false}}`))
	c.mutate("ferry", "castPosition", `{"ballotId": "$ballot", "vote": "DISCUSS", "otherwise": "YES", "text": "Because."}`, `ballot { ownPosition { otherwise } }`).same(t,
		`{"castPosition": {"ballot": {"ownPosition": {"otherwise": "YES"}}}}`)
	for who, position := range map[string]string{"kenya": "NO_OBJECTION", "loom": "YES", "crane": "RECUSE"} {
		if a := c.cast(who, position, "Because."); len(a.Errors) > 0 {
			t.Fatalf("%s: %+v", who, a.Errors)
		}
	}
	c.clock.forward(8 * day)
	tally := `tallies { chamber decides electorate yes noObjection discuss abstain recused quorate carried }`
	c.show("", `{ node(id: "$ballot") { ... on Ballot { isOpen carried `+tally+` positions { edges { node { vote text organisation { name } } } } } } document(by: {id: "$document"}) { phase ballots { edges { node { number } } } } }`).same(t,
		`{"node": {"isOpen": false, "carried": false, "tallies": [
			{"chamber": "GOVERNMENT", "decides": true, "electorate": 2, "yes": 1, "noObjection": 1, "discuss": 0, "abstain": 0, "recused": 0, "quorate": true, "carried": true},
			{"chamber": "BUSINESS", "decides": true, "electorate": 3, "yes": 1, "noObjection": 0, "discuss": 1, "abstain": 0, "recused": 1, "quorate": true, "carried": false}],
		"positions": {"edges": [{"node": {"vote": "YES", "text": null, "organisation": {"name": "The estonia"}}}, {"node": {"vote": "NO_OBJECTION", "text": "Because.", "organisation": {"name": "The kenya"}}},
			{"node": {"vote": "DISCUSS", "text": "Because.", "organisation": {"name": "The ferry"}}}, {"node": {"vote": "YES", "text": "Because.", "organisation": {"name": "The loom"}}},
			{"node": {"vote": "RECUSE", "text": "Because.", "organisation": {"name": "The crane"}}}]}},
		"document": {"phase": "REVIEW", "ballots": {"edges": [{"node": {"number": 1}}]}}}`)
	if got := c.show("", `{ document(by: {id: "$document"}, asOf: "2026-05-03T08:59:59Z") { ballot { id } ballots { edges { cursor } } } }`); got.at("document.ballot") != nil || got.at("document.ballots.edges.0") != nil {
		t.Errorf("before it was opened: %v", got.Data)
	}
	gate := c.mutate("loom", "adoptDocument", `{"documentId": "$document"}`, `ledgerPosition`)
	gate.refused(t, "GATE_UNMET", pathOf("input documentId"))
	missing, _ := json.Marshal(gate.Errors[0].Gaps)
	if s := string(missing); !strings.Contains(s, "BALLOT_NOT_CARRIED") || !strings.Contains(s, "BLOCKING_POSITION") || !strings.Contains(s, c.orgs["ferry"]) {
		t.Errorf("missing is %s", s)
	}

	c.cast("crane", "YES", "").refused(t, "CONFLICT", pathOf("input ballotId"))
	if s := string(missing); !strings.Contains(s, fmt.Sprint(c.ids["ballot"])) {
		t.Errorf("missing doesn't name the ballot: %s", s)
	}
	c.cast("ferry", "YES", "Annex A answers it.").refused(t, "CONFLICT", pathOf("input ballotId"))
	c.mutate("crane", "clearBlock", `{"ballotId": "$ballot"}`, "ledgerPosition").refused(t, "CONFLICT", pathOf("input ballotId"))
	c.mutate("ferry", "clearBlock", `{"ballotId": "$ballot", "text": "Annex A answers it."}`, `ballot { id ownPosition { vote otherwise text organisation { name } member { name } cleared { objection } } } repeated`).same(t,
		c.fill(`{"clearBlock": {"ballot": {"id": "$ballot", "ownPosition": {"vote": "YES", "otherwise": null, "text": "Annex A answers it.", "organisation": {"name": "The ferry"}, "member": {"name": "Person ferry"}, "cleared": {"objection": "Because."}}}, "repeated": false}}`))
	a := c.mutate("loom", "adoptDocument", `{"documentId": "$document"}`, `instrument { id ballot { id carried } amends { id } amendedBy { nodes { id } } repeal { reason } }`)
	a.same(t, c.fill(fmt.Sprintf(`{"adoptDocument": {"instrument": {"id": %q, "ballot": {"id": "$ballot", "carried": true}, "amends": [], "amendedBy": {"nodes": []}, "repeal": null}}}`, a.id("adoptDocument.instrument.id"))))
	c.mutate("ferry", "clearBlock", `{"ballotId": "$ballot"}`, "ledgerPosition").refused(t, "CONFLICT", pathOf("input ballotId"))
	c.cast("ferry", "DISCUSS", "We think again.").refused(t, "CONFLICT", pathOf("input ballotId"))
}

func (c chamber) fill(text string) string {
	for name, id := range c.ids {
		text = strings.ReplaceAll(text, `"$`+name+`"`, fmt.Sprintf("%q", id))
	}
	return text
}

// On a regulation businesses are heard, and an open ballot shows as it goes.
func TestAnOpenBallotOnARegulation(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Parcels", lawText)
	w.open(law)
	w.clock.forward(62 * day)
	c := chamber{w, map[string]any{"document": law}}
	first := w.ok("estonia", `query($d: ID!) { document(by: {id: $d}) { head { id } } }`, map[string]any{"d": law}).at("document.head.id")
	c.mutate("estonia", "putForward", fmt.Sprintf(`{"documentId": "$document", "revisionId": %q}`, first), `document { putForward { id } }`).
		same(t, fmt.Sprintf(`{"putForward": {"document": {"putForward": {"id": %q}}}}`, first))
	a := c.mutate("office", "openBallot", fmt.Sprintf(`{"documentId": "$document", "closesAtLocal": %q, "zone": "UTC", "secrecy": "OPEN"}`, w.local(8*day)), `ballot { id }`)
	c.ids["ballot"] = a.at("openBallot.ballot.id")
	c.cast("ferry", "DISCUSS", "No.")
	c.cast("estonia", "YES", "")
	c.show("", `{ node(id: "$ballot") { ... on Ballot { carried tallies { chamber decides yes discuss } positions { edges { node { vote organisation { name } member { name } } } } } } }`).same(t,
		`{"node": {"carried": null, "tallies": [{"chamber": "GOVERNMENT", "decides": true, "yes": 1, "discuss": 0}, {"chamber": "BUSINESS", "decides": false, "yes": 0, "discuss": 1}],
		"positions": {"edges": [{"node": {"vote": "YES", "organisation": {"name": "The estonia"}, "member": {"name": null}}}, {"node": {"vote": "DISCUSS", "organisation": {"name": "The ferry"}, "member": {"name": null}}}]}}}`)
	w.clock.forward(8 * day)
	if got := c.show("", `{ node(id: "$ballot") { ... on Ballot { carried } } }`); got.at("node.carried") != true {
		t.Errorf("carried by the governments: %v", got.Data)
	}
}

// Secret positions, asked for in every way there is: each answer is the same before
// and after they are taken, to all but those whose position it is.
func TestSecretPositionsDoNotLeak(t *testing.T) {
	c := newChamber(t)
	c.open()
	ballot := `id isOpen carried tallies { yes discuss quorate } ownPosition { vote text castAt } positions(first: 50) { edges { cursor node { vote text castAt organisation { name } member { id } } } pageInfo { hasNextPage endCursor } }`
	queries := map[string]string{
		"node":            `{ node(id: "$ballot") { ... on Ballot { ` + ballot + ` } } }`,
		"nodes":           `{ nodes(ids: ["$ballot"]) { ... on Ballot { ` + ballot + ` } } }`,
		"ballots":         `{ ballots(filter: {openNow: true, electorId: "$ferry"}) { edges { cursor node { ` + ballot + ` } } } }`,
		"last":            `{ ballots(last: 5) { edges { node { positions(last: 1) { edges { cursor } pageInfo { hasPreviousPage startCursor } } } } } }`,
		"document":        `{ document(by: {id: "$document"}) { phase adoptionGate { reason message organisationId } ballot { ` + ballot + ` } ballots { edges { node { ` + ballot + ` } } } } }`,
		"documents":       `{ documents(orderBy: {field: UPDATED_AT, direction: DESC}) { edges { cursor node { number ballot { ` + ballot + ` } } } } }`,
		"as of later":     `{ document(by: {id: "$document"}, asOf: "2027-01-01T00:00:00Z") { ballot { ` + ballot + ` } } }`,
		"open at":         `{ ballots(filter: {openAt: "2026-05-04T00:00:00Z"}) { edges { node { ` + ballot + ` isOpen(at: "2027-01-01T00:00:00Z") } } } }`,
		"search":          `{ search(query: "zanzibar") { edges { node { snippet { text } } } } }`,
		"search by vote":  `{ search(query: "discuss") { edges { node { snippet { text } document { number } } } } }`,
		"comments":        `{ comments(first: 50) { totalCount edges { node { text } } } }`,
		"member":          `{ node(id: "$ferry") { ... on Organisation { comments { totalCount edges { node { text } } } } } }`,
		"by organisation": `{ ledgerEntries(filter: {subjectId: "$ferry"}) { edges { node { kind } } } }`,
	}
	ask := func(who, query string) string {
		b, err := json.Marshal(c.ask(who, c.fill(query), nil))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	viewers := []string{"", "kenya", "loom", "hub", "office", "intern"}
	before := map[string]string{}
	for name, query := range queries {
		for _, who := range viewers {
			before[name+who] = ask(who, query)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	next := c.events(ctx, "loom", c.fill(`subscription { ledgerEntryAdded(documentId: "$document") { kind subjectId statement node { ... on Ballot { `+ballot+` } } } }`))
	v, _ := parseJSON(`{"ballotId": "$ballot", "vote": "DISCUSS", "text": "zanzibar would suffer", "idempotencyKey": "zanzibar key"}`, c.ids)
	c.ok("ferry", `mutation($input: CastPositionInput!) { castPosition(input: $input) { ledgerPosition } }`, map[string]any{"input": v})
	c.cast("estonia", "YES", "zanzibar too")
	for name, query := range queries {
		for _, who := range viewers {
			if diff := cmp.Diff(before[name+who], ask(who, query)); diff != "" {
				t.Errorf("%s: %q learns of a position (-before +after):\n%s", name, who, diff)
			}
		}
		if who := "ferry"; name == "node" && !strings.Contains(ask(who, query), "zanzibar") {
			t.Error("not even its own organisation reads a position: the test asks for nothing")
		}
	}
	for _, who := range viewers { // the key of another's position opens nothing
		if got := ask(who, `mutation { castPosition(input: {ballotId: "$ballot", vote: YES, text: "x", idempotencyKey: "zanzibar key"}) { ballot { `+ballot+` } } }`); strings.Contains(got, "zanzibar") {
			t.Errorf("the key of another's position tells %q %s", who, got)
		}
	}
	event, _ := json.Marshal(next().Data)
	if s := string(event); !strings.Contains(s, "position.cast") || strings.Contains(s, "zanzibar") || strings.Contains(s, "DISCUSS") || strings.Contains(s, c.orgs["ferry"]) {
		t.Errorf("a listener hears %s", s)
	}
	entries := ask("", `{ ledgerEntries(filter: {kinds: ["position.cast"]}) { edges { node { subjectId statement node { id } document { id } } } } }`)
	if !strings.Contains(entries, fmt.Sprint(c.ids["ballot"])) || strings.Contains(entries, "zanzibar") || strings.Contains(entries, c.orgs["ferry"]) {
		t.Errorf("the ledger tells %s", entries)
	}
	if strings.Contains(c.log.String(), "zanzibar") {
		t.Errorf("the log tells: %s", c.log)
	}
}

// Who proposes to bind somebody without a government here is told at once, and by the gate.
func TestUnrepresentedPartiesAreNamed(t *testing.T) {
	w := newWorld(t)
	c := chamber{w, map[string]any{}}
	a := c.mutate("estonia", "proposeDocument", `{"kind": "REGULATION", "title": "Parcels", "language": "en", "parties": ["EE", "CL", "KE"]}`, `document { id parties unrepresentedParties }`)
	c.ids["document"] = a.at("proposeDocument.document.id")
	a.same(t, c.fill(`{"proposeDocument": {"document": {"id": "$document", "parties": ["EE", "CL", "KE"], "unrepresentedParties": ["CL"]}}}`))
	c.mutate("estonia", "commitRevision", fmt.Sprintf(`{"documentId": "$document", "source": %q}`, lawText), `revision { document { adoptionGate { reason party } } }`).same(t,
		`{"commitRevision": {"revision": {"document": {"adoptionGate": [{"reason": "NOT_IN_REVIEW", "party": null}, {"reason": "PARTY_WITHOUT_GOVERNMENT", "party": "CL"}]}}}}`)
	c.mutate("estonia", "openBallot", fmt.Sprintf(`{"documentId": "$document", "closesAtLocal": %q, "zone": "UTC"}`, w.local(8*day)), "ledgerPosition").refused(t, "GATE_UNMET", pathOf("input documentId"))
}

func TestBallotsAreRefused(t *testing.T) {
	c := newChamber(t)
	c.open()
	c.ids["early"] = c.do(c.actor("loom"), policies.ProposeDocument{Kind: "standard", Title: "Early", Language: "en"}).Subject
	c.do(c.actor("loom"), policies.CommitRevision{DocumentID: fmt.Sprint(c.ids["early"]), Source: lawText})
	late, soon := c.local(8*day), c.local(day)
	for _, x := range []struct{ who, mutation, input, code, field string }{
		{"", "openBallot", `{"documentId": "$document", "closesAtLocal": "` + late + `", "zone": "UTC"}`, "UNAUTHENTICATED", "input documentId"},
		{"ferry", "openBallot", `{"documentId": "$document", "closesAtLocal": "` + late + `", "zone": "UTC"}`, "FORBIDDEN", "input documentId"},
		{"ferry", "openBallot", `{"documentId": "$early", "closesAtLocal": "` + late + `", "zone": "UTC"}`, "NOT_FOUND", "input documentId"},
		{"loom", "openBallot", `{"documentId": "$document", "closesAtLocal": "` + late + `", "zone": "UTC"}`, "CONFLICT", "input documentId"},
		{"loom", "openBallot", `{"documentId": "$early", "closesAtLocal": "` + late + `", "zone": "UTC"}`, "GATE_UNMET", "input documentId"},
		{"loom", "openBallot", `{"documentId": "$early", "closesAtLocal": "` + soon + `", "zone": "UTC"}`, "INVALID", "input closesAtLocal"},
		{"loom", "openBallot", `{"documentId": "$early", "closesAtLocal": "` + late + `", "zone": "Mars"}`, "INVALID", "input zone"},
		{"", "castPosition", `{"ballotId": "$ballot", "vote": "YES"}`, "UNAUTHENTICATED", "input ballotId"},
		{"intern", "castPosition", `{"ballotId": "$ballot", "vote": "YES"}`, "FORBIDDEN", "input ballotId"},
		{"hub", "castPosition", `{"ballotId": "$ballot", "vote": "YES"}`, "FORBIDDEN", "input ballotId"},
		{"ferry", "castPosition", `{"ballotId": "bal_none", "vote": "YES"}`, "NOT_FOUND", "input ballotId"},
		{"ferry", "castPosition", `{"ballotId": "$ballot", "vote": "DISCUSS"}`, "INVALID", "input text"},
		{"ferry", "castPosition", `{"ballotId": "$ballot", "vote": "YES", "otherwise": "YES"}`, "INVALID", "input otherwise"},
		{"", "clearBlock", `{"ballotId": "$ballot"}`, "UNAUTHENTICATED", "input ballotId"},
		{"intern", "clearBlock", `{"ballotId": "$ballot"}`, "FORBIDDEN", "input ballotId"},
		{"ferry", "clearBlock", `{"ballotId": "bal_none"}`, "NOT_FOUND", "input ballotId"},
		{"ferry", "clearBlock", `{"ballotId": "$ballot"}`, "CONFLICT", "input ballotId"},
		{"ferry", "repealInstrument", `{"instrumentId": "ins_none", "reason": "x"}`, "NOT_FOUND", "input instrumentId"},
	} {
		t.Run(x.who+" "+x.mutation+" "+x.code, func(t *testing.T) {
			c.mutate(x.who, x.mutation, x.input, "ledgerPosition").refused(t, x.code, pathOf(x.field))
		})
	}
	c.ask("", `{ ballots(filter: {openNow: true, openAt: "2026-01-01T00:00:00Z"}) { edges { cursor } } }`, nil).refused(t, "INVALID", pathOf("filter openNow"))
	c.ask("", c.fill(`{ node(id: "$ballot") { ... on Ballot { electorate(first: 501) { totalCount } } } }`), nil).refused(t, "INVALID", pathOf("first"))
}
