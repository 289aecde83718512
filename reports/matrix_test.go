package reports

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports/sheet"
)

// A matrix goes clause by clause, has what ISO's template has, and says what became of
// each comment.
func TestMatrix(t *testing.T) {
	w := newWorld(t)
	late := w.amend(w.ferry, "§2(2)", "Too long.", "(2) Records are kept for half a year.")
	early := w.say(w.loom, "§1(1)", "=HYPERLINK(\"x\")\nWhich parcels?")
	whole := w.say(w.loom, "", "Good on the whole.")
	again := w.say(w.crane, "§2(2)", "Too long, as ferry says.")
	w.second = w.revise("for a year", "for half a year")
	w.do(w.ministry, policies.DisposeComment{CommentID: late, Outcome: policies.AcceptedWhole, Reason: "Halved.",
		Change: &policies.ChangeReference{RevisionID: w.second, ClauseID: w.clause("§2(2)")}})
	w.do(w.ministry, policies.DisposeComment{CommentID: again, Outcome: policies.Duplicate, Reason: "The same.", DuplicateOf: late})
	w.do(w.loom, policies.WithdrawComment{CommentID: early, Reason: "r"})

	shown := []string{colBody, colLine, colClause, colParagraph, colISOType, colComments, colProposed, colObservations, colDisposition, colReason,
		colChangeRevision, colChangeClause, colDuplicateOf, colNumber, colOrganisation, colChamber, colStance, colType, colRound, colRevision, colWords, colState}
	row := func(p *paper, id string) (cells []string) {
		for _, c := range shown {
			cells = append(cells, p.get(id, c))
		}
		return cells
	}
	p := w.paper(w.ministry)
	if diff := cmp.Diff([]string{"Number", "Comment ID", "Answer seen", "Place", "Clause",
		"MB/NC", "Line number", "Clause/Subclause", "Paragraph/Figure/Table", "Type of comment", "Comments", "Proposed change",
		"Observations of the secretariat"}, p.rows[0][:13]); diff != "" {
		t.Errorf("the ID's columns, then ISO's: %s", diff)
	}
	if diff := cmp.Diff([]string{"Comment ID", whole, early, late, again}, columnOf(p, colCommentID)); diff != "" {
		t.Errorf("order: %s", diff)
	}
	for id, want := range map[string][]string{
		late: {"NZ", "11", "2", "(2)", "ed", "Too long.", "(2) Records are kept for half a year.", "Accepted. Halved.", "accepted", "Halved.",
			"2", "§2(2)", "", "1", "'=Ferry", "business", "amend", "editorial", "1", "1", "(2) Records are kept for a year.", ""},
		early: {"EE", "5", "1", "(1)", "te", "'=HYPERLINK(\"x\")\nWhich parcels?", "", "", "", "",
			"", "", "", "2", "Loom", "business", "oppose", "substantive", "1", "1", "This regulation applies to parcels of low value.", "withdrawn"},
		whole: {"EE", "", "", "", "te", "Good on the whole.", "", "", "", "", "", "", "", "3", "Loom", "business", "oppose", "substantive", "1", "", "", ""},
		again: {"NZ", "11", "2", "(2)", "te", "Too long, as ferry says.", "", "Duplicate. The same.", "duplicate", "The same.",
			"", "", "1", "4", "Crane", "hubOperator", "oppose", "substantive", "1", "1", "(2) Records are kept for a year.", ""},
	} {
		if diff := cmp.Diff(want, row(p, id)); diff != "" {
			t.Errorf("comment %s (-want +got):\n%s", p.get(id, colNumber), diff)
		}
	}
	// What carries the acceptance out is a draft: everybody reads the answer, and nobody
	// else where it is carried out.
	public := w.paper(policies.Actor{})
	if public.get(late, colReason) != "Halved." || public.get(late, colChangeRevision) != "" || public.get(late, colChangeClause) != "" {
		t.Errorf("the public reads %q", row(public, late))
	}
	// Both formats hold the same.
	var cells [][]string
	for r, err := range sheet.Read(t.Context(), w.export(w.ministry, XLSX), sheet.Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, append(r.Cells, make([]string, len(p.rows[0])-len(r.Cells))...))
	}
	var plain [][]string
	for r, err := range sheet.Read(t.Context(), w.export(w.ministry, CSV), sheet.Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		plain = append(plain, r.Cells)
	}
	if diff := cmp.Diff(plain, cells); diff != "" {
		t.Errorf("(-CSV +XLSX):\n%s", diff)
	}
}

func columnOf(p *paper, name string) (cells []string) {
	at := p.column(name)
	for _, r := range p.rows {
		cells = append(cells, r[at])
	}
	return cells
}

