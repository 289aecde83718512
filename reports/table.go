package reports

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
	"github.com/ewtp/entente/views"
)

// The columns of a response matrix: those of the commenting template of ISO and IEC in
// its order, then those that are filled in, then what tells a row and its comment.
const (
	colBody         = "MB/NC"
	colLine         = "Line number"
	colClause       = "Clause/Subclause"
	colParagraph    = "Paragraph/Figure/Table"
	colISOType      = "Type of comment"
	colComments     = "Comments"
	colProposed     = "Proposed change"
	colObservations = "Observations of the secretariat"

	colDisposition    = "Disposition"
	colReason         = "Reason"
	colChangeRevision = "Change: revision"
	colChangeClause   = "Change: clause"
	colDuplicateOf    = "Duplicate of"

	colNumber       = "Number"
	colCommentID    = "Comment ID"
	colSeen         = "Answer seen"
	colOrganisation = "Organisation"
	colChamber      = "Chamber"
	colStance       = "Stance"
	colType         = "Type"
	colRound        = "Round"
	colRevision     = "Revision"
	colClauseID     = "Clause ID"
	colWords        = "Text of the clause"
	colState        = "State"
	colConfidential = "Confidential"
	colSupporters   = "Speaks for"
	colQuote        = "Quoted words"
	colQuestion     = "Question"
	colChoice       = "Choice"
)

// outcomes are the answers as a table has them.
var outcomes = map[policies.Outcome]string{
	policies.AcceptedWhole: "accepted", policies.AcceptedInPart: "accepted in part", policies.Rejected: "rejected",
	policies.Noted: "noted", policies.Duplicate: "duplicate",
}

// A column of the matrix and what a line has in it.
type column struct {
	sheet.Column
	cell func(*Line) string
}

func matrixColumns() []column {
	var choices []string
	for _, o := range policies.Outcomes {
		choices = append(choices, outcomes[o])
	}
	plain := func(name string, width float64, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: width}, cell}
	}
	fill := func(name string, width float64, choices []string, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: width, FillIn: true, Choices: choices}, cell}
	}
	return []column{
		plain(colBody, 8, func(l *Line) string { return l.Organisation.Jurisdiction }),
		plain(colLine, 8, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return orEmpty(p.Line) })
		}),
		plain(colClause, 12, func(l *Line) string { c, _ := isoClause(l.Clause); return c }),
		plain(colParagraph, 12, func(l *Line) string { _, p := isoClause(l.Clause); return p }),
		plain(colISOType, 8, func(l *Line) string { return isoTypes[l.Comment.Type] }),
		plain(colComments, 60, func(l *Line) string { return l.Comment.Text }),
		plain(colProposed, 50, func(l *Line) string { return l.Comment.Replacement }),
		fill(colObservations, 50, nil, func(l *Line) string { return observationsOf(l.Comment.Disposition) }),

		fill(colDisposition, 16, choices, func(l *Line) string {
			return ofDisposition(l, func(d *policies.Disposition) string { return outcomes[d.Outcome] })
		}),
		fill(colReason, 50, nil, func(l *Line) string {
			return ofDisposition(l, func(d *policies.Disposition) string { return d.Reason })
		}),
		fill(colChangeRevision, 10, nil, func(l *Line) string {
			return ofClause(l.Change, func(p *CitedClause) string { return orEmpty(p.Revision) })
		}),
		fill(colChangeClause, 14, nil, func(l *Line) string { return ofClause(l.Change, changedClause) }),
		fill(colDuplicateOf, 10, nil, func(l *Line) string { return orEmpty(l.DuplicateOf) }),

		plain(colNumber, 8, func(l *Line) string { return orEmpty(l.Comment.Number) }),
		plain(colCommentID, 34, func(l *Line) string { return l.Comment.ID }),
		plain(colSeen, 20, func(l *Line) string { return l.Comment.Disposition.Mark() }),
		plain(colOrganisation, 24, func(l *Line) string { return l.Organisation.Name }),
		plain(colChamber, 12, func(l *Line) string { return string(l.Organisation.Kind) }),
		plain(colStance, 10, func(l *Line) string { return string(l.Comment.Stance) }),
		plain(colType, 12, func(l *Line) string { return string(l.Comment.Type) }),
		plain(colRound, 8, func(l *Line) string { return orEmpty(l.Round) }),
		plain(colRevision, 8, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return orEmpty(p.Revision) })
		}),
		plain(colClauseID, 20, func(l *Line) string { return l.Comment.ClauseID }),
		plain(colWords, 60, func(l *Line) string { return ofClause(l.Clause, func(p *CitedClause) string { return p.Words }) }),
		plain(colState, 16, func(l *Line) string { return stateOf(&l.Comment) }),
		plain(colConfidential, 12, func(l *Line) string { return map[bool]string{true: "yes"}[l.Comment.Confidential] }),
		plain(colSupporters, 10, func(l *Line) string { return orEmpty(int(l.Comment.Supporters)) }),
		plain(colQuote, 30, func(l *Line) string { return quotedWords(&l.Comment) }),
		plain(colQuestion, 30, func(l *Line) string { return l.Question }),
		plain(colChoice, 16, func(l *Line) string { return l.Comment.Choice }),
	}
}

