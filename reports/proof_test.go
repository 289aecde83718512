package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// spread are comments that have much in common: an organisation, a clause, words.
func spread(w *world) (ids []string) {
	for _, x := range []struct {
		who          policies.Actor
		clause, text string
	}{{w.loom, "§2(2)", "Too long."}, {w.loom, "§2(2)", "Too long."}, {w.ferry, "§2(2)", "Far too long."}, {w.loom, "§1(1)", "Which?"},
		{w.ferry, "§1(1)", "Of which value?"}, {w.crane, "", "Fine."}, {w.crane, "", "Fine?"}, {w.loom, "§2(1)", "Why?"}} {
		ids = append(ids, w.say(x.who, x.clause, x.text))
	}
	return ids
}

// Whichever columns are sorted without the others, from the first on or up to the last: no
// comment gets the answer that was written beside another.
func TestTablesSortedInPartAnswerNoOther(t *testing.T) {
	w := newWorld(t)
	ids := spread(w)
	fresh := func() *paper {
		p := w.paper(w.ministry)
		for _, id := range ids {
			p.fill(id, colDisposition, "noted", colReason, "To "+id, colObservations, "", colChangeRevision, "", colChangeClause, "")
		}
		return p
	}
	width := len(fresh().rows[0])
	caught := 0
	for _, from := range []bool{true, false} {
		for k := range width {
			p := fresh()
			was := slices.Clone(p.rows)
			for i := 1; i < len(p.rows); i++ { // sorted backwards
				row := slices.Clone(p.rows[i])
				lo, hi := 0, k
				if !from {
					lo, hi = k, width
				}
				copy(row[lo:hi], was[len(was)-i][lo:hi])
				p.rows[i] = row
			}
			r := w.bring(w.ministry, p.file(), Trial)
			caught += r.Refused
			if again := w.bring(w.ministry, p.file(), Good); again.Refused != r.Refused || again.Blank > 0 {
				t.Errorf("columns %d: tried %s, done %s", k, outcome(r), outcome(again))
			}
			for _, id := range ids {
				if d := w.comment(id).Disposition; d != nil && d.Reason != "To "+id {
					t.Fatalf("columns %d, first: %t: comment %s has the answer %q", k, from, id, d.Reason)
				}
			}
		}
	}
	if caught == 0 {
		t.Error("nothing was sorted in part")
	}
}

// A cell that contradicts the comment ID is named with the row; what stands as it was, or is
// gone, or differs as programs make it differ, contradicts nothing.
func TestContradictions(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "§2(2)", "Too long, says Ławrence – “half” a year?")
	w.say(w.ferry, "§1(1)", "Which?")
	w.clock.Set(began.AddDate(0, 0, 1))
	w.do(policies.Operator, policies.CorrectOrganisation{OrganisationID: w.loom.OrganisationID, Name: new("Looms United"), Reason: "Merged."})
	for _, x := range []struct{ column, cell, want string }{
		{colNumber, "2", "2 Number: CONFLICT"}, {colNumber, "#1", ""}, {colNumber, "1.0", ""}, {colNumber, "", ""}, {colNumber, "first", "2 Number: CONFLICT"},
		{colFor, "2", "2 Answers comment: CONFLICT"}, {colCitation, "§1(1)", "2 Clause: CONFLICT"}, {colCitation, "2(2)", ""}, {colCitation, "", ""},
		{colClauseID, w.clause("§1(1)"), "2 Clause ID: CONFLICT"}, {colOrganisation, "'=Ferry", "2 Organisation: CONFLICT"}, {colOrganisation, "Loom", ""},
		{colOrganisation, "looms united", ""}, {colComments, "Which?", "2 Comments: CONFLICT"}, {colComments, "Too long, says ?awrence ? ?half? a year?", ""},
		{colComments, "Too  long,\nsays Lawrence - \"half\" a year?", ""}, {colComments, "Too long, says", "2 Comments: CONFLICT"},
	} {
		p := w.paper(w.ministry)
		at := p.row(a)
		p.fill(a, colDisposition, "noted", colReason, "r")
		p.rows = [][]string{p.rows[0], p.rows[at]}
		p.rows[1][p.column(x.column)] = x.cell
		r := w.bring(w.ministry, p.file(), Trial)
		got := strings.Join(show(r.Errors), "; ")
		if x.want == "" && r.Answered != 1 || x.want != "" && (r.Refused != 1 || !strings.HasPrefix(got, x.want)) {
			t.Errorf("%s %q: %s %s", x.column, x.cell, outcome(r), got)
		}
	}
}

// What programs make of citations is told apart from rows that were moved.
func TestSpoiltCitations(t *testing.T) {
	for _, x := range []struct {
		says, has string
		want      bool
	}{{"1.1", "§1.10", true}, {"1,1", "1.10", true}, {"-2", "(2)", true}, {"10. Jan", "§1.10", true}, {"Jan-10", "1.10", true}, {"46032", "§1.10", true},
		{"2026-10-01", "1.10", true}, {"01.10.2026", "1.10", true}, {"1-Oct", "1.10", true}, {"§1.9", "§1.10", false}, {"1.9", "§1.10", false}, {"Art. 5", "Art. 6", false}, {"2", "9", false}} {
		if got := isMadeOf(x.says, x.has); got != x.want {
			t.Errorf("%q of %q: %t", x.says, x.has, got)
		}
	}
}

