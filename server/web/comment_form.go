package web

import (
	"crypto/rand"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// A commentFormPage takes a comment: what is typed, then a preview, then it is submitted. What was
// typed is in the page all the while, so nothing on the server can lose it.
type commentFormPage struct {
	documentHead
	Form     commentForm
	Member   string       // who types
	Clause   *clauseShown // nil for the whole
	Words    string       // of the clause, as Markdown: what a replacement starts from
	Stances  []choice
	Types    []choice
	Kinds    []choice // of proposals
	Faults   []fault
	Preview  *said                          // what would be submitted; nil while it is typed
	Theirs   *said                          // what a colleague made of the draft meanwhile; nil where nobody did
	Sent     int64                          // the entry that this form was sent as before; -1 for none
	Question *policies.ConsultationQuestion // that it answers; nil for none
	Closed   bool                           // no comments are taken: what was typed can be kept, and no more
	Late     bool                           // they are taken, and marked as late
	Closing  time.Time                      // when they are taken no more
	Over     bool                           // nobody is signed in any more
	Sending  bool                           // the form was sent, and is shown again
	May      string                         // why the visitor can't comment; "" where they can
	Limit    int64                          // megabytes of a file
	Bytes    int64                          // the same in bytes
}

// A fault is what is wrong with a field.
type fault struct{ Field, Message string }

// A commentForm is what the form's fields hold, as text.
type commentForm struct {
	Clause, Stance, Type, Text, Proposes, Replacement string
	Exact, Prefix, Suffix                             string
	Amount, Currency, Per                             string
	PerYear, Confidential                             bool
	Summary, Supporters, Question, Choice             string
	Files                                             []formFile
	Key                                               string // names this comment once and for all: sent twice, it is made once
	Draft                                             string // the draft it goes on with
	Edition                                           int
}

// A formFile is a file that was uploaded with the form before.
type formFile struct{ Digest, Name string }

// Fault returns what is wrong with a field, "" where nothing is.
func (p *commentFormPage) Fault(field string) string {
	for _, f := range p.Faults {
		if f.Field == field {
			return f.Message
		}
	}
	return ""
}

// writeComment shows the form.
func (s *site) writeComment(v *visit) error {
	query := v.r.URL.Query()
	form := commentForm{Clause: query.Get("clause"), Question: query.Get("question"), Exact: query.Get("exact"), Prefix: query.Get("prefix"), Suffix: query.Get("suffix"),
		Type: string(policies.General), Key: rand.Text()}
	if id := query.Get("draft"); id != "" {
		drafts, err := s.views.CommentDrafts(v.ctx, v.viewer, []string{id})
		d, err := foundOr404(drafts, id, err)
		if err != nil {
			return err
		}
		form = formOf(d.Words)
		form.Draft, form.Edition, form.Key = d.ID, d.Edition, rand.Text()
	}
	p, err := s.commentForm(v, form)
	if err != nil {
		return err
	}
	return s.show(v, "commentform", p)
}

// formOf is the form that holds a comment's words.
func formOf(w policies.CommentWords) commentForm {
	f := commentForm{Clause: w.ClauseID, Stance: string(w.Stance), Type: string(w.Type), Text: w.Text, Proposes: string(w.Proposes), Replacement: w.Replacement,
		Confidential: w.Confidential, Summary: w.Summary, Question: w.QuestionID, Choice: w.Choice}
	if q := w.Quote; q != nil {
		f.Exact, f.Prefix, f.Suffix = q.Exact, q.Prefix, q.Suffix
	}
	if c := w.Cost; c != nil {
		f.Amount, f.Currency, f.Per, f.PerYear = c.Amount, c.Currency, c.Per, c.PerYear
	}
	if w.Supporters > 0 {
		f.Supporters = strconv.FormatInt(w.Supporters, 10)
	}
	for _, a := range w.Attachments {
		f.Files = append(f.Files, formFile{a.Digest, a.Name})
	}
	return f
}

// commentForm fills in the page around a form.
func (s *site) commentForm(v *visit, form commentForm) (*commentFormPage, error) {
	head, err := s.documentHead(v, "comment")
	if err != nil {
		return nil, err
	}
	p := &commentFormPage{documentHead: head, Form: form, Member: v.viewer.MemberID, Sent: -1, Limit: policies.MaxAttachment >> 20, Bytes: policies.MaxAttachment, Sending: v.r.Method == http.MethodPost}
	p.Unlisted, p.Modules = v.r.URL.RawQuery != "" || v.r.Method != http.MethodGet, []string{"comment.js"} // there is no end to what can be commented on
	p.Here = p.Path + "/comment?" + form.asked().Encode()
	p.Title = v.say("Comment on %s", p.Document.Number)
	if p.Document.Consultation == "" {
		if p.Closed = true; p.Revision == nil {
			return nil, policies.ErrNotFound
		}
		return p, nil
	}
	consultations, err := s.views.Consultations(v.ctx, []string{p.Document.Consultation})
	k, err := foundOr404(consultations, p.Document.Consultation, err)
	if err != nil {
		return nil, err
	}
	// What is commented on is the text that the consultation shows, whatever was made of it since.
	revisions, err := s.views.Revisions(v.ctx, v.viewer, []string{k.RevisionID})
	r, err := foundOr404(revisions, k.RevisionID, err)
	if err != nil {
		return nil, err
	}
	p.Revision = &r
	p.mayComment(v, &k)
	if err := s.onClause(v, p); err != nil {
		return nil, err
	}
	p.choices(v)
	return p, nil
}

// asked is what the address of a form says of it.
func (f *commentForm) asked() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"clause": f.Clause, "question": f.Question, "draft": f.Draft} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// onClause finds the clause that the form is on. What was typed on one that is there no more stays.
func (s *site) onClause(v *visit, p *commentFormPage) error {
	if p.Form.Clause == "" {
		return nil
	}
	text, err := s.views.Text(v.ctx, p.Revision.ID)
	if err != nil {
		return err
	}
	i := text.Clauses.Index(p.Form.Clause)
	switch {
	case i < 0 && p.Sending:
		p.Faults = append(p.Faults, fault{"", v.say("The text that is open for comment doesn't have this clause any more. What you typed is below; it can be said on the whole.")})
		p.Form.Clause = ""
		return nil
	case i < 0:
		return policies.ErrNotFound
	}
	c := text.Clauses[i]
	p.Clause = &clauseShown{c.ID, c.Citation, template.HTML(text.RenderIn(i))} // #nosec G203 -- what clauses renders is safe, whoever wrote it
	p.Words = text.Alone(i)
	p.Title = v.say("Comment on %s of %s", c.Citation, p.Document.Number)
	return nil
}

