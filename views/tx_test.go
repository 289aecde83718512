package views

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/ledger"
	"github.com/ewtp/entente/policies"
)

func TestOutcome(t *testing.T) {
	db := openTest(t)
	s, _ := docket(t)
	tx := begin(t, db)
	for i := range s.entries {
		foldOne(t, tx, &s.entries[i])
	}
	want := s.entries[4]
	e, err := tx.Outcome(want.Command)
	if err != nil || e.Seq != want.Seq || e.Subject != want.Subject || !e.At.Equal(want.At) || e.Command != want.Command {
		t.Errorf("outcome %+v, %v", e, err)
	}
	for _, key := range []string{"", "another"} {
		if _, err := tx.Outcome(key); err != policies.ErrNotFound {
			t.Errorf("outcome of %q: %v", key, err)
		}
	}
	if last := s.entries[len(s.entries)-1].At; !tx.LastAt().Equal(last) {
		t.Errorf("last at %v, want %v", tx.LastAt(), last)
	}
	commit(t, tx)
	got, err := db.Entry(t.Context(), want.Seq)
	if err != nil {
		t.Fatal(err)
	}
	statement, err := got.Statement()
	if err != nil {
		t.Fatal(err)
	}
	if wanted, _ := want.Statement(); string(statement) != string(wanted) {
		t.Errorf("statement %s, want %s", statement, wanted)
	}
	if _, err := db.Entry(t.Context(), 1000); err != policies.ErrNotFound {
		t.Errorf("an entry to come: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	held, waited := begin(t, db), make(chan error)
	go func() {
		_, err := db.Begin(ctx)
		waited <- err
	}()
	cancel()
	if err := <-waited; err == nil {
		t.Error("two had the writer's turn")
	}
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
}

// Readers and the writer go on at once, and each page is of one state.
func TestReadWhileWriting(t *testing.T) {
	db, _, c := manyComments(t, 10)
	done := make(chan error, 4)
	for range 4 {
		go func() {
			var err error
			for range 50 {
				var l List[policies.Comment]
				l, err = db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: c.DocumentID}, Page{Last: 1 + rand.IntN(5)})
				if err == nil && len(l.Items) == 0 {
					err = errors.New("no comments")
				}
				if err == nil {
					_, err = db.Search(ctx, policies.Actor{}, SearchFilter{Query: "carriers"}, Page{First: 1})
				}
				if err == nil {
					_, err = db.Text(ctx, c.RevisionID)
				}
				if err != nil {
					break
				}
			}
			done <- err
		}()
	}
	for i := range 30 {
		foldAll(t, db, comments(t, c, db.Position(), 11+i*5, 5, true))
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := db.Gate(ctx, c.DocumentID, "", dayOne, policies.DefaultRules()); err != nil {
		t.Error(err)
	}
}

// Whatever entries are missing, and in whatever order events come, folding never
// panics, and what is left is folded.
func TestFoldTakesAnything(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		order := rapid.Permutation(d.entries).Draw(t, "order")
		if rapid.Bool().Draw(t, "in order") {
			order = d.entries
		}
		db, err := Open(context.Background(), filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		tx := begin(t, db)
		erased := 0
		for i, e := range order {
			e.Seq = int64(i)
			if rapid.IntRange(0, 3).Draw(t, "erase") == 0 {
				e.Payload, e.Salt = nil, nil
				erased++
			}
			foldOne(t, tx, &e)
		}
		commit(t, tx)
		list, err := db.EntriesFrom(context.Background(), 0, len(order)+1)
		if err != nil || len(list) != len(order) {
			t.Fatalf("%d entries of %d, %v", len(list), len(order), err)
		}
		for i, e := range list {
			if e.Subject != order[i].Subject || e.Kind != order[i].Kind || e.Digest != order[i].Digest {
				t.Errorf("entry %d is %v, want %v", i, e, order[i])
			}
			if e.Erased {
				erased--
			}
		}
		if erased != 0 {
			t.Errorf("%d erased entries aren't marked so", erased)
		}
		if _, err := db.Search(context.Background(), policies.Operator, SearchFilter{Query: "words"}, Page{First: 5}); err != nil {
			t.Error(err)
		}
	})
}