// Rows that are about no comment, and those of comments that want no answer any more, are passed over.
func TestRowsPassedOver(t *testing.T) {
	w := newWorld(t)
	ids := spread(w)
	p := w.paper(w.ministry)
	w.do(w.loom, policies.WithdrawComment{CommentID: ids[0], Reason: "r"})
	w.do(w.crane, policies.WithdrawComment{CommentID: ids[5], Reason: "r"})
	p.fill(ids[0], colDisposition, "noted", colReason, "Though it is gone.")
	p.fill(ids[1], colDisposition, "noted", colReason, "Seen.")
	section, below := make([]string, len(p.rows[0])), make([]string, len(p.rows[0]))
	section[p.column(colNumber)], below[p.column(colCommentID)] = "2 Duties", "Carriers"
	p.rows = slices.Insert(p.rows, 3, section, below, section)
	if r := w.bring(w.ministry, p.file(), WhenAll); outcome(r) != "answered 1 unchanged 0 blank 5 withdrawn 2 sections 3 refused 0 applied true" {
		t.Errorf("%s %v", outcome(r), r.Errors)
	}
	below[p.column(colReason)] = "An answer to nothing."
	if r := w.bring(w.ministry, p.file(), WhenAll); r.Refused != 1 || r.Errors[0].Row != 5 {
		t.Errorf("%s %v", outcome(r), r.Errors)
	}
}

// All that is wrong with a sheet is told at once.
func TestAllFaultsAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "§2(2)", "x")
	p := w.paper(w.ministry)
	p.fill(a, colNumber, "7", colDisposition, "perhaps", colDuplicateOf, "none", colChangeRevision, "last", colOrganisation, "Ferry")
	r := w.bring(w.ministry, p.file(), Trial)
	var columns []string
	for _, e := range r.Errors {
		columns = append(columns, e.Column)
	}
	slices.Sort(columns)
	want := []string{colChangeRevision, colDisposition, colDuplicateOf, colNumber, colOrganisation}
	if !slices.Equal(columns, want) || r.Refused != 1 || r.Faults != len(want) {
		t.Errorf("%v of %d in %d rows", columns, r.Faults, r.Refused)
	}
}

// An acceptance that points elsewhere is taken, and remarked on.
func TestAcceptanceElsewhere(t *testing.T) {
	w := newWorld(t)
	a, whole, section := w.say(w.loom, "§2(2)", "Too long."), w.say(w.crane, "", "Shorter."), w.say(w.ferry, "§2", "All of it.")
	b := w.say(w.ferry, "§2(2)", "Half of it.")
	w.second = w.revise("for a year", "for half a year")
	w.second = w.revise("keeps a record", "keeps a book")
	p := w.paper(w.ministry)
	for id, clause := range map[string]string{a: "§2(1)", whole: "§2(1)", section: "§2(1)", b: "§2(2)"} {
		p.fill(id, colDisposition, "accepted", colReason, "Yes.", colChangeRevision, "3", colChangeClause, clause)
	}
	r := w.bring(w.ministry, p.file(), Trial)
	if r.Answered != 4 || r.Remarked != 1 || len(r.Remarks) != 1 || r.Remarks[0].Row != p.row(a)+1 || !strings.Contains(r.Remarks[0].Message, "on §2(2), and its acceptance points at §2(1)") {
		t.Errorf("%s %+v", outcome(r), r.Remarks)
	}
}

// Words for answers that people use are taken, in their own column and at the beginning of the observations.
func TestOtherWordsForAnswers(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "§2(2)", "x")
	for _, x := range []struct {
		words string
		want  policies.Outcome
	}{{"Accepted", policies.AcceptedWhole}, {"Accepted in principle", policies.AcceptedInPart}, {"Not accepted", policies.Rejected}, {"Noted", policies.Noted},
		{"NOT_ACCEPTED", policies.Rejected}, {"Accepté en principe", policies.AcceptedInPart}, {"Non accepté", policies.Rejected}, {"Noté.", policies.Noted}} {
		for _, observed := range []bool{false, true} {
			p := w.paper(w.ministry)
			reason := fmt.Sprintf("Because %s, %t.", x.words, observed)
			p.fill(a, colDisposition, x.words, colReason, reason, colObservations, "")
			if observed {
				p.fill(a, colDisposition, "", colReason, "", colObservations, strings.TrimSuffix(x.words, ".")+". "+reason)
			}
			r := w.bring(w.ministry, p.file(), WhenAll)
			if d := w.comment(a).Disposition; x.want.Accepts() && r.Answered != 1 || d == nil || d.Outcome != x.want || d.Reason != reason {
				t.Errorf("%q, observed: %t: %s %v, %+v", x.words, observed, outcome(r), r.Errors, d)
			}
		}
	}
}

// A clause that programs can't tell from another is asked for with its sign.
func TestChangedClauseIsCertain(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "", "x")
	text := lawText + "\n## Tens {#tens}\n\n"
	for i := range 10 {
		text += fmt.Sprintf("### On %s\n\nWords %d.\n\n", strings.Repeat("more ", i), i+1)
	}
	head, err := w.Views().Document(t.Context(), policies.Operator, w.document, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.do(w.ministry, policies.CommitRevision{DocumentID: w.document, Base: head.Head, Source: text})
	for cell, want := range map[string]string{"§3.1": "", "§3.10": "", "3.2": "", "3.1": "may be §3.1 or §3.10", "3.10": "may be §3.10 or §3.1", "10. Mar": "number or date", "3,1": "number or date", "46091": "number or date"} {
		p := w.paper(w.ministry)
		p.fill(a, colDisposition, "accepted", colReason, "r", colChangeRevision, "#2", colChangeClause, cell)
		r := w.bring(w.ministry, p.file(), Trial)
		got := strings.Join(show(r.Errors), "; ")
		if want == "" && r.Answered != 1 || want != "" && (r.Faults != 1 || !strings.Contains(got, want)) {
			t.Errorf("%q: %s %s", cell, outcome(r), got)
		}
	}
}
