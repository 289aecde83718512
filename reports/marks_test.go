package reports

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ewtp/entente/policies"
)

// Whichever columns are sorted without the rest, from any on to any other: no comment gets an answer of which a part was written
// beside another. One column alone, sorted without any other, is what can't be seen.
func TestTablesSortedWithinAnswerNoOther(t *testing.T) {
	w := newWorld(t)
	ids := spread(w)
	fresh := func() *paper {
		p := w.paper(w.ministry)
		for i, id := range ids { // one of them answered already, one left empty
			if i != 2 {
				p.fill(id, colDisposition, []string{"noted", "rejected"}[i%2], colReason, "To "+id)
			}
		}
		return p
	}
	p := fresh()
	for from := range p.rows[0] {
		for to := from + 2; to <= len(p.rows[0]); to++ {
			if from == 0 && to == len(p.rows[0]) {
				continue // whole rows
			}
			p := fresh()
			sorted := slices.Clone(p.rows)
			for i := 1; i < len(p.rows); i++ {
				row := slices.Clone(p.rows[i])
				copy(row[from:to], p.rows[len(p.rows)-i][from:to])
				sorted[i] = row
			}
			p.rows = sorted
			r := w.bring(w.ministry, p.file(), Trial)
			among := func(c string) bool { at := p.column(c); return from <= at && at < to }
			switch whole := among(colCommentID) && among(colDisposition) && among(colReason); {
			case whole, !among(colDisposition) && !among(colReason):
			case r.Answered > 0:
				t.Fatalf("columns %q to %q: %s", p.rows[0][from], p.rows[0][to-1], outcome(r))
			}
		}
	}
}

// An answer is copied to other rows as people do it, with what is hidden between its cells; one that was cut, or
// moved down with those below, isn't taken.
func TestAnswersAreCopied(t *testing.T) {
	w := newWorld(t)
	ids := spread(w)
	for name, x := range map[string]struct {
		from map[int]int // by the row that it is pasted in
		cut  bool
		want string
	}{
		"one row to another":     {map[int]int{4: 1}, false, "answered 2 unchanged 0 blank 6 refused 0 applied false"},
		"to two":                 {map[int]int{4: 1, 6: 1}, false, "answered 3 unchanged 0 blank 5 refused 0 applied false"},
		"one row cut and pasted": {map[int]int{4: 1}, true, "answered 0 unchanged 0 blank 7 refused 1 applied false"},
		"all a row down":         {map[int]int{2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7}, false, "answered 1 unchanged 0 blank 0 refused 7 applied false"},
	} {
		p := w.paper(w.ministry)
		p.fill(ids[slices.Index(ids, p.rows[1][p.column(colCommentID)])], colDisposition, "noted", colReason, "Seen.")
		was := make([][]string, len(p.rows))
		for i := range p.rows {
			was[i] = slices.Clone(p.rows[i])
		}
		lo, hi := p.column(colObservations), p.column(colDuplicateOf)+1
		for to, from := range x.from {
			copy(p.rows[to][lo:hi], was[from][lo:hi])
			if x.cut {
				clear(p.rows[from][lo:hi])
			}
		}
		if r := w.bring(w.ministry, p.file(), Trial); outcome(r) != x.want {
			t.Errorf("%s: %s %v", name, outcome(r), show(r.Errors))
		}
	}
}

// What is filled in for one clause and sorted to another becomes no draft; what is copied does.
func TestFormsSortedWithinDraftNothing(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct {
		from, to string
		want     int // drafts
	}{{colQuote, colSummary, 0}, {colStance, colComments, 0}, {colStance, colType, 0}, {colComments, colProposed, 0}} {
		p := w.form(w.loom)
		for i := 2; i < len(p.rows); i++ {
			p.rows[i][p.column(colStance)], p.rows[i][p.column(colComments)] = string(policies.Stances[i%2]), fmt.Sprintf("On row %d.", i)
		}
		was := make([][]string, len(p.rows))
		for i := range p.rows {
			was[i] = slices.Clone(p.rows[i])
		}
		lo, hi := p.column(x.from), p.column(x.to)+1
		for i := 2; i < len(p.rows); i++ {
			copy(p.rows[i][lo:hi], was[len(p.rows)+1-i][lo:hi])
		}
		// The row in the middle stays where it is.
		r := w.comments(w.loom, p.file(), Trial)
		if middle := (len(p.rows) - 2) % 2; r.New != middle {
			t.Errorf("%s to %s: %+v", x.from, x.to, r)
		}
	}
	p := w.form(w.loom)
	p.rows[2][p.column(colStance)], p.rows[2][p.column(colComments)] = "oppose", "Neither this nor that."
	copy(p.rows[4][p.column(colQuote):], p.rows[2][p.column(colQuote):p.column(colSummary)+1])
	if r := w.comments(w.loom, p.file(), Trial); r.New != 2 || r.Refused > 0 {
		t.Errorf("copied: %+v", r)
	}
}
