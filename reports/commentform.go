package reports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
	"github.com/ewtp/entente/views"
)

// The columns that a comment form has besides those of the matrix.
const (
	colDraftID = "Draft ID"
	colEdition = "Edition"
	colYearly  = "Cost: every year"
	colSummary = "Summary for the public"
	colKind    = "Kind of change"
	colOn      = "Comment is on"
)

// wholeText is what stands where a clause's citation does, for comments on the whole.
const wholeText = "whole text"

// formIDs is how many columns of a form tell what a row is about.
const formIDs = 5

// proposalWords are the kinds of proposals as a form has them.
var proposalWords = map[policies.Proposal]string{policies.Replace: "replace", policies.StrikeOut: "strike out", policies.AddAfter: "add after"}

// A formRow is a row of a comment form: a clause, and a draft on it or nothing yet.
type formRow struct {
	place    int // of the clause, from 1; 0 for the whole text
	clauseID string
	citation string
	text     string
	draft    policies.CommentDraft // without an ID where there is none
}

// A formColumn is a column of a comment form and what a row has in it.
type formColumn struct {
	sheet.Column
	cell func(*formRow) string
}

func formColumns() []formColumn {
	return marksBetween(unmarkedFormColumns(), func(c formColumn) sheet.Column { return c.Column }, func(c sheet.Column) formColumn {
		return formColumn{c, func(r *formRow) string { return markOf(r.place) }}
	})
}

func unmarkedFormColumns() []formColumn {
	var stances, types, kinds []string
	for _, s := range policies.Stances {
		stances = append(stances, string(s))
	}
	for _, t := range policies.CommentTypes {
		types = append(types, string(t))
	}
	for _, k := range policies.Proposals {
		kinds = append(kinds, proposalWords[k])
	}
	column := func(name string, width float64, cell func(*formRow) string) formColumn {
		return formColumn{sheet.Column{Name: name, Width: width}, cell}
	}
	fill := func(name string, width float64, choices []string, cell func(*policies.CommentWords) string) formColumn {
		return formColumn{sheet.Column{Name: name, Width: width, FillIn: true, Choices: choices}, func(r *formRow) string { return cell(&r.draft.Words) }}
	}
	number := func(c formColumn) formColumn {
		c.Number = true
		return c
	}
	cost := func(f func(*policies.CostEstimate) string) func(*policies.CommentWords) string {
		return func(w *policies.CommentWords) string {
			if w.Cost == nil {
				return ""
			}
			return f(w.Cost)
		}
	}
	yes := map[bool]string{true: "yes"}
	return []formColumn{
		column(colDraftID, 10, func(r *formRow) string { return r.draft.ID }),
		number(column(colEdition, 8, func(r *formRow) string { return orEmpty(r.draft.Edition) })),
		number(column(colPlace, 8, func(r *formRow) string { return strconv.Itoa(r.place) })),
		column(colClauseID, 10, func(r *formRow) string { return r.clauseID }),
		column(colCitation, 12, func(r *formRow) string { return r.citation }),
		column(colWords, 60, func(r *formRow) string { return r.text }),
		fill(colQuote, 30, nil, func(w *policies.CommentWords) string { return quoteOf(w.Quote) }),
		fill(colStance, 10, stances, func(w *policies.CommentWords) string { return string(w.Stance) }),
		fill(colType, 12, types, func(w *policies.CommentWords) string { return string(w.Type) }),
		fill(colComments, 60, nil, func(w *policies.CommentWords) string { return w.Text }),
		fill(colProposed, 50, nil, func(w *policies.CommentWords) string { return w.Replacement }),
		fill(colKind, 12, kinds, func(w *policies.CommentWords) string { return proposalWords[w.Proposed()] }),
		number(fill(colCost, 10, nil, cost(func(c *policies.CostEstimate) string { return c.Amount }))),
		fill(colCurrency, 8, nil, cost(func(c *policies.CostEstimate) string { return c.Currency })),
		fill(colPer, 12, nil, cost(func(c *policies.CostEstimate) string { return c.Per })),
		fill(colYearly, 10, []string{"yes", "no"}, cost(func(c *policies.CostEstimate) string { return yes[c.PerYear] })),
		fill(colConfidential, 12, []string{"yes", "no"}, func(w *policies.CommentWords) string { return yes[w.Confidential] }),
		fill(colSummary, 30, nil, func(w *policies.CommentWords) string { return w.Summary }),
		column(colOn, 12, func(r *formRow) string { return r.citation }), // holds a row together that is sorted without its beginning
	}
}

// A FormExport says what a comment form is to be.
type FormExport struct {
	DocumentID string
	Round      int // 0: the latest
	Format     Format
	NoMark     bool // a CSV file without byte order mark
}

// A consulted text is that of a consultation, with the document and the drafts of the viewer's organisation.
type consulted struct {
	document     policies.Document
	consultation policies.Consultation
	text         *clauses.Text
	drafts       []policies.CommentDraft // open ones, oldest first
}

