package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/web/frame"
)

// A commentFormPage takes a comment: what is typed, then a preview, then it is submitted. What was
// typed is in the page all the while, so nothing on the server can lose it.
type commentFormPage struct {
	documentHead
	Form     commentForm
	Clause   *clauseShown // nil for the whole
	Words    string       // of the clause, as Markdown: what a replacement starts from
	Stances  []choice
	Types    []choice
	Kinds    []choice // of proposals
	Question *policies.ConsultationQuestion
	Faults   []fault
	Preview  *said  // what would be submitted; nil while it is typed
	Closed   bool   // it came too late: what was typed can be kept, and no more
	Over     bool   // nobody is signed in any more
	May      string // why the visitor can't comment; "" where they can
	Sponsors []policies.Organisation
	Limit    int64 // bytes of a file
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
	p := &commentFormPage{documentHead: head, Form: form, Sponsors: head.Sponsors, Limit: policies.MaxAttachment >> 20}
	p.Unlisted, p.Modules = true, []string{"comment.js"}
	if p.Revision == nil {
		return nil, policies.ErrNotFound
	}
	p.Title = v.say("Comment on %s", p.Document.Number)
	p.Closed = p.Round == nil
	if form.Clause != "" {
		text, err := s.views.Text(v.ctx, p.Revision.ID)
		if err != nil {
			return nil, err
		}
		i := text.Clauses.Index(form.Clause)
		if i < 0 {
			return nil, policies.ErrNotFound
		}
		c := text.Clauses[i]
		p.Clause = &clauseShown{c.ID, c.Citation, template.HTML(text.RenderIn(i))} // #nosec G203 -- what clauses renders is safe, whoever wrote it
		p.Words = text.Alone(i)
		p.Title = v.say("Comment on %s of %s", c.Citation, p.Document.Number)
	}
	if err := s.mayComment(v, p); err != nil {
		return nil, err
	}
	p.choices(v)
	return p, nil
}