func TestMatrixRefused(t *testing.T) {
	w := newWorld(t)
	draft := w.do(w.ministry, policies.ProposeDocument{Kind: "regulation", Title: "Secret", Language: "en", Parties: []string{"EE"}})
	for name, x := range map[string]struct {
		who policies.Actor
		e   Export
	}{
		"a draft that is nobody's business": {w.loom, Export{DocumentID: draft, Format: CSV}},
		"no document":                       {w.ministry, Export{DocumentID: "doc_none", Format: CSV}},
	} {
		var b bytes.Buffer
		if err := WriteMatrix(t.Context(), w.Views(), x.who, x.e, &b); !errors.Is(err, policies.ErrNotFound) || b.Len() > 0 {
			t.Errorf("%s: %v, %q", name, err, b.String())
		}
	}
	var refusal *policies.Error
	if err := WriteMatrix(t.Context(), w.Views(), w.ministry, Export{DocumentID: w.document, Format: "pdf"}, &bytes.Buffer{}); !errors.As(err, &refusal) || refusal.Field != "format" {
		t.Error(err)
	}
	var b bytes.Buffer
	w.say(w.loom, "", "Words.")
	if err := WriteMatrix(t.Context(), w.Views(), w.ministry, Export{DocumentID: w.document, Format: CSV, Part: Part{Round: 2}, NoMark: true}, &b); err != nil || strings.Count(b.String(), "\r\n") != 1 || !strings.HasPrefix(b.String(), "Number") {
		t.Errorf("a round that was none: %q, %v", b.String(), err)
	}
}

// Confidential comments are in the sponsors' matrix and in their own organisation's,
// and nowhere else: not even that there is a row.
func TestMatrixKeepsConfidences(t *testing.T) {
	w := newWorld(t)
	w.say(w.loom, "", "For everybody.")
	secret := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: policies.CommentWords{ClauseID: w.clause("§2(2)"), Stance: policies.Amend, Type: policies.Technical,
		Text: "Our zanzibar margins.", Replacement: "(2) Zanzibar.", Confidential: true, Summary: "On costs."}})
	w.do(w.ministry, policies.DisposeComment{CommentID: secret, Outcome: policies.Rejected, Reason: "Zanzibar matters not."})
	for name, x := range map[string]struct {
		who  policies.Actor
		sees bool
	}{"the sponsor": {w.ministry, true}, "the secretariat": {w.office, true}, "its organisation": {w.ferry, true},
		"another business": {w.loom, false}, "the public": {policies.Actor{}, false}} {
		file := strings.ToLower(string(w.export(x.who, CSV)))
		if strings.Contains(file, "zanzibar") != x.sees || strings.Contains(file, secret) != x.sees || !strings.Contains(file, "for everybody") {
			t.Errorf("%s gets %s", name, file)
		}
	}
	if p := w.paper(w.ministry); p.get(secret, colConfidential) != "yes" {
		t.Errorf("it isn't marked: %q", p.rows)
	}
}

// What others made of a comment stands beside it, for whoever may read the comment.
func TestMatrixShowsTheAftermath(t *testing.T) {
	w := newWorld(t)
	words := policies.CommentWords{ClauseID: w.clause("§2(2)"), Stance: policies.Oppose, Type: policies.Technical, Text: "Too long.",
		Cost: &policies.CostEstimate{Amount: "12.5", Currency: "EUR", Per: "parcel", PerYear: true}, Attachments: w.attach(w.ferry, "what it costs")}
	open := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: words})
	words.Confidential, words.Summary, words.Text, words.Attachments = true, "On costs.", "Our zanzibar margins.", nil
	secret := w.do(w.ferry, policies.SubmitComment{ConsultationID: w.round, CommentWords: words})
	for _, id := range []string{open, secret} {
		w.do(w.ministry, policies.ReplyToComment{CommentID: id, Text: "How many in " + map[string]string{open: "Tallinn", secret: "zanzibar"}[id] + "?"})
	}
	w.do(w.loom, policies.EndorseComment{CommentID: open, Position: policies.Endorses})
	w.do(w.crane, policies.EndorseComment{CommentID: open, Position: policies.Dissents})
	rude := w.do(w.crane, policies.ReplyToComment{CommentID: open, Text: "Rubbish."})
	w.do(w.office, policies.RedactReply{ReplyID: rude, Reason: "Rude."})

	for _, who := range []policies.Actor{{}, w.ministry} {
		p := w.paper(who)
		for column, want := range map[string]string{colCost: "12.5", colCurrency: "EUR", colPer: "parcel, every year", colSupported: "1", colNotSupported: "1",
			colReplies: "The ministry: How many in Tallinn?\nCrane: [taken from view: Rude.]", colPlace: "6", colCitation: "§2(2)", colFor: "1"} {
			if got := p.get(open, column); got != want {
				t.Errorf("%s is %q, want %q", column, got, want)
			}
		}
		if got := p.get(open, colAttachments); !strings.HasPrefix(got, "costs [a](javascript_x).txt /attachments/"+open+"/") {
			t.Errorf("files: %q", got)
		}
	}
	if p := w.paper(w.ministry); !strings.Contains(p.get(secret, colReplies), "zanzibar") {
		t.Errorf("the sponsor doesn't read %q", p.rows)
	}
	for _, who := range []policies.Actor{{}, w.loom} {
		h := w.heard(who, w.document)
		if all := string(w.export(who, CSV)) + h.Markdown() + html(t, h); strings.Contains(all, "zanzibar") || strings.Contains(all, "Rubbish") {
			t.Errorf("told: %s", all)
		}
	}
}
