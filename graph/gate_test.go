package graph

import (
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// What changed unasked is told to those who may read the newest revision, and settled
// by a further round.
func TestUnconsultedChanges(t *testing.T) {
	w := newWorld(t)
	law, first := w.law("Low-value parcels", lawText)
	w.open(law)
	query := `query($d: ID!) { document(by: {id: $d}) { unconsultedChanges { reason clauseId message } } }`
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": []}}`)
	w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: first, Source: strings.Replace(lawText, "The sender pays", "The zebra pays", 1)})
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": null}}`)
	w.ok("ferry", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": null}}`)
	got := w.ok("estonia", query, map[string]any{"d": law})
	if got.at("document.unconsultedChanges.0.reason") != "CHANGE_UNEXPLAINED" || got.at("document.unconsultedChanges.1") != nil {
		t.Errorf("told %v", got.Data)
	}
	w.clock.forward(62 * day)
	w.open(law)
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": []}}`)
}
