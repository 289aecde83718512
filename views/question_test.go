package views

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
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
		ids, heard := map[QuestionPlace][]string{}, map[string]bool{}
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
			count := func(a AnswerCount, choice string) AnswerCount {
				a.Comments++
				if key := fmt.Sprint(at, choice, c.OrganisationID); !heard[key] {
					heard[key] = true
					a.Organisations++
				}
				return a
			}
			n.Total = count(n.Total, "")
			if c.Choice != "" {
				if n.ByChoice == nil {
					n.ByChoice = map[string]AnswerCount{}
				}
				n.ByChoice[c.Choice] = count(n.ByChoice[c.Choice], c.Choice)
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
