package sheet

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// This file reads what people make of a table.

func isTestHeader(cells []string) bool { return slices.Contains(cells, "ID") }

func readTable(t testing.TB, file []byte, l Limits) (rows []Row) {
	t.Helper()
	for r, err := range ReadTable(context.Background(), file, l, isTestHeader) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// reworked is a file after somebody had it open.
func reworked(t testing.TB, file []byte, work func(f *excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := work(f); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadTableWithThingsAroundIt(t *testing.T) {
	file := writeAll(t, [][]string{{"1", "a", "x"}, {"2", "b", ""}, {"3", "c", ""}, {"4", "d", "z"}}, asXLSX)
	want := [][]string{header, {"1", "a", "x"}, {"2", "b", ""}, {"3", "c", ""}, {"4", "d", "z"}}
	merged := [][]string{header, {"1", "a", "x"}, {"2", "b", "x"}, {"3", "c", "x"}, {"4", "d", "z"}}
	for name, x := range map[string]struct {
		work func(f *excelize.File) error
		want [][]string
		row  int // of the first below the header
	}{
		"as it was":     {func(*excelize.File) error { return nil }, want, 2},
		"titles above":  {func(f *excelize.File) error { return titled(f, 3) }, want, 5},
		"thirty titles": {func(f *excelize.File) error { return titled(f, 30) }, want, 32},
		"too many":      {func(f *excelize.File) error { return titled(f, 31) }, nil, 0},
		"a sheet in front": {func(f *excelize.File) error {
			if _, err := f.NewSheet("Notes"); err != nil {
				return err
			}
			if err := f.SetCellStr("Notes", "A1", "Mind the date."); err != nil {
				return err
			}
			return f.MoveSheet("Notes", "Responses")
		}, want, 2},
		"merged": {func(f *excelize.File) error { return f.MergeCell("Responses", "C2", "C4") }, merged, 2},
		"merged below titles": {func(f *excelize.File) error {
			if err := titled(f, 2); err != nil {
				return err
			}
			if err := f.MergeCell("Responses", "A1", "C2"); err != nil {
				return err
			}
			return f.MergeCell("Responses", "C4", "C6")
		}, merged, 4},
		"merged beyond the end": {func(f *excelize.File) error { return f.MergeCell("Responses", "C5", "C900") }, want, 2},
		"merged sideways":       {func(f *excelize.File) error { return f.MergeCell("Responses", "B3", "C3") }, want, 2},
	} {
		rows := readTable(t, reworked(t, file, x.work), Limits{})
		if diff := cmp.Diff(x.want, cellsOf(rows)); diff != "" {
			t.Errorf("%s (-want +read):\n%s", name, diff)
		}
		if len(rows) > 1 && rows[1].Number != x.row {
			t.Errorf("%s: the first row is number %d", name, rows[1].Number)
		}
	}
	csv := []byte("Our answers,,\r\n,,\r\nID,Comment,Disposition\r\n1,a,x\r\n")
	if rows := readTable(t, csv, Limits{}); len(rows) != 2 || rows[1].Number != 4 {
		t.Errorf("CSV with a title: %+v", rows)
	}
}

// titled puts rows above a table.
func titled(f *excelize.File, n int) error {
	if err := f.InsertRows("Responses", 1, n); err != nil {
		return err
	}
	for i := range n {
		if err := f.SetCellStr("Responses", fmt.Sprintf("A%d", i+1), "Our answers"); err != nil {
			return err
		}
	}
	return nil
}

// Whatever is said to be merged, reading ends soon, and invents no rows.
func TestHostileMerges(t *testing.T) {
	const head = `<row r="1"><c r="A1" t="inlineStr"><is><t>ID</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2" t="inlineStr"><is><t>y</t></is></c></row>`
	var cells strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&cells, `<mergeCell ref="A%d:XFD1048576"/>`, i%9+1)
	}
	file := withRows(t, head+"</sheetData><mergeCells>"+cells.String()+`<mergeCell ref="B2:B3"/><mergeCell ref="Z0:Z9"/><mergeCell ref="A1"/></mergeCells><sheetData>`)
	if rows := readTable(t, file, Limits{}); len(rows) != 2 {
		t.Errorf("%d rows: %+v", len(rows), rows)
	}
}

// Numbers are sorted as numbers, and only what people fill in can be written in.
func TestXLSXNumbersAndLocks(t *testing.T) {
	table := Table{Name: "Responses", Frozen: 1, Locked: true, Columns: []Column{{Name: "ID", Number: true}, {Name: "Comment"}, {Name: "Cost", Number: true, FillIn: true}}}
	var b bytes.Buffer
	w, err := NewXLSX(&b, table)
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{{"9", "07", "12.5"}, {"10", "שלום", "1234567890123456"}, {"#11", "", "12.50"}, {"", "x", "1e5"}}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, cellsOf(readAll(t, b.Bytes()))[1:]); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeNumber, "A3": excelize.CellTypeNumber, "A4": excelize.CellTypeInlineString, "B2": excelize.CellTypeInlineString,
		"C2": excelize.CellTypeNumber, "C3": excelize.CellTypeInlineString, "C4": excelize.CellTypeInlineString} {
		got, err := f.GetCellType("Responses", cell)
		if isNumber := got == excelize.CellTypeNumber || got == excelize.CellTypeUnset; err != nil || isNumber != (want == excelize.CellTypeNumber) {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
	}
	for cell, want := range map[string][2]bool{"A2": {true, false}, "B2": {true, false}, "B3": {true, true}, "C2": {false, false}, "C5": {false, false}} {
		id, err := f.GetCellStyle("Responses", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		locked := style.Protection == nil || style.Protection.Locked
		if leftward := style.Alignment.ReadingOrder == 2; locked != want[0] || leftward != want[1] {
			t.Errorf("%s: locked %t, from the right %t", cell, locked, leftward)
		}
	}
	lock, err := f.GetSheetProtection("Responses")
	if err != nil || lock.Password != "" || lock.Sort || !lock.AutoFilter || !lock.SelectLockedCells {
		t.Errorf("%+v, %v", lock, err)
	}
	panes, err := f.GetPanes("Responses")
	if err != nil || !panes.Freeze || panes.XSplit != 1 || panes.YSplit != 1 {
		t.Errorf("%+v, %v", panes, err)
	}
}
