package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/answer"
)

// sendComment takes the form: to show what it would be, to keep it as a draft, or to submit it.
// Whatever hinders that, the answer has what was typed.
func (s *site) sendComment(v *visit) error {
	form, err := readForm(v)
	if err != nil {
		return err
	}
	if v.r.MultipartForm != nil {
		defer func() { _ = v.r.MultipartForm.RemoveAll() }() // temporary files
	}
	p, err := s.commentForm(v, form)
	if err != nil {
		return err
	}
	action := v.r.PostFormValue("action")
	if action == "save" {
		return v.saveTyped(p)
	}
	if p.Over || p.Blocked() {
		p.filesAgain(v)
		return s.refuseForm(v, p, p.refusal())
	}
	if err := s.keepFiles(v, p); err != nil {
		return err
	}
	words, faults := p.Form.words(v)
	p.Faults = append(p.Faults, faults...)
	switch {
	case len(p.Faults) > 0 && action == "draft":
		return s.refuseForm(v, p, http.StatusBadRequest)
	case action == "draft":
		return s.keepDraft(v, p, words)
	case action == "change" && len(p.Faults) == 0:
		return s.show(v, "commentform", p)
	}
	submit := words.Submission(p.Document.Consultation)
	if len(p.Faults) == 0 && action == "submit" {
		return s.submit(v, p, submit)
	}
	if err := s.tryComment(v, submit); err != nil {
		return s.faulty(v, p, err)
	}
	if len(p.Faults) > 0 {
		return s.refuseForm(v, p, http.StatusBadRequest)
	}
	if p.Preview, err = s.previewOf(v, p, words); err != nil {
		return err
	}
	return s.show(v, "commentform", p)
}

// refusal is the status of a form that nobody takes from the visitor.
func (p *commentFormPage) refusal() int {
	switch {
	case p.Over:
		return http.StatusUnauthorized
	case p.Closed:
		return http.StatusConflict
	}
	return http.StatusForbidden
}

// tryComment lets the rules judge a comment without making it.
func (s *site) tryComment(v *visit, c policies.Command) error {
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
	done, err := s.Registry.Do(v.ctx, v.viewer, p.Form.Key+" draft", command)
	if err != nil {
		return s.faulty(v, p, err)
	}
	return v.goTo("/drafts?kept=" + done.Subject)
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
		told := answer.Judge(v.w, v.r, s.Log, err)
		p.Faults = append(p.Faults, fault{"", v.say("That can't be done right now. What you typed is below; send it again in a moment. It is taken once, however often you send it.")})
		return s.refuseForm(v, p, answer.Status(told.Code))
	}
	for _, f := range refused.Faults() {
		if err := s.faultOf(v, p, f); err != nil {
			return err
		}
	}
	return s.refuseForm(v, p, answer.Status(refused.Code))
}

// faultOf takes in one thing that the rules say against a form.
func (s *site) faultOf(v *visit, p *commentFormPage, f *policies.Error) error {
	field := fieldOf(f.Field)
	switch {
	case f.Code == policies.Unauthenticated || f.Code == policies.Forbidden:
		p.refusedAs(v, f)
		return nil
	case f.Code == policies.KeyReused:
		p.Sent, p.Form.Key = f.Position-1, rand.Text()
		p.Faults = append(p.Faults, fault{"", v.say("You sent this form before, with other words. Send it once more to make this one of its own.")})
		return nil
	case f.Code == policies.Conflict && p.Form.Draft != "" && (f.Field == "edition" || f.Field == "draftId"):
		if err := s.editedMeanwhile(v, p); err != nil {
			return err
		}
	}
	p.Faults = append(p.Faults, fault{field, v.faultWord(field, f.Message)})
	return nil
}

// editedMeanwhile shows what colleagues made of the draft that the form goes on with. Sent once
// more, the form's words take the place of theirs, or, where the draft is gone, are a comment of their own.
func (s *site) editedMeanwhile(v *visit, p *commentFormPage) error {
	p.Form.Key = rand.Text()
	found, err := s.views.CommentDrafts(v.ctx, v.viewer, []string{p.Form.Draft})
	d, err := foundOr404(found, p.Form.Draft, err)
	if orNone(err) != nil {
		return err
	}
	if err != nil || !d.Open() {
		p.Form.Draft, p.Form.Edition = "", 0
		return nil
	}
	p.Form.Edition = d.Edition
	p.Theirs, err = s.previewOf(v, p, d.Words)
	return err
}

