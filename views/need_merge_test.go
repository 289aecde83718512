package views

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// mergersWanted looks through the memory for what an admin is to agree to.
func (d *dialogue) mergersWanted(a policies.Actor) (list []Need) {
	if a.Role != policies.Admin || a.Chamber == policies.Secretariat {
		return nil
	}
	for _, id := range d.organisations() {
		o, _ := d.memory.Organisation(id)
		into, _ := d.memory.Organisation(o.Merge.Into)
		if o.ClosedAt.IsZero() && into.ID != "" && into.ClosedAt.IsZero() && (a.OrganisationID == id || a.OrganisationID == into.ID) && o.Merge.Agreed != a.OrganisationID {
			list = append(list, Need{Kind: NeedMerger, OrganisationID: id, Since: o.Merge.At})
		}
	}
	return list
}

// A merger that was proposed is told to the admins of both sides until they have agreed, and
// to nobody else.
func TestNeedsOfMergers(t *testing.T) {
	s := newStory(t)
	office := s.party(policies.Secretariat, "Office")
	loom, ferry, crane := s.party(policies.Business, "Loom"), s.party(policies.Business, "Ferry"), s.party(policies.Business, "Crane")
	admin := func(a policies.Actor) policies.Actor { a.Role = policies.Admin; return a }
	tell := func(a policies.Actor, want ...Need) {
		t.Helper()
		db := openTest(t)
		foldAll(t, db, s.entries)
		if got := listed(t, db, a, NeedFilter{Now: s.now, Kinds: []NeedKind{NeedMerger}}, Page{First: 1}); !gocmp.Equal(got, want) {
			t.Errorf("%s is told %+v, want %+v", a.OrganisationID, got, want)
		}
	}
	propose := func(into policies.Actor) policies.MergeOrganisations {
		return policies.MergeOrganisations{OrganisationID: loom.OrganisationID, Into: into.OrganisationID, Reason: "one firm"}
	}
	proposed := func(into policies.Actor) Need {
		s.do(office, propose(into))
		o, _ := s.memory.Organisation(loom.OrganisationID)
		return Need{Kind: NeedMerger, OrganisationID: o.ID, Since: o.Merge.At}
	}
	need := proposed(ferry)
	for _, a := range []policies.Actor{admin(loom), admin(ferry)} {
		tell(a, need)
	}
	for _, a := range []policies.Actor{loom, office, admin(office), admin(crane), {}} {
		tell(a)
	}
	s.do(admin(loom), propose(ferry))
	tell(admin(loom))
	tell(admin(ferry), need)
	need = proposed(crane) // instead
	tell(admin(ferry))
	tell(admin(crane), need)
	tell(admin(loom), need)
	s.do(office, policies.CloseOrganisation{OrganisationID: crane.OrganisationID, Reason: "struck off"})
	tell(admin(loom))
}
