package web

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/views"
)

// A minePage lists what the visitor's organisation has said, newest first.
type minePage struct {
	frame.Frame
	Groups []mineGroup
	Total  int
	Sent   int // how many were submitted just now
	Later  string
}

// A mineGroup are comments on one document, one after the other.
type mineGroup struct {
	Document policies.Document
	Said     []said
}

const mineShown = 20

// mine lists the comments of the visitor's organisation.
func (s *site) mine(v *visit) error {
	if !v.viewer.Known() || v.viewer.OrganisationID == "" {
		return &policies.Error{Code: policies.Unauthenticated, Message: "sign in first"}
	}
	p := &minePage{Frame: s.frame(v, v.say("Your comments"))}
	p.Unlisted, p.Sent = true, atoi(v.r.URL.Query().Get("submitted"))
	filter := views.CommentFilter{OrganisationID: v.viewer.OrganisationID}
	var err error
	if p.Total, err = s.views.CommentTotal(v.ctx, v.viewer, filter); err != nil {
		return err
	}
	page := views.Page{Last: mineShown, Before: v.r.URL.Query().Get("before")} // the list begins with the oldest
	list, err := s.views.CommentList(v.ctx, v.viewer, filter, page)
	if err != nil {
		return err
	}
	p.Later, _ = turns(v.r.URL, list)
	if p.Groups, err = s.byDocument(v, list.Items); err != nil {
		return err
	}
	return s.show(v, "mine", p)
}

// byDocument puts comments together that follow each other and are on the same document, the last first.
func (s *site) byDocument(v *visit, comments []policies.Comment) (groups []mineGroup, err error) {
	documents, err := s.views.Documents(v.ctx, v.viewer, idsOf(comments, func(c policies.Comment) string { return c.DocumentID }))
	if err != nil {
		return nil, err
	}
	for i := len(comments) - 1; i >= 0; i-- {
		c := comments[i]
		d, ok := documents[c.DocumentID]
		if !ok {
			continue
		}
		shown, err := s.saidOf(v, &d, nil, []policies.Comment{c})
		if err != nil {
			return nil, err
		}
		if n := len(groups); n == 0 || groups[n-1].Document.ID != d.ID {
			groups = append(groups, mineGroup{Document: d})
		}
		last := &groups[len(groups)-1]
		last.Said = append(last.Said, shown...)
	}
	return groups, nil
}
