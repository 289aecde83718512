package reports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"github.com/ewtp/entente/policies"
)

func outcome(r *Result) string {
	passed := ""
	if r.Withdrawn+r.Sections > 0 {
		passed = fmt.Sprintf(" withdrawn %d sections %d", r.Withdrawn, r.Sections)
	}
	return fmt.Sprintf("answered %d unchanged %d blank %d%s refused %d applied %t", r.Answered, r.Unchanged, r.Blank, passed, r.Refused, r.Applied)
}

// A matrix is filled in, tried, brought home and brought home again.
func TestImportAnswers(t *testing.T) {
	w := newWorld(t)
	a, b := w.say(w.loom, "§2(2)", "Too long."), w.say(w.ferry, "§2(2)", "Far too long.")
	c, d := w.say(w.ferry, "§1(1)", "Which?"), w.say(w.crane, "", "Fine.")
	w.second = w.revise("for a year", "for half a year")
	p := w.paper(w.ministry)
	p.fill(a, colDisposition, "Accepted in part", colReason, "'=Halved.\nNot more.", colChangeRevision, "2", colChangeClause, "§2(2)")
	p.fill(b, colDisposition, "DUPLICATE", colReason, "The same.", colDuplicateOf, "1")
	p.fill(c, colDisposition, "noted", colObservations, "Those of low value.")
	file := p.file()
	before := w.Views().Position()

	if r := w.bring(w.ministry, file, Trial); outcome(r) != "answered 3 unchanged 0 blank 1 refused 0 applied false" || w.Views().Position() != before {
		t.Fatalf("trial: %+v", r)
	}
	if r := w.bring(w.ministry, file, WhenAll); outcome(r) != "answered 3 unchanged 0 blank 1 refused 0 applied true" || w.Views().Position() != before+1 {
		t.Fatalf("deed: %+v", r)
	}
	want := map[string]*policies.Disposition{
		a: {Outcome: policies.AcceptedInPart, Reason: "=Halved.\nNot more.", Change: &policies.ChangeReference{RevisionID: w.second, ClauseID: w.clause("§2(2)")}},
		b: {Outcome: policies.Duplicate, Reason: "The same.", DuplicateOf: a}, c: {Outcome: policies.Noted, Reason: "Those of low value."}, d: nil,
	}
	for id, want := range want {
		if diff := cmp.Diff(want, w.comment(id).Disposition, cmpopts.IgnoreFields(policies.Disposition{}, "At", "MemberID")); diff != "" {
			t.Errorf("comment %s (-want +got):\n%s", p.get(id, colNumber), diff)
		}
	}
	for _, m := range []Mode{Trial, WhenAll, Good} {
		if r := w.bring(w.ministry, file, m); outcome(r) != fmt.Sprintf("answered 0 unchanged 3 blank 1 refused 0 applied %t", m != Trial) || w.Views().Position() != before+1 {
			t.Errorf("again: %+v", r)
		}
	}
	// What was exported untouched changes nothing, in either format.
	for _, f := range []Format{CSV, XLSX} {
		if r := w.bring(w.ministry, w.export(w.ministry, f), WhenAll); outcome(r) != "answered 0 unchanged 3 blank 1 refused 0 applied true" || w.Views().Position() != before+1 {
			t.Errorf("untouched %s: %+v %v", f, r, r.Errors)
		}
	}
}

