package views

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Answers to questions are listed and counted as they were given, and filters are
// read by nobody but their member.
func TestRoundsAsMemoryHasThem(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		for range rapid.IntRange(0, 20).Draw(t, "rounds") {
			d.now = d.now.Add(time.Second)
			d.round()
		}
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		counts, err := db.AnswerCounts(ctx, d.consultations)
		if err != nil {
			t.Fatal(err)
		}
		want := map[QuestionPlace]AnswerCounts{}
		ids := map[QuestionPlace][]string{}
		for _, id := range d.comments {
			c, err := d.memory.Comment(id)
			if err != nil || c.QuestionID == "" {
				continue
			}
			at := QuestionPlace{c.ConsultationID, c.QuestionID}
			ids[at] = append(ids[at], id)
			if !c.Stands() || c.Confidential {
				continue
			}
			n := want[at]
			n.Total++
			if c.Choice != "" {
				if n.ByChoice == nil {
					n.ByChoice = map[string]int{}
				}
				n.ByChoice[c.Choice]++
			}
			want[at] = n
		}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("answers (-counted one by one +kept):\n%s", diff)
		}
		for at, all := range ids {
			if got := listedAnswers(t, db, at); !cmp.Equal(got, all) {
				t.Errorf("answers to %+v are %v, want %v", at, got, all)
			}
		}
		d.checkFilters(db)
	})
}

// listedAnswers lists the answers to a question, two at a time.
func listedAnswers(t tester, db *DB, at QuestionPlace) (ids []string) {
	p := Page{First: 2}
	for {
		l, err := db.CommentList(ctx, policies.Operator, CommentFilter{ConsultationID: at.ConsultationID, QuestionID: at.QuestionID}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range l.Items {
			ids = append(ids, c.ID)
		}
		if !l.HasNext {
			return ids
		}
		p.After = l.Cursors[len(l.Cursors)-1]
	}
}

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

// What the views say of unconsulted changes is what policies says.
func TestUnconsulted(t *testing.T) {
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels", Language: "en", Parties: []string{"NZ"}})
	first := s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Parcels\n\nOne.\n\nTwo.\n"})
	s.do(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(time.Hour)), Zone: "UTC", Late: policies.LateMarked})
	second := s.do(gov, policies.CommitRevision{DocumentID: doc, Base: first, Source: "# Parcels\n\nOne.\n\nTwo and a half.\n"})
	db := openTest(t)
	foldAll(t, db, s.entries)
	d, _ := s.memory.Document(doc)
	rev, _ := s.memory.Revision(second)
	want, err := policies.Unconsulted(d, rev, &s.memory, true)
	if err != nil || len(want) != 1 {
		t.Fatalf("%+v, %v", want, err)
	}
	got, err := db.Unconsulted(t.Context(), doc, second, true)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("(-want +got), %v:\n%s", err, diff)
	}
	for _, x := range [][2]string{{doc, "rev_none"}, {"doc_none", second}} {
		if _, err := db.Unconsulted(t.Context(), x[0], x[1], true); !errors.Is(err, policies.ErrNotFound) {
			t.Errorf("%v: %v", x, err)
		}
	}
}
