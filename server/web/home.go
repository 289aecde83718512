package web

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// homePage is what a visitor sees first.
type homePage struct {
	frame.Frame
	Open    []openConsultation // those that close soonest first
	More    string             // where there are more; "" where these are all
	Adopted []adopted          // the newest first
	Coming  []coming           // what begins to bind soon, soonest first
	Needs   []need             // what the visitor is needed for, what blocks others first
	Totals  totals
	Tour    *tour // of a demonstration; nil in earnest
}

// totals are how much there is.
type totals struct{ Entries int64 }

// An openConsultation is one that takes comments.
type openConsultation struct {
	Document policies.Document
	Round    int
	ClosesAt time.Time     // in its own zone
	Left     time.Duration // until it closes
	Comments int
	Asks     int // questions besides the text
}

// adopted is a text that was adopted.
type adopted struct {
	standards.Instrument
	Status standards.Status
}

// coming is a text that is going to bind.
type coming struct {
	Document policies.Document
	At       time.Time // the moment that its date of law is
	Parties  []string
}

const (
	onFront  = 6                    // items of each list
	comingIn = 365 * 24 * time.Hour // how far ahead the front page looks
)

// home shows what is going on.
func (s *site) home(v *visit) error {
	p := homePage{Frame: s.frame(v, v.say("Rules for electronic trade, in the open"))}
	p.Description = v.say("Governments and businesses write, argue over and adopt the rules of electronic trade here, and anybody can read, comment and check the record.")
	p.Totals.Entries = s.views.Position()
	p.Tour = s.tour(v)
	var err error
	if p.Open, p.More, err = s.openNow(v, views.Page{First: onFront}); err != nil {
		return err
	}
	if p.Adopted, err = s.adoptedLately(v); err != nil {
		return err
	}
	if p.Coming, err = s.comingIntoForce(v); err != nil {
		return err
	}
	if p.Needs, err = s.needs(v); err != nil {
		return err
	}
	return s.show(v, "home", &p)
}

// openNow lists a page of the consultations that take comments now.
func (s *site) openNow(v *visit, page views.Page) (open []openConsultation, later string, err error) {
	list, err := s.views.ConsultationList(v.ctx, v.viewer, views.ConsultationFilter{OpenAt: v.now}, page)
	if err != nil {
		return nil, "", err
	}
	ids := idsOf(list.Items, func(k policies.Consultation) string { return k.DocumentID })
	documents, err := s.views.Documents(v.ctx, v.viewer, ids)
	if err != nil {
		return nil, "", err
	}
	counts, err := s.views.CommentCounts(v.ctx, ids)
	if err != nil {
		return nil, "", err
	}
	for _, k := range list.Items {
		open = append(open, openConsultation{documents[k.DocumentID], k.Round, inZone(k.ClosesAt, k.Zone), k.ClosesAt.Sub(v.now), counts[k.DocumentID].Total, len(k.Questions)})
	}
	_, later = turns(v.r.URL, list)
	return open, later, nil
}

func (s *site) adoptedLately(v *visit) (list []adopted, err error) {
	instruments, err := s.views.InstrumentList(v.ctx, views.InstrumentFilter{}, views.Page{First: onFront})
	for _, in := range instruments.Items {
		list = append(list, adopted{in, in.At(v.now)})
	}
	return list, err
}

func (s *site) comingIntoForce(v *visit) (list []coming, err error) {
	events, err := s.views.Calendar(v.ctx, v.viewer, views.CalendarFilter{From: v.now, To: v.now.Add(comingIn),
		Kinds: []views.CalendarKind{views.TakesEffect}}, views.Page{First: onFront})
	if err != nil {
		return nil, err
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, idsOf(events.Items, func(e views.CalendarEvent) string { return e.DocumentID }))
	for _, e := range events.Items {
		list = append(list, coming{documents[e.DocumentID], e.At, e.Parties})
	}
	return list, err
}

// inZone is a moment on the clocks of a zone; in UTC where this machine doesn't know the zone.
func inZone(t time.Time, zone string) time.Time {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return t.UTC()
	}
	return t.In(location)
}
