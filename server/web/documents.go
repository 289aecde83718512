package web

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
	"github.com/ewtp/entente/views"
)

// documentsPage lists the documents that a visitor may read, as far as they were asked for, with
// the places in them where the words stand that were looked for.
type documentsPage struct {
	frame.Frame
	Asked   documentsAsked
	Within  *policies.Document // that alone is searched; nil for all
	Found   []foundDocument
	Total   int // documents that there are
	Counted bool
	Facets  []facetShown
	Sorts   []choice
	Chips   []chip
	Loosen  []loosened // where nothing was found: what there would be with less
	Earlier string     // where the page before is; "" for none
	Later   string
}

// A choice is a box of the form.
type choice struct {
	Value, Word string
	Chosen      bool
}

// A foundDocument is a document in a list.
type foundDocument struct {
	Document policies.Document
	Phase    policies.Phase
	Comments int
	ClosesAt time.Time
	Title    template.HTML // with what was looked for marked; "" where it doesn't stand there
	Hits     []hitShown
	More     []hitShown // behind a switch
	Within   string     // a search in it alone; "" where nothing was looked for, or nothing else is searched
}

// A hitShown is a place where the words stand that were looked for.
type hitShown struct {
	To      string
	Word    string        // what it is: a citation, or "Comment 7"
	Comment bool          // somebody's words, and not the document's
	Snippet template.HTML // with marks
}

const (
	documentsShown = 20
	hitsFirst      = 6  // of a document, that show at once
	hitsShown      = 40 // of a page that is in the order of how well they fit
)

// documents lists documents.
func (s *site) documents(v *visit) error {
	p := documentsPage{Frame: s.frame(v, v.say("Documents"))}
	p.Section = "/documents"
	p.Description = v.say("Regulations, best practices and standards for electronic trade: proposed, in consultation, adopted and in force.")
	query := v.r.URL.Query()
	p.Asked = readDocumentsAsked(query)
	if p.Asked.Words != "" {
		p.Title = v.say("Search: %s", p.Asked.Words)
	}
	p.Feed = &frame.Link{To: "/documents.atom" + withQuestion(p.Asked.query()), Word: v.say("These documents as a feed")}
	p.Canonical = "/documents" + withQuestion(p.Asked.query())
	if err := s.within(v, &p); err != nil {
		return err
	}
	find := s.listed
	if p.Asked.best() {
		find = s.searched
	}
	if err := find(v, &p); err != nil {
		return err
	}
	if err := s.facetsOf(v, &p); err != nil {
		return err
	}
	p.Unlisted = p.Asked.Words != "" || len(p.Chips) > 0 // there is no end to what can be asked
	return s.show(v, "documents", &p)
}

// search is where people look for a search.
func (s *site) search(v *visit) error {
	return v.goTo("/documents" + withQuestion(v.r.URL.Query()))
}

func withQuestion(query url.Values) string {
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// within finds the document that alone is searched.
func (s *site) within(v *visit, p *documentsPage) error {
	if p.Asked.Within == "" {
		return nil
	}
	d, err := s.views.DocumentByNumber(v.ctx, v.viewer, p.Asked.Within, time.Time{})
	p.Within = &d
	return err
}

// listed lists documents in an order of theirs, each with where the words stand in it.
func (s *site) listed(v *visit, p *documentsPage) error {
	list, err := s.views.DocumentList(v.ctx, v.viewer, p.filter(v.now), pageOf(v.r.URL.Query(), documentsShown))
	if err != nil {
		return err
	}
	p.Earlier, p.Later = turns(v.r.URL, list)
	var hits []views.Hit
	if p.Asked.Words != "" && len(list.Items) > 0 {
		in := views.DocumentFilter{IDs: idsOf(list.Items, documentID)}
		found, err := s.views.Search(v.ctx, v.viewer, views.SearchFilter{Query: p.Asked.Words, Documents: in}, views.Page{First: views.MaxPage})
		if err != nil {
			return err
		}
		hits = found.Items
	}
	p.Found, err = s.foundDocuments(v, p, list.Items, hits)
	return err
}

// searched lists where the words stand, what fits best first, by document.
func (s *site) searched(v *visit, p *documentsPage) error {
	f := views.SearchFilter{Query: p.Asked.Words, Documents: p.filter(v.now)}
	list, err := s.views.Search(v.ctx, v.viewer, f, pageOf(v.r.URL.Query(), hitsShown))
	if err != nil {
		return err
	}
	p.Earlier, p.Later = turns(v.r.URL, list)
	var ids []string
	for _, h := range list.Items {
		if !slices.Contains(ids, h.DocumentID) {
			ids = append(ids, h.DocumentID)
		}
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, ids)
	if err != nil {
		return err
	}
	p.Found, err = s.foundDocuments(v, p, among(documents, ids), list.Items)
	return err
}

// foundDocuments makes the list of documents with what was found in each.
func (s *site) foundDocuments(v *visit, p *documentsPage, documents []policies.Document, hits []views.Hit) (list []foundDocument, err error) {
	counts, err := s.views.CommentCounts(v.ctx, idsOf(documents, documentID))
	if err != nil {
		return nil, err
	}
	said, err := s.views.Comments(v.ctx, v.viewer, idsOf(hits, func(h views.Hit) string { return h.CommentID }))
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		f := foundDocument{Document: d, Phase: d.Phase(v.now), Comments: counts[d.ID].Total, ClosesAt: d.ClosesAt}
		if p.Asked.Words != "" && p.Within == nil {
			query := p.Asked.query()
			query.Set("in", d.Number)
			f.Within = "/documents" + withQuestion(query)
		}
		for _, h := range hits {
			if h.DocumentID != d.ID {
				continue
			}
			if err := s.addHit(v, &f, h, said); err != nil {
				return nil, err
			}
		}
		list = append(list, f)
	}
	return list, nil
}

