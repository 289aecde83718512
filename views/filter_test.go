package views

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func (d *dialogue) checkFilters(db *DB) {
	for _, a := range d.readers() {
		found, err := db.Filters(ctx, a, d.filters)
		if err != nil {
			d.t.Fatal(err)
		}
		var mine []policies.SavedFilter
		for _, id := range d.filters {
			f, _ := d.memory.SavedFilter(id)
			got, ok := found[id]
			if ok != (a.MemberID != "" && f.MemberID == a.MemberID) || ok && !cmp.Equal(got, f) {
				d.t.Errorf("%+v reads %+v: %+v", a, f, got)
			}
			if ok && f.DeletedAt.IsZero() {
				mine = append(mine, f)
			}
		}
		list, err := db.SavedFilters(ctx, a)
		if diff := cmp.Diff(mine, list); err != nil || diff != "" {
			d.t.Errorf("filters of %+v (-want +got), %v:\n%s", a, err, diff)
		}
	}
}

// What a filter looks for among all that is open.
func TestFilterMatches(t *testing.T) {
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	var open []string
	for _, topic := range []string{"Customs", "tax", "customs"} {
		doc := s.do(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "On " + topic, Language: "en", Topics: []string{topic}, Parties: []string{"NZ"}})
		s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Text\n\nOf zebras, and more.\n"})
		open = append(open, s.do(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(90 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateMarked}))
	}
	db := openTest(t)
	foldAll(t, db, s.entries)
	for _, x := range []struct {
		wants policies.Interests
		want  []string
	}{
		{policies.Interests{Topics: []string{"CUSTOMS"}}, []string{open[0], open[2]}},
		{policies.Interests{Topics: []string{"customs"}, Keyword: "zebras"}, []string{open[0], open[2]}},
		{policies.Interests{Keyword: "on tax"}, []string{open[1]}},
		{policies.Interests{Keyword: "quagga"}, nil},
		{policies.Interests{Keyword: "?"}, nil},
		{policies.Interests{Jurisdictions: []string{"EE"}}, nil},
	} {
		var got []string
		for p := (Page{First: 1}); ; {
			l, err := db.FilterMatches(ctx, policies.Actor{}, x.wants, s.now, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range l.Items {
				got = append(got, c.ID)
			}
			if !l.HasNext {
				break
			}
			p.After = l.Cursors[0]
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", x.wants, diff)
		}
	}
}
