package reports

import (
	"context"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// A filled row is one as it was filled in.
type filled struct {
	importRow
	comment, seen                             string
	proof                                     proof
	marks                                     []string
	outcome                                   policies.Outcome
	reason, observations                      string
	changeRevision, changeClause, duplicateOf string
	hasChange, hasDuplicate                   bool // whether the file has the columns at all
	blank                                     bool // it answers nothing
	section                                   bool // it is about no comment
	withdrawn                                 bool // its comment wants no answer any more
}

// passed says whether there is nothing more to do with the row.
func (f *filled) passed() bool { return f.section || f.withdrawn || f.blank || len(f.refused) > 0 }

// matrixForm is a response matrix as it comes home.
func matrixForm() *form {
	f := &form{required: [][]string{{colCommentID}, {colDisposition, colObservations}}}
	for _, c := range matrixColumns() {
		f.columns = append(f.columns, c.Name)
	}
	return f
}

// readFilled reads a file's rows.
func readFilled(ctx context.Context, file []byte) (all []*filled, err error) {
	f := matrixForm()
	err = f.read(ctx, file, func(row sheet.Row) { all = append(all, readRow(f, row)) })
	if err != nil {
		return nil, err
	}
	checkTwice(all)
	return all, nil
}

// readRow reads one row.
func readRow(f *form, row sheet.Row) *filled {
	x := &filled{importRow: importRow{row: row.Number}}
	if row.Err != nil {
		x.refuse("", policies.Invalid, "%v", row.Err)
		return x
	}
	cell := func(name string) string { return f.cell(row, name) }
	x.comment, x.seen, x.proof = cell(colCommentID), cell(colSeen), readProof(f, row)
	x.marks = readMarks(f, row)
	x.reason, x.observations = cell(colReason), cell(colObservations)
	x.changeRevision, x.changeClause, x.duplicateOf = cell(colChangeRevision), cell(colChangeClause), cell(colDuplicateOf)
	x.hasChange, x.hasDuplicate = f.has(colChangeRevision), f.has(colDuplicateOf)
	if x.seen == "" {
		x.seen = policies.NoDisposition
	}
	disposition := cell(colDisposition)
	x.blank = disposition+x.reason+x.observations+x.changeRevision+x.changeClause+x.duplicateOf == ""
	if x.section = x.blank && policies.PrefixOf(x.comment) != policies.PrefixComment; x.section {
		return x
	}
	x.readOutcome(disposition)
	if x.comment == "" {
		x.refuse(colCommentID, policies.Invalid, "is missing: it says which comment the row answers")
	}
	return x
}

// readOutcome reads the disposition; one that isn't in its own column may begin the observations, as in
// the template of ISO and IEC.
func (f *filled) readOutcome(s string) {
	if f.blank {
		return
	}
	if s == "" {
		var ok bool
		if f.outcome, f.observations, ok = observedOutcome(f.observations); ok {
			return
		}
		f.refuse(colDisposition, policies.Invalid, "is missing, though the row has an answer")
		return
	}
	var ok bool
	if f.outcome, ok = outcomeNamed(s); !ok {
		f.refuse(colDisposition, policies.Invalid, "%q is none of accepted, accepted in part, rejected, noted and duplicate", clipCell(s))
	}
}

// checkTwice refuses the rows that name a comment again.
func checkTwice(all []*filled) {
	first := map[string]int{}
	for _, f := range all {
		if f.section || f.comment == "" {
			continue
		}
		if was, twice := first[f.comment]; twice {
			f.refuse(colCommentID, policies.Conflict, "is that of row %d too", was)
			continue
		}
		first[f.comment] = f.row
	}
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

// wholeNumber reads a number as spreadsheets and people write it: 2, 2.0, #2.
func wholeNumber(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(s, "#")), ".0"))
	return n, err == nil && n > 0
}
