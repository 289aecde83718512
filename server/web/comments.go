package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/plot"
	"github.com/ewtp/entente/views"
)

// A clausePage shows a clause and what was said on it.
type clausePage struct {
	documentHead
	Clause         clauseShown
	Above          []heading // what it stands under, from the top
	Earlier, Later *heading  // the clauses before and after it
	Said           []said
	More           string // where more was said; "" where this is all
	Open           bool   // for comment
	Cite           string // how to cite it
	Gone           int    // the revision in which the clause last stood; 0 where it stands
	InText         string // what the document's path goes on with to the text that has it
}

// A clauseShown is a clause of a revision.
type clauseShown struct {
	ID, Citation string
	HTML         template.HTML
}

const saidShown = 20

// clauseIn finds the clause that the address names in the text shown, else in the latest that had it:
// what was said on a clause that is gone is still to be read. The head then tells of that revision.
func (s *site) clauseIn(v *visit, h *documentHead) (*clauses.Text, int, error) {
	id := v.r.PathValue("clause")
	text, err := s.views.Text(v.ctx, h.Revision.ID)
	if err != nil {
		return nil, 0, err
	}
	if i := text.Clauses.Index(id); i >= 0 {
		return text, i, nil
	}
	earlier, err := s.views.RevisionList(v.ctx, v.viewer, h.Document.ID, time.Time{}, views.Page{First: textsSearched})
	if err != nil {
		return nil, 0, err
	}
	for _, r := range earlier.Items {
		if text, err = s.views.Text(v.ctx, r.ID); err != nil {
			return nil, 0, err
		}
		if i := text.Clauses.Index(id); i >= 0 {
			h.Revision, h.Newest = &r, false
			return text, i, nil
		}
	}
	return nil, 0, policies.ErrNotFound
}

// textsSearched is in how many revisions a clause is looked for.
const textsSearched = 12

// clause shows a clause of the newest revision that the visitor may read. One that went is told
// as gone, with the newest revision that has it.
func (s *site) clause(v *visit) error {
	head, err := s.documentHead(v, "text")
	if err != nil {
		return err
	}
	if head.Revision == nil {
		return policies.ErrNotFound
	}
	p := clausePage{documentHead: head, Open: head.Round != nil}
	text, i, err := s.clauseIn(v, &p.documentHead)
	if err != nil {
		return err
	}
	if !p.Newest {
		p.Open, p.Gone, p.InText = false, p.Revision.Number, "/revisions/"+strconv.Itoa(p.Revision.Number)
	}
	p.showClause(text, i)
	p.Title = v.say("%s of %s", p.Clause.Citation, p.Document.Title)
	p.Cite = p.Clause.Citation + ", " + v.cite(&p.documentHead) + "#" + p.Clause.ID
	standing, err := s.views.Standing(v.ctx, *p.Revision, time.Time{})
	if err != nil {
		return err
	}
	page := views.Page{First: saidShown, After: v.r.URL.Query().Get("after")}
	pages, err := s.views.CarriedPages(v.ctx, v.viewer, standing, []string{p.Clause.ID}, views.CommentFilter{}, page)
	if err != nil {
		return err
	}
	list := pages[p.Clause.ID]
	if p.Said, err = s.saidOf(v, &p.Document, standing, list.Items); err != nil {
		return err
	}
	_, p.More = turns(v.r.URL, list)
	return s.show(v, "clause", &p)
}

// showClause sets what is shown of a clause and around it.
func (p *clausePage) showClause(text *clauses.Text, i int) {
	at := func(i int) *heading { return &heading{ID: text.Clauses[i].ID, Title: text.Clauses[i].Citation} }
	c := text.Clauses[i]
	p.Clause = clauseShown{c.ID, c.Citation, template.HTML(text.RenderIn(i))} // #nosec G203 -- what clauses renders is safe, whoever wrote it
	for up := c.Parent; up >= 0; up = text.Clauses[up].Parent {
		p.Above = append(p.Above, heading{ID: text.Clauses[up].ID, Title: text.Plain(up)})
	}
	slices.Reverse(p.Above)
	if i > 0 {
		p.Earlier = at(i - 1)
	}
	if i+1 < len(text.Clauses) {
		p.Later = at(i + 1)
	}
}