// Rows are refused one by one, each by its row and cell; all or none go in unless the
// good ones are asked for.
func TestImportRefusesRowByRow(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for i := range 13 {
		ids = append(ids, w.say(w.loom, "", fmt.Sprint("Comment ", i)))
	}
	other := newDocument(w)
	w.do(w.loom, policies.WithdrawComment{CommentID: ids[3], Reason: "r"})
	p := w.paper(w.ministry)
	was := w.paper(w.ministry)
	w.do(w.ministry, policies.DisposeComment{CommentID: ids[9], Outcome: policies.Rejected, Reason: "Meanwhile."})
	all := func(i int, cells ...string) { p.fill(ids[i], cells...) }
	all(0, colDisposition, "noted", colReason, "Good.")
	all(1, colDisposition, "maybe", colReason, "r")
	all(2, colReason, "No disposition.")
	all(3, colDisposition, "noted", colReason, "Withdrawn.")
	all(4, colDisposition, "noted")
	all(5, colDisposition, "accepted", colReason, "r", colChangeRevision, "7")
	all(6, colDisposition, "accepted", colReason, "r", colChangeClause, "§1")
	all(7, colDisposition, "duplicate", colReason, "r", colDuplicateOf, "99")
	all(8, colDisposition, "noted", colReason, "One.", colObservations, "Another.")
	all(9, colDisposition, "noted", colReason, "Late.")
	p.rows = append(p.rows, append([]string{}, p.rows[p.row(ids[0])]...))
	all(10, colDisposition, "noted", colReason, "Elsewhere.", colCommentID, other)
	p.fill(ids[11], colDisposition, "rejected", colReason, strings.Repeat("x", policies.MaxReason+1))
	p.fill(ids[12], colDisposition, "accepted", colReason, "r", colChangeRevision, "1", colChangeClause, "§1")

	before := w.Views().Position()
	r := w.bring(w.ministry, p.file(), WhenAll)
	if outcome(r) != "answered 1 unchanged 0 blank 0 withdrawn 1 sections 0 refused 12 applied false" || w.Views().Position() != before {
		t.Errorf("%s at %d", outcome(r), w.Views().Position())
	}
	want := []string{
		`3 Disposition: INVALID "maybe" is none of accepted, accepted in part, rejected, noted and duplicate`,
		"4 Disposition: INVALID is missing, though the row has an answer",
		"6 Reason: INVALID is missing",
		"7 Change: revision: NOT_FOUND EWTP-R-2026-001 has no revision 7",
		"8 Change: revision: INVALID is missing: name the revision that has the change",
		"9 Duplicate of: NOT_FOUND comment 99 isn't in this file; name it by its ID",
		`10 Observations of the secretariat: INVALID say something else than the column "Reason"; write the reason in one of them`,
		"11 Answer seen: CONFLICT the comment's answer is another by now",
		fmt.Sprintf("12 Comment ID: NOT_FOUND EWTP-R-2026-001 has no comment %q", other),
		fmt.Sprintf("13 Reason: INVALID is %d bytes long, at most %d are taken", policies.MaxReason+1, policies.MaxReason),
		"14 Change: revision: INVALID revision 1 is no later than revision 1, which the comment is on",
		"15 Comment ID: CONFLICT is that of row 2 too",
	}
	if diff := cmp.Diff(want, show(r.Errors)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := w.bring(w.ministry, p.file(), Good); outcome(r) != "answered 1 unchanged 0 blank 0 withdrawn 1 sections 0 refused 12 applied true" || w.Views().Position() != before+1 {
		t.Errorf("%s", outcome(r))
	}
	if d := w.comment(ids[0]).Disposition; d == nil || d.Reason != "Good." {
		t.Errorf("%+v", d)
	}
	if d := w.comment(ids[9]).Disposition; d.Reason != "Meanwhile." {
		t.Errorf("overwritten unseen: %+v", d)
	}
	// Whoever fills in what was exported since may answer anew.
	fresh := w.paper(w.ministry)
	fresh.fill(ids[9], colDisposition, "noted", colReason, "On second thoughts.")
	if r := w.bring(w.ministry, fresh.file(), WhenAll); outcome(r) != "answered 1 unchanged 1 blank 10 withdrawn 1 sections 0 refused 0 applied true" {
		t.Errorf("%s %v", outcome(r), r.Errors)
	}
	// An older paper that takes back that second answer is told so.
	was.fill(ids[9], colDisposition, "rejected", colReason, "Meanwhile.")
	if r := w.bring(w.ministry, was.file(), WhenAll); r.Refused != 1 || r.Errors[0].Code != policies.Conflict {
		t.Errorf("%s %v", outcome(r), r.Errors)
	}
}

// newDocument is another document with a comment, whose ID it returns.
func newDocument(w *world) string {
	doc := w.do(w.ministry, policies.ProposeDocument{Kind: "standard", Title: "Another", Language: "en"})
	w.do(w.ministry, policies.CommitRevision{DocumentID: doc, Source: "# Another\n"})
	csn := w.do(w.ministry, policies.OpenConsultation{DocumentID: doc, Closes: "2026-06-01T12:00", Zone: "UTC", Late: policies.LateRefused})
	return w.do(w.loom, policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{Stance: policies.Support, Type: policies.General, Text: "x"}})
}

// An answer that came back to what it was isn't the answer that was seen: the same file
// works again after each export, and only then.
func TestImportTellsAnswersApart(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "", "x")
	for i := range 3 {
		w.clock.Set(began.AddDate(0, 0, i+1))
		w.do(w.ministry, policies.DisposeComment{CommentID: a, Outcome: policies.Rejected, Reason: "No."})
		p := w.paper(w.ministry)
		p.fill(a, colDisposition, "noted", colReason, "Yes.")
		if r := w.bring(w.ministry, p.file(), WhenAll); r.Answered != 1 || w.comment(a).Disposition.Reason != "Yes." {
			t.Fatalf("round %d: %s, %+v", i, outcome(r), w.comment(a).Disposition)
		}
	}
}

