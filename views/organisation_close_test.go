package views

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// close ends, now and then, that an organisation takes part: at any time, in the middle of a
// ballot too.
func (d *dialogue) close() {
	switch rapid.IntRange(0, 3).Draw(d.t, "close") {
	case 0:
		d.keep(nil, policies.CloseOrganisation{OrganisationID: d.actor().OrganisationID, Reason: "struck off"})
	case 1:
		d.merge()
	}
}

// merge merges somebody into a new one of its kind, once both sides agree.
func (d *dialogue) merge() {
	o, err := d.memory.Organisation(d.actor().OrganisationID)
	if err != nil || o.Kind == policies.Secretariat || !o.ClosedAt.IsZero() {
		return
	}
	heir := d.partyOf(policies.RegisterOrganisation{Kind: o.Kind, Name: fmt.Sprintf("Heir %d", len(d.entries)), Jurisdiction: o.Jurisdiction})
	d.actors = append(d.actors, heir)
	if rapid.Bool().Draw(d.t, "speak") {
		d.cast()
		d.together()
	}
	c := policies.MergeOrganisations{OrganisationID: o.ID, Into: heir.OrganisationID, Reason: "one firm"}
	for _, a := range d.actors {
		if a.Chamber == policies.Secretariat {
			_, _ = d.try(a, c)
		}
	}
	for _, id := range []string{o.ID, heir.OrganisationID} {
		_, _ = d.try(policies.Actor{MemberID: "mem_admin", OrganisationID: id, Chamber: o.Kind, Jurisdiction: o.Jurisdiction, Role: policies.Admin}, c)
	}
}

// Organisations that were closed are listed among the others, and apart.
func TestClosedOrganisationsAreListed(t *testing.T) {
	s := newStory(t)
	office := s.party(policies.Secretariat, "Office")
	loom, ferry := s.party(policies.Business, "Loom"), s.party(policies.Business, "Ferry")
	s.do(office, policies.CloseOrganisation{OrganisationID: loom.OrganisationID, Reason: "struck off"})
	db := openTest(t)
	foldAll(t, db, s.entries)
	for _, x := range []struct {
		closed *bool
		want   []string
	}{{nil, []string{ferry.OrganisationID, loom.OrganisationID}}, {new(true), []string{loom.OrganisationID}}, {new(false), []string{ferry.OrganisationID}}} {
		l, err := db.OrganisationList(ctx, OrganisationFilter{Kinds: []policies.OrganisationKind{policies.Business}, Closed: x.closed}, Page{First: 9})
		var got []string
		for _, o := range l.Items {
			got = append(got, o.ID)
		}
		if err != nil || !slices.Equal(got, x.want) {
			t.Errorf("closed %v: %v, %v; want %v", x.closed, got, err, x.want)
		}
	}
}
