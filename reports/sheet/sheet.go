// Package sheet writes tables that people fill in with a spreadsheet program, and
// reads them again: as CSV and as XLSX (Office Open XML, ISO/IEC 29500).
//
// # CSV
//
// RFC 4180: commas, CRLF, quotes where they are needed; UTF-8, with a byte order mark
// unless that is unwanted, for without one Excel takes UTF-8 for something else. Line
// ends within a cell become CRLF in the file and LF when it is read.
//
// A spreadsheet takes a cell that begins with =, +, - or @ for a formula, whoever wrote
// it. Such a cell is written with an apostrophe before it, and so is one that begins
// with apostrophes and then such a character, so that reading can take exactly one
// away:
//
//	=1+1   is written  '=1+1    and read as  =1+1
//	'=1+1  is written  ''=1+1   and read as  '=1+1
//	'tis   is written  'tis     and read as  'tis
//
// Read is what Excel saves in Western Europe and America: commas, semicolons or tabs, whichever the rows
// agree on, or the one that a first line "sep=;" names; UTF-8, UTF-16 ("Unicode text") or
// windows-1252. See [Sniff]. A program that takes semicolons for separators
// whatever the file says may still find a formula within a comment's words: XLSX has no
// such weakness, for there a cell is text because it says so.
//
// # XLSX
//
// A cell is a text, or in a column of numbers a number, so that 10 is sorted after 9. A
// text that begins in a script written from right to left is marked so. A cell holds at
// most 32,767 characters (UTF-16), so what is longer is cut, and says so; CSV never cuts.
// The first sheet is the table, with its header in the first row; a second one tells what
// the table is. A protected table has no password: it keeps people from sorting half of it
// or from writing where nothing is read, by mistake.
//
// People put titles above the header and sheets in front, and merge cells: [ReadTable]
// looks for the header, and a cell merged over several rows is in each of them.
package sheet

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"
)

// A Column of a table.
type Column struct {
	Name    string
	Width   float64  // in characters, XLSX only
	FillIn  bool     // whether people are to fill it in
	Choices []string // what they may choose from, XLSX only
	Number  bool     // whether it holds numbers, XLSX only
	Hidden  bool     // whether it is out of view, XLSX only
}

// A Table is what a file is to hold.
type Table struct {
	Name    string // of the sheet: at most 31 characters
	Columns []Column
	Frozen  int         // how many columns stay in view: XLSX only
	Locked  bool        // whether only columns to fill in can be written in: XLSX only
	About   [][2]string // what it is, line by line: XLSX only
}

// A Writer takes the rows one by one. Without Close the file isn't whole.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// A Row is one that was read.
type Row struct {
	Number int // of its first line in a CSV file, of the row in a sheet; from 1
	Cells  []string
	Err    error // why the row can't be read; the rest can
}

// Limits bound what is read. A zero field means its default.
type Limits struct {
	Rows  int   // blank ones among them: 200,000
	Cells int   // of a row: 200
	Bytes int64 // of an XLSX file unpacked, or of a CSV file: 256 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Rows == 0 {
		l.Rows = 200_000
	}
	if l.Cells == 0 {
		l.Cells = 200
	}
	if l.Bytes == 0 {
		l.Bytes = 256 << 20
	}
	return l
}

// An Error says that a file as a whole can't be read, and why. Row is 0 where that is
// no row's doing.
type Error struct {
	Row     int
	Message string
}

func (e *Error) Error() string {
	if e.Row > 0 {
		return fmt.Sprintf("row %d: %s", e.Row, e.Message)
	}
	return e.Message
}

// Read reads the rows of a file, the header first: XLSX where it begins as one, else
// CSV. Rows without any text are passed over, but count. An *Error is the last that it
// yields, or the context's where that ended.
func Read(ctx context.Context, file []byte, l Limits) iter.Seq2[Row, error] {
	return ReadTable(ctx, file, l, func([]string) bool { return true })
}

// maxAbove is how many rows with a text may stand above a header.
const maxAbove = 30

// ReadTable reads a table that may have titles above its header, and in XLSX sheets before
// its own: what isHeader says is the header is the first row that it yields. Where there is
// none it yields no row, or an *Error of what can't be read.
func ReadTable(ctx context.Context, file []byte, l Limits, isHeader func(cells []string) bool) iter.Seq2[Row, error] {
	l = l.withDefaults()
	if kind := otherKind(file); kind != "" {
		return func(yield func(Row, error) bool) { yield(Row{}, &Error{0, "the file is " + kind}) }
	}
	if IsXLSX(file) {
		return readXLSX(ctx, file, l, isHeader)
	}
	return fromHeader(checked(readCSV(ctx, file, l), l), isHeader)
}

// fromHeader passes over what stands above the header.
func fromHeader(rows iter.Seq2[Row, error], isHeader func([]string) bool) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		found, above := false, 0
		for row, err := range rows {
			if !found && err == nil {
				if found = row.Err == nil && isHeader(row.Cells); !found {
					if above++; above > maxAbove {
						return
					}
					continue
				}
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// checked holds rows to the limits, and passes over those without text.
func checked(rows iter.Seq2[Row, error], l Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		n := 0
		for row, err := range rows {
			switch {
			case err != nil:
				yield(Row{}, err)
				return
			case len(row.Cells) > l.Cells && !isEmpty(row.Cells):
				yield(Row{}, &Error{row.Number, fmt.Sprintf("has %d cells, at most %d are taken", len(row.Cells), l.Cells)})
				return
			}
			if n++; n > l.Rows {
				yield(Row{}, &Error{row.Number, fmt.Sprintf("is one of more than %d, which is the most that is taken", l.Rows)})
				return
			}
			if row.Err == nil && isEmpty(row.Cells) {
				continue
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// otherKind says what a file is that is neither XLSX nor CSV though people take it for one, and what to do about it; "" for what may be
// either. OpenDocument says so in its first part (OpenDocument 1.3, part 2, 3.3); the others begin as nothing else does.
func otherKind(file []byte) string {
	const opened = 30 // bytes before the name of a zip's first part
	if IsXLSX(file) && len(file) > opened && bytes.HasPrefix(file[opened:], []byte("mimetypeapplication/vnd.oasis.opendocument")) {
		return "an OpenDocument file; save it as XLSX or CSV"
	}
	for start, kind := range map[string]string{
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1": "an Excel workbook of before 2007, or one with a password; save it as XLSX without one, or as CSV",
		"%PDF-":                            "a PDF; send the table as XLSX or CSV",
		"{\\rtf":                           "a text document; send the table as XLSX or CSV",
	} {
		if bytes.HasPrefix(file, []byte(start)) {
			return kind
		}
	}
	return ""
}

// IsXLSX says whether a file begins as XLSX does, which is a zip.
func IsXLSX(file []byte) bool { return bytes.HasPrefix(file, []byte("PK\x03\x04")) }

func isEmpty(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// unixLines gives a text with LF at the end of its lines.
func unixLines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
