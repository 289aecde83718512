package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
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
	body  int // style of the rows
	cells []any
}

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
	}
	if err := x.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
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

// styles are those of the header, of its columns that people fill in, and of the rows.
func (x *xlsxWriter) styles() (head, fill int, err error) {
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = x.file.NewStyle(&s)
		}
		return id
	}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	coloured := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top, Fill: coloured("D9E1F2")})
	fill = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top, Fill: coloured("FFE699")})
	const asText = 49 // what is typed in stays as it is typed
	x.body = style(excelize.Style{Alignment: top, NumFmt: asText})
	return head, fill, err
}

// Write implements Writer.
func (x *xlsxWriter) Write(cells []string) error {
	x.cells = x.cells[:0]
	for _, c := range cells {
		x.cells = append(x.cells, excelize.Cell{StyleID: x.body, Value: fittedCell(unixLines(c))})
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
	if err := x.sheet.Flush(); err != nil { // what comes after it isn't in the file
		return err
	}
	return x.about()
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

func readXLSX(ctx context.Context, file []byte, l Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		more := true
		err := eachXLSX(ctx, file, l, func(r Row) bool {
			more = yield(r, nil)
			return more
		})
		if err != nil && more {
			yield(Row{}, err)
		}
	}
}

// eachXLSX reads the first sheet of a file. excelize reads what anybody may have made,
// and some of it makes it panic: that file is as bad as one that it refuses.
func eachXLSX(ctx context.Context, file []byte, l Limits, row func(Row) bool) (err error) {
	inside := true
	defer func() {
		if inside {
			if cause := recover(); cause != nil {
				err = &Error{0, "the file is no spreadsheet that can be read"}
			}
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		TmpDir: nowhere, UnzipSizeLimit: l.Bytes, UnzipXMLSizeLimit: l.Bytes, RawCellValue: true})
	if err != nil {
		return &Error{0, "the file is no spreadsheet that can be read: " + err.Error()}
	}
	defer func() { _ = f.Close() }() // nothing was written
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return &Error{0, "the file has no sheet"}
	}
	rows, err := f.Rows(sheets[0])
	if err != nil {
		return &Error{0, "the first sheet can't be read: " + err.Error()}
	}
	gaps := fewRows(f, l.Rows)
	for n := 1; rows.Next(); n++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("couldn't read the table: %w", err)
		}
		cells, err := rows.Columns()
		switch {
		case err != nil:
			return &Error{n, "can't be read: " + err.Error()}
		case n > excelize.TotalRows:
			return &Error{n, "is one of more than a sheet has"}
		case gaps && isEmpty(cells):
			continue
		}
		for i := range cells {
			cells[i] = strings.ToValidUTF8(unixLines(cells[i]), "\uFFFD")
		}
		inside = false // a panic of whoever takes the row is theirs
		more := row(Row{Number: n, Cells: cells})
		inside = true
		if !more {
			return nil
		}
	}
	if err := rows.Error(); err != nil {
		return &Error{0, "the first sheet can't be read: " + err.Error()}
	}
	return nil
}

// fewRows says whether a file is too short to have more rows than the limit, so that
// rows without text, if there are more, are but gaps: LibreOffice writes the very last
// row of a sheet when its format was touched, and excelize yields all before it. It
// counts the name of the element, wherever that stands: never too few.
func fewRows(f *excelize.File, limit int) bool {
	n := 0
	f.Pkg.Range(func(_, part any) bool {
		content, _ := part.([]byte)
		n += bytes.Count(content, []byte("row"))
		return n <= limit
	})
	return n <= limit
}
