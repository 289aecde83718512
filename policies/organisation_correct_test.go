package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// An organisation's admins and the secretariat put its name and sector right, and the
// secretariat alone its jurisdiction.
func TestCorrectOrganisation(t *testing.T) {
	w := newTown(t)
	id := w.loom.OrganisationID
	c := CorrectOrganisation{OrganisationID: id, Name: new("Loom and Daughters"), Sector: new("weaving"), Reason: "A new owner."}
	for who, code := range map[*Actor]Code{{}: Unauthenticated, &w.loom: Forbidden, &w.estonia: Forbidden} {
		w.refuse(*who, c, code, "organisationId", "")
	}
	was, _ := w.m.Organisation(id)
	w.do(as(w.loom, Admin), c)
	want := was
	want.Name, want.Sector, want.CorrectedAt, want.Correction = "Loom and Daughters", "weaving", w.now, "A new owner."
	got, _ := w.m.Organisation(id)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("corrected (-want +got):\n%s", diff)
	}
	moved := CorrectOrganisation{OrganisationID: id, Jurisdiction: new("FI"), Reason: "It moved."}
	w.refuse(as(w.loom, Admin), moved, Forbidden, "jurisdiction", "")
	w.do(w.office, moved)
	if got, _ := w.m.Organisation(id); got.Jurisdiction != "FI" || got.Name != want.Name {
		t.Errorf("moved, it is %+v", got)
	}
	w.do(w.office, CorrectOrganisation{OrganisationID: id, Name: new("LOOM and Daughters"), Reason: "In capitals."})
	w.refuse(w.office, moved, Conflict, "organisationId", "nothing of it would change")
	ferry, _ := w.m.Organisation(w.ferry.OrganisationID)
	for field, bad := range map[string]CorrectOrganisation{
		"name": {Name: new(" "), Reason: "r"}, "jurisdiction": {Jurisdiction: new("Finland"), Reason: "r"}, "sector": {Sector: new("a\nb"), Reason: "r"}, "reason": {Name: new("N")},
	} {
		bad.OrganisationID = id
		w.refuse(w.office, bad, Invalid, field, "")
	}
	w.refuse(w.office, CorrectOrganisation{OrganisationID: id, Name: &ferry.Name, Reason: "r"}, Conflict, "name", "registered already")
	w.refuse(w.office, CorrectOrganisation{OrganisationID: "org_none", Name: new("N"), Reason: "r"}, Forbidden, "organisationId", "")
	w.refuse(as(w.office, Admin), CorrectOrganisation{OrganisationID: "org_none", Name: new("N"), Reason: "r"}, NotFound, "organisationId", "")
}
