package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// MaxDrafts is how many comments a form brings home at once: each is an entry of its own.
const MaxDrafts = 200

// A FormImport brings a comment form home.
type FormImport struct {
	DocumentID string
	Round      int    // 0: the latest
	File       []byte // CSV or XLSX
	Mode       Mode
}

// A FormResult is what came of one. Rows is the sum of the five after it.
type FormResult struct {
	Document  string     `json:"document"` // its number
	Round     int        `json:"round"`
	Rows      int        `json:"rows"`
	New       int        `json:"new"`       // rows that become drafts
	Changed   int        `json:"changed"`   // rows that change drafts
	Unchanged int        `json:"unchanged"` // rows of which there is a draft or a comment already
	Blank     int        `json:"blank"`     // rows without a comment
	Refused   int        `json:"refused"`
	Applied   bool       `json:"applied"`        // whether drafts were written
	Position  int64      `json:"ledgerPosition"` // entries by then
	Drafts    []RowDraft `json:"drafts"`         // that were written
	Findings             // the remarks tell what submitting will want
}

// A RowDraft is the draft that came of a row.
type RowDraft struct {
	Row     int    `json:"row"`
	DraftID string `json:"draft"`
}

// ImportComments reads the comments in a form and, if the mode says so and the rows allow it,
// makes drafts of them, for the actor's organisation to go on with and to submit. A row
// that says what a draft or a comment of it says already adds nothing, so the same file may be
// imported again at any time; one that names a draft changes that. The error is a
// *policies.Error where the file or the caller is at fault; what is wrong with rows is in
// the result.
func ImportComments(ctx context.Context, r *registry.Registry, actor policies.Actor, in FormImport) (*FormResult, error) {
	p := newDrafting(ctx, r, actor)
	if err := p.judge(in.DocumentID, in.Round); err != nil {
		return nil, err // before a byte of the file is looked at
	}
	var err error
	if p.rows, err = readComments(ctx, in.File); err != nil {
		return nil, err
	}
	if err := p.checkSize(); err != nil {
		return nil, err
	}
	if err := p.settle(); err != nil {
		return nil, err
	}
	if err := p.try(); err != nil {
		return nil, err
	}
	if in.Mode == Good || in.Mode == WhenAll && !slices.ContainsFunc(p.rows, func(r *commentRow) bool { return len(r.refused) > 0 }) {
		if err := p.apply(); err != nil {
			return nil, err
		}
	}
	return p.result(), nil
}

// MayImportComments says why the actor may not bring comments on a document home, nil if it may.
// The error is that of [ImportComments].
func MayImportComments(ctx context.Context, r *registry.Registry, actor policies.Actor, documentID string, round int) error {
	return newDrafting(ctx, r, actor).judge(documentID, round)
}

// A drafting is the import of a comment form under way.
type drafting struct {
	ctx      context.Context
	registry *registry.Registry
	actor    policies.Actor
	consulted
	rows     []*commentRow
	commands []draftCommand
	said     map[string]bool // what drafts and comments of the organisation say already

	written  []RowDraft
	applied  bool
	findings Findings
}

func newDrafting(ctx context.Context, r *registry.Registry, actor policies.Actor) *drafting {
	return &drafting{ctx: ctx, registry: r, actor: actor, said: map[string]bool{}, written: []RowDraft{}, findings: noFindings()}
}

// A draftCommand is what a row asks for.
type draftCommand struct {
	row     *commentRow
	key     string
	command policies.Command
}

// judge loads the consultation and says whether the actor may prepare comments in it at all.
func (p *drafting) judge(documentID string, round int) (err error) {
	if !p.actor.Known() {
		return &policies.Error{Code: policies.Unauthenticated, Field: "documentId", Message: "sign in first"}
	}
	if p.consulted, err = loadConsulted(p.ctx, p.registry.Views(), p.actor, documentID, round); err != nil {
		return err
	}
	return p.consider(policies.DraftComment{ConsultationID: p.consultation.ID})
}

// consider lets the rules judge a command that isn't done.
func (p *drafting) consider(c policies.Command) error {
	env := policies.Env{Now: p.registry.Now(), Actor: p.actor, Rules: policies.DefaultRules(), Fresh: func(policies.Prefix) string { return "" }}
	return p.registry.Views().Consider(p.ctx, func(f policies.Facts) error {
		_, err := c.Decide(env, f)
		return err
	})
}

// checkSize refuses a file with too many comments.
func (p *drafting) checkSize() error {
	n := 0
	for _, r := range p.rows {
		if !r.blank {
			n++
		}
	}
	if n > MaxDrafts {
		return badFile("has %d comments, and at most %d are taken at once; send it in parts", n, MaxDrafts)
	}
	return nil
}

