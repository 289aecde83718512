package reports

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ewtp/entente/policies"
)

// A spreadsheet comes home after people worked with it: a title above the header, a sheet of notes in front, one
// reason merged over several rows, columns in another order, rows sorted, doubled and left out.
func TestImportOfAReworkedSpreadsheet(t *testing.T) {
	w := newWorld(t)
	ids := spread(w)
	f, err := excelize.OpenReader(bytes.NewReader(w.export(w.ministry, XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Responses")
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows { // columns reordered
		rows[i] = append(rows[i], make([]string, len(rows[0])-len(rows[i]))...)
		slices.Reverse(rows[i])
	}
	slices.Reverse(rows[1:])
	at := func(name string) int { return slices.Index(rows[0], name) }
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[at(colCommentID)] == ids[7] }) // left out
	rows = append(rows, slices.Clone(rows[1]))                                                     // doubled
	rows[1][at(colDisposition)], rows[1][at(colReason)] = "Not accepted", "It stays a year."
	book := excelize.NewFile()
	const sheetName = "Our answers"
	for _, err := range []error{book.SetSheetName("Sheet1", "Notes"), book.SetCellStr("Notes", "A1", "Mind the date."), book.SetCellStr("Notes", "B1", "Comment ID")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet(sheetName); err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellStr(sheetName, "A1", "Answers of the ministry"); err != nil {
		t.Fatal(err)
	}
	const above = 3
	cell := func(column, row int) string {
		name, err := excelize.CoordinatesToCellName(column+1, above+row+1)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	for i, row := range rows {
		if err := book.SetSheetRow(sheetName, cell(0, i), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, column := range []string{colDisposition, colReason} { // of the first three comments
		if err := book.MergeCell(sheetName, cell(at(column), 1), cell(at(column), 3)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	r := w.bring(w.ministry, b.Bytes(), Good)
	if outcome(r) != "answered 3 unchanged 0 blank 4 refused 1 applied true" || r.Errors[0].Row != above+len(rows) || r.Errors[0].Column != colCommentID {
		t.Errorf("%s %v", outcome(r), show(r.Errors))
	}
	for _, row := range rows[1:4] {
		if d := w.comment(row[at(colCommentID)]).Disposition; d == nil || d.Outcome != policies.Rejected || d.Reason != "It stays a year." {
			t.Errorf("comment %s: %+v", row[at(colNumber)], d)
		}
	}
}
