package reports

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

func (w *world) formFile(a policies.Actor, f Format) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if err := WriteCommentForm(context.Background(), w.Views(), a, FormExport{DocumentID: w.document, Format: f}, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

// form is a comment form on somebody's desk.
func (w *world) form(a policies.Actor) *paper {
	w.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(w.formFile(a, CSV), []byte("\uFEFF")))).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	return &paper{w.t, rows}
}

// on is the last row about a clause.
func (p *paper) on(citation string) int {
	p.t.Helper()
	at := p.column(colCitation)
	for i := len(p.rows) - 1; i > 0; i-- {
		if p.rows[i][at] == citation {
			return i
		}
	}
	p.t.Fatalf("no row on %s", citation)
	return 0
}

// write writes into cells of a row: column, words, column, words…
func (p *paper) write(row int, cells ...string) {
	p.t.Helper()
	for i := 0; i < len(cells); i += 2 {
		p.rows[row][p.column(cells[i])] = cells[i+1]
	}
}

// comments imports a comment form.
func (w *world) comments(a policies.Actor, file []byte, m Mode) *FormResult {
	w.t.Helper()
	r, err := ImportComments(context.Background(), w.Registry, a, FormImport{DocumentID: w.document, File: file, Mode: m})
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Rows != r.New+r.Changed+r.Unchanged+r.Blank+r.Refused || r.Position != w.Views().Position() {
		w.t.Errorf("%+v doesn't add up", r)
	}
	return r
}

func drafted(r *FormResult) string {
	return fmt.Sprintf("new %d changed %d unchanged %d refused %d applied %t", r.New, r.Changed, r.Unchanged, r.Refused, r.Applied)
}

// draftsOf are the words of an organisation's open drafts, oldest first, with "!" for what a form doesn't tell.
func (w *world) draftsOf(a policies.Actor) (all []policies.CommentDraft) {
	w.t.Helper()
	list, err := w.Views().CommentDraftList(context.Background(), a, w.document, views.Page{First: 50})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(list.Items)
	return list.Items
}

