package reports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// Mode is how much of an import is done.
type Mode string

// The modes.
const (
	Trial   Mode = "trial" // nothing; only told what would come of it
	WhenAll Mode = "all"   // all rows, or, where one is refused, none
	Good    Mode = "good"  // the rows that are in order
)

// An Import brings a filled-in matrix home.
type Import struct {
	DocumentID string
	File       []byte // CSV or XLSX
	Mode       Mode
}

// maxErrors bounds the list of refused rows.
const maxErrors = 1000

// A Result is what came of an import. Rows is the sum of the four after it.
type Result struct {
	Document  string     `json:"document"` // its number
	Rows      int        `json:"rows"`
	Answered  int        `json:"answered"`  // rows with a new answer
	Unchanged int        `json:"unchanged"` // rows with the answer that the comment has
	Blank     int        `json:"blank"`     // rows without an answer
	Refused   int        `json:"refused"`
	Applied   bool       `json:"applied"`  // whether the answers were given
	Position  int64      `json:"position"` // ledger entries by then
	Errors    []RowError `json:"errors"`   // the first 1,000 of them, by row
}

// ImportDispositions reads the dispositions in a filled-in matrix and, if the mode says so and
// the rows allow it, gives them. A row whose disposition the comment has already is passed
// over, so the same file may be imported again at any time. The error is a
// *policies.Error where the file or the caller is at fault; what is wrong with rows is
// in the result.
func ImportDispositions(ctx context.Context, r *registry.Registry, actor policies.Actor, in Import) (*Result, error) {
	p := &plan{ctx: ctx, registry: r, actor: actor}
	if err := p.judge(in.DocumentID); err != nil {
		return nil, err // before a byte of the file is looked at
	}
	rows, err := readFilled(ctx, in.File)
	if err != nil {
		return nil, err
	}
	p.rows = rows
	if err := p.load(); err != nil {
		return nil, err
	}
	if err := p.settle(); err != nil {
		return nil, err
	}
	if err := p.try(); err != nil {
		return nil, err
	}
	if in.Mode == Good || in.Mode == WhenAll && !slices.ContainsFunc(rows, func(f *filled) bool { return f.refused != nil }) {
		if err := p.apply(); err != nil {
			return nil, err
		}
	}
	return p.result(), nil
}

// MayImport says why the actor may not bring dispositions on a document home, nil if it
// may: for whoever wants to know before the file is there. The error is that of
// [ImportDispositions].
func MayImport(ctx context.Context, r *registry.Registry, actor policies.Actor, documentID string) error {
	return (&plan{ctx: ctx, registry: r, actor: actor}).judge(documentID)
}

// A plan is an import under way.
type plan struct {
	ctx       context.Context
	registry  *registry.Registry
	actor     policies.Actor
	document  policies.Document
	rows      []*filled
	comments  map[string]policies.Comment
	numbers   map[string]string // comment IDs by the numbers in the file
	revisions map[int]policies.Revision

	dispositions []policies.EachDisposition
	of           []*filled // whose rows they are
	unchanged    int
	applied      bool
}

// judge loads the document and says whether the actor may answer comments on it at all.
func (p *plan) judge(documentID string) error {
	return p.registry.Views().Consider(p.ctx, func(f policies.Facts) (err error) {
		if p.document, err = f.Document(documentID); err != nil {
			p.document = policies.Document{}
		}
		_, err = policies.DisposeEach{DocumentID: documentID}.Try(p.env(), f)
		return err
	})
}

// load finds the comments that the rows name.
func (p *plan) load() error {
	p.comments, p.numbers = map[string]policies.Comment{}, map[string]string{}
	var ids []string
	for _, f := range p.rows {
		ids = append(ids, f.comment)
		if f.number != "" {
			p.numbers[f.number] = f.comment
		}
	}
	for some := range slices.Chunk(ids, 500) {
		found, err := p.registry.Views().Comments(p.ctx, p.actor, some)
		if err != nil {
			return fmt.Errorf("couldn't load the comments: %w", err)
		}
		for id, c := range found {
			p.comments[id] = c
		}
	}
	return nil
}

func (p *plan) env() policies.Env {
	return policies.Env{Now: p.registry.Now(), Actor: p.actor, Rules: policies.DefaultRules()}
}

