package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Heard tells of a document's consultations: who answered, what was changed for whom, and
// what became of everything else that was said. Of confidential comments it tells nothing
// but how many there are, whoever reads it.
type Heard struct {
	Document policies.Document
	Rounds   []policies.Consultation // oldest first
	From, To policies.Revision       // the text first consulted on, and the latest that the viewer may read

	Organisations int // that made a comment which stands and isn't confidential
	Comments      int // such comments
	Supporters    int64
	Confidential  int // standing
	TakenBack     int // withdrawn or disowned
	Unanswered    int // of Comments
	Chambers      []Voice
	Sectors       []Voice
	Jurisdictions []Voice
	Sizes         []Voice         // of businesses and hub operators alone
	Questions     []HeardQuestion // round by round, as they were asked

	Changes []HeardChange
	Erased  bool          // a text to compare was erased
	Others  []HeardClause // what was said and led to no change that is shown, clause by clause
}

// A HeardChange says what became of one clause since the first consultation.
type HeardChange struct {
	Op       clauses.Op
	Moved    bool
	Citation string // after the change; before it, where the clause was removed
	Before   string // Markdown
	After    string
	Spans    []clauses.Span // of changed words, without markup where that isn't all that changed
	Because  []Response     // the dispositions that point at it
	Due      bool           // none of them explains it, nor an editorial mark: another round is due
	Marks    []string       // the reasons for which it was called editorial
}

// A HeardClause is a clause as it was consulted on, or the whole of the text, with the
// comments on it that changed nothing.
type HeardClause struct {
	Citation  string // "" for the whole
	Round     int
	Words     string // Markdown
	Responses []Response
}

// A Response is the disposition of a comment, or of several that say the same and were
// disposed of alike.
type Response struct {
	Outcome  policies.Outcome // "" where there is no disposition yet
	Reason   string
	Question int      // number of the question that the comments answer, 0 for none
	Numbers  []int    // of the comments
	By       []string // names of the organisations, each once
	Stance   policies.Stance
	Quote    string            // the words of the clause that the comments are on, "" for all of it
	Sample   string            // words of the first comment
	Proposes policies.Proposal // what all of them propose, "" for nothing
	Proposed string            // the words that they propose, Markdown
	Cost     string            // what they say that the clause costs, "" where they don't
	Campaign bool              // the comments are of a campaign
	Aside    string            // why the disposition explains no change: the comments came late, or are a sponsor's own; "" for neither
	Like     int               // number of the comment that Sample is from, where the others are its campaign; 0 where all say just that
	Unquoted bool              // the comments say different things, and none is quoted: there were too many

	Endorsed    []HeardEndorsed // those of the comments that others endorsed or don't
	Files       []HeardFile
	Replies     []HeardReply // the first of them
	MoreReplies bool

	Repeats   []int    // numbers of comments disposed of as duplicates of these
	Repeaters []string // names of the organisations that made those, each once
}

// sampleLength is how much of a comment is quoted, in characters.
const sampleLength = 400

// WhatWeHeard tells what came of a document's consultations; policies.ErrNotFound where
// the viewer may not read the document, or it has never been consulted on.
func WhatWeHeard(ctx context.Context, db *views.DB, viewer policies.Actor, documentID string) (*Heard, error) {
	d, err := db.Document(ctx, viewer, documentID, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("couldn't load the document: %w", err)
	}
	h := &hearing{Heard: &Heard{Document: d}, ctx: ctx, db: db, viewer: viewer}
	if h.matrix, err = newMatrix(ctx, db, viewer, d, Part{}); err != nil {
		return nil, err
	}
	h.Rounds = h.matrix.rounds
	if len(h.Rounds) == 0 {
		return nil, fmt.Errorf("couldn't report on consultations: %w", policies.ErrNotFound)
	}
	if err := h.listen(); err != nil {
		return nil, err
	}
	if err := h.compare(); err != nil {
		return nil, err
	}
	if err := h.ask(); err != nil {
		return nil, err
	}
	h.campaigns()
	h.repeats()
	h.shorten()
	h.assign()
	return h.Heard, nil
}

