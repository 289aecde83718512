package web

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/squeeze"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// An atomFeed is a feed as RFC 4287 has it. Whatever has an ID in the record has a tag URI
// (RFC 4151) of it, which stays the same wherever it is shown.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Language string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Updated  string      `xml:"updated"`
	Author   atomPerson  `xml:"author"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Updated   string       `xml:"updated"`
	Published string       `xml:"published,omitempty"`
	Authors   []atomPerson `xml:"author"`
	Links     []atomLink   `xml:"link"`
	Category  []atomTerm   `xml:"category"`
	Summary   string       `xml:"summary,omitempty"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

// feedMost is how many entries a feed has: the newest.
const feedMost = 50

// base is this registry's scheme and host: as it is set up, else as the visitor reached it.
func (s *site) base(v *visit) string {
	switch {
	case s.Base != "":
		return s.Base
	case v.r.TLS != nil:
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// tagOf is the tag URI of an ID of the record; the year is that from which this scheme holds.
func tagOf(base, id string) string {
	host := "localhost"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + ",2026:" + id
}

// newFeed begins a feed of what a page lists.
func (s *site) newFeed(v *visit, title, page string) *atomFeed {
	base := s.base(v)
	self := base + v.r.URL.RequestURI()
	return &atomFeed{Language: v.lang.Tag, ID: self, Title: title + " – Entente", Author: atomPerson{Name: "Entente", URI: base + "/"},
		Links: []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", base + page}}}
}

// add adds an entry, which changed at a moment.
func (f *atomFeed) add(e atomEntry, at time.Time) {
	e.Updated = at.UTC().Format(time.RFC3339)
	f.Updated = max(f.Updated, e.Updated)
	f.Entries = append(f.Entries, e)
}

// sendFeed answers with a feed.
func (s *site) sendFeed(v *visit, f *atomFeed) error {
	if f.Updated == "" { // nothing ever happened to it
		f.Updated = time.Unix(0, 0).UTC().Format(time.RFC3339)
	}
	return s.sendXML(v, "application/atom+xml; charset=utf-8", f)
}

// sendXML answers with a document.
func (s *site) sendXML(v *visit, contentType string, document any) error {
	text, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Language, Cookie")
	squeeze.Send(v.w, v.r, http.StatusOK, squeeze.New(append([]byte(xml.Header), text...)))
	return nil
}

// documentsFeed is the documents of the same question, those changed last first.
func (s *site) documentsFeed(v *visit) error {
	asked := readDocumentsAsked(v.r.URL.Query())
	asked.Sort, asked.Within = "", ""
	title := v.say("Documents")
	if asked.Words != "" {
		title = v.say("Search: %s", asked.Words)
	}
	list, err := s.views.DocumentList(v.ctx, v.viewer, asked.filter(v.now), views.Page{First: feedMost})
	if err != nil {
		return err
	}
	sponsors, err := s.sponsorsOf(v, list.Items)
	if err != nil {
		return err
	}
	f := s.newFeed(v, title, "/documents"+withQuestion(asked.query()))
	base := s.base(v)
	for _, d := range list.Items {
		e := atomEntry{ID: tagOf(base, d.ID), Title: d.Number + ": " + d.Title, Published: d.ProposedAt.UTC().Format(time.RFC3339),
			Links: []atomLink{{"alternate", "text/html", base + documentPath(&d)}}, Summary: s.summaryOf(v, &d)}
		for _, o := range among(sponsors, d.Sponsors) {
			e.Authors = append(e.Authors, atomPerson{Name: o.Name})
		}
		for _, t := range append([]string{string(d.Kind)}, d.Topics...) {
			e.Category = append(e.Category, atomTerm{t})
		}
		f.add(e, movedAt(&d, v.now))
	}
	return s.sendFeed(v, f)
}

func (s *site) sponsorsOf(v *visit, documents []policies.Document) (map[string]policies.Organisation, error) {
	var ids []string
	for _, d := range documents {
		ids = append(ids, d.Sponsors...)
	}
	return s.views.Organisations(v.ctx, ids)
}

// summaryOf says in a line what a document is and where it stands.
func (s *site) summaryOf(v *visit, d *policies.Document) string {
	where := phaseWord(v.lang, d.Phase(v.now))
	if d.Phase(v.now) == policies.InConsultation {
		where += ", " + v.say("to %s", v.lang.Day(d.ClosesAt.UTC()))
	}
	parties := make([]string, len(d.Parties))
	for i, p := range d.Parties {
		parties[i] = regionName(v.lang, p)
	}
	if len(parties) == 0 {
		return kindWord(v.lang, d.Kind) + ". " + where + "."
	}
	return kindWord(v.lang, d.Kind) + " (" + strings.Join(parties, ", ") + "). " + where + "."
}

// movedAt is when a document last came a step further that everybody may know of: the last of its
// dates that is past.
func movedAt(d *policies.Document, now time.Time) (last time.Time) {
	dates := []time.Time{d.ProposedAt, d.BallotOpensAt, d.BallotClosesAt, d.AdoptedAt, d.WithdrawnAt, d.CorrectedAt}
	if d.Consultation != "" {
		dates = append(dates, d.OpensAt, d.ClosesAt)
	}
	if d.Head != "" && d.PublicRevision(d.Revisions) {
		dates = append(dates, d.HeadAt)
	}
	if !d.AdoptedAt.IsZero() {
		for _, span := range d.Force.Spans(d.Parties) {
			dates = append(dates, span.From.At)
			if span.End != nil {
				dates = append(dates, span.End.At)
			}
		}
	}
	for _, t := range dates {
		if t.After(last) && !t.After(now) {
			last = t
		}
	}
	return last
}

// consultationsFeed is the consultations, those announced last first.
func (s *site) consultationsFeed(v *visit) error {
	list, err := s.views.ConsultationList(v.ctx, v.viewer, views.ConsultationFilter{}, views.Page{First: feedMost})
	if err != nil {
		return err
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, idsOf(list.Items, func(k policies.Consultation) string { return k.DocumentID }))
	if err != nil {
		return err
	}
	f := s.newFeed(v, v.say("Consultations"), "/consultations")
	base := s.base(v)
	for _, k := range list.Items {
		d, ok := documents[k.DocumentID]
		if !ok {
			continue
		}
		at, summary := k.OpenedAt, v.say("Open for comment from %s to %s.", v.momentIn(k.OpensAt, k.Zone), v.momentIn(k.ClosesAt, k.Zone))
		if k.ExtendedAt.After(at) {
			at = k.ExtendedAt
		}
		if !k.Cancelled.At.IsZero() {
			at, summary = k.Cancelled.At, v.say("It was cancelled.")
		}
		f.add(atomEntry{ID: tagOf(base, k.ID), Title: d.Number + ": " + d.Title, Published: k.OpenedAt.UTC().Format(time.RFC3339), Summary: summary,
			Links: []atomLink{{"alternate", "text/html", base + documentPath(&d)}}, Category: []atomTerm{{string(d.Kind)}}}, at)
	}
	return s.sendFeed(v, f)
}

// momentIn writes a moment on the clocks of a zone, which it names.
func (v *visit) momentIn(t time.Time, zone string) string {
	t = inZone(t, zone)
	return v.say("%s (%s)", v.lang.Moment(t), t.Location().String())
}

// releasesFeed is the releases of a rule set, or of all, newest first.
func (s *site) releasesFeed(v *visit) error {
	f, set := s.newFeed(v, v.say("Releases of all rule sets"), "/rulesets"), standards.RuleSet{}
	if slug := v.r.PathValue("slug"); slug != "" {
		var err error
		if set, err = s.views.RuleSetBySlug(v.ctx, slug, time.Time{}); err != nil {
			return err
		}
		f = s.newFeed(v, v.say("Releases of %s", set.Title), "/rulesets/"+slug)
	}
	list, err := s.views.ReleaseList(v.ctx, set.ID, time.Time{}, views.Page{First: feedMost})
	if err != nil {
		return err
	}
	sets, err := s.views.RuleSets(v.ctx, idsOf(list.Items, func(r standards.Release) string { return r.RuleSetID }))
	if err != nil {
		return err
	}
	base := s.base(v)
	for _, r := range list.Items {
		set := sets[r.RuleSetID]
		summary := r.Note
		if summary == "" {
			summary = v.say("Good until %s.", v.lang.Day(r.ValidUntil.UTC()))
		}
		f.add(atomEntry{ID: tagOf(base, r.ID), Title: v.say("%s, release %d", set.Title, r.Number), Published: r.PublishedAt.UTC().Format(time.RFC3339),
			Links: []atomLink{{"alternate", "text/html", base + "/rulesets/" + set.Slug + "/releases/" + strconv.Itoa(r.Number)}}, Summary: summary}, r.PublishedAt)
	}
	return s.sendFeed(v, f)
}
