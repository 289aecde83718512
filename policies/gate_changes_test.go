package policies_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// unconsulted lists the clauses changed since the consultation that nothing explains.
func (w *town) unconsulted(doc string) (list []string) {
	w.t.Helper()
	d := w.document(doc)
	rev, err := w.m.Revision(d.Head)
	if err != nil {
		w.t.Fatalf("revision: %v", err)
	}
	gaps, err := Unconsulted(d, rev, w.m, Operator)
	if err != nil {
		w.t.Fatalf("unconsulted: %v", err)
	}
	for _, g := range gaps {
		list = append(list, g.Reason+" "+g.ClauseID)
	}
	return list
}

// Whatever was changed since the text was put up for comment is either explained or
// put up again: a further round from review settles it.
func TestUnconsultedChangesAskForAnotherRound(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	if got := w.unconsulted(doc); got != nil {
		t.Errorf("as consulted on: %v", got)
	}
	k := w.comment(w.loom, csn, w.clauseUnder(rev, "term"))
	duty, term := w.clauseUnder(rev, "duties"), w.clauseUnder(rev, "term")
	w.edit(doc, "keeps a record", "keeps two records") // while the window is open
	want := []string{"changeUnexplained " + duty}
	if diff := cmp.Diff(want, w.unconsulted(doc)); diff != "" {
		t.Errorf("changed during the consultation (-want +got):\n%s", diff)
	}
	w.wait(91 * day)
	head := w.edit(doc, "for a year", "for half a year")
	w.disposeOf(k, AcceptedWhole, nil) // accepted, and nothing says yet what carries it out
	if diff := cmp.Diff(append(want, "changeUnexplained "+term), w.unconsulted(doc)); diff != "" {
		t.Errorf("changed in review (-want +got):\n%s", diff)
	}
	w.disposeOf(k, AcceptedWhole, &ChangeReference{head, term})
	if diff := cmp.Diff(want, w.unconsulted(doc)); diff != "" {
		t.Errorf("after the acceptance (-want +got):\n%s", diff)
	}
	gaps := w.missing(doc)
	if len(gaps) == 0 || gaps[0] != want[0] {
		t.Errorf("the gate wants %v, not %v", gaps, want)
	}
	if got := w.phase(doc); got != InReview {
		t.Fatalf("phase %s", got)
	}
	w.open(doc, LateRefused) // the further round
	if got := w.unconsulted(doc); got != nil || w.phase(doc) != InConsultation || w.document(doc).Rounds != 2 {
		t.Errorf("in the second round: %v, phase %s", got, w.phase(doc))
	}
}

func TestUnconsultedBeforeAndAfter(t *testing.T) {
	w := newTown(t)
	draft, _ := w.proposed()
	w.edit(draft, "for a year", "for ever")
	if got := w.unconsulted(draft); got != nil {
		t.Errorf("of a draft: %v", got)
	}
	doc, _, _ := w.consulted()
	w.edit(doc, "for a year", "for ever")
	d := w.document(doc)
	rev, _ := w.m.Revision(d.Head)
	first, _ := w.m.Consultation(d.Consultation)
	consulted, _ := w.m.Revision(first.RevisionID)
	if got, err := Unconsulted(d, consulted, w.m, Operator); err != nil || got != nil {
		t.Errorf("of the revision consulted on: %v, %v", got, err)
	}
	d.AdoptedAt = w.now
	if got, err := Unconsulted(d, rev, w.m, Operator); err != nil || got != nil {
		t.Errorf("of what is adopted: %v, %v", got, err)
	}
	if _, err := Unconsulted(w.document(doc), rev, &faulty{Memory: w.m}, Operator); err == nil {
		t.Error("a broken record goes unnoticed")
	}
}

// A kind of document doesn't change what a round is.
func TestFurtherRoundOfAStandard(t *testing.T) {
	w := newTown(t)
	doc := w.do(w.loom, ProposeDocument{Kind: standards.Standard, Title: "Labels", Language: "en"}).Subject()
	w.commit(doc, parcels)
	for round := 1; round <= 3; round++ {
		w.open(doc, LateRefused)
		w.wait(91 * day)
		if got := w.document(doc).Rounds; got != round {
			t.Errorf("%d rounds, want %d", got, round)
		}
	}
}

