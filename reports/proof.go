package reports

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// A proof is what a row says of its comment besides the ID. A table that was sorted by some
// of its columns, or whose cells were pasted a row too low, has answers beside the IDs of
// other comments; what stands beside them then contradicts the ID, and nothing is taken
// from the row. An empty cell says nothing.
type proof struct {
	number, answers, clause, clauseID, organisation, words string
	isoClause, isoParagraph                                string
}

func readProof(f *form, row sheet.Row) proof {
	cell := func(name string) string { return f.cell(row, name) }
	return proof{number: cell(colNumber), answers: cell(colFor), clause: cell(colCitation), clauseID: cell(colClauseID), organisation: cell(colOrganisation), words: cell(colComments),
		isoClause: cell(colClause), isoParagraph: cell(colParagraph)}
}

// contradiction says how a cell contradicts a comment.
type contradiction struct{ column, says, has string }

// prove holds a row against the comment that its ID names.
func (p *plan) prove(f *filled, c *policies.Comment) error {
	all, err := p.contradictions(&f.proof, c)
	if err != nil {
		return err
	}
	for _, x := range all {
		if isMadeOf(x.says, x.has) {
			f.refuse(x.column, policies.Conflict, "%q is what a spreadsheet program made of %q; leave the cell empty, or send the spreadsheet instead of CSV",
				clipCell(x.says), clipCell(x.has))
			continue
		}
		f.refuse(x.column, policies.Conflict, "says %q, and the comment of this row's ID, number %d, has %q: the table was sorted in part or cells were moved; "+
			"sort whole rows only, and leave this cell as it was, or empty", clipCell(x.says), c.Number, clipCell(x.has))
	}
	return nil
}

// contradictions lists them all, in the order of the columns.
func (p *plan) contradictions(row *proof, c *policies.Comment) (all []contradiction, err error) {
	check := func(column, says, has string, same bool) {
		if says != "" && !same {
			all = append(all, contradiction{column, says, has})
		}
	}
	number := func(column, says string) {
		n, ok := wholeNumber(says)
		check(column, says, strconv.Itoa(c.Number), ok && n == c.Number)
	}
	number(colNumber, row.number)
	number(colFor, row.answers)
	if c.Masked { // nothing else of it may be told
		return all, nil
	}
	cited, known, err := p.cited(c)
	if err != nil {
		return nil, err
	}
	if known {
		check(colCitation, row.clause, cited, sameCitation(row.clause, cited))
	}
	if known && row.clause == "" {
		clause, paragraph := isoClause(&CitedClause{Citation: cited})
		check(colClause, row.isoClause, clause, sameCitation(row.isoClause, clause))
		check(colParagraph, row.isoParagraph, paragraph, sameCitation(row.isoParagraph, paragraph))
	}
	if row.words != "" && c.RedactedAt.IsZero() {
		words, cut := sheet.Cut(row.words)
		check(colComments, row.words, c.Text, sameButLost(words, c.Text, cut))
	}
	name, same, err := p.isNameOf(row.organisation, c)
	if err != nil {
		return nil, err
	}
	check(colOrganisation, row.organisation, name, same)
	check(colClauseID, row.clauseID, c.ClauseID, row.clauseID == c.ClauseID)
	return all, nil
}

// cited is the citation of a comment's clause in the revision that it is on; unknown where that was erased.
func (p *plan) cited(c *policies.Comment) (citation string, known bool, err error) {
	if c.ClauseID == "" {
		return "", true, nil
	}
	text, err := p.text(c.RevisionID)
	if err != nil || text == nil {
		return "", false, err
	}
	i := text.Clauses.Index(c.ClauseID)
	if i < 0 {
		return "", false, nil
	}
	return text.Clauses[i].Citation, true, nil
}

