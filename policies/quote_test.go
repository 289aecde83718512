package policies_test

import (
	"strings"
	"testing"

	. "github.com/ewtp/entente/policies"
)

func TestCommentOnWords(t *testing.T) {
	w := newTown(t)
	_, rev, csn := w.consulted()
	good := SubmitComment{ConsultationID: csn, CommentWords: CommentWords{ClauseID: w.clauseUnder(rev, "duties"), Stance: Oppose, Type: General, Text: "No."}}
	with := func(q Quote) SubmitComment { c := good; c.Quote = &q; return c }
	w.refuse(w.loom, with(Quote{}), Invalid, "quote.exact", "missing")
	w.refuse(w.loom, with(Quote{Exact: "x\xff"}), Invalid, "quote.exact", "UTF-8")
	w.refuse(w.loom, with(Quote{Exact: "a", Prefix: strings.Repeat("p", MaxContext+1)}), Invalid, "quote.prefix", "bytes")
	w.refuse(w.loom, with(Quote{Exact: "a", Suffix: "\x00"}), Invalid, "quote.suffix", "control")
	w.refuse(w.loom, with(Quote{Exact: "a receipt"}), Invalid, "quote", "doesn't have these words")
	w.refuse(w.loom, with(Quote{Exact: "a"}), Invalid, "quote", "times")
	whole := with(Quote{Exact: "a record"})
	whole.ClauseID = ""
	w.refuse(w.loom, whole, Invalid, "clauseId", "quoted")
	k, _ := w.m.Comment(w.do(w.loom, with(Quote{Exact: "a", Prefix: "keeps "})).Subject())
	if k.Quote == nil || *k.Quote != (Quote{Exact: "a", Prefix: "keeps "}) {
		t.Errorf("the quotation is %v", k.Quote)
	}
	k, _ = w.m.Comment(w.do(w.loom, with(Quote{Exact: "a\u00a0rec\u00adord", Prefix: "keeps\n"})).Subject())
	if k.Quote == nil || *k.Quote != (Quote{Exact: "a record", Prefix: "keeps "}) {
		t.Errorf("selected with other blanks, the quotation is %q", k.Quote)
	}
}
