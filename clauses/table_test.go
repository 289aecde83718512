package clauses

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func feeTable(rows int) []string {
	lines := []string{"| Good | Fee | Note |", "| --- | ---: | --- |"}
	for i := range rows {
		lines = append(lines, fmt.Sprintf("| good %d | %d.50 | as `a\\|b` before |", i+1, i))
	}
	return lines
}

func tableText(lines []string) string {
	return "## 3 Fees\n\nThe fees are:\n\n" + strings.Join(lines, "\n") + "\n"
}

// cellsOf writes changes of rows shortly: "changed 14 14 Fee: [-13.50-]{+14+}".
func cellsOf(changes []RowChange) (list []string) {
	for _, c := range changes {
		s := fmt.Sprintf("%s %d %d", c.Op, c.Old, c.New)
		for _, cell := range c.Cells {
			s += " " + cell.Column + ": "
			for _, span := range cell.Spans {
				s += map[SpanOp]string{Equal: "=", Delete: "-", Insert: "+"}[span.Op] + span.Text
			}
		}
		list = append(list, s)
	}
	return list
}

// A change of a table is told by row and cell, and the table stays one clause.
func TestRedlineRows(t *testing.T) {
	edit := func(f func(lines []string) []string) []string { return f(feeTable(30)) }
	for _, tc := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"a cell", edit(func(l []string) []string { l[15] = strings.Replace(l[15], "13.50", "14.50", 1); return l }),
			[]string{"changed 14 14 Fee: -13.50+14.50"}},
		{"a row put in", edit(func(l []string) []string {
			return append(append(append([]string{}, l[:5]...), "| new | 7 | |"), l[5:]...)
		}), []string{"added -1 4 Good: +new Fee: +7"}},
		{"a row taken out, and the one after next changed", edit(func(l []string) []string {
			l[9] = strings.Replace(l[9], "before", "ever", 1)
			return append(l[:7], l[8:]...)
		}), []string{"removed 6 -1 Good: -good 6 Fee: -5.50 Note: -as `a\\|b` before", "changed 8 7 Note: =as `a\\|b` -before+ever"}},
		{"what a row is called", edit(func(l []string) []string { l[4] = strings.Replace(l[4], "good 3", "goods 3", 1); return l }),
			[]string{"changed 3 3 Good: -good+goods= 3"}},
		{"the header", edit(func(l []string) []string { l[0] = "| Good | Price | Note |"; return l }), []string{"changed 0 0 Price: -Fee+Price"}},
		{"white space", edit(func(l []string) []string { l[8] = strings.ReplaceAll(l[8], "|  ", "|"); return l }), nil},
		{"a last row", append(feeTable(30), "| last | 1 | x |"), []string{"added -1 31 Good: +last Fee: +1 Note: +x"}},
		{"a column", edit(func(l []string) []string {
			for i, line := range l {
				cells := strings.SplitN(line, "|", 4)
				l[i] = "|" + cells[1] + "|" + cells[3]
			}
			return l
		}), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			old, new := revise(t, tableText(feeTable(30)), tableText(tc.lines))
			i, j := tableOf(old), tableOf(new)
			got := cellsOf(RedlineRows(old, i, new, j))
			if tc.name == "a column" {
				if len(got) == 0 || !strings.Contains(got[0], "Fee: -Fee") {
					t.Errorf("a column taken out: %q", got)
				}
			} else if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if old.Clauses[i].ID != new.Clauses[j].ID {
				t.Error("the table is another clause")
			}
			checkSpans(t, RedlineClauses(old, i, new, j), old.Words(i), new.Words(j))
		})
	}
	old, new := revise(t, tableText(feeTable(3)), tableText(feeTable(3)))
	if RedlineRows(old, 0, new, 0) != nil {
		t.Error("a heading has no rows")
	}
}

func tableOf(t *Text) int {
	for i := range t.Clauses {
		if t.Clauses[i].Kind == Table {
			return i
		}
	}
	return -1
}

func checkSpans(tb interface {
	Helper()
	Fatalf(string, ...any)
}, spans []Span, old, new string) {
	tb.Helper()
	var a, b strings.Builder
	for i, s := range spans {
		if s.Text == "" || i > 0 && s.Op == spans[i-1].Op {
			tb.Fatalf("span %d of %q", i, spans)
		}
		if s.Op != Insert {
			a.WriteString(s.Text)
		}
		if s.Op != Delete {
			b.WriteString(s.Text)
		}
	}
	if a.String() != old || b.String() != new {
		tb.Fatalf("the redline of %q and %q gives %q and %q", old, new, a.String(), b.String())
	}
}

// In a redline no change reaches from one cell into another, whatever the tables are.
func TestTableRedlineProperties(t *testing.T) {
	cell := rapid.SampledFrom([]string{"", "a", "b", "a b", "1", "x\\|y"})
	table := rapid.Custom(func(rt *rapid.T) string {
		columns := rapid.IntRange(1, 4).Draw(rt, "columns")
		var lines []string
		for range rapid.IntRange(1, 8).Draw(rt, "rows") {
			lines = append(lines, "| "+strings.Join(rapid.SliceOfN(cell, columns, columns).Draw(rt, "row"), " | ")+" |")
		}
		return lines[0] + "\n|" + strings.Repeat("---|", columns) + strings.Join(append([]string{""}, lines[1:]...), "\n") + "\n"
	})
	rapid.Check(t, func(rt *rapid.T) {
		old, new := mustParse(t, table.Draw(rt, "old")), mustParse(t, table.Draw(rt, "new"))
		Identify(nil, old)
		Identify(old, new)
		if old.Clauses[0].Kind != Table || new.Clauses[0].Kind != Table {
			return
		}
		checkSpans(rt, RedlineClauses(old, 0, new, 0), old.Words(0), new.Words(0))
		for _, c := range RedlineRows(old, 0, new, 0) {
			if c.Old > old.Clauses[0].Rows || c.New > new.Clauses[0].Rows || (c.Old < 0) != (c.Op == Added) || (c.New < 0) != (c.Op == Removed) {
				rt.Fatalf("rows %+v", c)
			}
		}
	})
}

func TestRowsAreCited(t *testing.T) {
	text := mustParse(t, tableText(feeTable(30)))
	i := tableOf(text)
	if got := text.Clauses.RowCitation(i, 14); got != "§3(2) row 14" {
		t.Errorf("row 14 is cited as %q", got)
	}
	for citation, want := range map[string]int{"§3(2) row 14": i, "§ 3 (2) Row 30": i, "§3(2)": i, "§3(2) row 31": -1, "§3(2) row 0": -1, "§3(1) row 1": -1, "§3(2) row ١٤": i,
		"§3 Table 1": i, "§3, Table 1, row 14": i, "Table 1": i, "§3 Table 2": -1, "§3 Table 1 row 31": -1, "§9 Table 1": -1, "Table 0": -1} {
		if got := text.Clauses.FindCitation(citation); got != want {
			t.Errorf("%q finds %d, want %d", citation, got, want)
		}
	}
	at := strings.Index(text.Plain(i), "good 17")
	if got := text.RowAt(i, at); got != 17 || text.RowAt(0, 0) != 0 || text.RowAt(i, 0) != 0 {
		t.Errorf("\"good 17\" stands in row %d", got)
	}
	_, _, where, ok := text.FindQuote([]int{i}, "good 17", "", "")
	if !ok || where.Start != at {
		t.Errorf("a quotation in a row is at %+v", where)
	}
}
