package main

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ewtp/entente/reports/sheet"
)

// commentRows reads the rows of a CSV file of comments.
type commentRows struct {
	csv     *csv.Reader
	dialect sheet.Dialect
	headers int   // how many fields each row has
	total   int64 // how many rows there are, good or bad
	order   dateOrder

	// Indexes of the columns, -1 for one that isn't there.
	id, text, clause, organisation, jurisdiction, date, stance int
}

// A commentRow is one row whose fields have been checked for themselves.
type commentRow struct {
	line                       int // of its beginning in the file, from 1
	id, text, clause, stance   string
	organisation, jurisdiction string
	at                         time.Time // zero where the file has no date for it
}

// A sentRow is what is kept of a row to know it again.
type sentRow struct {
	line   int
	digest [sha256.Size]byte
}

// digest is that of all that the row says, wherever it stands.
func (r commentRow) digest() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%q", []string{r.text, r.clause, r.organisation, r.jurisdiction, r.stance, r.at.String()}))
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

// openRows finds out how a file of comments is written and how many rows it has, and
// goes to the first of them. The file is read three times, for it may be longer than memory.
func openRows(file io.ReadSeeker, c *importComments) (*commentRows, error) {
	r := &commentRows{}
	if err := r.sniff(file, c.Encoding); err != nil {
		return nil, err
	}
	if err := r.begin(file, c); err != nil {
		return nil, err
	}
	if err := r.count(); err != nil {
		return nil, err
	}
	return r, r.begin(file, c)
}

// begin goes to the first row.
func (r *commentRows) begin(file io.ReadSeeker, c *importComments) error {
	if err := rewind(file); err != nil {
		return err
	}
	r.csv = r.dialect.NewReader(file)
	return r.header(c)
}

func rewind(file io.Seeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("couldn't read the comments again from their beginning, as is needed to tell how they are written: %w", err)
	}
	return nil
}

// sniff finds out how the file is written.
func (r *commentRows) sniff(file io.ReadSeeker, encoded string) error {
	start := make([]byte, 4)
	n, err := io.ReadFull(file, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("couldn't read the comments: %w", err)
	}
	if sheet.IsXLSX(start[:n]) {
		return errors.New("couldn't read the comments: it is an XLSX workbook; save its sheet as CSV")
	}
	if err := rewind(file); err != nil {
		return err
	}
	r.dialect, err = sheet.Sniff(file, encoded)
	if bad := (*sheet.Error)(nil); errors.As(err, &bad) {
		return &usageError{fmt.Sprintf("couldn't read the comments: %v, or name the encoding with --encoding", bad)}
	}
	return err
}

// count reads to the end, and learns how dates are written.
func (r *commentRows) count() error {
	r.csv.ReuseRecord = true
	for {
		fields, err := r.csv.Read()
		if r.date >= 0 && r.date < len(fields) {
			r.order.see(fields[r.date])
		}
		bad := (*csv.ParseError)(nil)
		switch {
		case err == io.EOF:
			return nil
		case err != nil && !errors.As(err, &bad):
			return fmt.Errorf("couldn't read the comments: %w", err)
		}
		r.total++
	}
}

// header reads the first line and finds the columns.
func (r *commentRows) header(c *importComments) error {
	names, err := r.csv.Read()
	if err != nil {
		return fmt.Errorf("couldn't read the header of the comments: %w", err)
	}
	r.headers = len(names)
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
		{&r.jurisdiction, "--jurisdiction-column", c.JurisdictionColumn, []string{"jurisdiction", "country", "organisation jurisdiction"}, false},
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
	if err := r.dialect.Check(fields); err != nil {
		return row, row.bad("%v", err)
	}
	field := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	row.id, row.text, row.clause = field(r.id), field(r.text), field(r.clause)
	row.organisation, row.jurisdiction, row.stance = field(r.organisation), strings.ToUpper(field(r.jurisdiction)), field(r.stance)
	switch {
	case row.id == "":
		return row, row.bad("has no ID")
	case row.text == "":
		return row, row.bad("has no text")
	}
	if row.at, err = r.order.read(field(r.date)); err != nil {
		return row, row.bad("%v", err)
	}
	return row, nil
}
