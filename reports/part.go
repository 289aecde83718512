package reports

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// A Part says which comments of a document a matrix is to hold: those that are in all of what
// it names. The zero value is all comments.
type Part struct {
	Round      int     // 0: all rounds
	ClauseID   *string // "": those on the whole; nil: any
	CampaignID string  // "": any, and those in none
	From, To   int     // numbers of the first and the last comment; 0: no bound
}

// filter selects the part's comments in a round, of entries before a position.
func (p Part) filter(k policies.Consultation, position int64) views.CommentFilter {
	return views.CommentFilter{DocumentID: k.DocumentID, ConsultationID: k.ID, ClauseID: p.ClauseID, CampaignID: p.CampaignID,
		FirstNumber: p.From, LastNumber: p.To, Before: position}
}

// Name says which part it is, as it stands in a file's name: "" for the whole.
func (p Part) Name() string {
	var words []string
	if p.Round > 0 {
		words = append(words, "round", strconv.Itoa(p.Round))
	}
	switch {
	case p.ClauseID == nil:
	case *p.ClauseID == "":
		words = append(words, "whole-text")
	default:
		words = append(words, "clause", *p.ClauseID)
	}
	if p.CampaignID != "" {
		words = append(words, p.CampaignID)
	}
	if p.From > 0 {
		words = append(words, "from", strconv.Itoa(p.From))
	}
	if p.To > 0 {
		words = append(words, "to", strconv.Itoa(p.To))
	}
	return strings.Join(words, "-")
}

// tell says which part it is, to whoever opens a spreadsheet.
func (p Part) tell() string {
	if p.Name() == "" {
		return "all comments"
	}
	return "one part: " + p.Name()
}

// query is the part as it is asked for.
func (p Part) query() string {
	q := url.Values{}
	for name, n := range map[string]int{"round": p.Round, "from": p.From, "to": p.To} {
		if n > 0 {
			q.Set(name, strconv.Itoa(n))
		}
	}
	if p.ClauseID != nil {
		q.Set("clause", *p.ClauseID)
	}
	if p.CampaignID != "" {
		q.Set("campaign", p.CampaignID)
	}
	return "?" + q.Encode()
}

// newMatrix refuses a part that isn't one of the document.
func newMatrix(ctx context.Context, db *views.DB, viewer policies.Actor, d policies.Document, part Part) (*matrix, error) {
	m := &matrix{ctx: ctx, db: db, viewer: viewer, document: d, part: part, most: MaxLines, position: db.Position()}
	all, err := roundsOf(ctx, db, viewer, d.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		if part.Round == 0 || part.Round == k.Round {
			m.rounds = append(m.rounds, k)
		}
	}
	if err := m.checkPart(); err != nil {
		return nil, err
	}
	return m, nil
}

// checkSize refuses a part that is too large.
func (m *matrix) checkSize() error {
	total, err := m.total(m.part)
	if err == nil && total > m.most {
		err = m.tooMany(total)
	}
	return err
}

// checkPart refuses a part that names what isn't there.
func (m *matrix) checkPart() error {
	p := m.part
	if p.To > 0 && p.To < p.From {
		return &policies.Error{Code: policies.Invalid, Field: "to", Message: "is below from"}
	}
	if p.CampaignID != "" {
		found, err := m.db.Campaigns(m.ctx, m.viewer, []string{p.CampaignID})
		if err != nil {
			return fmt.Errorf("couldn't load the campaign: %w", err)
		}
		if c, ok := found[p.CampaignID]; !ok || c.DocumentID != m.document.ID {
			return &policies.Error{Code: policies.NotFound, Field: "campaign", Message: "there is no such campaign on this document"}
		}
	}
	if p.ClauseID == nil || *p.ClauseID == "" {
		return nil
	}
	for _, k := range m.rounds {
		text, err := m.db.Text(m.ctx, k.RevisionID)
		if err != nil && !errors.Is(err, policies.ErrNotFound) {
			return fmt.Errorf("couldn't load the consulted text: %w", err)
		}
		if err != nil || text.Clauses.Index(*p.ClauseID) >= 0 { // an erased text may have had it
			return nil
		}
	}
	return &policies.Error{Code: policies.NotFound, Field: "clause", Message: "no text that was consulted on in these rounds has such a clause"}
}

// total counts the comments of a part.
func (m *matrix) total(part Part) (total int, err error) {
	for _, k := range m.rounds {
		n, err := m.db.CommentTotal(m.ctx, m.viewer, part.filter(k, m.position))
		if err != nil {
			return 0, fmt.Errorf("couldn't count the comments: %w", err)
		}
		total += n
	}
	return total, nil
}

// tooMany refuses a part and names those to ask for in its place: together they are the same.
func (m *matrix) tooMany(total int) error {
	parts, err := m.parts()
	if err != nil {
		return err
	}
	var queries []string
	for _, p := range parts {
		queries = append(queries, p.query())
	}
	return &policies.Error{Code: policies.Invalid, Field: "to", Message: fmt.Sprintf(
		"there are %d comments, and one file holds at most %d; ask for them in parts: %s; or by round, clause (its ID) or campaign",
		total, m.most, strings.Join(queries, ", "))}
}

// parts divides a part by the numbers of its comments, and leaves out where there are none.
func (m *matrix) parts() (parts []Part, err error) {
	first, last, err := m.span()
	if err != nil {
		return nil, err
	}
	step := (m.most + 1) / 2 // so that as CSV, too, one comes home within what a server takes
	for from := first; from <= last; from += step {
		p := m.part
		p.From, p.To = from, min(from+step-1, last)
		n, err := m.total(p)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// span is the numbers of the first and the last comment of the part.
func (m *matrix) span() (first, last int, err error) {
	for _, k := range m.rounds {
		for _, page := range []views.Page{{First: 1}, {Last: 1}} {
			l, err := m.db.CommentList(m.ctx, m.viewer, m.part.filter(k, m.position), page)
			if err != nil {
				return 0, 0, fmt.Errorf("couldn't list the comments: %w", err)
			}
			for i := range l.Items {
				if n := l.Items[i].Number; first == 0 || n < first {
					first = n
				}
				last = max(last, l.Items[i].Number)
			}
		}
	}
	return first, last, nil
}
