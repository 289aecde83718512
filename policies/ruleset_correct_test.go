package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// The secretariat that created a rule set puts its title and description right; what
// isn't named stays, and its slug and releases do.
func TestCorrectRuleSet(t *testing.T) {
	w := withoutBallots(t)
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Pracels", Description: "For hubs."}).Subject()
	other := w.do(w.office, CreateRuleSet{Slug: "labels", Title: "Labels"}).Subject()
	c := CorrectRuleSet{RuleSetID: set, Title: new("Parcels"), Reason: "Misspelt."}
	elsewhere := w.office
	elsewhere.OrganisationID = "org_else"
	for who, code := range map[*Actor]Code{{}: Unauthenticated, &w.estonia: Forbidden, &w.loom: Forbidden} {
		w.refuse(*who, c, code, "", "")
	}
	w.refuse(elsewhere, c, Forbidden, "ruleSetId", "the organisation that it is about")
	was, _ := w.m.RuleSet(set)
	w.do(w.office, c)
	want := was
	want.Title, want.CorrectedAt, want.Correction = "Parcels", w.now, "Misspelt."
	got, _ := w.m.RuleSet(set)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	w.refuse(w.office, c, Conflict, "ruleSetId", "nothing of parcels would change")
	for field, bad := range map[string]CorrectRuleSet{
		"title": {Title: new(" "), Reason: "r"}, "description": {Description: new("a\x00"), Reason: "r"}, "reason": {Title: new("T")},
	} {
		bad.RuleSetID = set
		w.refuse(w.office, bad, Invalid, field, "")
	}
	w.refuse(w.office, CorrectRuleSet{RuleSetID: other, Title: new("ＰＡＲＣＥＬＳ"), Reason: "r"}, Conflict, "title", "the rule set parcels has that title already")
	w.refuse(w.office, CorrectRuleSet{RuleSetID: "rst_none", Title: new("T"), Reason: "r"}, NotFound, "ruleSetId", "")
	w.do(w.office, CorrectRuleSet{RuleSetID: set, Title: new("PARCELS"), Reason: "In capitals."})
	w.do(w.office, CreateRuleSet{Slug: "pracels", Title: "Pracels"}) // a title that was given up is free

	ins := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(400 * day)}, "EE", "NZ")
	w.do(w.office, PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.now.Add(90 * day)})
	w.do(Operator, CorrectRuleSet{RuleSetID: set, Description: new(""), Reason: "Not for hubs alone."})
	if got, _ := w.m.RuleSet(set); got.Title != "PARCELS" || got.Description != "" || got.Releases != 1 || got.Slug != "parcels" {
		t.Errorf("put right after a release: %+v", got)
	}
}