// A commentsPage lists what was said on a document.
type commentsPage struct {
	documentHead
	Said           []said
	Stances        []choice
	Answered       string // "yes", "no" or "" for either
	Earlier, Later string
	Counts         views.Counts
	Gone           []said // on words that are gone, where these are asked for, or the first of them below all
	MoreGone       string
	Days           *daysShown // when they came; nil where none did
}

// goneShown is how many comments on words that are gone stand below the others.
const goneShown = 10

// gone lists the comments on words that stand nowhere any more: they keep their place in the record.
func (s *site) gone(v *visit, p *commentsPage, standing *views.Standing, f views.CommentFilter) error {
	if standing == nil {
		return nil
	}
	list, err := s.views.CarriedList(v.ctx, v.viewer, standing, []clauses.Fate{clauses.IsGone}, f, views.Page{First: goneShown, After: v.r.URL.Query().Get("gone")})
	if err != nil {
		return err
	}
	if list.HasNext {
		query := v.r.URL.Query()
		query.Set("gone", list.Cursors[len(list.Cursors)-1])
		p.MoreGone = v.r.URL.Path + "?" + query.Encode() + "#page/gone"
	}
	p.Gone, err = s.saidOf(v, &p.Document, standing, list.Items)
	return err
}

// comments lists what was said on a document, oldest first.
func (s *site) comments(v *visit) error {
	head, err := s.documentHead(v, "comments")
	if err != nil {
		return err
	}
	p := commentsPage{documentHead: head}
	p.Title = v.say("Comments on %s", p.Document.Title)
	query := v.r.URL.Query()
	f := views.CommentFilter{DocumentID: p.Document.ID}
	for _, st := range policies.Stances {
		chosen := slices.Contains(query["stance"], string(st))
		p.Stances = append(p.Stances, choice{string(st), stanceWord(v.lang, st), chosen})
		if chosen {
			f.Stances = append(f.Stances, st)
		}
	}
	if p.Answered = query.Get("answered"); p.Answered == "yes" || p.Answered == "no" {
		answered := p.Answered == "yes"
		f.Answered = &answered
	}
	list, err := s.views.CommentList(v.ctx, v.viewer, f, pageOf(query, saidShown))
	if err != nil {
		return err
	}
	standing, err := s.standing(v, p.Revision)
	if err != nil {
		return err
	}
	if p.Said, err = s.saidOf(v, &p.Document, standing, list.Items); err != nil {
		return err
	}
	p.Earlier, p.Later = turns(v.r.URL, list)
	if p.Days, err = s.daysOf(v, &p.Document); err != nil {
		return err
	}
	f.DocumentID = "" // the standing says it
	if err := s.gone(v, &p, standing, f); err != nil {
		return err
	}
	counts, err := s.views.CommentCounts(v.ctx, []string{p.Document.ID})
	p.Counts = counts[p.Document.ID]
	if err != nil {
		return err
	}
	return s.show(v, "comments", &p)
}

// standing says where comments stand in a revision; nil without one.
func (s *site) standing(v *visit, r *policies.Revision) (*views.Standing, error) {
	if r == nil {
		return nil, nil
	}
	standing, err := s.views.Standing(v.ctx, *r, time.Time{})
	return standing, orNone(err)
}

// pageOf reads which page of a list an address asks for.
func pageOf(query url.Values, size int) views.Page {
	if before := query.Get("before"); before != "" {
		return views.Page{Last: size, Before: before}
	}
	return views.Page{First: size, After: query.Get("after")}
}