// mayComment finds whether the visitor can comment, and what they can be asked.
func (p *commentFormPage) mayComment(v *visit, k *policies.Consultation) {
	d := &p.Document
	if q, ok := k.Question(p.Form.Question); ok {
		p.Question = &q
	}
	p.Closing = inZone(k.ClosesAt, k.Zone)
	p.Late = !v.now.Before(k.ClosesAt) && k.Late == policies.LateMarked
	p.Closed = !k.Cancelled.IsZero() || v.now.Before(k.OpensAt) || !v.now.Before(k.ClosesAt) && !p.Late || !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero()
	var refused *policies.Error
	if errors.As(policies.May(v.viewer, policies.Commenting, policies.OnConsultation(d, k)), &refused) {
		p.refusedAs(v, refused)
	}
}

// refusedAs takes in that the visitor may not comment.
func (p *commentFormPage) refusedAs(v *visit, refused *policies.Error) {
	if refused.Code == policies.Unauthenticated {
		p.Over = true
	} else {
		p.May = v.forbiddenWord(refused)
	}
}

// Blocked says whether nothing can be sent, now or after signing in.
func (p *commentFormPage) Blocked() bool { return p.Closed || p.May != "" }

// Typed says whether there is something to lose.
func (p *commentFormPage) Typed() bool {
	return p.Sending || p.Form.Draft != "" || strings.TrimSpace(p.Form.Text) != ""
}

// KeepAs is the name under which a browser keeps what is typed: the member's own, for each place
// apart.
func (p *commentFormPage) KeepAs() string { return keptAs(p.Member, p.Path, &p.Form) + p.Form.Draft }

func keptAs(member, path string, f *commentForm) string {
	return strings.Join([]string{member, path, f.Clause, f.Question, ""}, " ")
}

func (p *commentFormPage) choices(v *visit) {
	for _, st := range policies.Stances {
		if st != policies.Neutral || p.Question != nil {
			p.Stances = append(p.Stances, choice{string(st), stanceWord(v.lang, st), p.Form.Stance == string(st)})
		}
	}
	for _, t := range policies.CommentTypes {
		p.Types = append(p.Types, choice{string(t), typeWord(v.lang, t), p.Form.Type == string(t)})
	}
	for _, k := range clauses.ProposalKinds {
		if k == clauses.AddAfter || p.Clause != nil {
			chosen := p.Form.Proposes == string(k) || p.Form.Proposes == "" && k == clauses.Replace
			p.Kinds = append(p.Kinds, choice{string(k), proposalWord(v.lang, k), chosen})
		}
	}
}
