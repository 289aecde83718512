package clauses

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A table is one clause, whatever its size. Its rows are cited below it ("§3(2) row 14"), counted from the first below the
// header, and what became of a table is told by row and cell.

// RowCitation is how row n of the table that clause i is, from 1, is cited; "" where there is none.
func (o Outline) RowCitation(i, n int) string {
	if n < 1 || n > o[i].Rows {
		return ""
	}
	return o[i].Citation + " row " + strconv.Itoa(n)
}

var rowPart = regexp.MustCompile(`^(.*[^\s,])[\s,]+(?i:row)\s*(\p{Nd}{1,9})\s*$`)

// tablePart is a table cited by its place among those of its section.
var tablePart = regexp.MustCompile(`^(.*[^\s,])?[\s,]*(?i:table)\s*(\p{Nd}{1,9})\s*$`)

// findTable gives the index of a table that is cited as "§3 Table 1", the first below that heading, or -1.
func (o Outline) findTable(citation string) int {
	m := tablePart.FindStringSubmatch(citation)
	if m == nil {
		return -1
	}
	section, end := -1, len(o)
	if m[1] != "" {
		if section = o.cited(m[1]); section < 0 {
			return -1
		}
		for end = section + 1; end < len(o) && (o[end].Kind != Heading || o[end].Level > o[section].Level); end++ {
		}
	}
	n, err := strconv.Atoi(foldCitation(m[2]))
	for i := section + 1; err == nil && i < end; i++ {
		if o[i].Kind == Table {
			if n--; n == 0 {
				return i
			}
		}
	}
	return -1
}

// findRow gives the index of the table of which a row is cited, "§3(2) row 14" or "§3 Table 1 row 14", or -1.
func (o Outline) findRow(citation string) int {
	m := rowPart.FindStringSubmatch(citation)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(foldCitation(m[2]))
	i := o.cited(m[1])
	if i < 0 {
		i = o.findTable(m[1])
	}
	if err == nil && i >= 0 && o.RowCitation(i, n) != "" {
		return i
	}
	return -1
}

// RowAt gives the row of the table that clause i is in which byte at of its [Text.Plain] text stands: 0 in the header and
// where clause i is no table.
func (t *Text) RowAt(i, at int) int {
	plain := t.Plain(i)
	if t.Clauses[i].Kind != Table || at < 0 || at > len(plain) {
		return 0
	}
	if n := strings.Count(plain[:at], "\n"); n <= t.Clauses[i].Rows {
		return n
	}
	return 0 // in a note
}

// A RowChange says what became of a row of a table. Rows are counted from 1, the header is 0, and -1 is none.
type RowChange struct {
	Op       Op
	Old, New int
	Cells    []CellChange // those that differ; of an added or removed row those that aren't empty
}

// A CellChange says what became of a cell.
type CellChange struct {
	Column string // what the header calls the column, else "column 3"
	Spans  []Span
}

// RedlineRows tells by row and cell how a table differs from the one that it was, in the order of the new rows, a removed one
// after that which it followed. Rows that are the same are left out. nil where either clause is no table.
func RedlineRows(old *Text, i int, new *Text, j int) []RowChange {
	if old.Clauses[i].Kind != Table || new.Clauses[j].Kind != Table {
		return nil
	}
	called, _, _ := pairNotes(old, i, new, j)
	a, b := cutTable(called.apply(old.words[i], Table)), cutTable(new.words[j])
	columns := pairColumns(a.lines[0].cells(), b.lines[0].cells())
	list := []RowChange{}
	for _, p := range pairRows(a, b) {
		c := RowChange{Op: Changed, Old: a.number(p.old), New: b.number(p.new)}
		switch {
		case p.old == 1 || p.new == 1: // the line of dashes
			continue
		case p.old < 0:
			c.Op, c.Cells = Added, columns.cells(nil, b.lines[p.new].cells())
		case p.new < 0:
			c.Op, c.Cells = Removed, columns.cells(a.lines[p.old].cells(), nil)
		default:
			c.Cells = columns.cells(a.lines[p.old].cells(), b.lines[p.new].cells())
		}
		if len(c.Cells) > 0 || c.Op != Changed {
			list = append(list, c)
		}
	}
	return list
}

// tableLines are the lines of a table: the header, the line of dashes, and the rows.
type tableLines struct{ lines []tableLine }

type tableLine string

func cutTable(words string) tableLines {
	var t tableLines
	for _, line := range strings.SplitAfter(words, "\n") {
		t.lines = append(t.lines, tableLine(line))
	}
	return t
}

// number is how a row is counted that stands on a line.
func (t tableLines) number(line int) int {
	if line <= 0 {
		return line
	}
	return line - 1
}

// pieces cuts a line into cells and the bars between them; joined they are the line.
func (l tableLine) pieces() (pieces []string) {
	from := 0
	for i := 0; i < len(l); i++ {
		if l[i] == '\\' {
			i++
		} else if l[i] == '|' {
			pieces = append(pieces, string(l[from:i]), "|")
			from = i + 1
		}
	}
	return append(pieces, string(l[from:]))
}

// cells gives the cells of a row without the blanks around them.
func (l tableLine) cells() (cells []string) {
	pieces := l.pieces()
	for i := 0; i < len(pieces); i += 2 {
		cells = append(cells, strings.TrimSpace(pieces[i]))
	}
	if len(cells) > 1 && cells[0] == "" && strings.HasPrefix(strings.TrimSpace(string(l)), "|") {
		cells = cells[1:]
	}
	if n := len(cells); n > 1 && cells[n-1] == "" && strings.HasSuffix(strings.TrimSpace(string(l)), "|") {
		cells = cells[:n-1]
	}
	return cells
}

