package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// A comparePage shows what two revisions of a document have different.
type comparePage struct {
	documentHead
	From, To                             *policies.Revision // nil where there is but one to read
	Revisions                            []policies.Revision
	Side                                 bool // side by side
	Changes                              []changeOfClause
	Same, Changed, Added, Removed, Moved int
	Other                                string // this page in the other form
	Later                                string // the next changes; "" where these are all
}

// A changeOfClause is what became of a clause.
type changeOfClause struct {
	N             int // from 1
	Earlier       int // the numbers of the changes before and after it: its own at the ends
	Later         int
	ID            string
	Was, Is       string // citations
	Word          string // what became of it
	Op            clauses.Op
	Inline        template.HTML
	Before, After template.HTML
}

const (
	changesShown   = 200 // a page's
	revisionsShown = 100
)

// compare shows a redline: of the revisions that the address names, else of the newest and the one
// before it. The address of two revisions lasts.
func (s *site) compare(v *visit) error {
	head, err := s.documentHead(v, "compare")
	if err != nil {
		return err
	}
	p := comparePage{documentHead: head}
	p.Title = v.say("Changes of %s", p.Document.Title)
	list, err := s.views.RevisionList(v.ctx, v.viewer, p.Document.ID, time.Time{}, views.Page{First: revisionsShown})
	if err != nil {
		return err
	}
	p.Revisions = list.Items
	if chosen := v.r.URL.Query(); chosen.Has("from") { // the form's: on to the lasting address
		return v.goTo(comparePath(&p.Document, atoi(chosen.Get("from")), atoi(chosen.Get("to")), chosen.Get("view") == "side"))
	}
	if err := s.chooseRevisions(v, &p); err != nil || p.From == nil {
		if err != nil {
			return err
		}
		return s.show(v, "compare", &p)
	}
	if err := s.redline(v, &p); err != nil {
		return err
	}
	p.Side = v.r.URL.Query().Get("view") == "side"
	p.Other = comparePath(&p.Document, p.From.Number, p.To.Number, !p.Side)
	return s.show(v, "compare", &p)
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// comparePath is where two revisions are compared, for good.
func comparePath(d *policies.Document, from, to int, side bool) string {
	path := fmt.Sprintf("%s/compare/%d..%d", documentPath(d), from, to)
	if side {
		path += "?view=side"
	}
	return path
}

// chooseRevisions finds the two revisions.
func (s *site) chooseRevisions(v *visit, p *comparePage) error {
	pair := v.r.PathValue("pair")
	if pair == "" {
		if len(p.Revisions) > 1 { // newest first
			p.From, p.To = &p.Revisions[1], &p.Revisions[0]
		}
		return nil
	}
	from, to, ok := strings.Cut(pair, "..")
	a, b := atoi(from), atoi(to)
	if !ok || a < 1 || b < 1 {
		return policies.ErrNotFound
	}
	before, err := s.views.RevisionByNumber(v.ctx, v.viewer, p.Document.ID, a)
	if err != nil {
		return err
	}
	after, err := s.views.RevisionByNumber(v.ctx, v.viewer, p.Document.ID, b)
	p.From, p.To = &before, &after
	return err
}

// redline compares, and keeps the changes of this page.
func (s *site) redline(v *visit, p *comparePage) error {
	before, err := s.views.Text(v.ctx, p.From.ID)
	if err != nil {
		return err
	}
	after, err := s.views.Text(v.ctx, p.To.ID)
	if err != nil {
		return err
	}
	counts := map[clauses.Op]*int{clauses.Same: &p.Same, clauses.Changed: &p.Changed, clauses.Added: &p.Added, clauses.Removed: &p.Removed}
	skip := max(0, atoi(v.r.URL.Query().Get("after")))
	n := 0
	for _, c := range clauses.Compare(before.Clauses, after.Clauses) {
		*counts[c.Op]++
		if c.Moved {
			p.Moved++
		}
		if c.Op == clauses.Same && !c.Moved {
			continue
		}
		if n++; n <= skip {
			continue
		}
		if len(p.Changes) == changesShown {
			here := *v.r.URL
			query := here.Query()
			query.Set("after", strconv.Itoa(skip+changesShown))
			p.Later = here.Path + "?" + query.Encode()
			continue
		}
		p.Changes = append(p.Changes, oneChange(v, n, c, before, after))
	}
	for i := range p.Changes {
		p.Changes[i].Earlier, p.Changes[i].Later = p.Changes[max(0, i-1)].N, p.Changes[min(i+1, len(p.Changes)-1)].N
	}
	return nil
}

// oneChange writes one change.
func oneChange(v *visit, n int, c clauses.Change, before, after *clauses.Text) changeOfClause {
	shown := changeOfClause{N: n, Op: c.Op}
	if c.Old >= 0 {
		shown.ID, shown.Was = before.Clauses[c.Old].ID, before.Clauses[c.Old].Citation
		shown.Before = template.HTML(before.RenderIn(c.Old)) // #nosec G203 -- what clauses renders is safe, whoever wrote it
	}
	if c.New >= 0 {
		shown.ID, shown.Is = after.Clauses[c.New].ID, after.Clauses[c.New].Citation
		shown.After = template.HTML(after.RenderIn(c.New)) // #nosec G203 -- as above
	}
	switch {
	case c.Op == clauses.Added:
		shown.Word, shown.Inline = v.say("added"), "<ins>"+shown.After+"</ins>"
	case c.Op == clauses.Removed:
		shown.Word, shown.Inline = v.say("removed"), "<del>"+shown.Before+"</del>"
	case c.Op == clauses.Changed && c.Moved:
		shown.Word, shown.Inline = v.say("moved and changed"), redline(clauses.RedlineClauses(before, c.Old, after, c.New))
	case c.Op == clauses.Changed:
		shown.Word, shown.Inline = v.say("changed"), redline(clauses.RedlineClauses(before, c.Old, after, c.New))
	default:
		shown.Word, shown.Inline = v.say("moved"), shown.After
	}
	return shown
}
