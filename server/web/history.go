package web

import (
	"strconv"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// A historyPage shows how a document came to be what it is.
type historyPage struct {
	documentHead
	Revisions     []revisionShown // newest first
	Consultations []policies.Consultation
	Instrument    *standards.Instrument // what it became; nil before it is adopted
	Status        standards.Status
	Entries       []views.Entry // of the record, newest first
	More          string        // more entries
	Cite          string        // how to cite it
}

// A revisionShown is a revision with who made it.
type revisionShown struct {
	policies.Revision
	Organisation *policies.Organisation
	Public       bool
	Before       int // the number of the revision before it, 0 where the visitor may read none
}

const entriesShown = 30

// history shows a document's revisions, consultations and entries.
func (s *site) history(v *visit) error {
	head, err := s.documentHead(v, "history")
	if err != nil {
		return err
	}
	p := historyPage{documentHead: head}
	p.Title = v.say("History of %s", p.Document.Title)
	p.Cite = v.cite(&p.documentHead)
	if p.Revisions, err = s.revisionsOf(v, &p.Document); err != nil {
		return err
	}
	rounds, err := s.views.ConsultationList(v.ctx, v.viewer, views.ConsultationFilter{DocumentID: p.Document.ID}, views.Page{First: onFront})
	if err != nil {
		return err
	}
	p.Consultations = rounds.Items
	if id := p.Document.InstrumentID; id != "" {
		found, err := s.views.Instruments(v.ctx, []string{id})
		if err != nil {
			return err
		}
		if p.Instrument = orNil(found, id); p.Instrument != nil {
			p.Status = p.Instrument.At(v.now)
		}
	}
	page := views.Page{Last: entriesShown, Before: v.r.URL.Query().Get("before")}
	entries, err := s.views.Entries(v.ctx, v.viewer, views.EntryFilter{Subject: p.Document.ID}, page)
	if err != nil {
		return err
	}
	for i := len(entries.Items) - 1; i >= 0; i-- {
		p.Entries = append(p.Entries, entries.Items[i])
	}
	p.More, _ = turns(v.r.URL, entries)
	return s.show(v, "history", &p)
}

// revisionsOf lists the revisions that the visitor may read, newest first.
func (s *site) revisionsOf(v *visit, d *policies.Document) (list []revisionShown, err error) {
	revisions, err := s.views.RevisionList(v.ctx, v.viewer, d.ID, time.Time{}, views.Page{First: revisionsShown})
	if err != nil {
		return nil, err
	}
	organisations, err := s.views.Organisations(v.ctx, idsOf(revisions.Items, func(r policies.Revision) string { return r.OrganisationID }))
	if err != nil {
		return nil, err
	}
	for i, r := range revisions.Items { // newest first
		shown := revisionShown{Revision: r, Organisation: orNil(organisations, r.OrganisationID), Public: d.PublicRevision(r.Number)}
		if i+1 < len(revisions.Items) {
			shown.Before = revisions.Items[i+1].Number
		}
		list = append(list, shown)
	}
	return list, nil
}

// cite says how a text is cited, for good: who, what, which revision of when, where.
func (v *visit) cite(h *documentHead) string {
	var names []string
	for _, o := range h.Sponsors {
		names = append(names, o.Name)
	}
	if h.Revision == nil {
		return v.say("%s, %s, %s", v.lang.List(names), h.Document.Title, h.Document.Number)
	}
	where := h.Base + h.Path + "/revisions/" + strconv.Itoa(h.Revision.Number)
	return v.say("%s, %s, %s, revision %d of %s, %s", v.lang.List(names), h.Document.Title, h.Document.Number, h.Revision.Number, v.lang.Day(h.Revision.CommittedAt), where)
}
