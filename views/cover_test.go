package views

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// twins are two records that differ only in what became of a confidential comment.
type twins struct {
	t       *rapid.T
	a, b    *dialogue
	step    int
	secret  string // the comment
	again   string // another of the same organisation's, made in confidence
	public  []string
	clauses []string
	at      map[*dialogue]string // where the comment was put last
	sponsor policies.Actor
}

// newTwins tells both records the same story: a regulation open for comment, a later
// draft of it, comments in public and in confidence, and a sponsor that came after those.
func newTwins(t *rapid.T) (w *twins, strangers []policies.Actor) {
	w = &twins{t: t, at: map[*dialogue]string{}}
	for _, d := range []**dialogue{&w.a, &w.b} {
		*d = &dialogue{story: newStory(t), t: t}
	}
	party := func(kind policies.OrganisationKind, name string) (a policies.Actor) {
		for _, d := range []*dialogue{w.a, w.b} {
			a = d.party(kind, name)
			d.actors = append(d.actors, a)
		}
		return a
	}
	gov, late, biz, other, hub := party(policies.Government, "Ministry"), party(policies.Government, "Department"), party(policies.Business, "Carrier"),
		party(policies.Business, "Shop"), party(policies.HubOperator, "Hub")
	w.sponsor = gov
	doc := w.same(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels", Language: "en", Parties: []string{"NZ"}})
	const text = "# Parcels {#top}\n\n## Scope {#scope}\n\nAll parcels.\n\n## Duties {#duties}\n\nThe carrier pays.\n"
	first := w.same(gov, policies.CommitRevision{DocumentID: doc, Source: text})
	csn := w.same(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(w.a.now.Add(90 * 24 * time.Hour)), Zone: "UTC", Late: policies.LateMarked})
	read, err := w.a.memory.Text(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range read.Clauses {
		w.clauses = append(w.clauses, c.ID)
	}
	say := policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{ClauseID: w.clauses[4], Stance: policies.Amend, Type: policies.Technical,
		Text: "the words of a comment", Replacement: "The buyer pays."}}
	w.public = []string{w.same(other, say), w.same(hub, say)}
	say.Confidential, say.Summary = true, "the words of a comment, in short"
	w.secret, w.again = w.same(biz, say), w.same(biz, say)
	second := w.same(gov, policies.CommitRevision{DocumentID: doc, Base: first, Source: text[:len(text)-len("The carrier pays.\n")] + "The buyer pays.\n"})
	w.same(gov, policies.ShareDocument{DocumentID: doc, OrganisationID: late.OrganisationID, As: policies.AsSponsor})
	w.same(late, policies.AcceptSponsorship{DocumentID: doc})
	for _, d := range []*dialogue{w.a, w.b} {
		d.documents, d.revisions, d.consultations, d.comments = []string{doc}, []string{first, second}, []string{csn}, append(slices.Clone(w.public), w.secret, w.again)
	}
	return w, []policies.Actor{{}, other, late, hub}
}

// same is a command that both records are given.
func (w *twins) same(a policies.Actor, c policies.Command) string {
	return w.each(a, func(*dialogue) policies.Command { return c })
}

// each gives each record a command of its own.
func (w *twins) each(a policies.Actor, c func(*dialogue) policies.Command) string {
	x, y := w.a.do(a, c(w.a)), w.b.do(a, c(w.b))
	if x != y {
		w.t.Fatalf("%s and %s", x, y)
	}
	return x
}

// word is one that no other step says, and another in each record.
func (w *twins) word(d *dialogue) string {
	w.step++
	return fmt.Sprintf("%dq%v", w.step, d == w.a)
}

func (w *twins) draw(n int, what string) int { return rapid.IntRange(0, n-1).Draw(w.t, what) }

