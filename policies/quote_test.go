package policies_test

import (
	"strings"
	"testing"

	. "github.com/ewtp/entente/policies"
)

func TestQuoteFind(t *testing.T) {
	for _, x := range []struct {
		q     Quote
		plain string
		at, n int
	}{
		{Quote{Exact: "b"}, "abc", 1, 1},
		{Quote{Exact: "a"}, "abca", 0, 2},
		{Quote{Exact: "a", Prefix: "c"}, "abca", 3, 1},
		{Quote{Exact: "a", Suffix: "b"}, "abca", 0, 1},
		{Quote{Exact: "aa"}, "aaa", 0, 2},
		{Quote{Exact: "半", Prefix: "年"}, "半年半", 6, 1},
		{Quote{Exact: "d"}, "abc", -1, 0},
		{Quote{}, "abc", -1, 0},
	} {
		if at, n := x.q.Find(x.plain); at != x.at || n != x.n {
			t.Errorf("%+v is in %q at %d, %d times; want %d, %d", x.q, x.plain, at, n, x.at, x.n)
		}
	}
}

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
}
