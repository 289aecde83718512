package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Who answered is counted as the counts of comments are: a sector is one however it is
// written, and only businesses and hub operators have a size.
func TestWhoAnswered(t *testing.T) {
	w := newWorld(t)
	w.do(policies.Operator, policies.CorrectOrganisation{OrganisationID: w.crane.OrganisationID, Sector: new("LOGISTICS"), Reason: "In capitals."})
	w.do(policies.Operator, policies.ChangeRole{MemberID: w.loom.MemberID, Role: policies.Admin})
	w.do(w.loom, policies.DeclareSize{OrganisationID: w.loom.OrganisationID, Class: policies.Micro, Year: 2026})
	for _, who := range []policies.Actor{w.ferry, w.crane, w.loom, w.loom, w.loom, w.ministry} {
		w.say(who, "§2(2)", "Too long.")
	}
	h := w.heard(policies.Actor{}, w.document)
	for what, x := range map[string]struct{ want, got []Voice }{
		"sectors":   {[]Voice{{"textiles", 1, 3}, {"logistics", 2, 2}, {"", 1, 1}}, h.Sectors},
		"sizes":     {[]Voice{{"micro", 1, 3}, {"", 2, 2}}, h.Sizes},
		"countries": {[]Voice{{"EE", 2, 4}, {"NZ", 2, 2}}, h.Jurisdictions},
	} {
		if diff := cmp.Diff(x.want, x.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	for _, page := range []string{h.Markdown(), html(t, h)} {
		if !strings.Contains(page, "Micro (fewer than 10 people)") || strings.Contains(page, "LOGISTICS") {
			t.Errorf("who answered isn't told: %s", page)
		}
	}

	at := views.CommentPlace{DocumentID: w.document}
	speakers, err := w.Views().Speakers(t.Context(), []views.CommentPlace{at})
	if err != nil {
		t.Fatal(err)
	}
	for what, x := range map[string]struct {
		list []Voice
		of   func(views.Speakers) (string, bool)
	}{
		"chambers":      {h.Chambers, func(s views.Speakers) (string, bool) { return string(s.Chamber), true }},
		"sectors":       {h.Sectors, func(s views.Speakers) (string, bool) { return s.Sector, true }},
		"jurisdictions": {h.Jurisdictions, func(s views.Speakers) (string, bool) { return s.Jurisdiction, true }},
		"sizes":         {h.Sizes, func(s views.Speakers) (string, bool) { return string(s.Size), s.Chamber.HasSize() }},
	} {
		want, got := map[string]int{}, map[string]int{}
		for _, v := range x.list {
			want[policies.NameKey(v.Name)] = 100*v.Organisations + v.Comments
		}
		for _, s := range speakers[at] {
			if name, ok := x.of(s); ok {
				got[policies.NameKey(name)] += 100*s.Organisations + s.Comments
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the report and the counts differ (-report +counts):\n%s", what, diff)
		}
	}
}