// settle makes dispositions of the rows.
func (p *plan) settle() error {
	for _, f := range p.rows {
		if f.blank || f.refused != nil {
			continue
		}
		c, ok := p.comments[f.comment]
		if !ok || c.DocumentID != p.document.ID {
			f.refuse(colCommentID, policies.NotFound, "%s has no comment %q", p.document.Number, clipCell(f.comment))
			continue
		}
		f.settleReason(c.Disposition)
		a := policies.EachDisposition{Seen: f.seen, DisposeComment: policies.DisposeComment{CommentID: c.ID, Outcome: f.outcome, Reason: f.reason,
			DuplicateOf: p.duplicate(f, c.Disposition)}}
		var err error
		if a.Change, err = p.change(f, &c); err != nil {
			return err
		}
		switch {
		case f.refused != nil:
		case sameDisposition(&a, c.Disposition):
			p.unchanged++
		default:
			p.dispositions, p.of = append(p.dispositions, a), append(p.of, f)
		}
	}
	return nil
}

// sameDisposition says whether the comment has that disposition already.
func sameDisposition(a *policies.EachDisposition, d *policies.Disposition) bool {
	if d == nil || a.Outcome != d.Outcome || a.Reason != trimmedCell(d.Reason) || a.DuplicateOf != d.DuplicateOf {
		return false
	}
	return a.Change == nil && d.Change == nil || a.Change != nil && d.Change != nil && *a.Change == *d.Change
}

// duplicate finds the comment that a row says is repeated. A file without the column
// leaves that as it is.
func (p *plan) duplicate(f *filled, now *policies.Disposition) string {
	switch {
	case !f.hasDuplicate && now != nil && f.outcome == now.Outcome:
		return now.DuplicateOf
	case f.duplicateOf == "" || strings.HasPrefix(f.duplicateOf, "cmt_"):
		return f.duplicateOf
	}
	n, ok := wholeNumber(f.duplicateOf)
	id := p.numbers[fmt.Sprint(n)]
	switch {
	case !ok:
		f.refuse(colDuplicateOf, policies.Invalid, "%q is neither the number of a comment nor an ID", clipCell(f.duplicateOf))
	case id == "" && now != nil && now.DuplicateOf != "":
		if of, err := p.comment(now.DuplicateOf); err == nil && of.Number == n {
			return of.ID
		}
		fallthrough
	case id == "":
		f.refuse(colDuplicateOf, policies.NotFound, "comment %d isn't in this file; name it by its ID", n)
	}
	return id
}

func (p *plan) comment(id string) (policies.Comment, error) {
	if c, ok := p.comments[id]; ok {
		return c, nil
	}
	found, err := p.registry.Views().Comments(p.ctx, p.actor, []string{id})
	if c, ok := found[id]; ok {
		p.comments[id] = c
		return c, nil
	}
	return policies.Comment{}, errors.Join(err, policies.ErrNotFound)
}

