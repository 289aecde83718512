package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// What a text calls its provisions is what a reader is shown: numbers of lists, notes with the clause that names them, and
// rows and cells of a table.
func TestRedlineOfNumbersNotesAndRows(t *testing.T) {
	s := newStage(t)
	law, actor := fmt.Sprint(s.ids["law"]), s.actor("estonia")
	commit := func(base, source string) string {
		return s.do(actor, policies.CommitRevision{DocumentID: law, Base: base, Source: source}).Subject
	}
	before := commit(fmt.Sprint(s.ids["first"]), "## Art. 9 bis[^1]\n\n1. Parcels.\n2. Letters.\n\n| Good | Fee |\n|---|---|\n| a | 1 |\n| b | 2 |\n\n[^1]: In force since 2011.\n")
	after := commit(before, "## Art. 9 bis[^2]\n\n1. Parcels.\n3. Letters.\n\n| Good | Fee |\n|---|---|\n| a | 1 |\n| b | 3 |\n| c | 4 |\n\n[^2]: In force since 2012.\n")
	s.ok("estonia", `query($a: ID!, $b: ID!) { redline(fromId: $a, toId: $b) { changes(first: 10) { edges { node { op citation spans { op text } rows { op citation cells { column spans { op text } } } } } } } }`,
		map[string]any{"a": before, "b": after}).same(t, `{"redline": {"changes": {"edges": [
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis", "rows": null, "spans": [{"op": "EQUAL", "text": "## Art. 9 bis[^2]\n\n[^2]: In force since "}, {"op": "DELETE", "text": "2011"}, {"op": "INSERT", "text": "2012"}, {"op": "EQUAL", "text": "."}]}},
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis(3)", "rows": null, "spans": [{"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}, {"op": "EQUAL", "text": ". Letters."}]}},
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis¶1", "spans": [{"op": "EQUAL", "text": "| Good | Fee |\n|---|---|\n| a | 1 |\n| b | "}, {"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}, {"op": "EQUAL", "text": " |"}, {"op": "INSERT", "text": "\n| c | 4 |"}],
			"rows": [{"op": "CHANGED", "citation": "Art. 9 bis¶1 row 2", "cells": [{"column": "Fee", "spans": [{"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}]}]},
				{"op": "ADDED", "citation": "Art. 9 bis¶1 row 3", "cells": [{"column": "Good", "spans": [{"op": "INSERT", "text": "c"}]}, {"column": "Fee", "spans": [{"op": "INSERT", "text": "4"}]}]}]}}]}}}`)
}

// A comment that quotes words of a table is shown at the row in which they stand, in the revision asked about.
func TestQuotedRowIsCited(t *testing.T) {
	g := &guideline{world: newWorld(t), comments: map[string]string{}}
	g.document = g.do(g.actor("estonia"), policies.ProposeDocument{Kind: "bestPractice", Title: "Fees", Language: "en"}).Subject
	table := func(rows ...string) string {
		return "## 3 Fees\n\n| Good | Fee |\n|---|---|\n" + strings.Join(rows, "\n") + "\n\nSee [the schedule][s].[^1]\n\n[s]: https://example.org\n[^1]: As of 2026.\n"
	}
	g.commit(table("| parcel | 1 |", "| letter | 2 |", "| card | 3 |"))
	g.consultation = g.open(g.document)
	comment := func(citation, exact string) string {
		return g.do(g.actor("crane"), policies.SubmitComment{ConsultationID: g.consultation, CommentWords: policies.CommentWords{ClauseID: g.clause(g.revisions[0], citation),
			Stance: policies.Oppose, Type: policies.Technical, Text: "Too much", Quote: &policies.Quote{Exact: exact}}}).Subject
	}
	row, link, note := comment("§3(1) row 2", "letter"), comment("§3(2)", "the schedule."), comment("§3(2)", "As of 2026")
	g.commit(table("| parcel | 1 |", "| box | 4 |", "| crate | 5 |", "| letter | 2.50 |", "| card | 3 |"))
	for id, want := range map[string]string{row: "§3(1) row 4", link: "§3(2)", note: "§3(2)"} {
		g.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { quote { citation unchanged } } } } }`,
			map[string]any{"id": id, "to": g.revisions[1]}).same(t, `{"node": {"carried": {"quote": {"citation": "`+want+`", "unchanged": true}}}}`)
	}
}