// A rollback leaves nothing: no row, no cached fact, no text, no tile, no name.
func TestRollbackLeavesNoTrace(t *testing.T) {
	db := openTest(t)
	s, c := docket(t)
	cut := len(s.entries) - 2 // before the revision and the consultation
	foldAll(t, db, s.entries[:cut])
	before := dump(t, db)

	tx := begin(t, db)
	for i := cut; i < len(s.entries); i++ {
		foldOne(t, tx, &s.entries[i])
	}
	for _, e := range comments(t, c, int64(len(s.entries)), 1, 3, false) {
		foldOne(t, tx, &e)
	}
	if err := tx.SetTile(0, 0, []byte("hashes")); err != nil {
		t.Fatal(err)
	}
	if data, err := tx.Tile(0, 0); err != nil || string(data) != "hashes" {
		t.Errorf("the Tx sees tile %q, %v", data, err)
	}
	if data, err := db.Tiles().Tile(0, 0); err != nil || data != nil {
		t.Errorf("a reader sees tile %q, %v before the commit", data, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Errorf("a second rollback: %v", err)
	}
	if diff := cmp.Diff(before, dump(t, db)); diff != "" {
		t.Errorf("rows (-before +after):\n%s", diff)
	}
	if db.Position() != int64(cut) {
		t.Errorf("position %d, want %d", db.Position(), cut)
	}
	tx = begin(t, db)
	if d, err := tx.Document(c.DocumentID); err != nil || d.Revisions != 0 || d.Rounds != 0 {
		t.Errorf("the document has %d revisions and %d rounds, %v", d.Revisions, d.Rounds, err)
	}
	if _, err := tx.Text(c.RevisionID); err != policies.ErrNotFound {
		t.Errorf("the text: %v", err)
	}
	if n, err := tx.LastCommentNumber(c.DocumentID); n != 0 || err != nil {
		t.Errorf("last comment %d, %v", n, err)
	}
	if _, err := tx.Consultation(c.ConsultationID); err != policies.ErrNotFound {
		t.Errorf("the consultation: %v", err)
	}
	if data, err := tx.Tile(0, 0); err != nil || data != nil {
		t.Errorf("tile %q, %v", data, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	foldAll(t, db, s.entries[cut:]) // and it goes on
	again := openTest(t)
	foldAll(t, again, s.entries)
	if diff := cmp.Diff(dump(t, again), dump(t, db)); diff != "" {
		t.Errorf("rows (-never rolled back +rolled back once):\n%s", diff)
	}
}

// A fold that fails can't be committed, and entries come in order.
func TestFoldRefuses(t *testing.T) {
	db := openTest(t)
	tx := begin(t, db)
	if err := tx.Fold(&ledger.Entry{Seq: 3, Kind: "x/1", At: dayOne}, nil); err == nil {
		t.Error("an entry out of order was folded")
	}
	bad := &policies.RevisionCommitted{ID: "rev_1", DocumentID: "doc_1", Number: 1, Source: "One.\n", Clauses: []string{"a", "b"}}
	if err := tx.Fold(&ledger.Entry{Kind: bad.Kind(), At: dayOne}, bad); err == nil {
		t.Fatal("a text with the wrong identities was folded")
	}
	if err := tx.Commit(); err == nil {
		t.Error("half a fold was committed")
	}
	if entries, err := db.EntriesFrom(context.Background(), 0, 10); err != nil || len(entries) != 0 {
		t.Errorf("entries %v, %v", entries, err)
	}
	if n := db.Position(); n != 0 {
		t.Errorf("position %d", n)
	}
}