// isNameOf says whether a cell has the name that a comment's organisation has, or had when it was made.
func (p *plan) isNameOf(cell string, c *policies.Comment) (now string, same bool, err error) {
	now, known := p.names[c.OrganisationID]
	if !known {
		found, err := p.registry.Views().Organisations(p.ctx, []string{c.OrganisationID})
		if err != nil {
			return "", false, fmt.Errorf("couldn't load the organisations: %w", err)
		}
		now = found[c.OrganisationID].Name
		p.names[c.OrganisationID] = now
	}
	if cell == "" || sameButLost(cell, now, false) {
		return now, true, nil
	}
	then, err := p.registry.Views().Organisation(p.ctx, c.OrganisationID, c.SubmittedAt)
	if errors.Is(err, policies.ErrNotFound) {
		return now, false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("couldn't load the organisation: %w", err)
	}
	return now, sameButLost(cell, then.Name, false), nil
}

// sameCitation compares citations, "§" or not.
func sameCitation(a, b string) bool { return foldedCitation(a) == foldedCitation(b) }

func foldedCitation(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(s), "§")), " "))
}

// sameButLost says whether a cell has the words, whatever a spreadsheet program made of their blanks,
// and of characters that its encoding hasn't: those it writes as a question mark, or without
// their accent. A cell that was cut has the beginning.
func sameButLost(cell, words string, cut bool) bool {
	if cell == trimmedCell(words) {
		return true
	}
	have, want := essence(cell), essence(words)
	for len(have) > 0 && len(want) > 0 {
		switch h, w := have[0], want[0]; {
		case h == w, w > unicode.MaxASCII && (isLost(h) || h <= unicode.MaxASCII && unicode.IsLetter(h) && unicode.In(w, unicode.Latin)):
			have, want = have[1:], want[1:]
		case isSlight(h):
			have = have[1:]
		case isSlight(w):
			want = want[1:]
		default:
			return false
		}
	}
	weighs := func(r rune) bool { return !isSlight(r) }
	return !slices.ContainsFunc(have, weighs) && (cut || !slices.ContainsFunc(want, weighs))
}

// isLost says whether a character stands for one that an encoding hasn't.
func isLost(r rune) bool { return r == '?' || r == unicode.ReplacementChar }

// isSlight says whether a character may be missing on one side, or stand for one that is.
func isSlight(r rune) bool { return isLost(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// essence is what of a text no spreadsheet program takes for formatting.
func essence(s string) (all []rune) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || isLost(r) || r > unicode.MaxASCII && unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			all = append(all, unicode.ToLower(r))
		}
	}
	return all
}

// month is how the names of months begin in the languages that spreadsheets here are mostly in.
const month = `(?i:jan|feb|fév|mar|mär|mrz|apr|avr|abr|may|mai|jun|jui|jul|aug|aoû|ago|sep|oct|okt|nov|dec|dez|déc|dic|ene)\pL{0,6}\.?`

// madeDate are the forms of the dates that spreadsheet programs make of numbers with a point: 10. Jan, 2026-10-01, 46032 for 1.10.
var madeDate = regexp.MustCompile(`^([0-9]{5}|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}( [0-9:]+)?|[0-9]{1,2}[-. ]{1,2}` + month + `([-. ]{1,2}[0-9]{2,4})?|` +
	month + `[-. ]{1,2}[0-9]{1,4})$`)

// madeNumber is what spreadsheet programs write of a number: 1.1 for 1.10, -2 for (2).
var madeNumber = regexp.MustCompile(`^-?[0-9]+([.,][0-9]+)?$`)

// isMadeOf says whether a cell is what a spreadsheet program made of a citation.
func isMadeOf(says, has string) bool {
	if madeDate.MatchString(says) {
		return true
	}
	a, err := strconv.ParseFloat(strings.Replace(strings.TrimPrefix(says, "-"), ",", ".", 1), 64)
	b, err2 := strconv.ParseFloat(strings.Trim(has, "§() "), 64)
	return err == nil && err2 == nil && a == b && says != has
}

// text is the text of a revision, nil where it was erased.
func (p *plan) text(revisionID string) (*clauses.Text, error) {
	if t, ok := p.texts[revisionID]; ok {
		return t, nil
	}
	t, err := loadText(p.ctx, p.registry.Views(), revisionID)
	if err != nil {
		return nil, err
	}
	p.texts[revisionID] = t
	return t, nil
}
