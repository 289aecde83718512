package views

import (
	"fmt"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// BenchmarkCarriedComments reads the first page of what stands on one clause of a later
// revision, of a docket where every tenth comment is on it, and the first page of what
// is gone.
func BenchmarkCarriedComments(b *testing.B) {
	db := openTest(b)
	s, c := docket(b)
	foldAll(b, db, s.entries)
	n := 0
	for _, size := range []int{10_000, 1_000_000} {
		for n < size {
			batch := comments(b, c, int64(len(s.entries)+n), n+1, min(50_000, size-n), true)
			foldAll(b, db, batch)
			n += len(batch)
		}
		if err := db.catchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		head := revised(b, db, c)
		b.Run(fmt.Sprint("clause/", size), func(b *testing.B) {
			for b.Loop() {
				st, err := db.Standing(ctx, head, time.Time{})
				if err != nil {
					b.Fatal(err)
				}
				m, err := db.CarriedPages(ctx, policies.Operator, st, []string{c.ClauseID}, CommentFilter{}, Page{First: 20})
				if err != nil || len(m[c.ClauseID].Items) != 20 {
					b.Fatal(len(m[c.ClauseID].Items), err)
				}
			}
		})
		b.Run(fmt.Sprint("changed/", size), func(b *testing.B) {
			for b.Loop() {
				st, err := db.Standing(ctx, head, time.Time{})
				if err != nil {
					b.Fatal(err)
				}
				l, err := db.CarriedList(ctx, policies.Operator, st, []clauses.Fate{clauses.HasChanged}, CommentFilter{}, Page{First: 20})
				if err != nil || len(l.Items) != 20 {
					b.Fatal(len(l.Items), err)
				}
			}
		})
	}
}

// revised is a later revision of the docket's text, in which the clause of c has
// changed; it is put beside what was folded, and not among the entries.
func revised(b *testing.B, db *DB, c policies.CommentSubmitted) policies.Revision {
	b.Helper()
	before, err := db.Text(ctx, c.RevisionID)
	if err != nil {
		b.Fatal(err)
	}
	i := before.Clauses.Index(c.ClauseID)
	at := before.Clauses[i]
	text, err := clauses.Parse([]byte(before.Source[:at.Start]+"A changed paragraph of words."+before.Source[at.End:]), clauses.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	clauses.Identify(before, text)
	rev := policies.Revision{ID: "rev_later", DocumentID: c.DocumentID, Number: 2}
	tx := begin(b, db)
	if err := tx.AddRevision(rev, text); err != nil {
		b.Fatal(err)
	}
	commit(b, tx)
	return rev
}
