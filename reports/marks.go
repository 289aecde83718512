package reports

import (
	"fmt"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// Marks hold what is filled in to its row. Between any two columns that stand side by side and are filled in there is
// a hidden one, in which every row has a mark of its own. Whoever sorts some of those columns and not the rest
// moves marks with them, and what is in the row then isn't of its comment. One column alone, sorted without any
// other, has no mark with it: that can't be seen.
//
// A mark beside which another row's was pasted is no sign of that: people copy an answer from one
// row to another, and the mark that comes along is at home in the row where it was copied. Sorting moves marks and
// doubles none.

// markName is what the n-th column of marks is called.
func markName(n int) string { return fmt.Sprintf("Row mark %c", 'a'+n) }

// markColumn is a column of marks. It isn't locked, so that cells may be pasted across it, and says what no
// program takes for a number, or counts up where it is drawn down.
func markColumn(n int) sheet.Column {
	return sheet.Column{Name: markName(n), FillIn: true, Hidden: true}
}

// markOf is the mark of a row that has a name.
func markOf(name any) string { return fmt.Sprintf("<%v>", name) }

// marksBetween puts columns of marks between those that are filled in.
func marksBetween[C any](columns []C, of func(C) sheet.Column, mark func(sheet.Column) C) (all []C) {
	n := 0
	for i, c := range columns {
		if i > 0 && of(c).FillIn && of(columns[i-1]).FillIn {
			all = append(all, mark(markColumn(n)))
			n++
		}
		all = append(all, c)
	}
	return all
}

// A markedRow is a row as it came home: the marks in it, by column, and that which is its own.
type markedRow struct {
	own   string
	marks []string
}

// readMarks reads the marks of a row.
func readMarks(f *form, row sheet.Row) (marks []string) {
	for n := 0; f.knows(markName(n)); n++ {
		marks = append(marks, f.cell(row, markName(n)))
	}
	return marks
}

// astray finds the first column of marks in which a row has another's, that wasn't copied to it; -1 for none.
func astray(rows []markedRow) func(markedRow) int {
	type at struct {
		column int
		mark   string
	}
	home, moved := map[at]bool{}, map[at]bool{}
	for _, r := range rows {
		for i, m := range r.marks {
			if m == r.own {
				home[at{i, m}] = true
			} else if m != "" {
				moved[at{i, m}] = true
			}
		}
	}
	return func(r markedRow) int {
		for i, m := range r.marks {
			copied := home[at{i, m}] && !moved[at{i, r.own}]
			if m != "" && m != r.own && !copied {
				return i
			}
		}
		return -1
	}
}

// refuseStray refuses a row that has others' marks, at the column beside the first of them, for marks are in nobody's view.
func (r *importRow) refuseStray(f *form, n int) {
	if n < 0 {
		return
	}
	r.refuse(f.columns[slices.Index(f.columns, markName(n))-1], policies.Conflict, "cells that were filled in for another row stand in this one: "+
		"columns were sorted without the rest, or cells were moved; sort whole rows only, and copy cells rather than move them")
}