// Who may not read a confidential comment isn't told by what is left unexplained that it
// was accepted, and for which clause.
func TestUnconsultedKeepsConfidences(t *testing.T) {
	w := newTown(t)
	doc, rev, csn := w.consulted()
	clause := w.clauseUnder(rev, "term")
	secret := w.do(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: clause, Stance: Oppose, Type: Technical, Text: "Our tapes rot.",
		Confidential: true, Summary: "On tapes."}}).Subject()
	w.edit(doc, "for a year", "for half a year")
	d := w.document(doc)
	head, _ := w.m.Revision(d.Head)
	w.do(w.estonia, DisposeComment{CommentID: secret, Outcome: AcceptedWhole, Reason: "They do.", Change: &ChangeReference{RevisionID: head.ID, ClauseID: clause}})
	for name, x := range map[string]struct {
		a    Actor
		want int
	}{"the sponsor": {w.estonia, 0}, "its author": {w.loom, 0}, "the secretariat": {w.office, 0}, "the public": {Actor{}, 1}, "a business": {w.ferry, 1}} {
		if gaps, err := Unconsulted(d, head, w.m, x.a); err != nil || len(gaps) != x.want {
			t.Errorf("%s: %v, %v", name, gaps, err)
		}
	}
}

// A mark explains the change of the revision that it is on, and no later one.
//
//	1 (consulted) --- 2 (term) --- 3 (term) --- 4 (scope)
func TestGateExplainsTheLastChange(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	term, scope := w.clauseUnder(one, "term"), w.clauseUnder(one, "scope")
	k := w.comment(w.loom, csn, "term")
	w.wait(91 * day)
	w.disposeOf(k, Rejected, nil)
	mark := func(rev, clause string) MarkEditorial {
		return MarkEditorial{RevisionID: rev, ClauseID: clause, Reason: "Spelling."}
	}

	two := w.edit(doc, "Records are", "Records shall be")
	w.wants(doc, "changeUnexplained "+term)
	w.do(w.estonia, mark(two, term))
	w.wants(doc)

	three := w.edit(doc, "for a year", "for a hundred years")
	w.wants(doc, "changeUnexplained "+term)
	if got := w.missingFor(doc, two); got != nil {
		t.Errorf("revision 2 is explained still, but the gate wants %v", got)
	}
	four := w.edit(doc, "low value", "little value")
	w.wants(doc, "changeUnexplained "+scope, "changeUnexplained "+term)
	w.refuse(w.estonia, mark(four, term), Invalid, "clauseId", "doesn't change")

	// An acceptance that names the clause as it stands in a later revision covers it;
	// one that names it as it stood before the last change doesn't.
	w.disposeOf(k, AcceptedWhole, &ChangeReference{two, term})
	w.wants(doc, "changeUnexplained "+scope, "changeUnexplained "+term)
	w.disposeOf(k, AcceptedWhole, &ChangeReference{four, term})
	w.wants(doc, "changeUnexplained "+scope)
	w.disposeOf(k, Rejected, nil)
	w.do(w.estonia, mark(three, term))
	w.do(w.estonia, mark(four, scope))
	w.wants(doc)
}

// What was changed and changed back needs no explanation.
func TestGateForgetsWhatWasUndone(t *testing.T) {
	w := withoutBallots(t)
	doc, one, _ := w.reviewed()
	w.edit(doc, "for a year", "for ever")
	w.edit(doc, "for ever", "for a year")
	w.edit(doc, "\n## Term", "\nA new duty.\n\n## Term")
	head := w.edit(doc, "\nA new duty.\n", "")
	w.wants(doc)
	if a, _ := w.m.Text(one); a.Source != text(t, w, head) {
		t.Fatal("the story doesn't end where it began")
	}
}

func text(t *testing.T, w *town, rev string) string {
	t.Helper()
	x, err := w.m.Text(rev)
	if err != nil {
		t.Fatal(err)
	}
	return x.Source
}

