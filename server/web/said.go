package web

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// said is a comment as it is shown in a list, with where it stands in the revision that the page
// is about.
type said struct {
	Comment      policies.Comment
	Organisation *policies.Organisation // nil where it isn't for the visitor
	DocumentPath string
	Path         string        // of the comment's own page
	Citation     string        // of what it was made on; "" for the whole
	ClauseID     string        // where it stands now; "" for the whole, or nowhere
	MadeOn       int           // the number of the revision that it was made on; 0 where that is the one shown
	Fate         clauses.Fate  // what became of what it was made on; "" where it was made on the revision shown
	Redline      template.HTML // what it proposes, word by word
	Support      views.EndorsementCounts
}

// saidOf makes the list of some comments on a document. Without a standing, no revision is shown
// in which they could stand.
func (s *site) saidOf(v *visit, d *policies.Document, standing *views.Standing, comments []policies.Comment) ([]said, error) {
	organisations, err := s.views.Organisations(v.ctx, idsOf(comments, func(c policies.Comment) string { return c.OrganisationID }))
	if err != nil {
		return nil, err
	}
	made, err := s.views.Revisions(v.ctx, v.viewer, idsOf(comments, func(c policies.Comment) string { return c.RevisionID }))
	if err != nil {
		return nil, err
	}
	support, err := s.views.EndorsementCounts(v.ctx, v.viewer, idsOf(comments, func(c policies.Comment) string { return c.ID }), time.Time{})
	if err != nil {
		return nil, err
	}
	list := make([]said, 0, len(comments))
	for _, c := range comments {
		item := said{Comment: c, Organisation: orNil(organisations, c.OrganisationID), DocumentPath: documentPath(d), Path: documentPath(d) + "/comments/" + strconv.Itoa(c.Number), Support: support[c.ID]}
		if r, ok := made[c.RevisionID]; ok && (standing == nil || r.ID != standing.In.ID) {
			item.MadeOn = r.Number
		}
		if err := s.place(v, &item, standing); err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// place says where a comment was made and where it stands.
func (s *site) place(v *visit, item *said, standing *views.Standing) error {
	c := &item.Comment
	if c.Masked || c.RevisionID == "" {
		return nil
	}
	text, err := s.views.Text(v.ctx, c.RevisionID)
	if err != nil {
		return orNone(err) // erased
	}
	if i := text.Clauses.Index(c.ClauseID); i >= 0 {
		item.Citation, item.ClauseID = text.Clauses[i].Citation, c.ClauseID
	}
	if c.Stance == policies.Amend {
		if spans, ok := c.Proposal().Redline(text); ok {
			item.Redline = redline(spans)
		}
	}
	if standing == nil || standing.In.ID == c.RevisionID {
		return nil
	}
	if k, ok := standing.Carry(*c); ok {
		item.Fate = k.Fate
		item.ClauseID = ""
		if len(k.Clauses) > 0 {
			item.ClauseID = standing.Text.Clauses[k.Clauses[0]].ID
		}
	}
	return nil
}

// redline writes words that were kept, put in and taken out.
func redline(spans []clauses.Span) template.HTML {
	var b strings.Builder
	for _, s := range spans {
		words := template.HTMLEscapeString(clauses.Visible(s.Text))
		switch s.Op {
		case clauses.Insert:
			b.WriteString("<ins>" + words + "</ins>")
		case clauses.Delete:
			b.WriteString("<del>" + words + "</del>")
		default:
			b.WriteString(words)
		}
	}
	return template.HTML(b.String()) // #nosec G203 -- escaped
}