// befall has one thing befall the confidential comment, the same kind of thing in both
// records and otherwise another.
func (w *twins) befall() {
	doc, revisions := w.a.documents[0], w.a.revisions
	each := func(c func(d *dialogue) policies.Command) { w.each(w.sponsor, c) }
	switch w.draw(5, "what befalls it") {
	case 0:
		each(func(d *dialogue) policies.Command { return w.disposal(d) })
	case 1:
		before := maps.Clone(w.at)
		each(func(d *dialogue) policies.Command {
			elsewhere := slices.DeleteFunc(slices.Clone(w.clauses), func(id string) bool { return id == w.at[d] })
			w.at[d] = elsewhere[w.draw(len(elsewhere), "where")]
			return policies.ReanchorComment{CommentID: w.secret, RevisionID: revisions[1], ClauseID: w.at[d], Reason: w.word(d)}
		})
		if w.draw(2, "undo it") == 1 {
			each(func(d *dialogue) policies.Command {
				return policies.UndoReanchor{CommentID: w.secret, RevisionID: revisions[1], ClauseID: w.at[d], Reason: w.word(d)}
			})
			w.at = before
		}
	case 2:
		each(func(d *dialogue) policies.Command {
			return policies.EndorseComment{CommentID: w.secret, Position: policies.EndorsementPositions[w.draw(2, "position")], Reason: w.word(d)}
		})
	case 3:
		each(func(d *dialogue) policies.Command {
			return policies.ReplyToComment{CommentID: w.secret, Text: w.word(d)}
		})
		w.a.replies = append(w.a.replies, w.a.memory.All.Replies[len(w.a.memory.All.Replies)-1].ID)
		w.b.replies = w.a.replies
	case 4: // among others, or not
		reason := w.word(w.a)
		each(func(d *dialogue) policies.Command {
			c := policies.DisposeComments{DocumentID: doc, AsOf: int64(len(d.entries)), Count: 4, Outcome: policies.Noted, Reason: reason, Selection: policies.Selection{Disposed: true}}
			if w.draw(2, "without it") == 1 {
				c.Selection.Except, c.Count = []string{w.secret, w.again}, 2
			}
			return c
		})
	}
}

// disposal is a disposition of it.
func (w *twins) disposal(d *dialogue) policies.Command {
	c := policies.DisposeComment{CommentID: w.secret, Outcome: policies.Outcomes[w.draw(len(policies.Outcomes), "outcome")], Reason: w.word(d)}
	switch {
	case c.Outcome == policies.Duplicate:
		c.DuplicateOf = w.public[w.draw(2, "duplicate of")]
	case c.Outcome.Accepts() && w.draw(2, "carried out") == 1:
		c.Change = &policies.ChangeReference{RevisionID: w.a.revisions[1], ClauseID: w.clauses[4]}
	}
	return c
}

// untold are the questions that ask no rights and whose answers no face shows as they are.
var untold = []string{"Gate", "Anchors", "AnchorsAt", "CommentNumbered", "Standing", "Entry", "Outcome"}

// What became of a confidential comment leaves no trace in anything that strangers are
// shown: in no list, order, cursor, count, search or report, nor in what statements say but for their
// digests. A sponsor that came later is such a stranger, but for whether the gate wants anything.
func TestWhatBecameOfAConfidentialCommentLeavesNoTrace(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		w, strangers := newTwins(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			w.befall()
		}
		var told [2]map[string]any
		for i, d := range []*dialogue{w.a, w.b} {
			db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprintf("%d-%d", runs, i)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			foldAll(t, db, d.entries)
			told[i] = shownTo(d, db, strangers)
		}
		for question, want := range told[0] {
			if got := told[1][question]; !reflect.DeepEqual(want, got) {
				t.Errorf("%s tells one from the other: %+v, %+v", question, want, got)
			}
		}
	})
}

// shownTo asks views every question that faces ask, for each of some viewers.
func shownTo(d *dialogue, db *DB, viewers []policies.Actor) map[string]any {
	all := map[string]any{}
	for i, a := range viewers {
		args := shownWith(d, db)
		args[reflect.TypeOf(a)] = []any{a}
		for question, is := range ask(d, db, args) {
			name := question[:len(question)-len(fmt.Sprint(numberAt(question)))]
			if !slices.Contains(untold, name) && (name != "AdoptionGaps" || a.Chamber != policies.Government) {
				all[fmt.Sprint(i, question)] = withoutDigests(is)
			}
		}
	}
	return all
}

// numberAt is the number that a question ends in.
func numberAt(question string) (n int) {
	for i, r := range question {
		if r >= '0' && r <= '9' {
			_, _ = fmt.Sscan(question[i:], &n)
			return n
		}
	}
	return 0
}

// withoutDigests returns answers whose entries have no digest, which is salted.
func withoutDigests(is any) any {
	plain := func(e Entry) Entry { e.Digest, e.words = [32]byte{}, nil; return e }
	list := slices.Clone(is.([]any))
	for i, v := range list {
		switch v := v.(type) {
		case Entry:
			list[i] = plain(v)
		case []Entry:
			own := slices.Clone(v)
			for k := range own {
				own[k] = plain(own[k])
			}
			list[i] = own
		case List[Entry]:
			v.Items = slices.Clone(v.Items)
			for k := range v.Items {
				v.Items[k] = plain(v.Items[k])
			}
			list[i] = v
		}
	}
	return list
}