func ofClause(p *CitedClause, f func(*CitedClause) string) string {
	if p == nil {
		return ""
	}
	return f(p)
}

func ofDisposition(l *Line, f func(*policies.Disposition) string) string {
	if l.Comment.Disposition == nil {
		return ""
	}
	return f(l.Comment.Disposition)
}

func changedClause(p *CitedClause) string {
	if p.Citation != "" {
		return p.Citation
	}
	return p.ClauseID
}

// observationsOf writes a disposition into one cell.
func observationsOf(d *policies.Disposition) string {
	if d == nil {
		return ""
	}
	words := outcomes[d.Outcome]
	return strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):] + ". " + d.Reason
}

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
func (m *matrix) write(e Export, w io.Writer) (err error) {
	all := matrixColumns()
	t := sheet.Table{Name: "Responses", About: aboutMatrix(&m.document, e, m.position)}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	var out sheet.Writer
	switch e.Format {
	case CSV:
		out, err = sheet.NewCSV(w, t, !e.NoMark)
	case XLSX:
		out, err = sheet.NewXLSX(w, t)
	default:
		return &policies.Error{Code: policies.Invalid, Field: "format", Message: fmt.Sprintf("%q is none of csv and xlsx", e.Format)}
	}
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

// aboutMatrix tells whoever opens a spreadsheet what it is.
func aboutMatrix(d *policies.Document, e Export, position int64) [][2]string {
	return [][2]string{
		{"Document", d.Number},
		{"Title", d.Title},
		{"Comments", e.Part.tell()},
		{"Ledger position", fmt.Sprint(position)},
		{"To fill in", "The yellow columns. Each row is an answer of its own; rows may be sorted and left out, columns moved and hidden."},
		{colDisposition, "accepted, accepted in part, rejected, noted or duplicate. A row that is left empty changes nothing."},
		{colReason, "Why; every answer needs one. Where it is empty, what is written under \"" + colObservations + "\" is taken."},
		{colChangeRevision, "The number of the revision with the change that carries an acceptance out; and the clause that changed, by citation or ID."},
		{colDuplicateOf, "The number of the comment that this one repeats, or its ID."},
		{colSeen, "Which answer the comment had when this file was written. An answer that is another by then isn't overwritten unseen."},
	}
}

// stateOf says what happened to a comment besides its disposition.
func stateOf(c *policies.Comment) string {
	var all []string
	for _, x := range []struct {
		is   bool
		word string
	}{{!c.WithdrawnAt.IsZero(), "withdrawn"}, {!c.DisownedAt.IsZero(), "disowned"}, {!c.RedactedAt.IsZero(), "redacted"}, {c.Late, "late"}} {
		if x.is {
			all = append(all, x.word)
		}
	}
	return strings.Join(all, ", ")
}

// quotedWords are the words that a comment is on, "" for none.
func quotedWords(c *policies.Comment) string {
	if c.Quote == nil {
		return ""
	}
	return c.Quote.Exact
}
