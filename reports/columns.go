package reports

import (
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// The columns of a response matrix: what tells which comment a row is about, those of the
// commenting template of ISO and IEC in its order, those that are filled in, and what else
// there is to know. The first stay in view; the last hold a row together, too, for whoever
// sorts some columns and not the others.
const (
	colNumber    = "Number"
	colCommentID = "Comment ID"
	colSeen      = "Answer seen"
	colPlace     = "Place"
	colCitation  = "Clause"

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
	colFor            = "Answers comment"

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
	colCost         = "Cost"
	colCurrency     = "Cost: currency"
	colPer          = "Cost: per"
	colSupported    = "Supported by"
	colNotSupported = "Not supported by"
	colReplies      = "Replies"
	colAttachments  = "Attachments"
	colCampaign     = "Campaign"
)

// idColumns is how many columns tell which comment a row is about.
const idColumns = 5

// A column of the matrix and what a line has in it.
type column struct {
	sheet.Column
	cell func(*Line) string
}

func matrixColumns() []column {
	return marksBetween(unmarkedColumns(), func(c column) sheet.Column { return c.Column }, func(c sheet.Column) column {
		return column{c, func(l *Line) string { return markOf(l.Comment.Number) }}
	})
}

func unmarkedColumns() []column {
	var choices []string
	for _, o := range policies.Outcomes {
		choices = append(choices, outcomes[o])
	}
	plain := func(name string, width float64, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: width}, cell}
	}
	number := func(name string, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: 8, Number: true}, cell}
	}
	fill := func(name string, width float64, choices []string, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: width, FillIn: true, Choices: choices}, cell}
	}
	fillNumber := func(name string, cell func(*Line) string) column {
		return column{sheet.Column{Name: name, Width: 10, FillIn: true, Number: true}, cell}
	}
	return []column{
		number(colNumber, func(l *Line) string { return orEmpty(l.Comment.Number) }),
		plain(colCommentID, 12, func(l *Line) string { return l.Comment.ID }),
		plain(colSeen, 10, func(l *Line) string { return l.Comment.Disposition.Mark() }),
		number(colPlace, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return orEmpty(p.Place) })
		}),
		plain(colCitation, 12, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return p.Citation })
		}),

		plain(colBody, 8, func(l *Line) string { return l.Organisation.Jurisdiction }),
		number(colLine, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return orEmpty(p.Line) })
		}),
		plain(colClause, 12, func(l *Line) string { c, _ := isoClause(l.Clause); return c }),
		plain(colParagraph, 12, func(l *Line) string { _, p := isoClause(l.Clause); return p }),
		plain(colISOType, 8, func(l *Line) string { return isoTypes[l.Comment.Type] }),
		plain(colComments, 60, func(l *Line) string { return l.Comment.Text }),
		plain(colProposed, 50, func(l *Line) string { return proposedChange(&l.Comment) }),
		fill(colObservations, 50, nil, func(l *Line) string { return observationsOf(l.Comment.Disposition) }),

		fill(colDisposition, 16, choices, func(l *Line) string {
			return ofDisposition(l, func(d *policies.Disposition) string { return outcomes[d.Outcome] })
		}),
		fill(colReason, 50, nil, func(l *Line) string {
			return ofDisposition(l, func(d *policies.Disposition) string { return d.Reason })
		}),
		fillNumber(colChangeRevision, func(l *Line) string {
			return ofClause(l.Change, func(p *CitedClause) string { return orEmpty(p.Revision) })
		}),
		fill(colChangeClause, 14, nil, func(l *Line) string { return ofClause(l.Change, changedClause) }),
		fillNumber(colDuplicateOf, func(l *Line) string { return orEmpty(l.DuplicateOf) }),
		number(colFor, func(l *Line) string { return orEmpty(l.Comment.Number) }),

		plain(colOrganisation, 24, func(l *Line) string { return l.Organisation.Name }),
		plain(colChamber, 12, func(l *Line) string { return string(l.Organisation.Kind) }),
		plain(colStance, 10, func(l *Line) string { return string(l.Comment.Stance) }),
		plain(colType, 12, func(l *Line) string { return string(l.Comment.Type) }),
		number(colRound, func(l *Line) string { return orEmpty(l.Round) }),
		number(colRevision, func(l *Line) string {
			return ofClause(l.Clause, func(p *CitedClause) string { return orEmpty(p.Revision) })
		}),
		plain(colClauseID, 20, func(l *Line) string { return l.Comment.ClauseID }),
		plain(colWords, 60, func(l *Line) string { return ofClause(l.Clause, func(p *CitedClause) string { return p.Words }) }),
		plain(colState, 16, func(l *Line) string { return stateOf(&l.Comment) }),
		plain(colConfidential, 12, func(l *Line) string { return map[bool]string{true: "yes"}[l.Comment.Confidential] }),
		number(colSupporters, func(l *Line) string { return orEmpty(int(l.Comment.Supporters)) }),
		plain(colQuote, 30, func(l *Line) string { return quotedWords(&l.Comment) }),
		plain(colQuestion, 30, func(l *Line) string { return l.Question }),
		plain(colChoice, 16, func(l *Line) string { return l.Comment.Choice }),
		number(colCost, func(l *Line) string { return ofCost(l, func(c *policies.CostEstimate) string { return c.Amount }) }),
		plain(colCurrency, 8, func(l *Line) string { return ofCost(l, func(c *policies.CostEstimate) string { return c.Currency }) }),
		plain(colPer, 16, func(l *Line) string { return ofCost(l, costPer) }),
		number(colSupported, func(l *Line) string { return orEmpty(l.Supports) }),
		number(colNotSupported, func(l *Line) string { return orEmpty(l.DoesNotSupport) }),
		plain(colReplies, 40, func(l *Line) string { return strings.Join(l.repliesTold(), "\n") }),
		plain(colAttachments, 30, func(l *Line) string { return strings.Join(l.filesTold(), "\n") }),
		plain(colCampaign, 20, func(l *Line) string { return l.CampaignID }),
	}
}

func ofCost(l *Line, f func(*policies.CostEstimate) string) string {
	if l.Comment.Cost == nil {
		return ""
	}
	return f(l.Comment.Cost)
}

// costPer says what a cost is of: "parcel", or "parcel, every year".
func costPer(c *policies.CostEstimate) string {
	if c.PerYear {
		return c.Per + ", every year"
	}
	return c.Per
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
	return capitalised(outcomes[d.Outcome]) + ". " + d.Reason
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