// Added, removed and moved clauses are changes like those of words.
func TestGateSeesEveryChange(t *testing.T) {
	for _, x := range []struct {
		name, old, new string
		clause         func(one, head string, w *town) string
		words          string
	}{
		{"added", "\n## Term", "\n## Fines {#fines}\n\n## Term", func(_, _ string, _ *town) string { return "fines" }, "was added"},
		{"removed", "## Term {#term}\n", "", func(_, _ string, _ *town) string { return "term" }, "was removed"},
		{"moved", "## Scope {#scope}\n\nThis regulation applies to parcels of low value.\n\n## Duties {#duties}\n",
			"## Scope {#scope}\n\n## Duties {#duties}\n\nThis regulation applies to parcels of low value.\n",
			func(one, _ string, w *town) string { return w.clauseUnder(one, "scope") }, "was moved"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := withoutBallots(t)
			doc, one, _ := w.reviewed()
			head := w.edit(doc, x.old, x.new)
			clause := x.clause(one, head, w)
			refusal := w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
			var said string
			for _, g := range refusal.Missing {
				if g.ClauseID == clause {
					said = g.Message
				}
				w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: g.ClauseID, Reason: "r"})
			}
			if !strings.Contains(said, x.words) {
				t.Errorf("the gate says %+v, not that %s %s", refusal.Missing, clause, x.words)
			}
			w.do(w.estonia, AdoptDocument{DocumentID: doc})
		})
	}
}

// Steps that each move one clause, and the whole that calls another one moved.
//
//	1: a b c --- 2: b a c --- 3: b c a
func TestGateFollowsMoves(t *testing.T) {
	w := withoutBallots(t)
	doc := w.do(w.estonia, w.regulation("Order")).Subject()
	order := func(names ...string) string {
		var b strings.Builder
		for _, n := range names {
			b.WriteString("## " + n + " {#" + n + "}\n\n")
		}
		return b.String()
	}
	w.commit(doc, order("a", "b", "c"))
	w.open(doc, LateRefused)
	w.wait(91 * day)
	for _, next := range [][]string{{"b", "a", "c"}, {"b", "c", "a"}} {
		head := w.commit(doc, order(next...))
		refusal := w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
		for _, g := range refusal.Missing {
			w.do(w.estonia, MarkEditorial{RevisionID: head, ClauseID: g.ClauseID, Reason: "r"})
		}
		w.wants(doc)
	}
}

