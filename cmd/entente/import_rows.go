package main

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// commentRows reads the rows of a CSV file of comments.
type commentRows struct {
	csv     *csv.Reader
	headers int // how many fields each row has

	// Indexes of the columns, -1 for one that isn't there.
	id, text, clause, organisation, date, stance int
}

// A commentRow is one row whose fields have been checked for themselves.
type commentRow struct {
	line                                   int // of its beginning in the file, from 1
	id, text, clause, organisation, stance string
	at                                     time.Time // zero where the file has no date for it
}

// A sentRow is what is kept of a row to know it again.
type sentRow struct {
	line   int
	digest [sha256.Size]byte
}

// digest is that of all that the row says, wherever it stands.
func (r commentRow) digest() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%q", []string{r.text, r.clause, r.organisation, r.stance, r.at.String()}))
}

func (r commentRow) bad(format string, args ...any) error {
	return &rowError{r.line, fmt.Sprintf(format, args...)}
}

// A rowError says why one row can't be taken. The rest can.
type rowError struct {
	line   int
	reason string
}

func (e *rowError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.reason) }

// header reads the first line and finds the columns.
func (r *commentRows) header(c *importComments) error {
	r.csv.FieldsPerRecord = -1 // a row too short or too long is refused for itself
	names, err := r.csv.Read()
	if err != nil {
		return fmt.Errorf("couldn't read the header of the comments: %w", err)
	}
	r.headers = len(names)
	names[0] = strings.TrimPrefix(names[0], "\uFEFF") // a byte order mark, as spreadsheets write
	for _, column := range []struct {
		index   *int
		flag    string
		named   string
		guesses []string
		needed  bool
	}{
		{&r.id, "--id-column", c.IDColumn, []string{"id", "comment id", "document id"}, true},
		{&r.text, "--text-column", c.TextColumn, []string{"text", "comment", "text comment", "comment text"}, true},
		{&r.clause, "--clause-column", c.ClauseColumn, []string{"clause", "citation", "clause id"}, false},
		{&r.organisation, "--organisation-column", c.OrganisationColumn,
			[]string{"organisation", "organization", "organisation name", "organization name"}, false},
		{&r.date, "--date-column", c.DateColumn, []string{"date", "received", "posted date", "received date"}, false},
		{&r.stance, "--stance-column", c.StanceColumn, []string{"stance"}, false},
	} {
		guesses := column.guesses
		if column.named != "" {
			guesses = []string{column.named}
		}
		*column.index = columnOf(names, guesses)
		if *column.index < 0 && (column.needed || column.named != "") {
			return fmt.Errorf("couldn't find the column %s in the header %q: name it with %s",
				strings.Join(guesses, " or "), oneLine(strings.Join(names, ","), 300), column.flag)
		}
	}
	return nil
}

// columnOf returns the index of the first of the guesses that is a header, -1 for none.
func columnOf(headers, guesses []string) int {
	for _, guess := range guesses {
		for i, h := range headers {
			if strings.EqualFold(strings.TrimSpace(h), guess) {
				return i
			}
		}
	}
	return -1
}

// next returns the next row: io.EOF after the last, a *rowError for one that can't
// be taken, any other error where the file can't be read on.
func (r *commentRows) next() (commentRow, error) {
	fields, err := r.csv.Read()
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		return commentRow{}, &rowError{bad.StartLine, bad.Err.Error()}
	}
	if err != nil {
		return commentRow{}, err
	}
	row := commentRow{}
	row.line, _ = r.csv.FieldPos(0)
	if len(fields) != r.headers {
		return row, row.bad("has %d fields, the header has %d", len(fields), r.headers)
	}
	for _, f := range fields {
		if !utf8.ValidString(f) {
			return row, row.bad("is not valid UTF-8")
		}
	}
	field := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	row.id, row.text, row.clause = field(r.id), field(r.text), field(r.clause)
	row.organisation, row.stance = field(r.organisation), field(r.stance)
	switch {
	case row.id == "":
		return row, row.bad("has no ID")
	case row.text == "":
		return row, row.bad("has no text")
	}
	if row.at, err = parseReceived(field(r.date)); err != nil {
		return row, row.bad("%v", err)
	}
	return row, nil
}

// parseReceived reads a date, or date and time; without a zone it is UTC. Forms that one
// country reads as March the first and another as January the third are refused.
func parseReceived(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date such as 2026-03-01 or 2026-03-01T09:30:00Z", oneLine(s, 40))
}
