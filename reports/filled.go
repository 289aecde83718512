package reports

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// MaxRows is how many rows an import takes.
const MaxRows = MaxLines

// A RowError says why one row of an import isn't taken.
type RowError struct {
	Row     int           `json:"row"`              // of the file, from 1
	Column  string        `json:"column,omitempty"` // the header of the cell that is to blame
	Code    policies.Code `json:"code"`
	Message string        `json:"message"`
}

// A filled row is one as it was filled in.
type filled struct {
	row                                       int
	comment, number, seen                     string
	outcome                                   policies.Outcome
	reason, observations                      string
	changeRevision, changeClause, duplicateOf string
	hasChange, hasDuplicate                   bool // whether the file has the columns at all
	refused                                   *RowError
	blank                                     bool
}

// refuse records why the row isn't taken; the first reason counts.
func (f *filled) refuse(column string, code policies.Code, format string, args ...any) {
	if f.refused == nil {
		f.refused = &RowError{f.row, column, code, fmt.Sprintf(format, args...)}
	}
}

// A form knows where the columns of a file are.
type form map[string]int

// readForm reads the header.
func readForm(header []string) (form, error) {
	known := map[string]string{}
	for _, c := range matrixColumns() {
		known[foldedHeader(c.Name)] = c.Name
	}
	f := form{}
	for i, h := range header {
		name, ok := known[foldedHeader(h)]
		if !ok {
			continue
		}
		if _, twice := f[name]; twice {
			return nil, badFile("the column %q is there twice", name)
		}
		f[name] = i
	}
	for _, name := range []string{colCommentID, colDisposition} {
		if _, ok := f[name]; !ok {
			return nil, badFile("the first row names no column %q", name)
		}
	}
	return f, nil
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

// readFilled reads a file's rows.
func readFilled(ctx context.Context, file []byte) ([]*filled, error) {
	var f form
	var all []*filled
	for row, err := range sheet.Read(ctx, file, sheet.Limits{Rows: MaxRows + 1, Bytes: 128 << 20}) {
		var bad *sheet.Error
		switch {
		case errors.As(err, &bad):
			return nil, badFile("%v", err)
		case err != nil:
			return nil, err
		case f == nil && row.Err != nil:
			return nil, badFile("the first row %v", row.Err)
		case f == nil:
			if f, err = readForm(row.Cells); err != nil {
				return nil, err
			}
		default:
			all = append(all, f.read(row))
		}
	}
	if f == nil {
		return nil, badFile("is empty")
	}
	return all, checkTwice(all)
}

// read reads one row.
func (f form) read(row sheet.Row) *filled {
	x := &filled{row: row.Number}
	if row.Err != nil {
		x.refuse("", policies.Invalid, "%v", row.Err)
		return x
	}
	cell := func(name string) string {
		i, ok := f[name]
		if !ok || i >= len(row.Cells) {
			return ""
		}
		return strings.TrimSpace(row.Cells[i])
	}
	x.comment, x.number, x.seen = cell(colCommentID), cell(colNumber), cell(colSeen)
	x.reason, x.observations = cell(colReason), cell(colObservations)
	x.changeRevision, x.changeClause, x.duplicateOf = cell(colChangeRevision), cell(colChangeClause), cell(colDuplicateOf)
	_, x.hasChange = f[colChangeRevision]
	_, x.hasDuplicate = f[colDuplicateOf]
	if x.seen == "" {
		x.seen = policies.NoDisposition
	}
	x.readOutcome(cell(colDisposition))
	if x.comment == "" {
		x.refuse(colCommentID, policies.Invalid, "is missing: it says which comment the row answers")
	}
	return x
}

// readOutcome reads the disposition in any spelling: "Accepted in part", ACCEPTED_IN_PART.
func (f *filled) readOutcome(s string) {
	if s == "" {
		f.blank = f.reason == "" && f.observations == "" && f.changeRevision == "" && f.changeClause == "" && f.duplicateOf == ""
		if !f.blank {
			f.refuse(colDisposition, policies.Invalid, "is missing, though the row has an answer")
		}
		return
	}
	for o, words := range outcomes {
		if foldedHeader(s) == foldedHeader(words) {
			f.outcome = o
			return
		}
	}
	f.refuse(colDisposition, policies.Invalid, "%q is none of accepted, accepted in part, rejected, noted and duplicate", clipCell(s))
}

// checkTwice refuses the rows that name a comment again.
func checkTwice(all []*filled) error {
	first := map[string]int{}
	for _, f := range all {
		if was, twice := first[f.comment]; twice && f.comment != "" {
			f.refuse(colCommentID, policies.Conflict, "is that of row %d too", was)
			continue
		}
		first[f.comment] = f.row
	}
	return nil
}

// settleReason decides which of two cells is the reason.
func (f *filled) settleReason(now *policies.Disposition) {
	shown := f.observations == "" || f.observations == trimmedCell(observationsOf(now)) || f.observations == f.reason ||
		f.observations == trimmedCell(observationsOf(&policies.Disposition{Outcome: f.outcome, Reason: f.reason}))
	switch {
	case shown:
	case f.reason == "" || now != nil && f.reason == trimmedCell(now.Reason):
		f.reason = f.observations
	default:
		f.refuse(colObservations, policies.Invalid, "say something else than the column %q; write the reason in one of them", colReason)
	}
}

// trimmedCell takes off what spreadsheets add to a cell.
func trimmedCell(s string) string { return strings.TrimSpace(unixLines(s)) }

func unixLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// clipCell keeps an echo of a cell short.
func clipCell(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80])
	}
	return s
}

// wholeNumber reads a number as spreadsheets write it.
func wholeNumber(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	return n, err == nil && n > 0
}