// A form is filled in offline, tried, and brought home as drafts, in either format; twice adds nothing.
func TestCommentForm(t *testing.T) {
	w := newWorld(t)
	p := w.form(w.loom)
	p.write(p.on("§2(2)"), colQuote, "for a year", colStance, "Amend", colType, "te", colComments, "Too long.\nFar too long.", colProposed, "(2) Records are kept for half a year.",
		colCost, "12,50", colCurrency, "eur", colPer, "parcel", colYearly, "x")
	p.write(p.on("whole text"), colStance, "support", colType, "general", colComments, "'=Good on the whole.", colConfidential, "yes", colSummary, "On the whole.")
	p.write(p.on("§1(1)"), colComments, "Which?")
	p.write(p.on("§2(1)"), colKind, "strike out", colComments, "Others do.", colType, "te")
	p.write(p.on("§2(2)(1)"), colKind, "add after", colProposed, "- For a fee.", colComments, "Who pays?", colType, "te")
	file := p.file()
	before := w.Views().Position()
	r := w.comments(w.loom, file, Trial)
	if drafted(r) != "new 5 changed 0 unchanged 0 refused 0 applied false" || w.Views().Position() != before || len(w.draftsOf(w.loom)) != 0 {
		t.Fatalf("trial: %+v", r)
	}
	var remarks []string
	for _, x := range r.Remarks {
		remarks = append(remarks, fmt.Sprint(x.Row, " ", x.Column))
	}
	slices.Sort(remarks)
	if diff := cmp.Diff([]string{fmt.Sprint(p.on("§1(1)")+1, " Stance")}, remarks); diff != "" {
		t.Errorf("what submitting wants (-want +got):\n%s", diff)
	}
	r = w.comments(w.loom, file, WhenAll)
	if drafted(r) != "new 5 changed 0 unchanged 0 refused 0 applied true" || len(r.Drafts) != 5 {
		t.Fatalf("deed: %+v", r)
	}
	want := []policies.CommentWords{
		{Stance: policies.Support, Type: policies.General, Text: "=Good on the whole.", Confidential: true, Summary: "On the whole."},
		{ClauseID: w.clause("§1(1)"), Text: "Which?"},
		{ClauseID: w.clause("§2(1)"), Stance: policies.Amend, Type: policies.Technical, Text: "Others do.", Proposes: policies.StrikeOut},
		{ClauseID: w.clause("§2(2)"), Stance: policies.Amend, Type: policies.Technical, Text: "Too long.\nFar too long.", Replacement: "(2) Records are kept for half a year.",
			Quote: &policies.Quote{Exact: "for a year"}, Cost: &policies.CostEstimate{Amount: "12.50", Currency: "EUR", Per: "parcel", PerYear: true}},
		{ClauseID: w.clause("§2(2)(1)"), Stance: policies.Amend, Type: policies.Technical, Text: "Who pays?", Replacement: "- For a fee.", Proposes: policies.AddAfter},
	}
	var got []policies.CommentWords
	for _, d := range w.draftsOf(w.loom) {
		got = append(got, d.Words)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	at := w.Views().Position()
	for _, f := range [][]byte{file, w.formFile(w.loom, CSV), w.formFile(w.loom, XLSX)} {
		if r := w.comments(w.loom, f, WhenAll); drafted(r) != "new 0 changed 0 unchanged 5 refused 0 applied true" || w.Views().Position() != at {
			t.Errorf("again: %+v", r)
		}
	}
	// Once they are comments, the file adds nothing either; what was discarded comes back.
	drafts := w.draftsOf(w.loom)
	w.do(w.loom, policies.SubmitDraft{DraftID: drafts[3].ID, Edition: 1})
	w.do(w.loom, policies.DiscardDraft{DraftID: drafts[1].ID})
	if r := w.comments(w.loom, file, WhenAll); drafted(r) != "new 1 changed 0 unchanged 4 refused 0 applied true" {
		t.Errorf("after one was submitted and one discarded: %+v", r)
	}
	if r := w.comments(w.loom, file, WhenAll); drafted(r) != "new 0 changed 0 unchanged 5 refused 0 applied true" || len(w.draftsOf(w.loom)) != 4 {
		t.Errorf("and again: %+v", r)
	}
}

// A row with a draft's ID changes that draft, made from the edition that it names, and keeps what a form doesn't tell.
func TestCommentFormChangesDrafts(t *testing.T) {
	w := newWorld(t)
	id := w.do(w.loom, policies.DraftComment{ConsultationID: w.round, Words: policies.CommentWords{ClauseID: w.clause("§2(2)"), Stance: policies.Oppose, Type: policies.Technical, Text: "Long.",
		Supporters: 7, Attachments: w.attach(w.loom, "x"), Quote: &policies.Quote{Exact: "a year", Prefix: "for "}}})
	row := func(p *paper) int {
		return slices.IndexFunc(p.rows, func(r []string) bool { return r[p.column(colDraftID)] == id })
	}
	p := w.form(w.loom)
	stale := w.form(w.loom)
	p.write(row(p), colComments, "Too long.", colStance, "")
	if r := w.comments(w.loom, p.file(), WhenAll); drafted(r) != "new 0 changed 1 unchanged 0 refused 0 applied true" {
		t.Fatalf("%+v", r)
	}
	d := w.draftsOf(w.loom)[0]
	if d.ID != id || d.Edition != 2 || d.Words.Text != "Too long." || d.Words.Stance != "" || d.Words.Supporters != 7 || len(d.Words.Attachments) != 1 || d.Words.Quote.Prefix != "for " {
		t.Errorf("%+v", d)
	}
	if r := w.comments(w.loom, p.file(), WhenAll); r.Unchanged != 1 {
		t.Errorf("again: %+v", r)
	}
	stale.write(row(stale), colComments, "Far too long.")
	if r := w.comments(w.loom, stale.file(), WhenAll); r.Refused != 1 || r.Errors[0].Code != policies.Conflict || r.Errors[0].Column != colEdition {
		t.Errorf("a colleague's words are overwritten: %+v", r)
	}
	p = w.form(w.loom)
	p.rows = [][]string{{colDraftID, colEdition, colClauseID, colComments}, {id, "2", w.clause("§2(2)"), "Short."}}
	if r := w.comments(w.loom, p.file(), WhenAll); r.Changed != 1 || w.draftsOf(w.loom)[0].Words.Type != policies.Technical {
		t.Errorf("columns that a file hasn't are emptied: %+v", r)
	}
	// Nobody else's drafts are touched, or told from none.
	for _, who := range []policies.Actor{w.ferry, w.loom} {
		foreign := w.form(who)
		foreign.write(foreign.on("§2(2)"), colDraftID, map[bool]string{true: id, false: "dft_none"}[who == w.ferry], colEdition, "3", colComments, "Mine.")
		if r := w.comments(who, foreign.file(), WhenAll); r.Refused != 1 || r.Errors[0].Code != policies.NotFound || r.Errors[0].Column != colDraftID {
			t.Errorf("%+v", r)
		}
	}
	if strings.Contains(string(w.formFile(w.ferry, CSV)), "Short.") {
		t.Error("another organisation reads the draft")
	}
}

// What is wrong with rows is told by row and column, all at once, and the good ones may go in without the others.
func TestCommentFormRefusesRowByRow(t *testing.T) {
	w := newWorld(t)
	p := w.form(w.loom)
	was := w.form(w.loom)
	row := func(citation string, cells ...string) {
		p.rows = append(p.rows, slices.Clone(was.rows[was.on(citation)]))
		p.write(len(p.rows)-1, cells...)
	}
	first := len(p.rows) + 1
	row("§2(2)", colComments, "Good.")
	row("§2(2)", colComments, "Good.")
	row("§2(2)", colComments, "x", colStance, "maybe", colType, "odd", colConfidential, "perhaps", colCost, "dear", colPer, "parcel")
	row("§2(2)", colComments, "x", colClauseID, "nowhere")
	row("§2(2)", colComments, "x", colClauseID, w.clause("§2(1)"))
	row("§2(2)", colComments, "x", colClauseID, "", colCitation, "10. Jan")
	row("§2(2)", colComments, "x", colClauseID, "", colCitation, "2(2)")
	row("§2(2)", colComments, "x", colClauseID, "", colCitation, "")
	row("§2(2)", colComments, "z", colOn, "§2(1)")
	row("§2(2)", colComments, "x", colCost, "1", colCurrency, "EURO", colPer, "parcel")
	r := w.comments(w.loom, p.file(), WhenAll)
	var got []string
	for _, e := range show(r.Errors) {
		var n int
		if _, err := fmt.Sscan(e, &n); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Replace(e, fmt.Sprint(n), fmt.Sprint("+", n-first), 1)[:min(len(e), 40)])
	}
	for i, want := range []string{"+1 : CONFLICT", "+2 Stance: INVALID", "+2 Type: INVALID", "+2 Confidential: INVALID", "+3 Clause ID: NOT_FOUND", "+4 Clause: CONFLICT", "+4 Text of the clause: CONFLICT", "+4 Comment is on: CONFLICT",
		"+5 Clause: INVALID", "+7 Clause: INVALID", "+7 Comment is on: CONFLICT", "+8 Comment is on: CONFLICT", "+9 Cost: currency: INVALID"} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("fault %d isn't %s: %q", i, want, got)
		}
	}
	if drafted(r) != "new 2 changed 0 unchanged 0 refused 8 applied false" || len(w.draftsOf(w.loom)) != 0 || r.Faults != 13 {
		t.Errorf("%s of %d faults", drafted(r), r.Faults)
	}
	if r := w.comments(w.loom, p.file(), Good); drafted(r) != "new 2 changed 0 unchanged 0 refused 8 applied true" || len(w.draftsOf(w.loom)) != 2 {
		t.Errorf("%s", drafted(r))
	}
}