// loadConsulted finds a round of a document as the viewer may see it.
func loadConsulted(ctx context.Context, db *views.DB, viewer policies.Actor, documentID string, round int) (c consulted, err error) {
	if c.document, err = db.Document(ctx, viewer, documentID, time.Time{}); err != nil {
		return c, fmt.Errorf("couldn't load the document: %w", err)
	}
	rounds, err := roundsOf(ctx, db, viewer, documentID)
	if err != nil {
		return c, err
	}
	for _, k := range rounds {
		if round == 0 || k.Round == round {
			c.consultation = k
		}
	}
	if c.consultation.ID == "" {
		return c, &policies.Error{Code: policies.NotFound, Field: "round", Message: "there is no such consultation on this document"}
	}
	if c.text, err = loadText(ctx, db, c.consultation.RevisionID); err != nil {
		return c, err
	}
	if c.text == nil {
		return c, &policies.Error{Code: policies.NotFound, Field: "round", Message: "the text of this consultation was erased"}
	}
	drafts, err := views.All(func(p views.Page) (views.List[policies.CommentDraft], error) {
		return db.CommentDraftList(ctx, viewer, documentID, p)
	})
	if err != nil {
		return c, fmt.Errorf("couldn't list the drafts: %w", err)
	}
	for i := len(drafts) - 1; i >= 0; i-- {
		if drafts[i].ConsultationID == c.consultation.ID {
			c.drafts = append(c.drafts, drafts[i])
		}
	}
	return c, nil
}

// CheckCommentForm says why a form can't be written, nil if it can.
func CheckCommentForm(ctx context.Context, db *views.DB, viewer policies.Actor, e FormExport) error {
	_, err := loadConsulted(ctx, db, viewer, e.DocumentID, e.Round)
	return err
}

// WriteCommentForm writes the clauses of a consultation as a table in which comments on them
// are prepared, with the drafts that the viewer's organisation has already. A refusal comes
// before the first byte.
func WriteCommentForm(ctx context.Context, db *views.DB, viewer policies.Actor, e FormExport, w io.Writer) error {
	c, err := loadConsulted(ctx, db, viewer, e.DocumentID, e.Round)
	if err != nil {
		return err
	}
	all := formColumns()
	t := sheet.Table{Name: "Comments", Frozen: formIDs, About: c.about()}
	for _, x := range all {
		t.Columns = append(t.Columns, x.Column)
	}
	out, err := newTable(t, e.Format, e.NoMark, w)
	if err != nil {
		return err
	}
	cells := make([]string, len(all))
	for _, row := range c.rows() {
		for i, x := range all {
			cells[i] = x.cell(&row)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return out.Close()
}

// rows are the whole text and its clauses, each first with the drafts on it, and then with nothing yet.
func (c *consulted) rows() (rows []formRow) {
	on := map[string][]policies.CommentDraft{}
	for _, d := range c.drafts {
		on[d.Words.ClauseID] = append(on[d.Words.ClauseID], d)
	}
	add := func(r formRow) {
		for _, d := range on[r.clauseID] {
			filled := r
			filled.draft = d
			rows = append(rows, filled)
		}
		rows = append(rows, r)
	}
	add(formRow{citation: wholeText})
	for i := range c.text.Clauses {
		at := &c.text.Clauses[i]
		add(formRow{place: i + 1, clauseID: at.ID, citation: at.Citation, text: c.text.Words(i)})
	}
	return rows
}

func (c *consulted) about() [][2]string {
	return [][2]string{
		{"Document", c.document.Number},
		{"Title", c.document.Title},
		{"Language", c.document.Language},
		{"Consultation", roundHeld(c.consultation)},
		{"To fill in", "The yellow columns, beside the clause that the comment is on; the first row is for comments on the whole text. Copy a row, without its draft ID, for a second comment on a clause. " +
			"Rows that are left empty are passed over."},
		{"What becomes of it", "Each row becomes a draft of your organisation, which nobody else reads. Submitting it is another step."},
		{colStance, "support, oppose, amend (with a proposed change), question or neutral."},
		{colKind, "What the proposed change is: to replace the clause's words (also where nothing is chosen), to strike out the clause, or to add clauses after it."},
		{colType, "general, substantive, technical, editorial or translation; ge, te and ed are taken too."},
		{colQuote, "The words of the clause that the comment is on, exactly; nothing for all of it."},
		{colCost, "What the clause costs: a number such as 12500.50 or 12.500,50, with its currency (EUR) and what it is the cost of (parcel)."},
		{colConfidential, "yes for a comment that only the sponsors and the secretariat are to read; it wants a summary for the public."},
		{colDraftID, "Names a draft that there is already: what is written in its row replaces the draft's words."},
	}
}

// quoteOf are the quoted words, "" for none.
func quoteOf(q *policies.Quote) string {
	if q == nil {
		return ""
	}
	return q.Exact
}

// folded compares words that are chosen from a list.
func folded(s string) string { return strings.TrimSpace(foldedHeader(s)) }