// rowPair is a row and what it was: lines, -1 for none.
type rowPair struct{ old, new int }

// pairRows pairs the lines of two tables in order: those that are the same, then, between these, those that begin with the
// same cell or stand alone in one place, then as many as are left in order where most of a row's cells are the same.
func pairRows(a, b tableLines) (pairs []rowPair) {
	ids := symbols[string]{}
	whole := func(t tableLines) []int32 {
		list := make([]int32, len(t.lines))
		for i, l := range t.lines {
			list[i] = ids.of(strings.Join(l.cells(), "\x00"))
		}
		return list
	}
	x, y := 0, 0
	for _, m := range append(alignSymbols(whole(a), whole(b)), equalRun{len(a.lines), len(b.lines), 0}) {
		pairs = append(pairs, pairChanged(a, b, x, m.a, y, m.b)...)
		for k := range m.n {
			pairs = append(pairs, rowPair{m.a + k, m.b + k})
		}
		x, y = m.a+m.n, m.b+m.n
	}
	return pairs
}

// pairChanged pairs the lines a[x0:x1] and b[y0:y1], none of which are the same.
func pairChanged(a, b tableLines, x0, x1, y0, y1 int) (pairs []rowPair) {
	ids := symbols[string]{}
	keys := func(lines []tableLine) []int32 {
		list := make([]int32, len(lines))
		for i, l := range lines {
			list[i] = ids.of(l.cells()[0])
		}
		return list
	}
	x, y := x0, y0
	rest := func(x1, y1 int) {
		for ; x < x1 && y < y1 && (x1-x == y1-y || x < 2 && y < 2) && likeRows(a.lines[x].cells(), b.lines[y].cells(), x < 2 && y < 2); x, y = x+1, y+1 {
			pairs = append(pairs, rowPair{x, y})
		}
		for ; x < x1; x++ {
			pairs = append(pairs, rowPair{x, -1})
		}
		for ; y < y1; y++ {
			pairs = append(pairs, rowPair{-1, y})
		}
	}
	for _, m := range alignSymbols(keys(a.lines[x0:x1]), keys(b.lines[y0:y1])) {
		for k := range m.n {
			if a.lines[x0+m.a+k].cells()[0] == "" {
				continue // rows that begin with nothing have nothing in common
			}
			rest(x0+m.a+k, y0+m.b+k)
			pairs = append(pairs, rowPair{x, y})
			x, y = x+1, y+1
		}
	}
	rest(x1, y1)
	return pairs
}

// likeRows tells whether two rows have a cell in common, or are both of the table's head.
func likeRows(a, b []string, head bool) bool {
	if head {
		return true
	}
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] && a[i] != "" {
			return true
		}
	}
	return len(a) == 1 && len(b) == 1
}

// tableColumns are the columns of two tables side by side: indexes, -1 for none, and how they are called.
type tableColumns []struct {
	old, new int
	name     string
}

// pairColumns pairs columns by what their headers say, in order, and those between by their place.
func pairColumns(a, b []string) (columns tableColumns) {
	ids := symbols[string]{}
	seq := func(cells []string) []int32 {
		list := make([]int32, len(cells))
		for i, c := range cells {
			list[i] = ids.of(c)
		}
		return list
	}
	add := func(x, y int) {
		name := ""
		if y >= 0 {
			name = b[y]
		} else {
			name = a[x]
		}
		if name = Plain(name); name == "" {
			name = fmt.Sprintf("column %d", max(x, y)+1)
		}
		columns = append(columns, struct {
			old, new int
			name     string
		}{x, y, name})
	}
	x, y := 0, 0
	for _, m := range append(alignSymbols(seq(a), seq(b)), equalRun{len(a), len(b), 0}) {
		for x < m.a || y < m.b {
			switch {
			case x < m.a && y < m.b:
				add(x, y)
				x, y = x+1, y+1
			case x < m.a:
				add(x, -1)
				x++
			default:
				add(-1, y)
				y++
			}
		}
		for range m.n {
			add(x, y)
			x, y = x+1, y+1
		}
	}
	return columns
}

// cells tells which cells of two rows differ, and how.
func (c tableColumns) cells(a, b []string) (list []CellChange) {
	at := func(cells []string, i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		return cells[i]
	}
	for _, column := range c {
		if before, after := at(a, column.old), at(b, column.new); before != after {
			list = append(list, CellChange{column.name, Redline(before, after)})
		}
	}
	return list
}

// table compares two tables line by line and cell by cell, so that no change reaches over a bar.
func (r *redliner) table(old, new string) {
	a, b := cutTable(old), cutTable(new)
	for _, p := range pairRows(a, b) {
		switch {
		case p.old < 0:
			r.change("", string(b.lines[p.new]))
		case p.new < 0:
			r.change(string(a.lines[p.old]), "")
		default:
			r.row(a.lines[p.old], b.lines[p.new])
		}
	}
}

func (r *redliner) row(old, new tableLine) {
	if old == new {
		r.same(string(old))
		return
	}
	a, b := old.pieces(), new.pieces()
	if len(a) != len(b) {
		r.words(string(old), string(new))
		return
	}
	for i := range a {
		switch {
		case a[i] == b[i]:
			r.same(a[i])
		default:
			r.words(a[i], b[i])
		}
	}
}
