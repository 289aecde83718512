package registry

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// What must hold of a whole dialogue, at its end and at some moments before.

// holdNumbers: whatever is numbered is so from 1, without gaps.
func (w *world) holdNumbers(is shot) {
	series := map[string][]int{}
	for id := range is {
		prefix, _, _ := strings.Cut(id, "_")
		switch {
		case strings.Contains(id, " "):
		case prefix == "rev":
			r := read[policies.Revision](is, id)
			series["revisions of "+r.DocumentID] = append(series["revisions of "+r.DocumentID], r.Number)
		case prefix == "cmt":
			k := read[policies.Comment](is, id)
			series["comments on "+k.DocumentID] = append(series["comments on "+k.DocumentID], k.Number)
		case prefix == "csn":
			c := read[policies.Consultation](is, id)
			series["rounds of "+c.DocumentID] = append(series["rounds of "+c.DocumentID], c.Round)
		case prefix == "bal":
			b := read[policies.Ballot](is, id)
			series["ballots on "+b.DocumentID] = append(series["ballots on "+b.DocumentID], b.Number)
		case prefix == "doc":
			d := read[policies.Document](is, id)
			var n int
			of := fmt.Sprintf("EWTP-%s-%d-", d.Kind.Letter(), d.ProposedAt.Year())
			if _, err := fmt.Sscanf(strings.TrimPrefix(d.Number, of), "%d", &n); err != nil {
				w.fail("%+v: its number doesn't begin with %s", d, of)
			}
			series[of] = append(series[of], n)
		}
	}
	for of, numbers := range series {
		slices.Sort(numbers)
		for i, n := range numbers {
			if w.erasing && (i == 0 || n != numbers[i-1]) {
				continue // what was erased leaves a gap
			}
			if n != i+1 {
				w.fail("%s are numbered %v", of, numbers)
			}
		}
	}
}

// holdAll: the views made anew from the ledger are those that grew with it, table by
// table and in what a search finds; the registry opened again is the same; and the
// ledger is sound.
func (w *world) holdAll() {
	w.holdNumbers(w.was)
	w.holdTree()
	w.holdTexts()
	w.holdGates()
	path := filepath.Join(w.dir, fmt.Sprintf("again-%d.db", w.opened))
	w.opened++
	db, err := views.Open(context.Background(), path, views.Options{})
	w.ok(err)
	defer func() { w.ok(db.Close()) }()
	again, err := Open(context.Background(), w.options(db, "", slog.New(slog.DiscardHandler)))
	w.ok(err)
	w.ok(again.Close())
	file, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?_pragma=query_only(ON)")
	w.ok(err)
	defer file.Close()
	if diff := cmp.Diff(w.dump(w.file), w.dump(file)); diff != "" {
		w.fail("the views as they grew, and made anew (-+):\n%s", diff)
	}
	for _, x := range []*views.DB{w.views, db} { // brings the index and the groups up to date
		_, errS := x.Search(context.Background(), policies.Operator, views.SearchFilter{Query: "anything"}, views.Page{First: 1})
		_, errC := x.CampaignList(context.Background(), policies.Operator, views.CampaignFilter{}, views.Page{First: 1})
		w.ok(errors.Join(errS, errC))
	}
	if diff := cmp.Diff(w.dumpTables(w.file, `name LIKE 'campaign%'`), w.dumpTables(file, `name LIKE 'campaign%'`)); diff != "" {
		w.fail("the groups as they grew, and made anew (-+):\n%s", diff)
	}
	if diff := cmp.Diff(w.index(w.file), w.index(file)); diff != "" {
		w.fail("the index as it grew, and made anew (-+):\n%s", diff)
	}
	w.reopen()
}

// index is which word stands where in the search index.
func (w *world) index(file *sql.DB) string {
	conn, err := file.Conn(context.Background())
	w.ok(err)
	defer conn.Close()
	_, err = conn.ExecContext(context.Background(), `PRAGMA query_only(OFF); CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, search, instance)`)
	w.ok(err)
	rows, err := conn.QueryContext(context.Background(), `SELECT term, doc, offset FROM temp.vocabulary ORDER BY 2, 3, 1`)
	w.ok(err)
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var term string
		var doc, offset int64
		w.ok(rows.Scan(&term, &doc, &offset))
		fmt.Fprintln(&b, doc, offset, term)
	}
	w.ok(rows.Err())
	return b.String()
}

