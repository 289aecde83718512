package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// MaxRows is how many rows an import takes.
const MaxRows = MaxLines

// A form is the columns of a file that is filled in, and where they are in it.
type form struct {
	columns  []string   // that it may have
	required [][]string // of each of these, one
	at       map[string]int
}

// find returns the columns that a header names. A name in any spelling is one.
func (f *form) find(header []string) (at map[string]int, twice string) {
	known := map[string]string{}
	for _, name := range f.columns {
		known[foldedHeader(name)] = name
	}
	at = map[string]int{}
	for i, h := range header {
		name, ok := known[foldedHeader(h)]
		if !ok {
			continue
		}
		if _, again := at[name]; again {
			twice = name
			continue
		}
		at[name] = i
	}
	return at, twice
}

// isHeader says whether a row is the header: titles above it name none of the columns, and what tells
// of a table names one in a row.
func (f *form) isHeader(cells []string) bool {
	at, _ := f.find(cells)
	if len(at) < 2 {
		return false
	}
	for _, names := range f.required {
		for _, name := range names {
			if _, ok := at[name]; ok {
				return true
			}
		}
	}
	return false
}

// readHeader keeps where the columns are, or refuses what is wrong with the header.
func (f *form) readHeader(cells []string) error {
	var faults []string
	var twice string
	if f.at, twice = f.find(cells); twice != "" {
		faults = append(faults, fmt.Sprintf("the column %q is there twice", twice))
	}
	for _, names := range f.required {
		if !f.hasAny(names) {
			faults = append(faults, fmt.Sprintf("the header names no column %q", names[0]))
		}
	}
	if len(faults) > 0 {
		return badFile("%s", strings.Join(faults, "; "))
	}
	return nil
}

// knows says whether files may have a column.
func (f *form) knows(column string) bool { return slices.Contains(f.columns, column) }

func (f *form) has(column string) bool {
	_, ok := f.at[column]
	return ok
}

func (f *form) hasAny(columns []string) bool {
	for _, c := range columns {
		if f.has(c) {
			return true
		}
	}
	return false
}

// cell is what a row has in a column, "" where the file hasn't the column.
func (f *form) cell(row sheet.Row, column string) string {
	i, ok := f.at[column]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return strings.TrimSpace(row.Cells[i])
}

// foldedHeader keeps what spellings of a word have in common: its letters and digits.
func foldedHeader(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// badFile refuses the whole file.
func badFile(format string, args ...any) error {
	return &policies.Error{Code: policies.Invalid, Field: "file", Message: fmt.Sprintf(format, args...)}
}

// read reads the rows below the header of a file.
func (f *form) read(ctx context.Context, file []byte, row func(sheet.Row)) error {
	found, above := false, 0
	isHeader := func(cells []string) bool {
		above++
		return f.isHeader(cells)
	}
	for r, err := range sheet.ReadTable(ctx, file, sheet.Limits{Rows: MaxRows + 31, Bytes: 128 << 20}, isHeader) {
		var bad *sheet.Error
		switch {
		case errors.As(err, &bad):
			return badFile("%v", err)
		case err != nil:
			return err
		case !found:
			found = true
			if err := f.readHeader(r.Cells); err != nil {
				return err
			}
		default:
			row(r)
		}
	}
	switch {
	case found:
		return nil
	case above == 0:
		return badFile("is empty")
	}
	return badFile("no row near the top names the columns %s", f.wanted())
}

// wanted lists the columns that a file must have.
func (f *form) wanted() string {
	var names []string
	for _, n := range f.required {
		names = append(names, fmt.Sprintf("%q", n[0]))
	}
	return strings.Join(names, " and ")
}