// settle makes commands of the rows.
func (p *drafting) settle() error {
	if err := p.loadSaid(); err != nil {
		return err
	}
	open := map[string]*policies.CommentDraft{}
	for i := range p.consulted.drafts {
		open[p.consulted.drafts[i].ID] = &p.consulted.drafts[i]
	}
	first := map[string]int{}
	form, stray := commentForm(), astray(p.markedRows())
	for _, r := range p.rows {
		if r.blank {
			continue
		}
		r.refuseStray(form, stray(p.marked(r)))
		draft := open[r.draftID]
		if draft == nil {
			draft = &policies.CommentDraft{}
		}
		if r.read(p.text, draft.Words); r.draftID != "" && draft.ID != "" && r.words.ClauseID != draft.Words.ClauseID {
			r.refuse(colDraftID, policies.Conflict, "is of a draft on another clause: the table was sorted in part or cells were moved")
		}
		key := r.draftID + " " + said(r.words)
		if draft.ID != "" {
			key = r.draftID
		}
		if was, twice := first[key]; twice && len(r.refused) == 0 {
			r.refuse("", policies.Conflict, "says what row %d says", was)
		} else if len(r.refused) == 0 {
			first[key] = r.row
		}
		if err := p.settleRow(r, draft); err != nil {
			return err
		}
	}
	return nil
}

func (p *drafting) markedRows() (all []markedRow) {
	for _, r := range p.rows {
		all = append(all, p.marked(r))
	}
	return all
}

// marked is a row with the mark that the form had in it: that of its clause, for of two drafts on one clause neither is on other words.
func (p *drafting) marked(r *commentRow) markedRow {
	id := r.clauseID
	if id == "" && r.citation != "" && !isWhole(r.citation) {
		id, _ = clauseNamed(p.text.Clauses, r.citation) // what is wrong with it is told when the row is read
	}
	return markedRow{markOf(p.text.Clauses.Index(id) + 1), r.marks}
}

// settleRow makes a command of a row that is in order.
func (p *drafting) settleRow(r *commentRow, draft *policies.CommentDraft) error {
	switch {
	case len(r.refused) > 0:
		return nil
	case draft.ID == "" && p.said[said(r.words)], draft.ID != "" && said(r.words) == said(draft.Words):
		return nil
	case r.draftID == "":
		r.state = rowNew
		key, err := p.key(said(r.words))
		p.commands = append(p.commands, draftCommand{r, key, policies.DraftComment{ConsultationID: p.consultation.ID, Words: r.words}})
		return err
	}
	edition, ok := wholeNumber(r.edition)
	if !ok {
		r.refuse(colEdition, policies.Invalid, "is missing: it says which words of the draft these were made from")
		return nil
	}
	r.state = rowChanged
	key, err := p.key(r.draftID, r.edition, said(r.words))
	p.commands = append(p.commands, draftCommand{r, key, policies.EditDraft{DraftID: r.draftID, Edition: edition, Words: r.words}})
	return err
}

// key makes an idempotency key: the same words become a draft once, whatever has become of it.
func (p *drafting) key(says ...any) (string, error) {
	return keyOf("form:", append([]any{p.actor.OrganisationID, p.consultation.ID}, says...)...)
}

// said is what a form tells of a comment's words.
func said(w policies.CommentWords) string {
	told := policies.CommentWords{ClauseID: w.ClauseID, Stance: w.Stance, Type: w.Type, Text: trimmedCell(w.Text), Replacement: trimmedCell(w.Replacement), Proposes: w.Proposes, Cost: w.Cost,
		Confidential: w.Confidential, Summary: trimmedCell(w.Summary)}
	if told.Proposes == policies.Replace {
		told.Proposes = ""
	}
	if w.Quote != nil {
		told.Quote = &policies.Quote{Exact: trimmedCell(w.Quote.Exact)}
	}
	b, err := json.Marshal(told)
	if err != nil {
		panic(err) // strings, booleans and numbers always encode
	}
	return string(b)
}

// loadSaid gathers what the organisation says in the consultation already.
func (p *drafting) loadSaid() error {
	for i := range p.consulted.drafts {
		p.said[said(p.consulted.drafts[i].Words)] = true
	}
	pages := views.Pages(func(page views.Page) (views.List[policies.Comment], error) {
		return p.registry.Views().CommentList(p.ctx, p.actor, views.CommentFilter{DocumentID: p.document.ID, ConsultationID: p.consultation.ID, OrganisationID: p.actor.OrganisationID}, page)
	})
	for list, err := range pages {
		if err != nil {
			return fmt.Errorf("couldn't list the comments: %w", err)
		}
		for i := range list.Items {
			if list.Items[i].Stands() {
				p.said[said(list.Items[i].CommentWords)] = true
			}
		}
	}
	return nil
}
