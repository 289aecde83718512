// Package calendar is what happens with public documents, as iCalendar feeds.
package calendar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

const (
	past     = 92 * 24 * time.Hour // how far back the calendar goes
	maxTerms = 64                  // the most values a parameter is given
)

// maxPast is the most events that the calendar has of the past, the latest; of those ahead
// it has all. Tests lower it.
var maxPast = 2000

// parameters are those a request may have.
var parameters = []string{"topic", "jurisdiction", "kind", "document"}

type handler struct {
	views *views.DB
	now   func() time.Time
	log   *slog.Logger
}

// New serves what happens with public documents as iCalendar, for calendars to
// subscribe to:
//
//	/calendar.ics?topic=customs&jurisdiction=EE&kind=regulation&document=doc_…
//
// Each parameter but document may be repeated (any of the values) or left out; one of
// another name is refused. The feed holds openings and closes of consultations and
// ballots, and the dates of instruments: of the past three months the latest 2,000, and
// all that are known ahead. The caller is always the public, so that the address can be given to a calendar service. Now is the registry's time; the logger may be nil.
func New(db *views.DB, now func() time.Time, log *slog.Logger) http.Handler {
	if log == nil {
		log = slog.Default()
	}
	return &handler{views: db, now: now, log: log}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !answer.OnlyReads(w, r) {
		return
	}
	f, err := readFilter(r.URL.Query(), h.now())
	var body string
	if err == nil {
		body, err = h.writeFeed(r.Context(), f)
	}
	if err != nil {
		answer.Fail(w, r, h.log, fmt.Errorf("couldn't make the calendar: %w", err))
		return
	}
	digest := sha256.Sum256([]byte(body))
	header := w.Header()
	header.Set("Content-Type", "text/calendar; charset=utf-8")
	header.Set("Cache-Control", "public, max-age=300")
	header.Set("ETag", `"`+hex.EncodeToString(digest[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body))
}

// readFilter reads the parameters.
func readFilter(q url.Values, now time.Time) (f views.CalendarFilter, err error) {
	f = views.CalendarFilter{From: now, Topics: q["topic"], Parties: q["jurisdiction"]}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(parameters, name) { // else ?topics= would subscribe to everything, unnoticed
			return f, &policies.Error{Code: policies.Invalid, Field: name, Message: fmt.Sprintf("is no parameter of the calendar, which are %v", parameters)}
		}
		if values := q[name]; len(values) > maxTerms {
			return f, &policies.Error{Code: policies.Invalid, Field: name, Message: fmt.Sprintf("is given %d times, at most %d are taken", len(values), maxTerms)}
		}
	}
	for _, k := range q["kind"] {
		if standards.Kind(k).Letter() == "" {
			return f, &policies.Error{Code: policies.Invalid, Field: "kind", Message: fmt.Sprintf("is none of %v", standards.Kinds)}
		}
		f.Types = append(f.Types, standards.Kind(k))
	}
	if ids := q["document"]; len(ids) > 1 {
		return f, &policies.Error{Code: policies.Invalid, Field: "document", Message: "is given more than once"}
	} else if len(ids) == 1 {
		f.Document = ids[0]
	}
	return f, nil
}

