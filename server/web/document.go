package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/server/web/plot"
	"github.com/ewtp/entente/server/web/squeeze"
	"github.com/ewtp/entente/views"
)

// A documentHead is what stands above every page about a document.
type documentHead struct {
	frame.Frame
	Document policies.Document
	Path     string // of the document
	Tab      string // which page about it this is: a key of its tabs
	Phase    policies.Phase
	Sponsors []policies.Organisation
	Revision *policies.Revision // what is shown; nil where the visitor may read none
	Newest   bool               // it is the newest that the visitor may read
	Steps    []step
	Round    *openConsultation // that takes comments now; nil where none does
	Comments int
	Force    *forceShown // nil where there is nothing to tell
	Newer    int         // the number of the newest revision, where another is shown

	On    string    // the day that was asked for; "" for now
	At    time.Time // the moment that is shown
	Ahead bool      // it is still to come: what the record says of it today
	Never bool      // nothing was there then that the visitor may read
	AsOf  time.Time // what was on record then is shown; zero for now
}

// A step is a part of a document's way.
type step struct {
	Word  string
	State string // "done", "now" or ""
	At    time.Time
	To    bool // At is when it ends
}

// documentPage shows the text of a revision.
type documentPage struct {
	documentHead
	Contents []heading
	Strip    template.HTML // where the comments are; "" where there are none
	Text     template.HTML // the place of the text, which is sent apart
	Open     bool          // the revision shown is open for comment

	Revisions []policies.Revision // to choose from, newest first
	Today     time.Time
}

// A heading is an entry of the contents.
type heading struct {
	ID, Title string
	Level     int
}

// textPlace stands where the text goes.
const textPlace = "<!-- the text -->"

// document shows a document's text: the newest that the visitor may read, or the revision that the address names.
func (s *site) document(v *visit) error {
	if n := atoi(v.r.URL.Query().Get("revision")); n > 0 { // the form's: on to the lasting address
		return v.goTo("/documents/" + url.PathEscape(v.r.PathValue("number")) + "/revisions/" + strconv.Itoa(n))
	}
	head, err := s.documentHead(v, "text")
	if err != nil {
		return err
	}
	p := documentPage{documentHead: head, Text: textPlace}
	p.Today = v.now.UTC()
	p.Data = v.legislationOf(&p.documentHead, nil)
	if p.Canonical = p.Path; v.r.PathValue("revision") != "" && p.Newer > 0 {
		p.Canonical = p.Path + "/revisions/" + strconv.Itoa(p.Revision.Number)
	}
	p.Unlisted = p.On != "" // a page for every day would be without end
	if p.Revision == nil {
		return s.show(v, "document", &p)
	}
	list, err := s.views.RevisionList(v.ctx, v.viewer, p.Document.ID, time.Time{}, views.Page{First: revisionsShown})
	if err != nil {
		return err
	}
	p.Revisions = list.Items
	text, err := s.views.Text(v.ctx, p.Revision.ID)
	if err != nil {
		return err
	}
	p.Data = v.legislationOf(&p.documentHead, text)
	var counts map[string]views.Counts
	if p.AsOf.IsZero() { // what was said until a past day isn't counted
		by, err := s.views.ClauseCounts(v.ctx, []string{p.Document.ID})
		if err != nil {
			return err
		}
		counts = by[p.Document.ID]
	}
	p.Open = p.Round != nil && p.Newest
	if p.Open {
		p.Modules = []string{"quote.js"}
	}
	p.Contents = contentsOf(text)
	p.Strip = s.strip(v, text, counts)
	pieces := s.texts.write(&textPage{revision: *p.Revision, text: text, document: p.Path, counts: counts, language: v.lang, open: p.Open})
	return s.showAround(v, "document", &p, pieces)
}

// showAround answers with a page around pieces that are written already.
func (s *site) showAround(v *visit, name string, page frame.Framed, pieces []squeeze.Piece) error {
	around, err := s.pages.Render(name, page)
	if err != nil {
		return err
	}
	before, after, ok := strings.Cut(string(around), textPlace)
	if !ok {
		return fmt.Errorf("the page %s has no place for the text", name)
	}
	frame.Head(v.w.Header(), page)
	all := append([]squeeze.Piece{squeeze.New([]byte(before))}, pieces...)
	squeeze.Send(v.w, v.r, http.StatusOK, append(all, squeeze.New([]byte(after)))...)
	return nil
}