// A file that has only some columns leaves alone what it hasn't.
func TestImportOfFewColumns(t *testing.T) {
	w := newWorld(t)
	a, b := w.say(w.loom, "§2(2)", "x"), w.say(w.ferry, "§2(2)", "x")
	w.second = w.revise("for a year", "for half a year")
	change := &policies.ChangeReference{RevisionID: w.second, ClauseID: w.clause("§2(2)")}
	w.do(w.ministry, policies.DisposeComment{CommentID: a, Outcome: policies.AcceptedWhole, Reason: "Yes.", Change: change})
	w.do(w.ministry, policies.DisposeComment{CommentID: b, Outcome: policies.Duplicate, Reason: "Same.", DuplicateOf: a})
	seen := func(id string) string { return w.comment(id).Disposition.Mark() }
	file := fmt.Sprintf("comment id;DISPOSITION;observations of the secretariat;answer seen\r\n%s;accepted;Yes, halved.;%s\r\n%s;duplicate;Same.;%s\r\n", a, seen(a), b, seen(b))
	if r := w.bring(w.ministry, []byte(file), WhenAll); outcome(r) != "answered 1 unchanged 1 blank 0 refused 0 applied true" {
		t.Fatalf("%s %v", outcome(r), r.Errors)
	}
	if d := w.comment(a).Disposition; d.Reason != "Yes, halved." || *d.Change != *change {
		t.Errorf("%+v", d)
	}
}

func TestImportRefusesFiles(t *testing.T) {
	w := newWorld(t)
	good := w.paper(w.ministry).file()
	var refusal *policies.Error
	for name, x := range map[string]struct {
		who         policies.Actor
		doc         string
		file        string
		code        policies.Code
		field, word string
	}{
		"nobody":           {policies.Actor{}, w.document, string(good), policies.Unauthenticated, "documentId", ""},
		"a commenter":      {w.loom, w.document, string(good), policies.Forbidden, "documentId", ""},
		"nobody's rubbish": {policies.Actor{}, w.document, "PK\x03\x04rubbish", policies.Unauthenticated, "documentId", ""},
		"a rubbish guess":  {w.ministry, "doc_none", "PK\x03\x04rubbish", policies.NotFound, "documentId", ""},
		"no document":      {w.ministry, "doc_none", string(good), policies.NotFound, "documentId", ""},
		"nothing":          {w.ministry, w.document, "", policies.Invalid, "file", "empty"},
		"another table":    {w.ministry, w.document, "a,b\n1,2\n", policies.Invalid, "file", "Comment ID"},
		"a column twice":   {w.ministry, w.document, "Comment ID,Disposition,disposition\n", policies.Invalid, "file", "twice"},
		"no CSV":           {w.ministry, w.document, "Comment ID,Disposition\n\"x", policies.Invalid, "file", "row 2"},
		"a word processor": {w.ministry, w.document, "PK\x03\x04rubbish", policies.Invalid, "file", "spreadsheet"},
	} {
		_, err := ImportDispositions(context.Background(), w.Registry, x.who, Import{DocumentID: x.doc, File: []byte(x.file), Mode: WhenAll})
		if !errors.As(err, &refusal) || refusal.Code != x.code || refusal.Field != x.field || !strings.Contains(refusal.Message, x.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A spreadsheet that a person has filled in and saved comes home as well.
func TestImportOfASpreadsheet(t *testing.T) {
	w := newWorld(t)
	a := w.say(w.loom, "", "x")
	f, err := excelize.OpenReader(strings.NewReader(string(w.export(w.ministry, XLSX))))
	if err != nil {
		t.Fatal(err)
	}
	for column, v := range map[string]string{colDisposition: "rejected", colReason: "=No, 半年."} {
		at, err := f.SearchSheet("Responses", column)
		if err != nil || len(at) != 1 {
			t.Fatal(column, at, err)
		}
		if err := f.SetCellStr("Responses", strings.Replace(at[0], "1", "2", 1), v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if r := w.bring(w.ministry, b.Bytes(), WhenAll); outcome(r) != "answered 1 unchanged 0 blank 0 refused 0 applied true" {
		t.Errorf("%s %v", outcome(r), r.Errors)
	}
	if d := w.comment(a).Disposition; d.Reason != "=No, 半年." || d.Outcome != policies.Rejected {
		t.Errorf("%+v", d)
	}
}

// More answers than one entry holds go into several.
func TestImportOfManyAnswers(t *testing.T) {
	answers := make([]policies.EachDisposition, 2*policies.MaxEach+1)
	var cuts []int
	for rest := answers; len(rest) > 0; {
		n := atOnce(rest)
		cuts, rest = append(cuts, n), rest[n:]
	}
	if diff := cmp.Diff([]int{policies.MaxEach, policies.MaxEach, 1}, cuts); diff != "" {
		t.Error(diff)
	}
	for i := range answers {
		answers[i].Reason = strings.Repeat("x", policies.MaxReason)
	}
	if n := atOnce(answers); n != policies.MaxEachReasons/policies.MaxReason {
		t.Errorf("%d long answers at once", n)
	}
}