// Nothing is left to explain where the text to adopt is, clause by clause, the text consulted on: not of what was away for a
// revision, whatever else moved or changed meanwhile, and whatever identities became of it.
func TestGateAsksNothingOfWhatCameBack(t *testing.T) {
	const (
		scope  = "## Scope\n\nThis order applies to parcels.\n\nIt doesn't apply to letters.\n\n"
		duties = "## Duties\n\nThe seller keeps a record.\n\nx\n\n- name\n- price\n\n"
		rights = "## Rights\n\nThe buyer may return the goods.\n\nx\n\n- name\n- price\n\n"
		term   = "## Term\n\nIt is in force for a year.\n"
		whole  = scope + duties + rights + term
	)
	edit := func(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	for name, x := range map[string]struct {
		steps []string
		want  []string // of the words that are left to explain
	}{
		"one moved meanwhile":                 {[]string{scope + rights + term, scope + term + rights, scope + term + duties + rights}, []string{"## Term"}},
		"one moved before":                    {[]string{term + "\n" + scope + duties + rights, term + "\n" + scope + rights, term + "\n" + scope + duties + rights}, []string{"## Term"}},
		"one moved at once":                   {[]string{scope + term, scope + duties + term + "\n" + rights}, []string{"## Rights"}},
		"a list that is said twice, one edit": {[]string{scope + edit(duties, "- name\n- price\n\n", "") + rights + term, edit(whole, "a year", "two years")}, []string{"It is in force for two years."}},
		"a formula that is said twice, a move": {[]string{scope + edit(duties, "x\n\n", "") + rights + term,
			edit(whole, "This order applies to parcels.\n\nIt doesn't apply to letters.", "It doesn't apply to letters.\n\nThis order applies to parcels.")}, []string{"It doesn't apply to letters."}},
		"doubled, and the first taken out": {[]string{edit(whole, "The seller keeps a record.", "The seller keeps a record.\n\nThe seller keeps a record."), edit(whole, "a year", "two years")},
			[]string{"It is in force for two years."}},
		"doubled, and the first reworded": {[]string{edit(whole, "The seller keeps a record.", "The seller keeps a record.\n\nThe seller keeps a record."),
			edit(whole, "The seller keeps a record.", "The seller keeps a record of it.\n\nThe seller keeps a record.")}, []string{"The seller keeps a record of it."}},
		"all away, back piece by piece": {[]string{scope, scope + duties, scope + duties + term, scope + duties + term + "\n" + rights, whole}, nil},
		"there and back, and an edit":   {[]string{scope + rights + duties + term, whole, edit(whole, "a year", "two years")}, []string{"It is in force for two years."}},
	} {
		t.Run(name, func(t *testing.T) {
			w := withoutBallots(t)
			doc := w.do(w.estonia, w.regulation("Order")).Subject()
			w.commit(doc, whole)
			w.open(doc, LateRefused)
			w.wait(91 * day)
			var head string
			for _, s := range x.steps {
				head = w.commit(doc, s)
			}
			last, err := w.m.Text(head)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range w.unconsulted(doc) {
				if i := last.Clauses.Index(strings.TrimPrefix(g, "changeUnexplained ")); i >= 0 {
					g = last.Words(i)
				}
				got = append(got, g)
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("to explain (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever order the clauses went through and whichever were away, what is to be explained at the end is some of those that
// stand elsewhere, and the rest stands in the order that was consulted on.
func TestGateAsksForMovesThatExplainTheOrder(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- the same each time
		w := withoutBallots(t)
		doc := w.do(w.estonia, w.regulation("Order")).Subject()
		names := strings.Split("abcdef", "")
		write := func(names []string) string {
			var b strings.Builder
			for _, n := range names {
				b.WriteString("The " + strings.Repeat(n, 5) + " is " + strings.Repeat(n, 3) + ".\n\n")
			}
			return b.String()
		}
		w.commit(doc, write(names))
		w.open(doc, LateRefused)
		w.wait(91 * day)
		for step := range 3 {
			r.Shuffle(3, func(i, j int) { names[i], names[j] = names[j], names[i] })
			away := 1 + r.IntN(5)
			w.commit(doc, write(slices.Delete(slices.Clone(names), away, away+1))+strings.Repeat("Z", step+1)+"\n")
		}
		head := w.commit(doc, write(names))
		last, err := w.m.Text(head)
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, g := range w.unconsulted(doc) {
			listed[last.Words(last.Clauses.Index(strings.TrimPrefix(g, "changeUnexplained ")))[4:5]] = true
		}
		rest := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return listed[n] })
		if !slices.IsSorted(rest) || len(listed) > 0 && slices.IsSorted(names) || len(listed) > 2 {
			t.Errorf("seed %d: of %v %v is listed", seed, names, listed)
		}
	}
}

// Another round consults on what was changed: nothing before it wants explaining.
func TestAnotherRoundResets(t *testing.T) {
	w := withoutBallots(t)
	doc, one, csn := w.consulted()
	k := w.comment(w.loom, csn, "term")
	w.wait(91 * day)
	term := w.clauseUnder(one, "term")
	two := w.edit(doc, "for a year", "for half a year")
	w.disposeOf(k, AcceptedWhole, &ChangeReference{two, term})
	w.edit(doc, "low value", "little value")
	w.wants(doc, "changeUnexplained "+w.clauseUnder(one, "scope"))
	w.open(doc, LateRefused)
	w.wait(91 * day)
	w.wants(doc)
	if got := w.missingFor(doc, two); !cmp.Equal(got, []string{"revisionBeforeConsultation"}) {
		t.Errorf("for a revision before the latest consulted one the gate wants %v", got)
	}
	w.edit(doc, "for half a year", "for ever") // the acceptance of round 1 doesn't cover this
	w.wants(doc, "changeUnexplained "+term)
	w.edit(doc, "for ever", "for a year") // and this takes back what was accepted
	w.wants(doc, "changeMissing "+k, "changeUnexplained "+term)
}

// A text that was erased can't be compared, and so can't be explained.
func TestGateWithAnErasedText(t *testing.T) {
	w := settle(t) // its record is damaged on purpose, so it isn't replayed
	w.rules.WithoutBallot = noBallots
	doc, _, _ := w.reviewed()
	two := w.edit(doc, "for a year", "for ever")
	w.edit(doc, "for ever", "for two years")
	delete(w.m.All.Texts, two)
	w.wants(doc, "textErased")
}
