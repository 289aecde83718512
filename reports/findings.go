package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/ewtp/entente/policies"
)

// maxErrors bounds the list of refused rows, and that of remarks.
const maxErrors = 1000

// Findings are what an import says of single rows.
type Findings struct {
	Faults   int        `json:"faults"`   // all that is wrong with refused rows
	Errors   []RowError `json:"errors"`   // the first 1,000 of them, by row
	Remarked int        `json:"remarked"` // what may not be meant, or will want more, though it isn't refused
	Remarks  []Remark   `json:"remarks"`  // the first 1,000 of that
}

// A RowError says why one row of an import isn't taken.
type RowError struct {
	Row     int           `json:"row"`              // of the file, from 1
	Column  string        `json:"column,omitempty"` // the header of the cell that is to blame
	Code    policies.Code `json:"code"`
	Message string        `json:"message"`
}

// A Remark is something about a row that is taken and may not be meant.
type Remark struct {
	Row     int    `json:"row"`
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
}

// noFindings are lists that JSON tells as such.
func noFindings() Findings { return Findings{Errors: []RowError{}, Remarks: []Remark{}} }

func (f *Findings) remark(r Remark) {
	if f.Remarked++; f.Remarked <= maxErrors {
		f.Remarks = append(f.Remarks, r)
	}
}

// add takes in why a row isn't taken.
func (f *Findings) add(r *importRow) {
	f.Faults += len(r.refused)
	f.Errors = append(f.Errors, r.refused[:min(len(r.refused), maxErrors-len(f.Errors))]...)
}

// An importRow is a row of a file that comes home.
type importRow struct {
	row     int // its number in the file, from 1
	refused []RowError
}

// refuse records why the row isn't taken.
func (r *importRow) refuse(column string, code policies.Code, format string, args ...any) {
	r.refused = append(r.refused, RowError{r.row, column, code, fmt.Sprintf(format, args...)})
}

// keyOf makes an idempotency key of what a command says: the same is done once, however often and from
// wherever a file is sent.
func keyOf(prefix string, says ...any) (string, error) {
	b, err := json.Marshal(says)
	if err != nil {
		return "", fmt.Errorf("couldn't name what is imported: %w", err)
	}
	sum := sha256.Sum256(b)
	return prefix + hex.EncodeToString(sum[:]), nil
}