// Whichever of the columns are sorted without the others, no comment comes on another clause than it was
// written beside.
func TestCommentFormSortedInPart(t *testing.T) {
	w := newWorld(t)
	fresh := func() *paper {
		p := w.form(w.loom)
		for i := 1; i < len(p.rows); i++ {
			p.write(i, colComments, "On "+p.rows[i][p.column(colClauseID)]+".")
		}
		return p
	}
	width := len(fresh().rows[0])
	refused := 0
	for k := range width {
		p := fresh()
		was := slices.Clone(p.rows)
		for i := 1; i < len(p.rows); i++ {
			row := slices.Clone(p.rows[i])
			copy(row[:k], was[len(was)-i][:k])
			p.rows[i] = row
		}
		refused += w.comments(w.loom, p.file(), Good).Refused
	}
	for _, d := range w.draftsOf(w.loom) {
		if d.Words.Text != "On "+d.Words.ClauseID+"." {
			t.Errorf("%q is on %q", d.Words.Text, d.Words.ClauseID)
		}
	}
	if refused == 0 {
		t.Error("nothing was sorted in part")
	}
}

func TestCommentFormRefused(t *testing.T) {
	w := newWorld(t)
	good := string(w.formFile(w.loom, CSV))
	many := "Clause,Comments\n"
	for i := range MaxDrafts + 1 {
		many += fmt.Sprintf("§1(1),Words %d\n", i)
	}
	draft := w.do(w.ministry, policies.ProposeDocument{Kind: "regulation", Title: "Secret", Language: "en", Parties: []string{"EE"}})
	var refusal *policies.Error
	for name, x := range map[string]struct {
		who   policies.Actor
		doc   string
		round int
		file  string
		code  policies.Code
		word  string
	}{
		"nobody":           {policies.Actor{}, w.document, 0, good, policies.Unauthenticated, ""},
		"nobody's rubbish": {policies.Actor{}, w.document, 0, "PK\x03\x04rubbish", policies.Unauthenticated, ""},
		"rubbish":          {w.loom, w.document, 0, "PK\x03\x04rubbish", policies.Invalid, "spreadsheet"},
		"nothing":          {w.loom, w.document, 0, "", policies.Invalid, "empty"},
		"a matrix":         {w.loom, w.document, 0, "Comment ID,Disposition\n", policies.Invalid, "Comments"},
		"no such round":    {w.loom, w.document, 2, good, policies.NotFound, ""},
		"too many":         {w.loom, w.document, 0, many, policies.Invalid, "at most 200"},
		"no consultation":  {w.ministry, draft, 0, good, policies.NotFound, ""},
	} {
		_, err := ImportComments(t.Context(), w.Registry, x.who, FormImport{DocumentID: x.doc, Round: x.round, File: []byte(x.file), Mode: WhenAll})
		if !errors.As(err, &refusal) || refusal.Code != x.code || !strings.Contains(refusal.Message, x.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{draft, "doc_none"} {
		if _, err := ImportComments(t.Context(), w.Registry, w.loom, FormImport{DocumentID: id, File: []byte(good), Mode: WhenAll}); !errors.Is(err, policies.ErrNotFound) {
			t.Errorf("a draft is told from none: %v", err)
		}
	}
	if err := WriteCommentForm(t.Context(), w.Views(), w.loom, FormExport{DocumentID: w.document, Format: "pdf"}, &bytes.Buffer{}); !errors.As(err, &refusal) || refusal.Field != "format" {
		t.Error(err)
	}
}

// The spreadsheet's clauses are in the order of the text as numbers, and it is a text that people can go on with.
func TestCommentFormAsASpreadsheet(t *testing.T) {
	w := newWorld(t)
	f, err := excelize.OpenReader(bytes.NewReader(w.formFile(w.loom, XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	at, err := f.SearchSheet("Comments", "§2(2)")
	if err != nil || len(at) != 2 {
		t.Fatal(at, err)
	}
	comments, err := f.SearchSheet("Comments", colComments)
	if err != nil || len(comments) != 1 {
		t.Fatal(comments, err)
	}
	if err := f.SetCellStr("Comments", strings.TrimRight(comments[0], "0123456789")+strings.TrimLeft(at[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "Too long, 半年."); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if r := w.comments(w.loom, b.Bytes(), WhenAll); drafted(r) != "new 1 changed 0 unchanged 0 refused 0 applied true" {
		t.Errorf("%+v", r)
	}
	if d := w.draftsOf(w.loom); len(d) != 1 || d[0].Words.Text != "Too long, 半年." || d[0].Words.ClauseID != w.clause("§2(2)") {
		t.Errorf("%+v", d)
	}
}
