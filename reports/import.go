package reports

import (
	"context"
	"fmt"
	"slices"

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

// A Result is what came of an import. Rows is the sum of the six after it.
type Result struct {
	Document  string `json:"document"` // its number
	Rows      int    `json:"rows"`
	Answered  int    `json:"answered"`  // rows with a new answer
	Unchanged int    `json:"unchanged"` // rows with the answer that the comment has
	Blank     int    `json:"blank"`     // rows without an answer
	Withdrawn int    `json:"withdrawn"` // rows of comments that were withdrawn or disowned: they want no answer
	Sections  int    `json:"sections"`  // rows that are about no comment and have no answer
	Refused   int    `json:"refused"`
	Applied   bool   `json:"applied"`        // whether the answers were given
	Position  int64  `json:"ledgerPosition"` // entries by then
	Findings
}

// ImportDispositions reads the dispositions in a filled-in matrix and, if the mode says so and
// the rows allow it, gives them. A row whose disposition the comment has already is passed
// over, so the same file may be imported again at any time. The error is a
// *policies.Error where the file or the caller is at fault; what is wrong with rows is
// in the result.
func ImportDispositions(ctx context.Context, r *registry.Registry, actor policies.Actor, in Import) (*Result, error) {
	p := newPlan(ctx, r, actor)
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
	if err := p.remark(); err != nil {
		return nil, err
	}
	if in.Mode == Good || in.Mode == WhenAll && !slices.ContainsFunc(rows, func(f *filled) bool { return len(f.refused) > 0 }) {
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
	return newPlan(ctx, r, actor).judge(documentID)
}

// A plan is an import under way.
type plan struct {
	ctx       context.Context
	registry  *registry.Registry
	actor     policies.Actor
	document  policies.Document
	rows      []*filled
	comments  map[string]policies.Comment
	numbers   map[int]string // IDs of the comments that the file names, by number
	revisions map[int]policies.Revision
	texts     map[string]*clauses.Text // by revision, nil where it was erased
	names     map[string]string        // of organisations

	dispositions []policies.EachDisposition
	of           []*filled // whose rows they are
	unchanged    int
	findings     Findings
	applied      bool
}

func newPlan(ctx context.Context, r *registry.Registry, actor policies.Actor) *plan {
	return &plan{ctx: ctx, registry: r, actor: actor, comments: map[string]policies.Comment{}, numbers: map[int]string{},
		revisions: map[int]policies.Revision{}, texts: map[string]*clauses.Text{}, names: map[string]string{}, findings: noFindings()}
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
	var ids []string
	for _, f := range p.rows {
		if f.comment != "" {
			ids = append(ids, f.comment)
		}
	}
	for some := range slices.Chunk(ids, 500) {
		found, err := p.registry.Views().Comments(p.ctx, p.actor, some)
		if err != nil {
			return fmt.Errorf("couldn't load the comments: %w", err)
		}
		for id, c := range found {
			p.comments[id] = c
			if c.DocumentID == p.document.ID {
				p.numbers[c.Number] = id
			}
		}
	}
	return nil
}

func (p *plan) env() policies.Env {
	return policies.Env{Now: p.registry.Now(), Actor: p.actor, Rules: policies.DefaultRules()}
}

func (p *plan) result() *Result {
	r := &Result{Document: p.document.Number, Rows: len(p.rows), Unchanged: p.unchanged, Applied: p.applied,
		Position: p.registry.Views().Position(), Findings: p.findings}
	for _, f := range p.rows {
		switch {
		case len(f.refused) > 0:
			r.Refused++
			r.add(&f.importRow)
		case f.section:
			r.Sections++
		case f.withdrawn:
			r.Withdrawn++
		case f.blank:
			r.Blank++
		}
	}
	r.Answered = r.Rows - r.Unchanged - r.Blank - r.Withdrawn - r.Sections - r.Refused
	return r
}