// A byClausePage shows how much was said on each clause.
type byClausePage struct {
	documentHead
	Rows []clauseRow
}

// A clauseRow is how much was said on a clause.
type clauseRow struct {
	ID, Citation, Begins     string // Begins is how the clause begins
	Support, Neutral, Object int
	All                      int
	Bar                      template.HTML
}

// byClause shows the comments by clause, as a table: what the strip above a text shows as a figure.
func (s *site) byClause(v *visit) error {
	head, err := s.documentHead(v, "comments")
	if err != nil {
		return err
	}
	if head.Revision == nil {
		return policies.ErrNotFound
	}
	p := byClausePage{documentHead: head}
	p.Title = v.say("Comments by clause on %s", p.Document.Title)
	text, err := s.views.Text(v.ctx, p.Revision.ID)
	if err != nil {
		return err
	}
	counts, err := s.views.ClauseCounts(v.ctx, []string{p.Document.ID})
	if err != nil {
		return err
	}
	p.Rows = clauseRows(v, text, counts[p.Document.ID])
	return s.show(v, "byclause", &p)
}

func clauseRows(v *visit, text *clauses.Text, counts map[string]views.Counts) (rows []clauseRow) {
	most := 0
	add := func(r clauseRow, c views.Counts) {
		r.Support, r.Object = c.ByStance[policies.Support], c.ByStance[policies.Oppose]+c.ByStance[policies.Amend]
		r.Neutral = c.ByStance[policies.Question] + c.ByStance[policies.Neutral]
		r.All = c.Total
		most = max(most, r.All)
		rows = append(rows, r)
	}
	if c, ok := counts[""]; ok {
		add(clauseRow{Citation: v.say("On the whole")}, c)
	}
	for i, c := range text.Clauses {
		if k, ok := counts[c.ID]; ok {
			add(clauseRow{ID: c.ID, Citation: c.Citation, Begins: beginning(text.Plain(i))}, k)
		}
	}
	figure := plot.Figure{Classes: []string{"s", "n", "o"}}
	for i := range rows {
		rows[i].Bar = figure.Row(plot.Bar{Parts: []int{rows[i].Support, rows[i].Neutral, rows[i].Object}}, most)
	}
	return rows
}

// beginning is the first words of a text.
func beginning(words string) string {
	const most = 60
	runes := []rune(words)
	if len(runes) <= most {
		return words
	}
	return string(runes[:most]) + "…"
}

// A commentPage shows a comment and what became of it.
type commentPage struct {
	documentHead
	Said     said
	Answered *policies.Comment // whose answer counts: its own, or that of the one it repeats
	Repeats  *said             // the comment that it was answered as repeating
	Change   *changeShown      // what carries it out
	Thread   []replyShown
	Mine     bool   // it is of the visitor's organisation
	Thanks   bool   // it was submitted just now
	SentAs   string // under which the browser kept what was typed
	Done     string // which of the forms below it was sent just now; "" for none
	Receipt  *receiptShown
	Acts     commentActs
}

// A changeShown is a change of a clause that carries a comment out.
type changeShown struct {
	Revision policies.Revision
	Citation string
	ClauseID string
}

// A replyShown is what was said on a comment.
type replyShown struct {
	Reply        policies.Reply
	Organisation *policies.Organisation
}

const repliesShown = 100

// comment shows one comment.
func (s *site) comment(v *visit) error {
	p, err := s.commentPage(v)
	if err != nil {
		return err
	}
	return s.show(v, "comment", p)
}

