package graph

import (
	"fmt"
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
	s.ok("estonia", `query($a: ID!, $b: ID!) { redline(from: $a, to: $b) { changes(first: 10) { edges { node { op citation spans { op text } rows { op citation cells { column spans { op text } } } } } } } }`,
		map[string]any{"a": before, "b": after}).same(t, `{"redline": {"changes": {"edges": [
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis", "rows": null, "spans": [{"op": "EQUAL", "text": "## Art. 9 bis[^2]\n\n[^2]: In force since "}, {"op": "DELETE", "text": "2011"}, {"op": "INSERT", "text": "2012"}, {"op": "EQUAL", "text": "."}]}},
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis(3)", "rows": null, "spans": [{"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}, {"op": "EQUAL", "text": ". Letters."}]}},
		{"node": {"op": "CHANGED", "citation": "Art. 9 bis¶1", "spans": [{"op": "EQUAL", "text": "| Good | Fee |\n|---|---|\n| a | 1 |\n| b | "}, {"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}, {"op": "EQUAL", "text": " |"}, {"op": "INSERT", "text": "\n| c | 4 |"}],
			"rows": [{"op": "CHANGED", "citation": "Art. 9 bis¶1 row 2", "cells": [{"column": "Fee", "spans": [{"op": "DELETE", "text": "2"}, {"op": "INSERT", "text": "3"}]}]},
				{"op": "ADDED", "citation": "Art. 9 bis¶1 row 3", "cells": [{"column": "Good", "spans": [{"op": "INSERT", "text": "c"}]}, {"column": "Fee", "spans": [{"op": "INSERT", "text": "4"}]}]}]}}]}}}`)
}
