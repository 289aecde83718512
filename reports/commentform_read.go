package reports

import (
	"context"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// A commentRow is a row of a comment form as it was filled in.
type commentRow struct {
	importRow
	draftID, edition         string
	clauseID, citation, text string
	on                       string // the citation again
	marks                    []string
	decimals                 *decimals         // of the file
	cells                    map[string]string // that are filled in
	blank                    bool              // there is no comment in it
	state                    rowState

	words policies.CommentWords
	has   func(column string) bool // whether the file has a column at all
}

// A rowState is what becomes of a row that isn't refused.
type rowState int

const (
	rowUnchanged rowState = iota
	rowNew                // it becomes a draft
	rowChanged            // its draft changes
)

// commentForm is a comment form as it comes home.
func commentForm() *form {
	f := &form{required: [][]string{{colComments, colProposed}, {colCitation, colClauseID}}}
	for _, c := range formColumns() {
		f.columns = append(f.columns, c.Name)
	}
	return f
}

// readComments reads a file's rows.
func readComments(ctx context.Context, file []byte) (all []*commentRow, err error) {
	f, columns, amounts := commentForm(), formColumns(), decimals{kept: sheet.IsXLSX(file)}
	err = f.read(ctx, file, func(row sheet.Row) {
		r := &commentRow{importRow: importRow{row: row.Number}, cells: map[string]string{}, has: f.has, decimals: &amounts}
		all = append(all, r)
		if row.Err != nil {
			r.refuse("", policies.Invalid, "%v", row.Err)
			return
		}
		r.draftID, r.edition = f.cell(row, colDraftID), f.cell(row, colEdition)
		r.clauseID, r.citation, r.text = f.cell(row, colClauseID), f.cell(row, colCitation), f.cell(row, colWords)
		r.on, r.marks = f.cell(row, colOn), readMarks(f, row)
		for _, c := range columns {
			if s := f.cell(row, c.Name); c.FillIn && !c.Hidden && s != "" {
				r.cells[c.Name] = unixLines(s)
			}
		}
		r.blank = len(r.cells) == 0
		amounts.see(r.cells[colCost])
	})
	return all, err
}

// read makes words of a row: those of a draft that it is about with what the file has in their place.
func (r *commentRow) read(text *clauses.Text, draft policies.CommentWords) {
	r.words = draft
	r.words.ClauseID = r.clause(text)
	r.words.Stance = chosen(r, colStance, draft.Stance, policies.Stances, otherStances)
	r.words.Type = chosen(r, colType, draft.Type, policies.CommentTypes, otherTypes)
	for column, to := range map[string]*string{colComments: &r.words.Text, colProposed: &r.words.Replacement, colSummary: &r.words.Summary} {
		if r.has(column) {
			*to = r.cells[column]
		}
	}
	if r.words.Proposes = chosen(r, colKind, draft.Proposes, policies.Proposals, otherKinds); r.words.Proposes == policies.Replace {
		r.words.Proposes = "" // as the record has it
	}
	if r.words.Stance == "" && (r.words.Replacement != "" || r.words.Proposes != "") {
		r.words.Stance = policies.Amend
	}
	if exact := r.cells[colQuote]; r.has(colQuote) && exact != trimmedCell(quoteOf(draft.Quote)) {
		r.words.Quote = nil
		if exact != "" {
			r.words.Quote = &policies.Quote{Exact: exact}
		}
	}
	if r.has(colConfidential) {
		r.words.Confidential = r.yes(colConfidential)
	}
	r.readCost(draft.Cost)
}

// clause finds the clause that a row is about, "" for the whole text. What else says which it is must agree.
func (r *commentRow) clause(text *clauses.Text) string {
	if r.clauseID == "" && (r.citation == "" || isWhole(r.citation)) {
		if r.text != "" || r.citation == "" && r.on != "" {
			r.refuse(colCitation, policies.Invalid, "is missing: it says which clause the comment is on")
		}
		r.agree(colOn, r.on, wholeText, isWhole(r.on))
		return ""
	}
	id := r.clauseID
	if id == "" {
		var fault string
		if id, fault = clauseNamed(text.Clauses, r.citation); fault != "" {
			r.refuse(colCitation, policies.Invalid, "%s", fault)
			return ""
		}
	}
	i := text.Clauses.Index(id)
	if i < 0 {
		column := map[bool]string{true: colCitation, false: colClauseID}[r.clauseID == ""]
		r.refuse(column, policies.NotFound, "the text consulted on has no clause %q", clipCell(id))
		return ""
	}
	has, said := text.Clauses[i].Citation, text.Words(i)
	words, cut := sheet.Cut(r.text)
	r.agree(colCitation, r.citation, has, sameCitation(r.citation, has))
	r.agree(colWords, r.text, said, sameButLost(words, said, cut))
	r.agree(colOn, r.on, has, sameCitation(r.on, has))
	return id
}

func isWhole(citation string) bool { return folded(citation) == folded(wholeText) }

// agree refuses a row of which a cell tells of another clause. An empty cell tells nothing.
func (r *commentRow) agree(column, says, has string, same bool) {
	if says != "" && !same {
		r.refuse(column, policies.Conflict, "says %q, and this row's clause has %q: the table was sorted in part or cells were moved; "+
			"sort whole rows only, and leave this cell as it was, or empty", clipCell(says), clipCell(has))
	}
}

// otherStances, otherTypes and otherKinds are further words for them; "ge", "te" and "ed" are the template's of ISO and IEC.
var (
	otherStances = map[string]policies.Stance{"infavour": policies.Support, "for": policies.Support, "against": policies.Oppose, "amendment": policies.Amend}
	otherKinds   = map[string]policies.Proposal{"delete": policies.StrikeOut, "deletion": policies.StrikeOut, "add": policies.AddAfter, "addition": policies.AddAfter, "replacement": policies.Replace}
	otherTypes   = map[string]policies.CommentType{"ge": policies.General, "te": policies.Technical, "ed": policies.Editorial}
)

// chosen reads one of the words of a list; without the column it stays as it was.
func chosen[T ~string](r *commentRow, column string, was T, list []T, others map[string]T) T {
	cell := r.cells[column]
	switch {
	case !r.has(column):
		return was
	case cell == "":
		return ""
	}
	var names []string
	for _, x := range list {
		if folded(string(x)) == folded(cell) {
			return x
		}
		names = append(names, string(x))
	}
	if x, ok := others[folded(cell)]; ok {
		return x
	}
	r.refuse(column, policies.Invalid, "%q is none of %s", clipCell(cell), strings.Join(names, ", "))
	return was
}

// yes reads whether a cell is ticked.
func (r *commentRow) yes(column string) bool {
	yes, ok := ticked(r.cells[column])
	if !ok {
		r.refuse(column, policies.Invalid, "%q is neither yes nor no", clipCell(r.cells[column]))
	}
	return yes
}

// readCost reads the estimate; without any of its columns it stays as it was.
func (r *commentRow) readCost(was *policies.CostEstimate) {
	if !r.has(colCost) {
		return
	}
	amount, currency, fault := r.decimals.read(r.cells[colCost])
	if was != nil && r.cells[colCost] == was.Amount { // as it was written into the form
		amount, currency, fault = was.Amount, "", ""
	}
	cost := policies.CostEstimate{Amount: amount, Currency: strings.ToUpper(r.cells[colCurrency]), Per: r.cells[colPer], PerYear: r.yes(colYearly)}
	switch {
	case fault != "":
		r.refuse(colCost, policies.Invalid, "%s", fault)
	case cost.Currency == "":
		cost.Currency = currency
	case currency != "" && currency != cost.Currency:
		r.refuse(colCurrency, policies.Invalid, "%q is another than that of %q", clipCell(cost.Currency), clipCell(r.cells[colCost]))
	}
	r.words.Cost = nil
	if cost != (policies.CostEstimate{}) {
		r.words.Cost = &cost
	}
}
