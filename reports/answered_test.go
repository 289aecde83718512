package reports

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Whoever counts answered comments says the same: the gate, the counts, the lists, what a sponsor is asked for, and what we
// heard. A duplicate is answered nowhere before the comment that it repeats is, and nowhere once that one was taken back.
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
			if k.Stands() && !policies.Answered(&k, func(id string) *policies.Comment { of := all[id]; return &of }) {
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

// What is said in confidence is counted as such and in nothing else, by the counts and by what we heard alike, whoever asks; what
// became of it is told nobody by a number.
func TestConfidencesAreCountedByOneRule(t *testing.T) {
	w := newWorld(t)
	confide := func(a policies.Actor, text string) string {
		return w.do(a, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{ClauseID: w.clause("§2(1)"), Stance: policies.Oppose, Type: policies.General, Text: text,
			Confidential: true, Summary: "On costs.", Supporters: 7}})
	}
	a, b := w.say(w.loom, "§2(1)", "Words."), w.say(w.ferry, "§2(1)", "Others.")
	secret, taken := confide(w.crane, "Secret."), confide(w.crane, "Taken back.")
	confide(w.loom, "Open.")
	w.do(w.crane, policies.WithdrawComment{CommentID: taken, Reason: "r"})
	held := func(state string, answered int) {
		t.Helper()
		counts, err := w.Views().CommentCounts(t.Context(), []string{w.document})
		if err != nil {
			t.Fatal(err)
		}
		c := counts[w.document]
		if c.Total != 5 || c.Confidential != 2 || c.Withdrawn != 1 || c.Answered != answered || c.Supporters != 0 {
			t.Errorf("%s: %+v", state, c)
		}
		for _, who := range []policies.Actor{{}, w.loom, w.crane, w.ministry, w.office} {
			h := w.heard(who, w.document)
			got := []int{h.Comments, h.Comments - h.Unanswered, h.Confidential, h.TakenBack, int(h.Supporters)}
			if want := []int{c.Total - c.Withdrawn - c.Disowned - c.Confidential, c.Answered, c.Confidential, c.Withdrawn + c.Disowned, int(c.Supporters)}; !slices.Equal(got, want) {
				t.Errorf("%s, %s: what we heard counts %v, the counts say %v", state, who.Name, got, want)
			}
		}
	}
	held("nothing answered", 0)
	w.do(w.ministry, policies.DisposeComment{CommentID: secret, Outcome: policies.Noted, Reason: "r"})
	held("a confidential one answered", 0)
	w.do(w.ministry, policies.DisposeComment{CommentID: b, Outcome: policies.Duplicate, DuplicateOf: a, Reason: "r"})
	held("one repeats another", 0)
	w.do(w.ministry, policies.DisposeComment{CommentID: a, Outcome: policies.Noted, Reason: "r"})
	held("and that is answered", 2)
}
