package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

// An organisation's admins say how large it is, and nobody says so for them.
func TestDeclareSize(t *testing.T) {
	w := newTown(t)
	id, year := w.loom.OrganisationID, w.now.Year()
	c := DeclareSize{OrganisationID: id, Class: Micro, Year: year - 1}
	for who, code := range map[*Actor]Code{{}: Unauthenticated, &w.loom: Forbidden, new(as(w.ferry, Admin)): Forbidden,
		new(as(w.office, Admin)): Forbidden, &Operator: Forbidden, new(OperatorFor(Organisation{ID: id, Kind: Business})): Forbidden} {
		w.refuse(*who, c, code, "organisationId", "")
	}
	admin := as(w.loom, Admin)
	want, _ := w.m.Organisation(id)
	for _, c := range []DeclareSize{c, {id, Micro, year}, {id, Small, year}, {id, Micro, year - 1}} { // the last puts the others right
		w.do(admin, c)
		want.Size = Size{Class: c.Class, Year: c.Year, DeclaredAt: w.now}
		got, _ := w.m.Organisation(id)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c, diff)
		}
		w.refuse(admin, c, Conflict, "class", "has said so already")
	}
	w.do(w.office, CorrectOrganisation{OrganisationID: id, Sector: new("weaving"), Reason: "It was left out."})
	if got, _ := w.m.Organisation(id); got.Size != want.Size {
		t.Errorf("corrected, it has size %+v", got.Size)
	}
}

// Whatever has no employees to count is told so: every kind of organisation either has a
// size or is refused one.
func TestOnlyEnterprisesHaveASize(t *testing.T) {
	w := newTown(t)
	for _, kind := range OrganisationKinds {
		id := w.do(Operator, RegisterOrganisation{Kind: kind, Name: "Another " + string(kind), Jurisdiction: "EE"}).Subject()
		c := DeclareSize{OrganisationID: id, Class: Large, Year: w.now.Year()}
		admin := w.admit(Operator, id, "chief of "+id, Admin)
		if kind.HasSize() {
			w.do(admin, c)
			continue
		}
		w.refuse(admin, c, Conflict, "organisationId", "has no size")
	}
}

// A head count is of a year that has begun somewhere, and of the last ten.
func TestSizeYears(t *testing.T) {
	w := newTown(t)
	admin := as(w.loom, Admin)
	w.now = time.Date(2026, time.December, 31, 9, 59, 0, 0, time.UTC)
	c := DeclareSize{OrganisationID: w.loom.OrganisationID, Class: Small}
	for _, year := range []int{-1, 0, 99, 2015, 2027, 20260} {
		c.Year = year
		w.refuse(admin, c, Invalid, "year", "from 2016 to 2026")
	}
	for _, year := range []int{2016, 2026} {
		c.Year = year
		w.do(admin, c)
	}
	c.Class = "huge"
	w.refuse(admin, c, Invalid, "class", "")
	w.now = time.Date(2026, time.December, 31, 10, 0, 0, 0, time.UTC) // 2027 has begun on Kiritimati
	c.Class, c.Year = Small, 2027
	w.do(admin, c)
}
