package sheet

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads the first sheet of a file that has the header.
func readXLSX(ctx context.Context, file []byte, l Limits, isHeader func([]string) bool) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		f, sheets, err := openXLSX(file, l)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer func() { _ = f.Close() }() // nothing was written
		for _, name := range sheets {
			found := false
			for row, err := range fromHeader(checked(sheetRows(ctx, f, name, l), l), isHeader) {
				found = true
				if !yield(row, err) || err != nil {
					return
				}
			}
			if found {
				return
			}
		}
	}
}

// guarded calls excelize, which reads what anybody may have made, and some of it makes it
// panic: that file is as bad as one that it refuses.
func guarded(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &Error{0, "the file is no spreadsheet that can be read"}
		}
	}()
	return do()
}

// openXLSX opens a file and names its sheets.
func openXLSX(file []byte, l Limits) (f *excelize.File, sheets []string, err error) {
	err = guarded(func() error {
		f, err = excelize.OpenReader(bytes.NewReader(file), excelize.Options{
			TmpDir: nowhere, UnzipSizeLimit: l.Bytes, UnzipXMLSizeLimit: l.Bytes, RawCellValue: true})
		if err != nil {
			return &Error{0, "the file is no spreadsheet that can be read: " + err.Error()}
		}
		if sheets = f.GetSheetList(); len(sheets) == 0 {
			return &Error{0, "the file has no sheet"}
		}
		return nil
	})
	return f, sheets, err
}

// sheetRows reads the rows of a sheet, with what is merged over several of them in each.
func sheetRows(ctx context.Context, f *excelize.File, name string, l Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var rows *excelize.Rows
		err := guarded(func() (err error) {
			if rows, err = f.Rows(name); err != nil {
				err = &Error{0, fmt.Sprintf("the sheet %q can't be read: %v", name, err)}
			}
			return err
		})
		if err != nil {
			yield(Row{}, err)
			return
		}
		merged, gaps := mergedCells(f, name), fewRows(f, l.Rows)
		for n := 1; ; n++ {
			cells, more, err := nextRow(ctx, rows, n)
			switch {
			case err != nil:
				yield(Row{}, err)
				return
			case !more:
				return
			case gaps && isEmpty(cells):
				continue
			}
			if !yield(Row{Number: n, Cells: merged.fill(n, cells)}, nil) {
				return
			}
		}
	}
}

// nextRow reads row n.
func nextRow(ctx context.Context, rows *excelize.Rows, n int) (cells []string, more bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, fmt.Errorf("couldn't read the table: %w", err)
	}
	err = guarded(func() (err error) {
		if more = rows.Next(); !more {
			if err := rows.Error(); err != nil {
				return &Error{0, "the sheet can't be read: " + err.Error()}
			}
			return nil
		}
		if cells, err = rows.Columns(); err != nil {
			return &Error{n, "can't be read: " + err.Error()}
		}
		if n > excelize.TotalRows {
			return &Error{n, "is one of more than a sheet has"}
		}
		return nil
	})
	for i := range cells {
		cells[i] = strings.ToValidUTF8(unixLines(cells[i]), "\uFFFD")
	}
	return cells, more, err
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
