package reports

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Whoever counts answered comments says the same: the gate, the counts, the lists, what a sponsor is asked for, and what we
// heard. A duplicate of a comment that was taken back since is answered nowhere.
func TestAnsweredIsOneRule(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		var ids []string
		for i := range rapid.IntRange(2, 5).Draw(r, "comments") {
			ids = append(ids, w.say(rapid.SampledFrom([]policies.Actor{w.loom, w.ferry, w.crane}).Draw(r, "who"), "§2(1)", fmt.Sprintf("Words %d.", i)))
		}
		try := func(a policies.Actor, c policies.Command) { _, _ = w.Do(t.Context(), a, "", c) } // what is refused changes nothing
		for range rapid.IntRange(0, 12).Draw(r, "moves") {
			id := rapid.SampledFrom(ids).Draw(r, "comment")
			c := policies.DisposeComment{CommentID: id, Reason: "r", Outcome: rapid.SampledFrom([]policies.Outcome{policies.Noted, policies.Duplicate, policies.Duplicate, policies.AcceptedWhole}).Draw(r, "outcome")}
			if c.Outcome == policies.Duplicate {
				c.DuplicateOf = rapid.SampledFrom(ids).Draw(r, "of")
			}
			switch rapid.IntRange(0, 4).Draw(r, "move") {
			case 0:
				k := w.recorded(id)[id]
				for _, a := range []policies.Actor{w.loom, w.ferry, w.crane} {
					if a.OrganisationID == k.OrganisationID {
						try(a, policies.WithdrawComment{CommentID: id, Reason: "r"})
					}
				}
			case 1:
				try(w.ministry, policies.DisposeEach{DocumentID: w.document, Dispositions: []policies.EachDisposition{{DisposeComment: c, Seen: w.recorded(id)[id].Disposition.Mark()}}})
			default:
				try(w.ministry, c)
			}
		}
		want := 0
		all := w.recorded(ids...)
		for _, k := range all {
			var repeats *policies.Comment
			if k.Disposition != nil && k.Disposition.DuplicateOf != "" {
				of := all[k.Disposition.DuplicateOf]
				repeats = &of
			}
			if k.Stands() && !k.Disposition.Answers(repeats) {
				want++
			}
		}
		for face, got := range w.unanswered(r) {
			if got != want {
				r.Fatalf("%s says that %d comments have no answer, and it is %d", face, got, want)
			}
		}
	})
}

func (w *world) recorded(ids ...string) map[string]policies.Comment {
	all, err := w.Views().Comments(w.t.Context(), policies.Operator, ids)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// unanswered is how many comments have no answer, by who says so.
func (w *world) unanswered(r *rapid.T) map[string]int {
	ctx, db, no := w.t.Context(), w.Views(), false
	found := map[string]int{"what we heard": w.heard(w.ministry, w.document).Unanswered}
	counts, err := db.CommentCounts(ctx, []string{w.document})
	if err != nil {
		r.Fatal(err)
	}
	c := counts[w.document]
	found["the counts"] = c.Total - c.Withdrawn - c.Disowned - c.Answered
	for name, f := range map[string]views.CommentFilter{"the list": {}, "the list of a moment": {AsOf: w.clock.Now()}} {
		f.DocumentID, f.Answered, f.Withdrawn = w.document, &no, &no
		list, err := db.CommentList(ctx, w.ministry, f, views.Page{First: 100})
		if err != nil {
			r.Fatal(err)
		}
		found[name] = len(list.Items)
	}
	needs, err := db.NeedCounts(ctx, w.ministry, views.NeedFilter{Kinds: []views.NeedKind{views.NeedComment}, Now: w.clock.Now()})
	if err != nil {
		r.Fatal(err)
	}
	found["what is asked of a sponsor"] = needs.ByKind[views.NeedComment]
	w.clock.Set(w.clock.Now().Add(120 * 24 * time.Hour))
	gaps, err := db.Gate(ctx, w.document, "", w.clock.Now(), policies.DefaultRules())
	if err != nil {
		r.Fatal(err)
	}
	found["the gate"] = 0
	for _, g := range gaps {
		if g.Reason == "commentUnanswered" {
			found["the gate"]++
		}
	}
	return found
}