// documentHead finds the document and the revision that the address names.
func (s *site) documentHead(v *visit, tab string) (h documentHead, err error) {
	on, at, asOf := v.dayAsked(tab)
	d, err := s.views.DocumentByNumber(v.ctx, v.viewer, v.r.PathValue("number"), asOf)
	never := errors.Is(err, policies.ErrNotFound) && !asOf.IsZero()
	if never {
		d, err = s.views.DocumentByNumber(v.ctx, v.viewer, v.r.PathValue("number"), time.Time{})
	}
	if err != nil {
		return h, err
	}
	h = documentHead{Frame: s.frame(v, d.Title), Document: d, Path: documentPath(&d), Tab: tab, Phase: d.Phase(at), On: on, At: at, AsOf: asOf, Ahead: on != "" && asOf.IsZero(), Never: never}
	h.Section = "/documents"
	h.Crumbs = []frame.Link{{To: "/documents", Word: v.say("Documents")}, {To: "/documents?kind=" + string(d.Kind), Word: kindsWord(v.lang, d.Kind)}}
	if h.Revision, h.Newer, err = s.revisionShown(v, &h); err != nil {
		return h, err
	}
	h.Newest = h.Newer == 0 && asOf.IsZero()
	organisations, err := s.views.Organisations(v.ctx, d.Sponsors)
	if err != nil {
		return h, err
	}
	h.Sponsors = among(organisations, d.Sponsors)
	if on == "" {
		if h.Round, err = s.roundOf(v, &d); err != nil {
			return h, err
		}
	}
	if h.Force, err = s.forceOf(v, &d); err != nil {
		return h, err
	}
	counts, err := s.views.CommentCounts(v.ctx, []string{d.ID})
	h.Comments = counts[d.ID].Total
	h.Steps = v.steps(&h)
	h.Description = v.say("%s, %s: read the text clause by clause, see what others said on each, and what became of it.", d.Number, d.Title)
	return h, err
}

// dayAsked reads which day an address asks for: the moment at its end in UTC, on whose clock the
// record is kept, and what was on record then; zero for now, and for a day that is still to come, of
// which only the record of today tells.
func (v *visit) dayAsked(tab string) (on string, at, asOf time.Time) {
	day, err := time.Parse(time.DateOnly, v.r.URL.Query().Get("on"))
	if err != nil || tab != "text" || v.r.PathValue("revision") != "" {
		return "", v.now, time.Time{}
	}
	on, at = day.Format(time.DateOnly), day.AddDate(0, 0, 1).Add(-time.Millisecond)
	if at.Before(v.now) {
		asOf = at
	}
	return on, at, asOf
}

// revisionShown returns the revision that the address names, else the newest that the visitor may
// read, or could at the time asked for; nil where there is none of these. Of one that isn't the
// newest it returns the newest's number.
func (s *site) revisionShown(v *visit, h *documentHead) (r *policies.Revision, newer int, err error) {
	d := &h.Document
	if h.Never {
		return nil, 0, nil
	}
	newest, err := s.newestRevision(v, d)
	if err != nil {
		return nil, 0, err
	}
	if !h.AsOf.IsZero() {
		list, err := s.views.RevisionList(v.ctx, v.viewer, d.ID, h.AsOf, views.Page{First: 1})
		if err != nil || len(list.Items) == 0 {
			return nil, 0, err
		}
		r = &list.Items[0]
	} else if given := v.r.PathValue("revision"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return nil, 0, policies.ErrNotFound
		}
		one, err := s.views.RevisionByNumber(v.ctx, v.viewer, d.ID, n)
		if err != nil {
			return nil, 0, err
		}
		r = &one
	} else {
		return newest, 0, nil
	}
	if newest != nil && newest.ID != r.ID {
		newer = newest.Number
	}
	return r, newer, nil
}

func (s *site) newestRevision(v *visit, d *policies.Document) (*policies.Revision, error) {
	id, consultation := views.ShownHead(v.viewer, d)
	if id == "" && consultation != "" {
		consultations, err := s.views.Consultations(v.ctx, []string{consultation})
		if err != nil {
			return nil, err
		}
		id = consultations[consultation].RevisionID
	}
	if id == "" {
		return nil, nil
	}
	revisions, err := s.views.Revisions(v.ctx, v.viewer, []string{id})
	r, err := foundOr404(revisions, id, err)
	if err != nil {
		return nil, orNone(err)
	}
	return &r, nil
}

