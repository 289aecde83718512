package server_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/server/servertest"
)

// What is hidden can't be told from what isn't there: neither by the answer nor by
// how much was read for it.
func TestHiddenIsNotToldFromMissing(t *testing.T) {
	v := newVault(t)
	const none = "01h45ytscbebyvny4gc8cr8ma2"
	hidden := map[string]string{"doc_" + none: v.draft.ID, "rev_" + none: v.draft.First, "EWTP-R-2026-999": v.number, "inv_" + none: v.invitation, "dft_" + none: v.prepared}
	later := map[string]string{"rev_" + none: v.secrets["later draft"].ids[0]}
	for _, x := range []struct {
		query string
		ids   map[string]string
	}{
		{`{ document(by: {id: "doc_%s"}) { ` + aDocument + ` } }`, hidden},
		{`{ document(by: {number: "EWTP-R-2026-999"}) { ` + aDocument + ` } }`, hidden},
		{`{ node(id: "doc_%s") { id } }`, hidden}, {`{ node(id: "rev_%s") { id } }`, hidden}, {`{ node(id: "inv_%s") { id } }`, hidden},
		{`{ node(id: "dft_%s") { id } }`, hidden}, {`mutation { discardCommentDraft(input: {draftId: "dft_%s"}) { ledgerPosition } }`, hidden},
		{`{ nodes(ids: ["doc_%[1]s", "rev_%[1]s"]) { id } }`, hidden},
		{`{ revision: node(id: "rev_%s") { ... on Revision { source } } }`, hidden}, {`{ revision: node(id: "rev_%s") { ... on Revision { source } } }`, later},
		{`{ redline(fromId: "rev_%[1]s", toId: "rev_%[1]s") { counts { same } } }`, hidden},
		{`{ redline(fromId: "rev_%[1]s", toId: "rev_%[1]s") { counts { same } } }`, later},
		{`{ comments(filter: {documentId: "doc_%s"}) { totalCount edges { cursor } } }`, hidden},
		{`{ consultations(filter: {documentId: "doc_%s"}) { edges { cursor } } }`, hidden},
		{`{ search(query: "pays", documentId: "doc_%s") { edges { cursor } } }`, hidden},
		{`mutation { commitRevision(input: {documentId: "doc_%s", source: "x"}) { revision { id } } }`, hidden},
		{`mutation { withdrawDocument(input: {documentId: "doc_%s", reason: "x"}) { document { id } } }`, hidden},
		{`mutation { openConsultation(input: {documentId: "doc_%s", closesAtLocal: "x", zone: "x"}) { consultation { id } } }`, hidden},
		{`mutation { adoptDocument(input: {documentId: "doc_%s"}) { instrument { id } } }`, hidden},
		{`mutation { correctDocument(input: {documentId: "doc_%s", title: "x", reason: "x"}) { ledgerPosition } }`, hidden},
		{`mutation { proposeTerms(input: {documentId: "doc_%s", effectiveFrom: {localDate: "2027-01-01", zone: "UTC"}}) { ledgerPosition } }`, hidden},
		{`mutation { acceptSponsorship(input: {documentId: "doc_%s"}) { ledgerPosition } }`, hidden},
		{`mutation { declineSponsorship(input: {documentId: "doc_%s"}) { ledgerPosition } }`, hidden},
		{`mutation { resignSponsorship(input: {documentId: "doc_%s"}) { ledgerPosition } }`, hidden},
		{`mutation { unshareDocument(input: {documentId: "doc_%s", organisationId: "x", reason: "x"}) { ledgerPosition } }`, hidden},
		{`mutation { shareDocument(input: {documentId: "doc_%s", organisationId: "x", as: READER}) { document { id } } }`, hidden},
		{`mutation { markEditorial(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, hidden},
		{`mutation { withdrawEditorialMark(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, hidden},
		{`mutation { withdrawEditorialMark(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, later},
		{`mutation { markEditorial(input: {revisionId: "rev_%s", clauseId: "x", reason: "x"}) { document { id } } }`, later},
		{`mutation { acceptInvitation(input: {invitationId: "inv_%s"}) { member { id } } }`, hidden},
		{`mutation { revokeInvitation(input: {invitationId: "inv_%s"}) { invitation { id } } }`, hidden},
	} {
		missing := strings.ReplaceAll(strings.ReplaceAll(x.query, "%[1]s", none), "%s", none)
		there := missing
		for from, to := range x.ids {
			there = strings.ReplaceAll(there, from, to)
		}
		if there == missing {
			t.Fatalf("%s asks for nothing hidden", missing)
		}
		for _, who := range []string{"", "nobody", "kenya-admin", "hub-delegate", "kenya-observer"} {
			v.Ask(who, missing) // what is made once for a token or a query is made now
			v.Ask(who, there)
			wanted, cost := v.weigh(who, missing)
			got, paid := v.weigh(who, there)
			for from, to := range x.ids {
				got = strings.ReplaceAll(got, to, from)
			}
			if got != wanted {
				t.Errorf("%q tells %s\nhidden:  %s\nmissing: %s", who, there, got, wanted)
			}
			if paid != cost {
				t.Errorf("%q tells by time %s: %d statements, and %d for what isn't there", who, there, paid, cost)
			}
		}
	}
}

// weigh returns an answer and how many statements it took.
func (v *vault) weigh(who, query string) (string, int64) {
	before := v.Registry.Views().Statements()
	text := v.Ask(who, query).Text
	return text, v.Registry.Views().Statements() - before
}

// Lists and counts are no longer for who may not see what would be in them.
func TestListsCountWhatIsSeen(t *testing.T) {
	v := newVault(t)
	for who, want := range map[string]int{"": 2, "nobody": 2, "ferry-admin": 2, "hub-observer": 2, "reader-observer": 3, "sponsor-observer": 3, "office-observer": 3} {
		r := v.Ask(who, `{ documents(first: 2) { edges { cursor } pageInfo { hasNextPage } } all: documents(first: 100) { edges { cursor } } }`)
		edges, _ := servertest.At(r.Data, "all.edges").([]any)
		if more := servertest.At(r.Data, "documents.pageInfo.hasNextPage"); len(edges) != want || more != (want > 2) {
			t.Errorf("%q is shown %d documents, more: %v; want %d", who, len(edges), more, want)
		}
	}
	if len(slices.Collect(maps.Keys(v.secrets))) < 14 {
		t.Error("there are secrets missing")
	}
}