// fieldOf is the form's field for one of a comment.
func fieldOf(field string) string {
	if below, ok := strings.CutPrefix(field, "draftId."); ok {
		field = below
	}
	first, _, _ := strings.Cut(field, ".")
	return formFields[first]
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
	return s.wouldStand(v, &p.Document, p.Revision, words)
}

// wouldStand shows a comment as it would stand on a revision.
func (s *site) wouldStand(v *visit, d *policies.Document, r *policies.Revision, words policies.CommentWords) (*said, error) {
	c := policies.Comment{DocumentID: d.ID, RevisionID: r.ID, OrganisationID: v.viewer.OrganisationID, CommentWords: words, SubmittedAt: v.now}
	standing, err := s.standing(v, r)
	if err != nil {
		return nil, err
	}
	list, err := s.saidOf(v, d, standing, []policies.Comment{c})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

const formMemory = 1 << 20 // bytes of a form's files that stay in memory; the rest goes to disk

// readForm reads what was sent.
func readForm(v *visit) (f commentForm, err error) {
	if err := v.r.ParseMultipartForm(formMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return f, &policies.Error{Code: policies.Invalid, Message: "the form can't be read"} // what is too large, the hall answers
	}
	return formFrom(v.r.PostForm), nil
}

// uploads are the files that came with the form.
func (v *visit) uploads() []*multipart.FileHeader {
	if v.r.MultipartForm == nil {
		return nil
	}
	return v.r.MultipartForm.File["files"]
}

// errAnswered says that the request was answered already.
var errAnswered = errors.New("the request was answered")

// keepFiles keeps the files that came with the form, which names them from then on. What is wrong
// with one is said of that one.
func (s *site) keepFiles(v *visit, p *commentFormPage) error {
	for _, part := range v.uploads() {
		if s.CountUpload != nil && !s.CountUpload(v.w, v.r) {
			return errAnswered
		}
		kept, err := s.keepFile(v, part)
		var refused *policies.Error
		switch {
		case errors.As(err, &refused):
			p.Faults = append(p.Faults, fault{"files", part.Filename + ": " + v.faultWord("files", refused.Message)})
		case err != nil:
			return err
		default:
			p.Form.Files = append(p.Form.Files, formFile{kept.Digest, kept.Name})
		}
	}
	return nil
}

// filesAgain says that files couldn't be kept for somebody who may not send any.
func (p *commentFormPage) filesAgain(v *visit) {
	for _, part := range v.uploads() {
		p.Faults = append(p.Faults, fault{"files", v.say("%s: choose this file again before you send the form.", part.Filename)})
	}
}

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
func (f *commentForm) words(v *visit) (w policies.CommentWords, faults []fault) {
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
			faults = append(faults, fault{"supporters", v.say("%[1]s is no number of people.", f.Supporters)})
		}
		w.Supporters = n
	}
	for _, file := range f.Files {
		w.Attachments = append(w.Attachments, policies.Attachment{Digest: file.Digest, Name: file.Name})
	}
	return w, faults
}

// saveTyped answers with what was typed as a file, for whoever has nowhere to send it.
func (v *visit) saveTyped(p *commentFormPage) error {
	var b strings.Builder
	line := func(word, text string) {
		if strings.TrimSpace(text) != "" {
			fmt.Fprintf(&b, "%s\n%s\n\n", word, text)
		}
	}
	f := &p.Form
	line(p.Document.Number, p.Document.Title)
	if p.Clause != nil {
		line(v.say("Clause"), p.Clause.Citation)
	}
	if p.Question != nil {
		line(v.say("Question"), p.Question.Text)
	}
	line(v.say("Your answer"), f.Choice)
	line(v.say("Where do you stand?"), stanceWord(v.lang, policies.Stance(f.Stance)))
	line(v.say("The words you mean (optional)"), f.Exact)
	line(v.say("What do you want to say?"), f.Text)
	if f.Replacement != p.Words {
		line(v.say("The words"), f.Replacement)
	}
	line(v.say("Amount"), strings.TrimSpace(f.Amount+" "+f.Currency+" "+f.Per))
	line(v.say("Summary for everybody"), f.Summary)
	h := v.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="comment-`+p.Document.Number+`.txt"`)
	h.Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(v.w, b.String()) // #nosec G705 -- a plain text, as a download with nosniff
	return nil
}