// A hearing makes the report.
type hearing struct {
	*Heard
	ctx    context.Context
	db     *views.DB
	viewer policies.Actor
	matrix *matrix // what was said

	speakers, chambers, sectors, jurisdictions, sizes voices
	responses                                         []*heardResponse // in the order of the matrix
	byNumber                                          map[int]*heardResponse
	changed                                           []string // the clauses of Changes
}

// A heardResponse is a response with what it is about.
type heardResponse struct {
	Response
	line        Line // of the first comment
	duplicateOf int
	alike       string // the same for comments on one clause that were disposed of alike
	shown       bool   // under a change
}

// listen goes through the comments and gathers the responses.
func (h *hearing) listen() error {
	if total, err := h.matrix.total(Part{}); err != nil {
		return err
	} else if total > MaxLines {
		return &policies.Error{Code: policies.Invalid, Message: fmt.Sprintf("there are %d comments, and what was heard is told of at most %d", total, MaxLines)}
	}
	h.byNumber = map[int]*heardResponse{}
	alike := map[string]*heardResponse{}
	err := h.matrix.read(func(l Line) error {
		c := &l.Comment
		if !c.Stands() || c.Confidential {
			return nil
		}
		h.hear(l)
		a := &heardResponse{Response: responseTo(l), line: l}
		if l.Answered {
			a.duplicateOf = l.DuplicateOf
		}
		a.Aside = h.aside(c)
		a.alike = fmt.Sprintf("%d %q %q %q %d %+v %s", l.Round, c.ClauseID, a.Outcome, a.Reason, a.duplicateOf, changeKey(l.Change), a.Aside)
		key := fmt.Sprintf("%s %s %q", a.alike, a.proposal(), sameWords(c.Text))
		if same := alike[key]; same != nil {
			h.join(same, a)
			return nil
		}
		alike[key], h.byNumber[c.Number] = a, a
		h.responses = append(h.responses, a)
		return nil
	})
	if err != nil {
		return err
	}
	h.Organisations, h.Chambers = len(h.speakers), h.chambers.list()
	h.Sectors, h.Jurisdictions, h.Sizes = h.sectors.list(), h.jurisdictions.list(), h.sizes.list()
	counts, err := h.db.CommentCounts(h.ctx, []string{h.Document.ID})
	if err != nil {
		return fmt.Errorf("couldn't count the comments: %w", err)
	}
	all := counts[h.Document.ID]
	h.Confidential, h.TakenBack = all.Confidential, all.Withdrawn+all.Disowned
	return nil
}

// aside says why a comment explains no change, whatever its disposition.
func (h *hearing) aside(c *policies.Comment) string {
	switch {
	case h.Document.Sponsored(c.OrganisationID):
		return "a sponsor's own"
	case c.Late:
		return "after the close"
	}
	return ""
}

// changeKey tells one change from another.
func changeKey(p *CitedClause) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(p.Revision, " ", p.ClauseID)
}

// hear counts a comment.
func (h *hearing) hear(l Line) {
	o := l.Organisation
	h.Comments++
	h.Supporters += int64(l.Comment.Supporters)
	if !l.Answered {
		h.Unanswered++
	}
	h.speakers.hear(o.ID, o.ID)
	h.chambers.hear(string(o.Kind), o.ID)
	h.sectors.hear(o.Sector, o.ID)
	h.jurisdictions.hear(o.Jurisdiction, o.ID)
	if o.Kind.HasSize() {
		h.sizes.hear(string(o.Size.Class), o.ID)
	}
}

// responseTo makes the response of one comment.
func responseTo(l Line) Response {
	c := &l.Comment
	r := Response{Question: l.asked, Numbers: []int{c.Number}, By: []string{l.Organisation.Name}, Stance: c.Stance, Quote: quotedWords(c),
		Sample: sampleOf(c), Proposes: c.Proposed(), Proposed: c.Replacement, Cost: costOf(c.Cost), Campaign: l.CampaignID != ""}
	r.addAftermath(&l)
	if d := c.Disposition; l.Answered {
		r.Outcome, r.Reason = d.Outcome, d.Reason
	}
	return r
}

// sampleOf gives the beginning of a comment's words.
func sampleOf(c *policies.Comment) string {
	s := c.Text
	if c.Choice != "" {
		s = strings.TrimSpace(c.Choice + ". " + s)
	}
	return clipped(s)
}

