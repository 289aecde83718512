package reports

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/demo"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
)

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// A world is a registry with a ministry, which sponsors a regulation of two revisions
// that is open for comment, three businesses, and a clock that only moves when told.
type world struct {
	*registry.Registry
	t     testing.TB
	clock *demo.Clock

	office, ministry, loom, ferry, crane policies.Actor
	document, first, second, round       string
}

const lawText = `# Parcels {#title}

## Scope {#scope}

This regulation applies to parcels of low value.

## Duties {#duties}

(1) A carrier keeps a record of each parcel.

(2) Records are kept for a year.

- They may be kept by others.
`

func open(t testing.TB) *world {
	w := &world{t: t, clock: demo.NewClock(began)}
	w.Registry = registrytest.Open(t, registry.Options{Clock: w.clock.Now, Sign: func([]byte) (string, error) { return "a..b", nil }})
	return w
}

func newWorld(t testing.TB, questions ...policies.ConsultationQuestion) *world {
	w := open(t)
	w.office = w.party(policies.Secretariat, "The office", "CH", "")
	w.ministry = w.party(policies.Government, "The ministry", "EE", "")
	w.loom = w.party(policies.Business, "Loom", "EE", "textiles")
	w.ferry = w.party(policies.Business, "=Ferry", "NZ", "logistics")
	w.crane = w.party(policies.HubOperator, "Crane", "NZ", "logistics")
	w.document = w.do(w.ministry, policies.ProposeDocument{Kind: "regulation", Title: "Parcels", Language: "en", Parties: []string{"EE", "NZ"}})
	w.first = w.do(w.ministry, policies.CommitRevision{DocumentID: w.document, Source: lawText})
	w.round = w.do(w.ministry, policies.OpenConsultation{DocumentID: w.document, Closes: "2026-06-01T12:00", Zone: "UTC", Late: policies.LateMarked, Questions: questions})
	return w
}

func (w *world) do(a policies.Actor, c policies.Command) string {
	w.t.Helper()
	out, err := w.Do(context.Background(), a, "", c)
	if err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
	return out.Subject
}

func (w *world) party(kind policies.OrganisationKind, name, jurisdiction, sector string) policies.Actor {
	w.t.Helper()
	o := w.do(policies.Operator, policies.RegisterOrganisation{Kind: kind, Name: name, Jurisdiction: jurisdiction, Sector: sector})
	policiestest.Admit(w.do, policies.Operator, policies.InviteMember{OrganisationID: o, Issuer: "https://id.example", Subject: name, Name: name, Role: policies.Delegate})
	a, err := w.Actor(context.Background(), "https://id.example", name, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// clause is the ID of the clause of the first revision that is cited so.
func (w *world) clause(citation string) string {
	w.t.Helper()
	text, err := w.Views().Text(context.Background(), w.first)
	if err != nil {
		w.t.Fatal(err)
	}
	i := text.Clauses.FindCitation(citation)
	if i < 0 {
		w.t.Fatalf("no clause %s in %+v", citation, text.Clauses)
	}
	return text.Clauses[i].ID
}

// say comments on a clause, or on the whole.
func (w *world) say(a policies.Actor, citation, text string) string {
	w.t.Helper()
	c := policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.Substantive, Text: text}}
	if citation != "" {
		c.ClauseID = w.clause(citation)
	}
	return w.do(a, c)
}

// amend proposes other words.
func (w *world) amend(a policies.Actor, citation, text, words string) string {
	w.t.Helper()
	return w.do(a, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{ClauseID: w.clause(citation), Stance: policies.Amend, Type: policies.Editorial,
		Text: text, Replacement: words}})
}

// revise makes a new head with words replaced.
func (w *world) revise(old, new string) string {
	w.t.Helper()
	d, err := w.Views().Document(context.Background(), policies.Operator, w.document, time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := w.Views().Text(context.Background(), d.Head)
	if err != nil || !strings.Contains(text.Source, old) {
		w.t.Fatalf("the head doesn't say %q: %v", old, err)
	}
	return w.do(w.ministry, policies.CommitRevision{DocumentID: w.document, Base: d.Head, Source: strings.Replace(text.Source, old, new, 1)})
}

func (w *world) comment(id string) policies.Comment {
	w.t.Helper()
	found, err := w.Views().Comments(context.Background(), policies.Operator, []string{id})
	if err != nil || found[id].ID == "" {
		w.t.Fatalf("comment %s: %v", id, err)
	}
	return found[id]
}

// export is a matrix as somebody gets it.
func (w *world) export(a policies.Actor, f Format) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if err := WriteMatrix(context.Background(), w.Views(), a, Export{DocumentID: w.document, Format: f}, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

// A paper is a matrix on somebody's desk.
type paper struct {
	t    testing.TB
	rows [][]string
}

func (w *world) paper(a policies.Actor) *paper {
	w.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(w.export(a, CSV), []byte("\uFEFF")))).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	return &paper{w.t, rows}
}

func (p *paper) column(name string) int {
	p.t.Helper()
	for i, n := range p.rows[0] {
		if n == name {
			return i
		}
	}
	p.t.Fatalf("no column %q in %q", name, p.rows[0])
	return 0
}

// row is the index of a comment's row.
func (p *paper) row(comment string) int {
	p.t.Helper()
	at := p.column(colCommentID)
	for i, r := range p.rows {
		if r[at] == comment {
			return i
		}
	}
	p.t.Fatalf("no row of %s", comment)
	return 0
}

func (p *paper) get(comment, column string) string { return p.rows[p.row(comment)][p.column(column)] }

// fill writes into cells of a row: column, words, column, words…
func (p *paper) fill(comment string, cells ...string) {
	p.t.Helper()
	for i := 0; i < len(cells); i += 2 {
		p.rows[p.row(comment)][p.column(cells[i])] = cells[i+1]
	}
}

func (p *paper) file() []byte {
	p.t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(p.rows); err != nil {
		p.t.Fatal(err)
	}
	return b.Bytes()
}

// bring imports a file.
func (w *world) bring(a policies.Actor, file []byte, m Mode) *Result {
	w.t.Helper()
	r, err := ImportDispositions(context.Background(), w.Registry, a, Import{DocumentID: w.document, File: file, Mode: m})
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Position != w.Views().Position() {
		w.t.Errorf("position %d of %d", r.Position, w.Views().Position())
	}
	if r.Rows != r.Answered+r.Unchanged+r.Blank+r.Withdrawn+r.Sections+r.Refused {
		w.t.Errorf("%+v doesn't add up", r)
	}
	return r
}

// show writes errors without the IDs, which differ from run to run.
func show(errs []RowError) (lines []string) {
	for _, e := range errs {
		lines = append(lines, fmt.Sprintf("%d %s: %s %s", e.Row, e.Column, e.Code, e.Message))
	}
	return lines
}

// attach uploads a file for a comment of its organisation.
func (w *world) attach(a policies.Actor, content string) []policies.Attachment {
	w.t.Helper()
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	w.do(a, policies.AttachFile{Digest: digest, Size: int64(len(content)), Type: "text/plain", Name: "costs [a](javascript:x).txt"})
	return []policies.Attachment{{Digest: digest}}
}