// roundOf returns the consultation that takes comments on a document now; nil where none does.
func (s *site) roundOf(v *visit, d *policies.Document) (*openConsultation, error) {
	if d.Consultation == "" || d.Phase(v.now) != policies.InConsultation {
		return nil, nil
	}
	consultations, err := s.views.Consultations(v.ctx, []string{d.Consultation})
	k, err := foundOr404(consultations, d.Consultation, err)
	if err != nil {
		return nil, orNone(err)
	}
	return &openConsultation{Document: *d, Round: k.Round, ClosesAt: inZone(k.ClosesAt, k.Zone), Left: k.ClosesAt.Sub(v.now), Asks: len(k.Questions)}, nil
}

// steps says where a document is on its way.
func (v *visit) steps(h *documentHead) []step {
	d := &h.Document
	words := []string{v.say("Draft"), v.say("Consultation"), v.say("Review"), v.say("Ballot"), v.say("Adopted"), v.say("In force")}
	at := map[policies.Phase]int{policies.Draft: 0, policies.InConsultation: 1, policies.InReview: 2, policies.InBallot: 3}
	now, ok := at[h.Phase]
	if !ok {
		if now = 4; h.Phase != policies.Adopted && h.Phase != policies.Withdrawn {
			now = 5
		}
	}
	steps := make([]step, len(words))
	for i, w := range words {
		steps[i].Word = w
		switch {
		case i < now:
			steps[i].State = "done"
		case i == now:
			steps[i].State = "now"
		}
	}
	steps[0].At = d.ProposedAt
	if d.Consultation != "" {
		steps[1].At, steps[1].To = d.ClosesAt, now == 1
	}
	if d.Ballot != "" {
		steps[3].At, steps[3].To = d.BallotClosesAt, now == 3
	}
	steps[4].At = d.AdoptedAt
	if !d.AdoptedAt.IsZero() {
		steps[5].At = dayOf(d.Force.From.First())
	}
	switch h.Phase {
	case policies.Withdrawn:
		steps[4] = step{Word: v.say("Withdrawn"), State: "now", At: d.WithdrawnAt}
		steps = steps[:5]
	case policies.PhaseSuperseded, policies.PhaseExpired, policies.PhaseRepealed:
		steps[5].State = "done"
		steps = append(steps, step{Word: phaseWord(v.lang, h.Phase), State: "now", At: d.Force.Last(d.Parties)})
	}
	return steps
}

// contentsMost is how deep the contents go.
const contentsMost = 3

// contentsOf lists the headings of a text, the upper levels of them.
func contentsOf(t *clauses.Text) (list []heading) {
	depth := depths(t.Clauses)
	for i, c := range t.Clauses {
		if c.Kind == clauses.Heading && depth[i] < contentsMost {
			list = append(list, heading{c.ID, t.Plain(i), int(depth[i])})
		}
	}
	return list
}

// stripMost is how many bars the strip has.
const stripMost = 40

// strip draws how much was said along the text, and on which side.
func (s *site) strip(v *visit, t *clauses.Text, counts map[string]views.Counts) template.HTML {
	if len(counts) == 0 || len(t.Clauses) == 0 {
		return ""
	}
	n := min(stripMost, len(t.Clauses))
	bars := make([]plot.Bar, n)
	for i := range bars {
		bars[i] = plot.Bar{Label: t.Clauses[i*len(t.Clauses)/n].Citation, Parts: make([]int, 3)}
	}
	for i, c := range t.Clauses {
		k := counts[c.ID]
		parts := bars[i*n/len(t.Clauses)].Parts
		parts[0] += k.ByStance[policies.Support]
		parts[1] += k.ByStance[policies.Question] + k.ByStance[policies.Neutral]
		parts[2] += k.ByStance[policies.Oppose] + k.ByStance[policies.Amend]
	}
	return plot.Figure{Label: v.say("Comments along the text, by stance. The table of comments by clause has the same numbers."),
		Classes: []string{"s", "n", "o"}}.Strip(bars)
}