// clipped gives the beginning of somebody's words, on one line.
func clipped(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= sampleLength {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:sampleLength])) + " …"
}

// compare finds what changed since the first consultation.
func (h *hearing) compare() error {
	revisions, err := h.db.Revisions(h.ctx, h.viewer, []string{h.Rounds[0].RevisionID})
	if err != nil {
		return fmt.Errorf("couldn't load the consulted revision: %w", err)
	}
	h.From = revisions[h.Rounds[0].RevisionID]
	latest, err := h.db.RevisionList(h.ctx, h.viewer, h.Document.ID, time.Time{}, views.Page{First: 1})
	if err != nil {
		return fmt.Errorf("couldn't load the latest revision: %w", err)
	}
	if len(latest.Items) == 0 || h.From.ID == "" {
		h.Erased = true
		return nil
	}
	h.To = latest.Items[0]
	before, errBefore := h.db.Text(h.ctx, h.From.ID)
	after, errAfter := h.db.Text(h.ctx, h.To.ID)
	if err := errors.Join(errBefore, errAfter); errors.Is(err, policies.ErrNotFound) {
		h.Erased = true
		return nil
	} else if err != nil {
		return fmt.Errorf("couldn't load the texts to compare: %w", err)
	}
	marks, err := h.marks()
	if err != nil {
		return err
	}
	due, err := h.unconsulted()
	if err != nil {
		return err
	}
	for _, c := range clauses.Compare(before.Clauses, after.Clauses) {
		if c.Op == clauses.Same && !c.Moved {
			continue
		}
		x := HeardChange{Op: c.Op, Moved: c.Moved}
		id := ""
		if c.Old >= 0 {
			id, x.Citation, x.Before = before.Clauses[c.Old].ID, before.Clauses[c.Old].Citation, before.Markdown(c.Old)
		}
		if c.New >= 0 {
			id, x.Citation, x.After = after.Clauses[c.New].ID, after.Clauses[c.New].Citation, after.Markdown(c.New)
		}
		if c.Op == clauses.Changed {
			x.Spans = plainRedline(clauses.RedlineClauses(before, c.Old, after, c.New), x.Before, x.After)
		}
		x.Marks, x.Due = marks[id], due[id]
		h.Changes = append(h.Changes, x)
		h.changed = append(h.changed, id)
	}
	return nil
}

// unconsulted finds the clauses whose change nothing public explains, by ID.
func (h *hearing) unconsulted() (map[string]bool, error) {
	gaps, err := h.db.Unconsulted(h.ctx, policies.Actor{}, h.Document.ID, h.To.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't list what nothing explains: %w", err)
	}
	due := map[string]bool{}
	for _, g := range gaps {
		due[g.ClauseID] = true
	}
	return due, nil
}

// marks gives the reasons of editorial marks up to the latest revision, by clause.
func (h *hearing) marks() (map[string][]string, error) {
	all, err := h.db.EditorialMarks(h.ctx, h.viewer, h.Document, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the editorial marks: %w", err)
	}
	by := map[string][]string{}
	for _, m := range all {
		if m.Stands() && m.Revision > h.From.Number && m.Revision <= h.To.Number && !slices.Contains(by[m.ClauseID], m.Reason) {
			by[m.ClauseID] = append(by[m.ClauseID], m.Reason)
		}
	}
	return by, nil
}

// assign puts each response under the change that it points at, or under the clause that
// its comments are on.
func (h *hearing) assign() {
	for _, a := range h.responses {
		if a.line.Change == nil || !a.Outcome.Accepts() {
			continue
		}
		if i := slices.Index(h.changed, a.line.Change.ClauseID); i >= 0 {
			h.Changes[i].Because = append(h.Changes[i].Because, a.Response)
			a.shown = true
		}
	}
	for _, a := range h.responses {
		if a.shown {
			continue
		}
		s := HeardClause{Round: a.line.Round}
		if p := a.line.Clause; p != nil {
			s.Citation, s.Words = p.Citation, p.Words
		}
		if n := len(h.Others); n > 0 && h.Others[n-1].Citation == s.Citation && h.Others[n-1].Round == s.Round {
			h.Others[n-1].Responses = append(h.Others[n-1].Responses, a.Response)
			continue
		}
		s.Responses = []Response{a.Response}
		h.Others = append(h.Others, s)
	}
}