// mayComment finds whether the visitor can comment, and what they can be asked.
func (s *site) mayComment(v *visit, p *commentFormPage) error {
	if p.Closed {
		return nil
	}
	consultations, err := s.views.Consultations(v.ctx, []string{p.Document.Consultation})
	k, err := foundOr404(consultations, p.Document.Consultation, err)
	if err != nil {
		return err
	}
	if q, ok := k.Question(p.Form.Question); ok {
		p.Question = &q
	}
	may := policies.May(v.viewer, policies.Commenting, policies.OnConsultation(&p.Document, &k))
	var refused *policies.Error
	switch {
	case errors.As(may, &refused) && refused.Code == policies.Unauthenticated:
		p.Over = true
	case errors.As(may, &refused):
		p.May = refused.Message
	}
	return nil
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

// sendComment takes the form: to show what it would be, to keep it as a draft, or to submit it.
func (s *site) sendComment(v *visit) error {
	form, faults, err := s.readForm(v)
	if err != nil {
		return err
	}
	p, err := s.commentForm(v, form)
	if err != nil {
		return err
	}
	p.Faults = faults
	words, faults := form.words()
	p.Faults = append(p.Faults, faults...)
	action := v.r.PostFormValue("action")
	switch {
	case p.Over || p.May != "" || p.Closed:
		return s.refuseForm(v, p, http.StatusForbidden)
	case len(p.Faults) > 0 && action == "draft":
		return s.refuseForm(v, p, http.StatusBadRequest)
	case len(p.Faults) > 0: // with what else is wrong, at once
		if err := s.tryComment(v, words.Submission(p.Document.Consultation)); err != nil {
			return s.faulty(v, p, err)
		}
		return s.refuseForm(v, p, http.StatusBadRequest)
	case action == "draft":
		return s.keepDraft(v, p, words)
	}
	submit := words.Submission(p.Document.Consultation)
	if action == "submit" {
		return s.submit(v, p, submit)
	}
	if action == "change" {
		return s.show(v, "commentform", p)
	}
	if err := s.tryComment(v, submit); err != nil {
		return s.faulty(v, p, err)
	}
	if p.Preview, err = s.previewOf(v, p, words); err != nil {
		return err
	}
	return s.show(v, "commentform", p)
}

// tryComment lets the rules judge a comment without making it.
func (s *site) tryComment(v *visit, c policies.SubmitComment) error {
	return s.views.Consider(v.ctx, func(f policies.Facts) error {
		env := policies.Env{Now: v.now, Actor: v.viewer, Rules: s.Registry.Rules(), Fresh: func(p policies.Prefix) string { return string(p) + "_tried" }}
		_, err := c.Decide(env, f)
		return err
	})
}

// submit puts a comment on the record, and goes on to where it is shown.
func (s *site) submit(v *visit, p *commentFormPage, c policies.SubmitComment) error {
	command, key := policies.Command(c), p.Form.Key
	if p.Form.Draft != "" {
		// The draft's words first, so that what was previewed is what is submitted.
		edit := policies.EditDraft{DraftID: p.Form.Draft, Edition: p.Form.Edition, Words: c.CommentWords}
		if _, err := s.Registry.Do(v.ctx, v.viewer, key+" edit", edit); err != nil {
			return s.faulty(v, p, err)
		}
		command = policies.SubmitDraft{DraftID: p.Form.Draft, Edition: p.Form.Edition + 1}
	}
	done, err := s.Registry.Do(v.ctx, v.viewer, key, command)
	if err != nil {
		return s.faulty(v, p, err)
	}
	found, err := s.views.Comments(v.ctx, v.viewer, []string{done.Subject})
	k, err := foundOr404(found, done.Subject, err)
	if err != nil {
		return err
	}
	return v.goTo(fmt.Sprintf("%s/comments/%d?submitted", p.Path, k.Number))
}

// keepDraft keeps what is typed for the visitor's colleagues to go on with.
func (s *site) keepDraft(v *visit, p *commentFormPage, words policies.CommentWords) error {
	var command policies.Command = policies.DraftComment{ConsultationID: p.Document.Consultation, Words: words}
	if p.Form.Draft != "" {
		command = policies.EditDraft{DraftID: p.Form.Draft, Edition: p.Form.Edition, Words: words}
	}
	if _, err := s.Registry.Do(v.ctx, v.viewer, p.Form.Key+" draft", command); err != nil {
		return s.faulty(v, p, err)
	}
	return v.goTo("/drafts")
}

// goTo sends a browser on after a form did what it should, so that going back or loading again
// does nothing twice.
func (v *visit) goTo(path string) error {
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// faulty shows the form again with what the rules say against it; what isn't a refusal of theirs
// is told on the form too, for what was typed must not be lost to a fault of ours.
func (s *site) faulty(v *visit, p *commentFormPage, err error) error {
	var refused *policies.Error
	if !errors.As(err, &refused) {
		s.Log.ErrorContext(v.ctx, "couldn't take a comment", "error", err)
		p.Faults = []fault{{"", v.say("That can't be done right now. What you typed is below; send it again in a moment. It is taken once, however often you send it.")}}
		return s.refuseForm(v, p, http.StatusServiceUnavailable)
	}
	status := http.StatusBadRequest
	for _, f := range refused.Faults() {
		field, _, _ := strings.Cut(f.Field, ".")
		p.Faults = append(p.Faults, fault{formFields[field], f.Message})
		if f.Code == policies.Conflict {
			status = http.StatusConflict
		}
	}
	return s.refuseForm(v, p, status)
}

// formFields are the form's fields by those of a comment; the first part of their path.
var formFields = map[string]string{
	"text": "text", "stance": "stance", "type": "type", "replacement": "replacement", "proposes": "proposes", "quote": "exact", "cost": "amount",
	"attachments": "files", "summary": "summary", "supporters": "supporters", "choice": "choice", "questionId": "choice", "clauseId": "text",
}

func (s *site) refuseForm(v *visit, p *commentFormPage, status int) error {
	p.Failed = true
	v.w.Header().Set("Cache-Control", "no-store")
	s.pages.Show(v.w, v.r, status, "commentform", p)
	return nil
}

// previewOf shows a comment as it would stand.
func (s *site) previewOf(v *visit, p *commentFormPage, words policies.CommentWords) (*said, error) {
	c := policies.Comment{DocumentID: p.Document.ID, RevisionID: p.Revision.ID, OrganisationID: v.viewer.OrganisationID, CommentWords: words, SubmittedAt: v.now}
	standing, err := s.standing(v, p.Revision)
	if err != nil {
		return nil, err
	}
	list, err := s.saidOf(v, &p.Document, standing, []policies.Comment{c})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

const formMemory = 1 << 20 // bytes of a form's files that stay in memory; the rest goes to disk

// readForm reads what was sent. Files that come with it are kept, and named from then on.
func (s *site) readForm(v *visit) (f commentForm, faults []fault, err error) {
	if err := v.r.ParseMultipartForm(formMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return f, nil, errTooLarge
		}
		return f, nil, &policies.Error{Code: policies.Invalid, Message: "the form can't be read"}
	}
	f = formFrom(v.r.PostForm)
	if v.r.MultipartForm == nil {
		return f, nil, nil
	}
	defer func() { _ = v.r.MultipartForm.RemoveAll() }() // temporary files
	for _, part := range v.r.MultipartForm.File["files"] {
		kept, err := s.keepFile(v, part)
		var refused *policies.Error
		switch {
		case errors.As(err, &refused):
			faults = append(faults, fault{"files", part.Filename + ": " + refused.Message})
		case err != nil:
			return f, nil, err
		default:
			f.Files = append(f.Files, formFile{kept.Digest, kept.Name})
		}
	}
	return f, faults, nil
}

// errTooLarge says that a form with its files is too long for one request.
var errTooLarge = &policies.Error{Code: policies.Invalid, Field: "files", Message: "the files are too large to be sent together"}

func (s *site) keepFile(v *visit, part *multipart.FileHeader) (kept policies.AttachFile, err error) {
	file, err := part.Open()
	if err != nil {
		return kept, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return s.KeepFile(v.ctx, v.viewer, io.Reader(file), part.Filename)
}

func formFrom(q url.Values) commentForm {
	f := commentForm{Clause: q.Get("clause"), Stance: q.Get("stance"), Type: q.Get("type"), Text: lines(q.Get("text")), Proposes: q.Get("proposes"),
		Replacement: lines(q.Get("replacement")), Exact: q.Get("exact"), Prefix: q.Get("prefix"), Suffix: q.Get("suffix"),
		Amount: strings.TrimSpace(q.Get("amount")), Currency: strings.ToUpper(strings.TrimSpace(q.Get("currency"))), Per: strings.TrimSpace(q.Get("per")),
		PerYear: q.Has("peryear"), Confidential: q.Has("confidential"), Summary: lines(q.Get("summary")), Supporters: strings.TrimSpace(q.Get("supporters")),
		Question: q.Get("question"), Choice: q.Get("choice"), Key: q.Get("key"), Draft: q.Get("draft")}
	f.Edition, _ = strconv.Atoi(q.Get("edition")) // 0 where that is nonsense: the rules say that it isn't the newest
	for i, digest := range q["file"] {
		if names := q["filename"]; i < len(names) && !slices.Contains(q["drop"], digest) {
			f.Files = append(f.Files, formFile{digest, names[i]})
		}
	}
	if f.Key == "" {
		f.Key = rand.Text()
	}
	return f
}

// lines are a text area's lines, which browsers send with CR LF.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// words are what the form says, and what it can't say.
func (f *commentForm) words() (w policies.CommentWords, faults []fault) {
	w = policies.CommentWords{ClauseID: f.Clause, Stance: policies.Stance(f.Stance), Type: policies.CommentType(f.Type), Text: f.Text,
		Confidential: f.Confidential, QuestionID: f.Question, Choice: f.Choice}
	if w.Stance == policies.Amend {
		w.Proposes, w.Replacement = policies.Proposal(f.Proposes), f.Replacement
		if w.Proposes == clauses.StrikeOut {
			w.Replacement = ""
		}
	}
	if f.Confidential {
		w.Summary = f.Summary
	}
	if strings.TrimSpace(f.Exact) != "" {
		w.Quote = &policies.Quote{Exact: f.Exact, Prefix: f.Prefix, Suffix: f.Suffix}
	}
	if f.Amount != "" || f.Per != "" {
		w.Cost = &policies.CostEstimate{Amount: strings.ReplaceAll(f.Amount, " ", ""), Currency: f.Currency, Per: f.Per, PerYear: f.PerYear}
	}
	if f.Supporters != "" {
		n, err := strconv.ParseInt(strings.ReplaceAll(f.Supporters, " ", ""), 10, 64)
		if err != nil {
			faults = append(faults, fault{"supporters", f.Supporters + " is no whole number"})
		}
		w.Supporters = n
	}
	for _, file := range f.Files {
		w.Attachments = append(w.Attachments, policies.Attachment{Digest: file.Digest, Name: file.Name})
	}
	return w, faults
}

// A draftsPage lists the comments that the visitor's organisation hasn't submitted yet.
type draftsPage struct {
	frame.Frame
	Drafts []draftShown
	Later  string
	Faults []fault
}

// A draftShown is a comment that is being prepared.
type draftShown struct {
	Draft    policies.CommentDraft
	Document *policies.Document
	EditPath string
	Open     bool // it can still be submitted
}

const draftsShown = 50

// drafts lists unsent comments.
func (s *site) drafts(v *visit) error {
	p, err := s.draftsPage(v)
	if err != nil {
		return err
	}
	return s.show(v, "drafts", p)
}

func (s *site) draftsPage(v *visit) (*draftsPage, error) {
	if v.viewer.MemberID == "" {
		return nil, &policies.Error{Code: policies.Unauthenticated, Message: "sign in first"}
	}
	p := &draftsPage{Frame: s.frame(v, v.say("Your unsent comments"))}
	p.Unlisted, p.Modules = true, []string{"comment.js"}
	list, err := s.views.CommentDraftList(v.ctx, v.viewer, "", pageOf(v.r.URL.Query(), draftsShown))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, d := range list.Items {
		ids = append(ids, d.DocumentID)
	}
	documents, err := s.views.Documents(v.ctx, v.viewer, ids)
	if err != nil {
		return nil, err
	}
	for _, d := range list.Items {
		if !d.Open() {
			continue
		}
		shown := draftShown{Draft: d}
		if document, ok := documents[d.DocumentID]; ok {
			shown.Document = &document
			shown.EditPath = documentPath(&document) + "/comment?" + url.Values{"draft": {d.ID}}.Encode()
			shown.Open = document.Consultation == d.ConsultationID && document.Phase(v.now) == policies.InConsultation
		}
		p.Drafts = append(p.Drafts, shown)
	}
	_, p.Later = turns(v.r.URL, list)
	return p, nil
}

// sendDrafts submits the drafts that were chosen, one by one, or discards one.
func (s *site) sendDrafts(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return &policies.Error{Code: policies.Invalid, Message: "the form can't be read"}
	}
	p, err := s.draftsPage(v)
	if err != nil {
		return err
	}
	byID := map[string]draftShown{}
	for _, d := range p.Drafts {
		byID[d.Draft.ID] = d
	}
	var faults []fault
	for _, id := range v.r.PostForm["draft"] {
		d, ok := byID[id]
		if !ok {
			continue // submitted or discarded meanwhile
		}
		var command policies.Command = policies.SubmitDraft{DraftID: id, Edition: d.Draft.Edition}
		if v.r.PostFormValue("action") == "discard" {
			command = policies.DiscardDraft{DraftID: id}
		}
		var refused *policies.Error
		if _, err := s.Registry.Do(v.ctx, v.viewer, fmt.Sprintf("draft %s %d %s", id, d.Draft.Edition, v.r.PostFormValue("action")), command); errors.As(err, &refused) {
			faults = append(faults, fault{id, refused.Message})
		} else if err != nil {
			return err
		}
	}
	if len(faults) == 0 {
		return v.goTo("/drafts")
	}
	if p, err = s.draftsPage(v); err != nil {
		return err
	}
	p.Faults, p.Failed = faults, true
	s.pages.Show(v.w, v.r, http.StatusConflict, "drafts", p)
	return nil
}
