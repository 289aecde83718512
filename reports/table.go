package reports

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
	"github.com/ewtp/entente/views"
)

// Format is what a matrix is written as.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// An Export says what a matrix is to be.
type Export struct {
	DocumentID string
	Part       Part
	Format     Format
	NoMark     bool // a CSV file without byte order mark
	Most       int  // comments that it may hold; 0: MaxLines
}

// CheckMatrix says why a matrix can't be written, nil if it can: for whoever wants to know without it.
func CheckMatrix(ctx context.Context, db *views.DB, viewer policies.Actor, e Export) error {
	_, err := openMatrix(ctx, db, viewer, e)
	return err
}

// WriteMatrix writes a document's response matrix as the viewer may read it. A refusal
// comes before the first byte.
func WriteMatrix(ctx context.Context, db *views.DB, viewer policies.Actor, e Export, w io.Writer) error {
	m, err := openMatrix(ctx, db, viewer, e)
	if err != nil {
		return err
	}
	return m.write(e, w)
}

// openMatrix finds what a matrix is to hold, or refuses it.
func openMatrix(ctx context.Context, db *views.DB, viewer policies.Actor, e Export) (*matrix, error) {
	d, err := db.Document(ctx, viewer, e.DocumentID, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("couldn't load the document: %w", err)
	}
	m, err := newMatrix(ctx, db, viewer, d, e.Part)
	if err != nil {
		return nil, err
	}
	if e.Most > 0 {
		m.most = e.Most
	}
	return m, m.checkSize()
}

// write writes the table.
func (m *matrix) write(e Export, w io.Writer) error {
	all := matrixColumns()
	t := sheet.Table{Name: "Responses", Frozen: idColumns, Locked: true, About: aboutMatrix(&m.document, e, m.position)}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	out, err := newTable(t, e.Format, e.NoMark, w)
	if err != nil {
		return err
	}
	cells := make([]string, len(all))
	err = m.read(func(l Line) error {
		for i, c := range all {
			cells[i] = c.cell(&l)
		}
		return out.Write(cells)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// newTable begins a table in a format.
func newTable(t sheet.Table, f Format, noMark bool, w io.Writer) (sheet.Writer, error) {
	switch f {
	case CSV:
		return sheet.NewCSV(w, t, !noMark)
	case XLSX:
		return sheet.NewXLSX(w, t)
	}
	return nil, &policies.Error{Code: policies.Invalid, Field: "format", Message: fmt.Sprintf("%q is none of csv and xlsx", f)}
}

// aboutMatrix tells whoever opens a spreadsheet what it is.
func aboutMatrix(d *policies.Document, e Export, position int64) [][2]string {
	return [][2]string{
		{"Document", d.Number},
		{"Title", d.Title},
		{"Language", d.Language},
		{"Comments", e.Part.tell()},
		{"Ledger position", fmt.Sprint(position)},
		{"To fill in", "The yellow columns. Each row is an answer of its own. The rest is locked, without a password: whoever takes the lock off may sort whole rows, leave rows out, " +
			"and move and hide columns. A row whose comment ID and other cells are of different comments isn't taken. Hidden columns hold what is filled in to its row: answers may be copied " +
			"to other rows, but not cut and moved."},
		{colPlace, "Where the clause stands in the text: sorted by it, §1.10 comes after §1.9."},
		{colDisposition, "accepted, accepted in part (or in principle), rejected (or not accepted), noted or duplicate. A row that is left empty changes nothing."},
		{colReason, "Why; every answer needs one. Where it is empty, what is written under \"" + colObservations + "\" is taken."},
		{colChangeRevision, "The number of the revision with the change that carries an acceptance out; and the clause that changed, by citation (§1.10) or ID."},
		{colDuplicateOf, "The number of the comment that this one repeats, or its ID."},
		{colSeen, "Which answer the comment had when this file was written. An answer that is another by then isn't overwritten unseen."},
	}
}