func documentID(d policies.Document) string { return d.ID }

// addHit adds a place to a document that was found.
func (s *site) addHit(v *visit, f *foundDocument, h views.Hit, said map[string]policies.Comment) error {
	shown := hitShown{To: documentPath(&f.Document), Snippet: marked(h.Snippet)}
	switch h.Kind {
	case views.InDocuments:
		f.Title = markedTitle(h.Snippet, f.Document.Title)
		return nil
	case views.InComments:
		c, ok := said[h.CommentID]
		if !ok {
			return nil
		}
		shown.Comment = true
		shown.Word, shown.To = v.say("Comment %d", c.Number), shown.To+"/comments/"+strconv.Itoa(c.Number)
	case views.InClauses:
		citation, err := s.citation(v.ctx, h.RevisionID, h.ClauseID)
		if err != nil {
			return err
		}
		shown.Word, shown.To = citation, shown.To+"/clauses/"+h.ClauseID
	}
	if len(f.Hits) < hitsFirst {
		f.Hits = append(f.Hits, shown)
	} else {
		f.More = append(f.More, shown)
	}
	return nil
}

// Marks stand around what was looked for in the snippet of a hit.
const markBegin, markEnd = "\x02", "\x03"

// markedTitle takes a title out of the snippet of it and the number behind it; "" where that is cut short.
func markedTitle(snippet, title string) template.HTML {
	at := strings.LastIndexByte(snippet, ' ')
	if at < 0 {
		return ""
	}
	cut := snippet[:at]
	if strings.Count(cut, markBegin) > strings.Count(cut, markEnd) {
		cut += markEnd
	}
	if !strings.Contains(cut, markBegin) || strings.NewReplacer(markBegin, "", markEnd, "").Replace(cut) != title {
		return ""
	}
	return marked(cut)
}

// citation is how a clause of a revision is cited; its ID where the text is no more.
func (s *site) citation(ctx context.Context, revisionID, clauseID string) (string, error) {
	text, err := s.views.Text(ctx, revisionID)
	if err != nil {
		return clauseID, orNone(err)
	}
	if i := text.Clauses.Index(clauseID); i >= 0 {
		return text.Clauses[i].Citation, nil
	}
	return clauseID, nil
}

// marked writes a snippet with what was looked for in <mark>.
func marked(snippet string) template.HTML {
	return template.HTML(strings.NewReplacer(markBegin, "<mark>", markEnd, "</mark>").Replace(template.HTMLEscapeString(snippet))) // #nosec G203 -- escaped
}

// turns says where the pages before and after one of a list are: "" where there are none.
func turns[T any](here *url.URL, list views.List[T]) (earlier, later string) {
	at := func(key, cursor string) string {
		query := here.Query()
		query.Del("after")
		query.Del("before")
		query.Set(key, cursor)
		return here.Path + "?" + query.Encode()
	}
	if list.HasPrevious && len(list.Cursors) > 0 {
		earlier = at("before", list.Cursors[0])
	}
	if list.HasNext && len(list.Cursors) > 0 {
		later = at("after", list.Cursors[len(list.Cursors)-1])
	}
	return earlier, later
}