// holdTree: the registry's tree is that of the entries' statements, and its own
// verification agrees.
func (w *world) holdTree() {
	tree := &ledger.Tree{}
	entries := w.entries(0)
	for i := range entries {
		statement, err := entries[i].Statement()
		w.ok(err)
		tree.Append(statement)
	}
	root, err := ledger.RootAt(w.views.Tiles(), w.size)
	w.ok(err)
	if tree.Root() != root || tree.Size() != w.size {
		w.fail("the tree of %d entries has root %x, that of the ledger %x", w.size, root, tree.Root())
	}
	w.ok(w.reg.Verify(context.Background(), nil))
	text, err := w.reg.Checkpoint(context.Background())
	w.ok(err)
	c, err := w.key.Verifier().ParseCheckpoint(text)
	w.ok(err)
	if c.Size != w.size || c.Root != root {
		w.fail("the checkpoint is of %d entries with root %x, want %d with %x", c.Size, c.Root, w.size, root)
	}
}

// holdTexts: each text is what was committed, with the identities of its clauses.
func (w *world) holdTexts() {
	for _, id := range w.ids["rev"] {
		want, err := w.model.Text(id)
		if err != nil {
			continue // erased
		}
		text, err := w.views.Text(context.Background(), id)
		w.ok(err)
		r, err := w.model.Revision(id)
		w.ok(err)
		if diff := cmp.Diff(want.Clauses, text.Clauses); diff != "" || text.Source != want.Source ||
			sha256.Sum256([]byte(text.Source)) != r.TextDigest || text.Root != r.Root || len(text.Clauses) != r.Clauses {
			w.fail("the text of %+v isn't what was committed (-want +got):\n%s\n%s", r, text.Source, diff)
		}
	}
}

// holdGates: what the views say that the gate of a document wants is what the plain
// record says, and its head can be adopted by a sponsor if and only if that is nothing.
func (w *world) holdGates() {
	for _, id := range w.ids["doc"] {
		d, err := w.model.Document(id)
		rev, none := w.model.Revision(d.Head)
		if err != nil || none != nil || w.erasing {
			continue
		}
		gaps, err := w.views.Gate(context.Background(), id, d.Head, w.now(), w.rules)
		w.ok(err)
		want, err := policies.Gate(d, rev, w.now(), w.rules, w.model)
		w.ok(err)
		if open, _, err := w.model.Undisposed(id, 1); err == nil && len(open) > 0 && len(gaps) == 0 {
			w.fail("the gate of %s wants nothing, and comment %+v no answer?", d.Number, open)
		}
		if diff := cmp.Diff(want, gaps); diff != "" {
			w.fail("what the gate of %s wants, by the plain record and by the views (-+):\n%s", d.Number, diff)
		}
		o, err := w.model.Organisation(d.Sponsors[0])
		w.ok(err)
		env := policies.Env{Now: w.now(), Actor: policies.OperatorFor(o), Rules: w.rules, Fresh: newID, Sign: signed}
		_, refusal := policies.AdoptDocument{DocumentID: id}.Decide(env, w.model)
		settled := !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero()
		if (refusal == nil) != (len(gaps) == 0 && !settled) {
			w.fail("the gate of %s wants %+v, and adopting it says: %v", d.Number, gaps, refusal)
		}
	}
}

// swap goes on on the other node, when that has read what this one wrote: its views
// are the same.
func (w *world) swap() {
	w.ok(w.other.reg.WaitFor(context.Background(), w.size))
	w.node, w.other = w.other, w.node
	if diff := cmp.Diff(w.rows, w.dump(w.file)); diff != "" {
		w.fail("the views of the node that wrote, and of the other (-+):\n%s", diff)
	}
}