// writeFeed writes the calendar.
func (h *handler) writeFeed(ctx context.Context, f views.CalendarFilter) (string, error) {
	var c, events icalendar // zones come before the events whose times are stated in them
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.text("PRODID", "-//Entente//Calendar//EN")
	c.line("METHOD", "PUBLISH")
	c.text("NAME", "Entente") // RFC 7986
	c.text("X-WR-CALNAME", "Entente")
	c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H") // RFC 7986
	before, err := h.readPast(ctx, f)
	if err != nil {
		return "", err
	}
	if err := h.writeEvents(ctx, &events, before); err != nil {
		return "", err
	}
	for l, err := range views.Pages(func(p views.Page) (views.List[views.CalendarEvent], error) {
		return h.views.Calendar(ctx, policies.Actor{}, f, p)
	}) {
		if err == nil {
			err = h.writeEvents(ctx, &events, l.Items)
		}
		if err != nil {
			return "", err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(events.zones)) {
		c.timezone(name, events.zones[name])
	}
	c.b.WriteString(events.b.String())
	c.line("END", "VCALENDAR")
	return c.b.String(), nil
}

// readPast reads the latest of what has happened before the events that f asks for.
func (h *handler) readPast(ctx context.Context, f views.CalendarFilter) (list []views.CalendarEvent, err error) {
	f.From, f.To = f.From.Add(-past), f.From
	for l, err := range views.PagesBackward(func(p views.Page) (views.List[views.CalendarEvent], error) {
		return h.views.Calendar(ctx, policies.Actor{}, f, p)
	}) {
		if err != nil {
			return nil, err
		}
		if list = append(l.Items, list...); len(list) >= maxPast {
			break
		}
	}
	return list[max(0, len(list)-maxPast):], nil
}

// A referred is what a page of events refers to, by ID.
type referred struct {
	documents     map[string]policies.Document
	consultations map[string]policies.Consultation
	ballots       map[string]policies.Ballot
	instruments   map[string]standards.Instrument
	changes       map[string]views.Changes
}

func (h *handler) writeEvents(ctx context.Context, c *icalendar, list []views.CalendarEvent) error {
	var documents, consultations, ballots, instruments []string
	for _, e := range list {
		documents = append(documents, e.DocumentID)
		consultations, ballots, instruments = append(consultations, e.ConsultationID), append(ballots, e.BallotID), append(instruments, e.InstrumentID)
	}
	var p referred
	var errs [5]error
	p.documents, errs[0] = h.views.Documents(ctx, policies.Actor{}, documents)
	p.consultations, errs[1] = h.views.Consultations(ctx, consultations)
	p.ballots, errs[2] = h.views.Ballots(ctx, policies.Actor{}, ballots)
	p.instruments, errs[3] = h.views.Instruments(ctx, instruments)
	p.changes, errs[4] = h.views.Changes(ctx, slices.Concat(consultations, ballots, instruments))
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	for _, e := range list {
		if d, ok := p.documents[e.DocumentID]; ok {
			p.writeEvent(c, e, d)
		}
	}
	return nil
}

// writeEvent writes an event. Its UID is the same whenever what it is about is changed, and
// its SEQUENCE grows then, as it does when its document is corrected; DTSTAMP is when the record came to say what it says.
func (p referred) writeEvent(c *icalendar, e views.CalendarEvent, d policies.Document) {
	what, about := p.describeEvent(e)
	date := standards.LawDate{Local: e.Local, Zone: e.Zone, At: e.At}
	c.line("BEGIN", "VEVENT")
	c.text("UID", strings.Join(append([]string{about, string(e.Kind)}, e.Parties...), ".")+"@entente")
	changed := p.changes[about]
	if d.CorrectedAt.After(changed.LastAt) {
		changed.LastAt = d.CorrectedAt
	}
	c.time("DTSTAMP", changed.LastAt)
	c.time("LAST-MODIFIED", changed.LastAt)
	c.line("SEQUENCE", strconv.Itoa(changed.Count+d.Corrections))
	if e.Local == "" {
		date.Local = policies.LocalTime(e.At, e.Zone)
		c.time("DTSTART", e.At)
	} else {
		c.local("DTSTART", date)
	}
	c.text("SUMMARY", what+": "+d.Number+" "+d.Title)
	c.text("DESCRIPTION", fmt.Sprintf("%s.\n%s (%s)\n%s %s", what, spoken(date), e.Zone, d.Number, d.Title))
	c.list("CATEGORIES", d.Topics)
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

// spoken is a date as people read it, to the minute where it has a time.
func spoken(d standards.LawDate) string {
	if d.WholeDay() {
		return d.Local
	}
	return d.Local[:10] + " " + d.Local[11:16]
}

// describeEvent says what happens, and to what by ID.
func (p referred) describeEvent(e views.CalendarEvent) (what, about string) {
	k, b, in := p.consultations[e.ConsultationID], p.ballots[e.BallotID], p.instruments[e.InstrumentID]
	switch e.Kind {
	case views.ConsultationOpens:
		return fmt.Sprintf("Consultation opens (round %d)", k.Round), k.ID
	case views.ConsultationCloses:
		if k.ExtendedAt.IsZero() {
			return fmt.Sprintf("Consultation closes (round %d)", k.Round), k.ID
		}
		return fmt.Sprintf("Consultation closes, extended (round %d)", k.Round), k.ID
	case views.BallotOpens:
		return "Ballot opens", b.ID
	case views.BallotCloses:
		return "Ballot closes", b.ID
	case views.TakesEffect:
		return "Takes effect" + forParties(e), in.ID
	case views.Expires:
		return "Expires" + forParties(e), in.ID
	}
	return "Repealed" + forParties(e), in.ID
}

// forParties says whose date of law it is, unless it is everybody's.
func forParties(e views.CalendarEvent) string {
	if len(e.Parties) == 0 {
		return ""
	}
	return " (" + strings.Join(e.Parties, ", ") + ")"
}
