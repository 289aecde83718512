package views

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// carriedPlainly says where a comment stands in a revision by nothing but the memory
// and package clauses: its clauses, by ID.
func (d *dialogue) carriedPlainly(k policies.Comment, in policies.Revision, asOf time.Time) (fate clauses.Fate, ids []string) {
	from, clause := k.RevisionID, k.ClauseID
	anchors, err := d.memory.Anchors(k.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	anchors = slices.DeleteFunc(anchors, func(a policies.Anchor) bool { return !asOf.IsZero() && a.At.After(asOf) })
	for i := range anchors {
		if !asOf.IsZero() && anchors[i].UndoneAt.After(asOf) { // it stood by then
			anchors[i].UndoneAt = time.Time{}
		}
	}
	byHand := policies.Anchored(anchors, in.Number)
	if byHand != nil {
		from, clause = byHand.RevisionID, byHand.ClauseID
	}
	then, now := d.text(from), d.text(in.ID)
	switch {
	case clause != "":
		var steps [][]clauses.Succession
		for _, id := range d.revisions {
			r, err := d.memory.Revision(id)
			if err != nil {
				d.t.Fatal(err)
			}
			if of, _ := d.memory.Revision(from); r.DocumentID == in.DocumentID && r.Number > of.Number && r.Number <= in.Number {
				steps = append(steps, r.Successions)
			}
		}
		r, ok := clauses.NewCarrier(then, now, steps...).Carry(clause)
		if !ok {
			d.t.Fatalf("%s stands on no clause of %s", k.ID, from)
		}
		fate = r.Fate
		for _, n := range r.Clauses {
			ids = append(ids, now.Clauses[n].ID)
		}
	case then.Source == now.Source:
		fate = clauses.StaysUnchanged
	default:
		fate = clauses.HasChanged
	}
	if byHand != nil && fate != clauses.IsGone && fate != clauses.WasSplit {
		if clause != k.ClauseID {
			fate = clauses.HasMoved
		} else if fate != clauses.HasMoved {
			fate = d.sameAs(k, now)
		}
	}
	return fate, ids
}

// sameAs is the fate of a comment that was put on the very clause it was made on.
func (d *dialogue) sameAs(k policies.Comment, now *clauses.Text) clauses.Fate {
	made := d.text(k.RevisionID)
	a, b := made.Clauses.Index(k.ClauseID), now.Clauses.Index(k.ClauseID)
	if k.ClauseID == "" && made.Source == now.Source || k.ClauseID != "" && made.Clauses[a].Hash == now.Clauses[b].Hash {
		return clauses.StaysUnchanged
	}
	return clauses.HasChanged
}

func (d *dialogue) text(id string) *clauses.Text {
	t, err := d.memory.Text(id)
	if err != nil {
		d.t.Fatal(err)
	}
	return t
}

// Whatever happens in a dialogue, its comments are listed where they stand: with each
// clause those that are carried to it, with each fate those that met it, for everybody
// who may read them and in pages of any size.
func TestCommentsStandWhereTheyAreCarried(t *testing.T) {
	dir, runs := t.TempDir(), 0
	looked := map[clauses.Fate]int{}
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
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
			d.checkStanding(db, in, time.Time{}, looked)
			d.checkStanding(db, in, d.entries[len(d.entries)/2].At, looked)
		}
	})
	t.Logf("comments carried, by fate: %v", looked)
}

func (d *dialogue) checkStanding(db *DB, in policies.Revision, asOf time.Time, looked map[clauses.Fate]int) {
	s, err := db.Standing(ctx, in, asOf)
	if err != nil {
		d.t.Fatal(err)
	}
	onClause, byFate := map[string][]string{}, map[clauses.Fate][]string{}
	for _, id := range d.comments {
		k, err := d.memory.Comment(id)
		if err != nil {
			d.t.Fatal(err)
		}
		if !asOf.IsZero() && k.SubmittedAt.After(asOf) {
			continue
		}
		made, err := d.memory.Revision(k.RevisionID)
		if err != nil {
			d.t.Fatal(err)
		}
		got, ok := s.Carry(k)
		if want := made.DocumentID == in.DocumentID && made.Number <= in.Number; ok != want {
			d.t.Fatalf("%s of revision %d stands in revision %d: %v", id, made.Number, in.Number, ok)
		}
		if !ok {
			continue
		}
		if _, told := s.Carry(k.Shell()); told && k.Confidential {
			d.t.Fatalf("what the confidential comment %s is on is told", id)
		}
		fate, on := d.carriedPlainly(k, in, asOf)
		looked[fate]++
		byFate[fate] = append(byFate[fate], id)
		for _, c := range on {
			onClause[c] = append(onClause[c], id)
		}
		var gotOn []string
		for _, i := range got.Clauses {
			gotOn = append(gotOn, s.Text.Clauses[i].ID)
		}
		if got.Fate != fate || !slices.Equal(gotOn, on) {
			d.t.Fatalf("%+v is %s at %v in revision %d; want %s at %v", k, got.Fate, gotOn, in.Number, fate, on)
		}
	}
	var ids []string
	for _, c := range s.Text.Clauses {
		ids = append(ids, c.ID)
	}
	for _, a := range []policies.Actor{policies.Operator, {}} {
		want := func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return !d.mayRead(a, id) })
		}
		for _, id := range ids {
			got := d.walk(func(p Page) List[policies.Comment] {
				m, err := db.CarriedPages(ctx, a, s, ids, CommentFilter{AsOf: asOf}, p)
				if err != nil {
					d.t.Fatal(err)
				}
				return m[id]
			})
			if diff := cmp.Diff(want(onClause[id]), got, cmpopts.EquateEmpty()); diff != "" {
				d.t.Fatalf("comments on %s in revision %d (-want +got):\n%s", id, in.Number, diff)
			}
		}
		for _, f := range clauses.Fates {
			got := d.walk(func(p Page) List[policies.Comment] {
				l, err := db.CarriedList(ctx, a, s, []clauses.Fate{f}, CommentFilter{AsOf: asOf}, p)
				if err != nil {
					d.t.Fatal(err)
				}
				return l
			})
			if diff := cmp.Diff(want(byFate[f]), got, cmpopts.EquateEmpty()); diff != "" {
				d.t.Fatalf("comments that are %s in revision %d (-want +got):\n%s", f, in.Number, diff)
			}
		}
	}
}

// mayRead asks the judge about all of a comment.
func (d *dialogue) mayRead(a policies.Actor, id string) bool {
	k, err := d.memory.Comment(id)
	if err != nil {
		d.t.Fatal(err)
	}
	doc, err := d.memory.Document(k.DocumentID)
	return err == nil && policies.May(a, policies.ReadingComment, policies.OnComment(&doc, &k)) == nil
}

// walk reads a list to its end, by small pages forward, and holds one page backward
// against it.
func (d *dialogue) walk(list func(Page) List[policies.Comment]) (ids []string) {
	p := Page{First: 2}
	for {
		l := list(p)
		for _, k := range l.Items {
			ids = append(ids, k.ID)
		}
		if !l.HasNext {
			break
		}
		p.After = l.Cursors[len(l.Cursors)-1]
	}
	var last []string
	for _, k := range list(Page{Last: 2}).Items {
		last = append(last, k.ID)
	}
	if want := ids[max(0, len(ids)-2):]; !slices.Equal(last, want) {
		d.t.Fatalf("the last two are %v, want %v", last, want)
	}
	return ids
}
