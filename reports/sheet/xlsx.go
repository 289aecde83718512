package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// nowhere is no folder on any system: excelize then keeps in memory what it would put
// into the machine's folder of temporary files, where nobody erases confidential words
// after a crash.
const nowhere = "\x00"

// cutMark ends a cell that was cut.
const cutMark = "… [cut: the whole is in the registry and in the CSV file]"

type xlsxWriter struct {
	w     io.Writer
	t     Table
	file  *excelize.File
	sheet *excelize.StreamWriter
	rows  int
	body  []bodyStyles // by column
	cells []any
}

// bodyStyles are the styles of a column's cells: of numbers, of texts, and of texts that
// are written from right to left.
type bodyStyles struct{ number, text, leftward int }

// NewXLSX begins an XLSX file. It is written to w by Close.
func NewXLSX(w io.Writer, t Table) (Writer, error) {
	x := &xlsxWriter{w: w, t: t, file: excelize.NewFile(excelize.Options{TmpDir: nowhere})}
	if err := x.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't begin the table: %w", err), x.file.Close())
	}
	return x, nil
}

func (x *xlsxWriter) begin() error {
	if err := x.file.SetSheetName("Sheet1", x.t.Name); err != nil {
		return err
	}
	head, fill, err := x.styles()
	if err != nil {
		return err
	}
	if x.sheet, err = x.file.NewStreamWriter(x.t.Name); err != nil {
		return err
	}
	for i, c := range x.t.Columns {
		if err := x.sheet.SetColWidth(i+1, i+1, max(c.Width, 8)); err != nil {
			return err
		}
		if !c.Hidden {
			continue
		}
		if err := x.sheet.SetColVisible(i+1, i+1, false); err != nil {
			return err
		}
	}
	if err := x.freeze(); err != nil {
		return err
	}
	names := make([]any, len(x.t.Columns))
	for i, c := range x.t.Columns {
		style := head
		if c.FillIn {
			style = fill
		}
		names[i] = excelize.Cell{StyleID: style, Value: c.Name}
	}
	x.rows = 1
	return x.sheet.SetRow("A1", names)
}

// freeze keeps the header and the first columns in view.
func (x *xlsxWriter) freeze() error {
	at, err := excelize.CoordinatesToCellName(x.t.Frozen+1, 2)
	if err != nil {
		return err
	}
	pane := "bottomLeft"
	if x.t.Frozen > 0 {
		pane = "bottomRight"
	}
	return x.sheet.SetPanes(&excelize.Panes{Freeze: true, XSplit: x.t.Frozen, YSplit: 1, TopLeftCell: at, ActivePane: pane})
}

// styles are those of the header and of its columns that people fill in; those of the rows it keeps.
func (x *xlsxWriter) styles() (head, fill int, err error) {
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = x.file.NewStyle(&s)
		}
		return id
	}
	const fromRight = 2 // ISO/IEC 29500-1, 18.8.1: readingOrder
	aligned := func(order uint64) *excelize.Alignment {
		return &excelize.Alignment{Vertical: "top", WrapText: true, ReadingOrder: order}
	}
	coloured := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: aligned(0), Fill: coloured("D9E1F2")})
	fill = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: aligned(0), Fill: coloured("FFE699")})
	const asText = 49 // what is typed in stays as it is typed
	open := map[bool]*excelize.Protection{true: {Locked: false}}
	for _, c := range x.t.Columns {
		x.body = append(x.body, bodyStyles{
			number:   style(excelize.Style{Alignment: aligned(0), Protection: open[c.FillIn]}),
			text:     style(excelize.Style{Alignment: aligned(0), NumFmt: asText, Protection: open[c.FillIn]}),
			leftward: style(excelize.Style{Alignment: aligned(fromRight), NumFmt: asText, Protection: open[c.FillIn]}),
		})
	}
	return head, fill, err
}