// change finds the change that a row names. A file without the columns leaves that as
// it is; where only the clause is missing it is the comment's own.
func (p *plan) change(f *filled, c *policies.Comment) (*policies.ChangeReference, error) {
	now := c.Disposition
	switch {
	case !f.hasChange && now != nil && f.outcome.Accepts():
		return now.Change, nil
	case f.changeRevision == "" && f.changeClause == "":
		return nil, nil
	case f.changeRevision == "":
		f.refuse(colChangeRevision, policies.Invalid, "is missing: name the revision that has the change")
		return nil, nil
	}
	n, ok := wholeNumber(f.changeRevision)
	if !ok {
		f.refuse(colChangeRevision, policies.Invalid, "%q is no number of a revision", clipCell(f.changeRevision))
		return nil, nil
	}
	rev, err := p.revision(n)
	if errors.Is(err, policies.ErrNotFound) {
		f.refuse(colChangeRevision, policies.NotFound, "%s has no revision %d", p.document.Number, n)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	id := c.ClauseID
	if f.changeClause != "" {
		if id, err = p.clause(rev.ID, f.changeClause); err != nil {
			return nil, err
		}
	}
	return &policies.ChangeReference{RevisionID: rev.ID, ClauseID: id}, nil
}

func (p *plan) revision(n int) (policies.Revision, error) {
	if rev, ok := p.revisions[n]; ok {
		return rev, nil
	}
	rev, err := p.registry.Views().RevisionByNumber(p.ctx, p.actor, p.document.ID, n)
	if err != nil {
		return rev, fmt.Errorf("couldn't load revision %d: %w", n, err)
	}
	if p.revisions == nil {
		p.revisions = map[int]policies.Revision{}
	}
	p.revisions[n] = rev
	return rev, nil
}

// clause finds a clause by its citation in a revision; what is no citation is taken for
// an ID, for the clause may be one that the revision removed.
func (p *plan) clause(revisionID, named string) (string, error) {
	text, err := p.registry.Views().Text(p.ctx, revisionID)
	if errors.Is(err, policies.ErrNotFound) {
		return named, nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't load the changed text: %w", err)
	}
	return clauseNamed(text.Clauses, named), nil
}

// clauseNamed finds the ID of a clause by its citation, with or without "§".
func clauseNamed(o clauses.Outline, named string) string {
	for _, citation := range []string{named, "§" + named} {
		if i := o.FindCitation(citation); i >= 0 {
			return o[i].ID
		}
	}
	return named
}

// try lets the rules judge the dispositions, in the order of the file.
func (p *plan) try() error {
	var refused []error
	err := p.registry.Views().Consider(p.ctx, func(f policies.Facts) (err error) {
		refused, err = policies.DisposeEach{DocumentID: p.document.ID, Dispositions: p.dispositions}.Try(p.env(), f)
		return err
	})
	if err != nil {
		return err
	}
	var good []policies.EachDisposition
	var of []*filled
	for i, err := range refused {
		if err != nil {
			p.of[i].refuseFor(err)
			continue
		}
		good, of = append(good, p.dispositions[i]), append(of, p.of[i])
	}
	p.dispositions, p.of = good, of
	return nil
}

// fieldColumns are the columns that a field of a disposition comes from.
var fieldColumns = map[string]string{
	"commentId": colCommentID, "outcome": colDisposition, "reason": colReason, "change": colChangeRevision,
	"change.revisionId": colChangeRevision, "change.clauseId": colChangeClause, "duplicateOf": colDuplicateOf, "seen": colSeen,
}

// refuseFor records a refusal of the rules.
func (f *filled) refuseFor(err error) {
	var refusal *policies.Error
	if !errors.As(err, &refusal) {
		f.refuse("", policies.Invalid, "%v", err)
		return
	}
	f.refuse(fieldColumns[refusal.Field], refusal.Code, "%s", refusal.Message)
}

// apply gives the dispositions: as many at once as one entry of the ledger holds.
func (p *plan) apply() error {
	for len(p.dispositions) > 0 {
		n := atOnce(p.dispositions)
		c := policies.DisposeEach{DocumentID: p.document.ID, Dispositions: p.dispositions[:n]}
		key, err := importKey(p.actor, c)
		if err != nil {
			return err
		}
		if _, err := p.registry.Do(p.ctx, p.actor, key, c); err != nil {
			return p.broken(err)
		}
		p.applied = true
		p.dispositions, p.of = p.dispositions[n:], p.of[n:]
	}
	p.applied = true
	return nil
}

// broken records that the record moved between trial and deed: the dispositions that were
// still to be given are refused with the one that was in the way.
func (p *plan) broken(err error) error {
	var refusal *policies.Error
	if !errors.As(err, &refusal) {
		return err
	}
	var i int
	var field string
	if n, _ := fmt.Sscanf(refusal.Field, "answers.%d.%s", &i, &field); n < 1 || i >= len(p.of) {
		return err
	}
	p.of[i].refuse(fieldColumns[field], refusal.Code, "%s", refusal.Message)
	for _, f := range p.of {
		f.refuse("", policies.Conflict, "wasn't answered, because row %d could no longer be", p.of[i].row)
	}
	return nil
}

// atOnce says how many of the dispositions go into one entry.
func atOnce(list []policies.EachDisposition) int {
	bytes := 0
	for i, d := range list {
		if bytes += len(d.Reason); i == policies.MaxEach || bytes > policies.MaxEachReasons {
			return max(i, 1)
		}
	}
	return len(list)
}

// importKey makes the idempotency key of dispositions: the same ones, of comments that
// stand as they stood, by the same organisation are given once, however often and from
// wherever the file is sent.
func importKey(a policies.Actor, c policies.DisposeEach) (string, error) {
	b, err := json.Marshal([]any{a.OrganisationID, c})
	if err != nil {
		return "", fmt.Errorf("couldn't name the dispositions: %w", err)
	}
	sum := sha256.Sum256(b)
	return "answers:" + hex.EncodeToString(sum[:]), nil
}

func (p *plan) result() *Result {
	r := &Result{Document: p.document.Number, Rows: len(p.rows), Unchanged: p.unchanged, Applied: p.applied,
		Position: p.registry.Views().Position(), Errors: []RowError{}}
	for _, f := range p.rows {
		switch {
		case f.refused != nil:
			r.Refused++
			if len(r.Errors) < maxErrors {
				r.Errors = append(r.Errors, *f.refused)
			}
		case f.blank:
			r.Blank++
		}
	}
	r.Answered = r.Rows - r.Unchanged - r.Blank - r.Refused
	return r
}
