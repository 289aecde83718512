package web

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/server/web/plot"
)

// A heardPage tells what came of a document's consultations.
type heardPage struct {
	documentHead
	Heard  *reports.Heard // nil where there was no consultation yet
	Voices []voices
}

// Voices are who was heard, by one thing that they are.
type voices struct {
	Title string
	Rows  []voiceRow
}

// A voiceRow is who was heard from one side.
type voiceRow struct {
	Name                    string
	Organisations, Comments int
	Bar                     template.HTML
}

// heardAtOnce is how many of these reports are made at the same time: each may hold a whole docket.
const heardAtOnce = 2

// heard shows what came of a document's consultations.
func (s *site) heard(v *visit) error {
	head, err := s.documentHead(v, "heard")
	if err != nil {
		return err
	}
	p := heardPage{documentHead: head}
	p.Title = v.say("What we heard on %s", p.Document.Title)
	select {
	case s.hearings <- struct{}{}:
		defer func() { <-s.hearings }()
	case <-v.ctx.Done():
		return v.ctx.Err()
	}
	h, err := reports.WhatWeHeard(v.ctx, s.views, v.viewer, p.Document.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return err
	}
	if err == nil {
		p.Heard, p.Voices = h, voicesOf(v, h)
	}
	return s.show(v, "heard", &p)
}

// voicesOf makes the tables of who was heard.
func voicesOf(v *visit, h *reports.Heard) (all []voices) {
	word := func(name string) string {
		if name == "" {
			return v.say("not known")
		}
		return name
	}
	chamber := func(name string) string { return word(chamberWord(v.lang, policies.OrganisationKind(name))) }
	for _, t := range []struct {
		title string
		list  []reports.Voice
		word  func(string) string
	}{
		{v.say("By chamber"), h.Chambers, chamber}, {v.say("By sector"), h.Sectors, word},
		{v.say("By jurisdiction"), h.Jurisdictions, word}, {v.say("By size"), h.Sizes, word},
	} {
		most := 0
		for _, r := range t.list {
			most = max(most, r.Comments)
		}
		table := voices{Title: t.title}
		for _, r := range t.list {
			bar := plot.Figure{Classes: []string{"s"}}.Row(plot.Bar{Parts: []int{r.Comments}}, most)
			table.Rows = append(table.Rows, voiceRow{t.word(r.Name), r.Organisations, r.Comments, bar})
		}
		if len(table.Rows) > 0 {
			all = append(all, table)
		}
	}
	return all
}

// became is what became of a clause, word by word.
func became(c reports.HeardChange) template.HTML {
	switch c.Op {
	case clauses.Changed:
		return redline(c.Spans)
	case clauses.Added:
		return template.HTML("<ins>" + clauses.RenderClause(c.After) + "</ins>") // #nosec G203 -- RenderClause makes anybody's Markdown safe
	case clauses.Removed:
		return template.HTML("<del>" + clauses.RenderClause(c.Before) + "</del>") // #nosec G203 -- as above
	}
	return template.HTML(clauses.RenderClause(c.After)) // #nosec G203 -- as above
}

// textOf sends the text of a revision as a file, Markdown or HTML.
func (s *site) textOf(v *visit) error {
	head, err := s.documentHead(v, "text")
	if err != nil {
		return err
	}
	if head.Revision == nil {
		return policies.ErrNotFound
	}
	text, err := s.views.Text(v.ctx, head.Revision.ID)
	if err != nil {
		return err
	}
	name, media, body := "", "", ""
	switch v.r.PathValue("file") {
	case "text.md":
		name, media, body = ".md", "text/markdown; charset=utf-8", text.Source
	case "text.html":
		name, media = ".html", "text/html; charset=utf-8"
		body = "<!DOCTYPE html>\n<html lang=\"" + template.HTMLEscapeString(head.Document.Language) + "\"><head><meta charset=\"utf-8\"><title>" +
			template.HTMLEscapeString(head.Document.Title) + "</title></head><body dir=\"auto\">\n" + clauses.Render(text) + "</body></html>\n"
	default:
		return policies.ErrNotFound
	}
	h := v.w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+head.Document.Number+"-"+v.r.PathValue("revision")+name+`"`)
	h.Set("Cache-Control", "private, no-cache")
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write([]byte(body)) // #nosec G705 -- a download under a policy that allows nothing; what clauses renders is safe
	return nil
}