func (s *site) commentPage(v *visit) (*commentPage, error) {
	head, err := s.documentHead(v, "comments")
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(v.r.PathValue("comment"))
	if err != nil || n < 1 {
		return nil, policies.ErrNotFound
	}
	list, err := s.views.CommentList(v.ctx, v.viewer, views.CommentFilter{DocumentID: head.Document.ID, FirstNumber: n, LastNumber: n}, views.Page{First: 1})
	if err != nil {
		return nil, err
	}
	if len(list.Items) == 0 {
		return nil, policies.ErrNotFound
	}
	p := &commentPage{documentHead: head}
	p.Modules = []string{"comment.js"}
	standing, err := s.standing(v, p.Revision)
	if err != nil {
		return nil, err
	}
	shown, err := s.saidOf(v, &p.Document, standing, list.Items)
	if err != nil {
		return nil, err
	}
	p.Said = shown[0]
	p.Title = v.say("Comment %d on %s", n, p.Document.Title)
	p.Mine = p.Said.Comment.OrganisationID != "" && p.Said.Comment.OrganisationID == v.viewer.OrganisationID
	if err := s.became(v, p, standing); err != nil {
		return nil, err
	}
	if p.Thread, err = s.thread(v, p.Said.Comment.ID); err != nil {
		return nil, err
	}
	c := &p.Said.Comment
	if p.Receipt, err = s.receiptOf(v, &p.Document, c, p.Said.Path); err != nil {
		return nil, err
	}
	query := v.r.URL.Query()
	p.Thanks, p.Done = p.Mine && query.Has("submitted"), query.Get("done")
	p.SentAs = keptAs(v.viewer.MemberID, p.Path, &commentForm{Clause: c.ClauseID, Question: c.QuestionID})
	p.Acts, err = s.actsOn(v, &p.Document, c)
	return p, err
}

// became finds what became of a comment.
func (s *site) became(v *visit, p *commentPage, standing *views.Standing) (err error) {
	p.Answered, err = views.Disposed(&p.Said.Comment, func(id string) (*policies.Comment, error) {
		found, err := s.views.Comments(v.ctx, v.viewer, []string{id})
		c, err := foundOr404(found, id, err)
		return &c, err
	})
	if orNone(err) != nil {
		return err
	}
	if d := p.Said.Comment.Disposition; d != nil && d.DuplicateOf != "" {
		found, err := s.views.Comments(v.ctx, v.viewer, []string{d.DuplicateOf})
		if err != nil {
			return err
		}
		if c, ok := found[d.DuplicateOf]; ok {
			repeated, err := s.saidOf(v, &p.Document, standing, []policies.Comment{c})
			if err != nil {
				return err
			}
			p.Repeats = &repeated[0]
		}
	}
	if change := views.CarriedOut(p.Answered); change != nil {
		p.Change, err = s.changeOf(v, change)
		return err
	}
	return nil
}

func (s *site) changeOf(v *visit, change *policies.ChangeReference) (*changeShown, error) {
	found, err := s.views.Revisions(v.ctx, v.viewer, []string{change.RevisionID})
	r, err := foundOr404(found, change.RevisionID, err)
	if err != nil {
		return nil, orNone(err)
	}
	shown := &changeShown{Revision: r, ClauseID: change.ClauseID}
	text, err := s.views.Text(v.ctx, r.ID)
	if err != nil {
		return shown, orNone(err)
	}
	if i := text.Clauses.Index(change.ClauseID); i >= 0 {
		shown.Citation = text.Clauses[i].Citation
	}
	return shown, nil
}

func (s *site) thread(v *visit, commentID string) (list []replyShown, err error) {
	pages, err := s.views.ReplyPages(v.ctx, v.viewer, []string{commentID}, time.Time{}, views.Page{First: repliesShown})
	if err != nil {
		return nil, err
	}
	replies := pages[commentID].Items
	organisations, err := s.views.Organisations(v.ctx, idsOf(replies, func(r policies.Reply) string { return r.OrganisationID }))
	for _, r := range replies {
		list = append(list, replyShown{r, orNil(organisations, r.OrganisationID)})
	}
	return list, err
}

// IsAnswered says whether the comment has an answer, or the one that it repeats.
func (p *commentPage) IsAnswered() bool { return p.Answered != nil && p.Answered.Disposition != nil }
