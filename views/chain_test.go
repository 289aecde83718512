package views

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// From a clause back to the comments that shaped it is from each of those comments
// forward to the clause, whatever happens in a dialogue.
func TestShapedBothWays(t *testing.T) {
	dir, runs, shaped := t.TempDir(), 0, 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		d.acceptances()
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		for _, id := range d.revisions {
			in, err := d.memory.Revision(id)
			if err != nil {
				t.Fatal(err)
			}
			shaped += d.checkShaped(db, in)
		}
		d.checkDuplicates(db)
	})
	t.Logf("%d times a clause was shaped by a comment", shaped)
}

// acceptances lets more be said and changed, and accepted one by one or together.
func (d *dialogue) acceptances() {
	d.propose()
	for _, id := range d.documents { // fresh ones are open for comment
		d.keep(&d.revisions, policies.CommitRevision{DocumentID: id, Source: "Paragraph 0 of words number0.\n\nParagraph 1 of words number1.\n"})
		d.keep(&d.consultations, policies.OpenConsultation{DocumentID: id, Closes: local(d.now.Add(300 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateMarked})
	}
	for range rapid.IntRange(10, 40).Draw(d.t, "acceptances") {
		d.now = d.now.Add(time.Second)
		switch rapid.IntRange(0, 4).Draw(d.t, "acceptance") {
		case 0:
			d.revise()
		case 1, 2:
			d.comment()
		case 3:
			c := policies.DisposeComment{CommentID: d.any(d.comments), Outcome: policies.AcceptedWhole, Reason: "so be it"}
			d.refer(&c)
			d.keep(nil, c)
		case 4:
			d.disposeAll()
		}
	}
}

// checkShaped holds the comments that shaped the clauses of a revision against a
// search among all comments, and counts them.
func (d *dialogue) checkShaped(db *DB, in policies.Revision) (n int) {
	lineage, err := db.Lineage(ctx, []string{in.DocumentID})
	if err != nil {
		d.t.Fatal(err)
	}
	steps := lineage[in.DocumentID]
	want, all := map[string][]string{}, []string(nil)
	for _, id := range d.comments {
		k, err := d.memory.Comment(id)
		if err != nil {
			d.t.Fatal(err)
		}
		if k.DocumentID != in.DocumentID || !k.Stands() || k.Disposition == nil || k.Disposition.Change == nil {
			continue
		}
		changed, err := d.memory.Revision(k.Disposition.Change.RevisionID)
		if err != nil {
			d.t.Fatal(err)
		}
		if changed.Number > in.Number {
			continue
		}
		all = append(all, id)
		upTo := slices.DeleteFunc(slices.Clone(steps), func(s clauses.Step) bool { return s.Revision > in.Number })
		for _, heir := range clauses.Heirs(upTo, k.Disposition.Change.ClauseID, changed.Number) {
			want[heir] = append(want[heir], id)
		}
	}
	text := d.text(in.ID)
	var ids []string
	for _, c := range text.Clauses {
		ids = append(ids, c.ID)
	}
	viewer := policies.Operator
	for _, id := range ids {
		got := d.walk(func(p Page) List[policies.Comment] {
			m, err := db.ShapedPages(ctx, viewer, in, steps, ids, p)
			if err != nil {
				d.t.Fatal(err)
			}
			return m[id]
		})
		if diff := cmp.Diff(want[id], got); diff != "" {
			d.t.Fatalf("comments that shaped %s of revision %d (-want +got):\n%s", id, in.Number, diff)
		}
		n += len(got)
	}
	got := d.walk(func(p Page) List[policies.Comment] {
		l, err := db.ShapedList(ctx, viewer, in.DocumentID, in.Number, p)
		if err != nil {
			d.t.Fatal(err)
		}
		return l
	})
	if diff := cmp.Diff(all, got); diff != "" {
		d.t.Fatalf("comments that shaped revision %d (-want +got):\n%s", in.Number, diff)
	}
	public, err := db.ShapedPages(ctx, policies.Actor{}, in, steps, ids, Page{First: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range ids {
		var told []string
		for _, k := range public[id].Items {
			told = append(told, k.ID)
		}
		may := slices.DeleteFunc(slices.Clone(want[id]), func(id string) bool { return !d.mayRead(policies.Actor{}, id) })
		if !slices.Equal(told, may) {
			d.t.Fatalf("the public reads %v, which shaped %s of revision %d; want %v", told, id, in.Number, may)
		}
	}
	return n
}

func (d *dialogue) checkDuplicates(db *DB) {
	for _, of := range d.comments {
		var want []string
		for _, id := range d.comments {
			if k, err := d.memory.Comment(id); err == nil && k.Disposition != nil && k.Disposition.DuplicateOf == of {
				want = append(want, id)
			}
		}
		got := d.walk(func(p Page) List[policies.Comment] {
			m, err := db.DuplicatePages(ctx, policies.Operator, d.comments, p)
			if err != nil {
				d.t.Fatal(err)
			}
			return m[of]
		})
		if diff := cmp.Diff(want, got); diff != "" {
			d.t.Fatalf("duplicates of %s (-want +got):\n%s", of, diff)
		}
	}
}

// What shaped a clause is found by the index of changes, not among all comments.
func TestShapedPagesUseTheirIndex(t *testing.T) {
	db := openTest(t)
	var plan []string
	var id, parent, unused int
	var detail string
	err := table.Each(db.file.Read(ctx), `EXPLAIN QUERY PLAN SELECT c.seq FROM comments c WHERE c.document = 1 AND c.answer = 2
		AND c.withdrawn_at IS NULL AND c.disposition ->> '$.Change.clause' = 'x' AND c.seq > 5 ORDER BY c.seq LIMIT 3`, nil,
		[]any{&id, &parent, &unused, &detail}, func() error {
			plan = append(plan, detail)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan) != 1 || !strings.Contains(plan[0], "comments_changes (document=? AND <expr>=? AND rowid>?)") {
		t.Errorf("plan: %q", plan)
	}
}