// cell is what stands in a column.
func (x *xlsxWriter) cell(column int, s string) excelize.Cell {
	var style bodyStyles
	if column < len(x.body) {
		style = x.body[column]
	}
	isNumber := column < len(x.t.Columns) && x.t.Columns[column].Number
	if s == "" { // it has no value, but what is typed into it has its style
		if isNumber {
			return excelize.Cell{StyleID: style.number}
		}
		return excelize.Cell{StyleID: style.text}
	}
	if isNumber {
		if n, ok := exactNumber(s); ok {
			return excelize.Cell{StyleID: style.number, Value: n}
		}
	}
	if isLeftward(s) {
		return excelize.Cell{StyleID: style.leftward, Value: fittedCell(unixLines(s))}
	}
	return excelize.Cell{StyleID: style.text, Value: fittedCell(unixLines(s))}
}

// maxDigits is how many digits a spreadsheet keeps of a number.
const maxDigits = 15

// exactNumber reads a number that a spreadsheet keeps as it is: no more digits than it has, and none
// that it would leave out.
func exactNumber(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && len(s) <= maxDigits && strconv.FormatFloat(n, 'f', -1, 64) == s
}

// isLeftward says whether a text begins in a script that is written from right to left.
func isLeftward(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
		}
	}
	return false
}

// Write implements Writer.
func (x *xlsxWriter) Write(cells []string) error {
	x.cells = x.cells[:0]
	for i, c := range cells {
		x.cells = append(x.cells, x.cell(i, c))
	}
	x.rows++
	at, err := excelize.CoordinatesToCellName(1, x.rows)
	if err == nil {
		err = x.sheet.SetRow(at, x.cells)
	}
	if err != nil {
		return fmt.Errorf("couldn't write the table: %w", err)
	}
	return nil
}

// Cut says whether a cell was cut when it was written, and what is left of it without the mark.
func Cut(cell string) (words string, was bool) { return strings.CutSuffix(cell, cutMark) }

// fittedCell cuts what a cell can't hold.
func fittedCell(s string) string {
	if len(s) <= excelize.TotalCellChars { // bytes are no fewer than characters
		return s
	}
	room := excelize.TotalCellChars - len(utf16.Encode([]rune(cutMark)))
	end, used := 0, 0
	for i, r := range s {
		used += utf16.RuneLen(r)
		if used <= room {
			end = i + len(string(r))
		}
	}
	if used <= excelize.TotalCellChars {
		return s
	}
	return s[:end] + cutMark
}

// Close implements Writer.
func (x *xlsxWriter) Close() error {
	err := x.finish()
	if err == nil {
		err = x.file.Write(x.w)
	}
	if err = errors.Join(err, x.file.Close()); err != nil {
		return fmt.Errorf("couldn't write the table: %w", err)
	}
	return nil
}

func (x *xlsxWriter) finish() error {
	last, err := excelize.CoordinatesToCellName(len(x.t.Columns), x.rows)
	if err != nil {
		return err
	}
	if err := x.file.AutoFilter(x.t.Name, "A1:"+last, nil); err != nil {
		return err
	}
	for i, c := range x.t.Columns {
		if len(c.Choices) == 0 || x.rows < 2 {
			continue
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		choice := excelize.NewDataValidation(true)
		choice.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, x.rows))
		if err := choice.SetDropList(c.Choices); err != nil {
			return err
		}
		if err := x.file.AddDataValidation(x.t.Name, choice); err != nil {
			return err
		}
	}
	if err := x.lock(); err != nil {
		return err
	}
	if err := x.sheet.Flush(); err != nil { // what comes after it isn't in the file
		return err
	}
	return x.about()
}

// lock lets people write in the columns to fill in only, and change how the table looks.
func (x *xlsxWriter) lock() error {
	if !x.t.Locked {
		return nil
	}
	return x.file.ProtectSheet(x.t.Name, &excelize.SheetProtectionOptions{AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true,
		SelectLockedCells: true, SelectUnlockedCells: true})
}

// about writes the sheet that tells what the table is.
func (x *xlsxWriter) about() error {
	const name = "About"
	if len(x.t.About) == 0 {
		return nil
	}
	if _, err := x.file.NewSheet(name); err != nil {
		return err
	}
	if err := errors.Join(x.file.SetColWidth(name, "A", "A", 24), x.file.SetColWidth(name, "B", "B", 100)); err != nil {
		return err
	}
	for i, line := range x.t.About {
		for j, cell := range line {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := x.file.SetCellStr(name, at, fittedCell(cell)); err != nil {
				return err
			}
		}
	}
	return nil
}
