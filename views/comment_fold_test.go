package views

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
)

// Words that were redacted are in no row and in no index, whether they had been
// indexed before or not.
func TestRedactedWordsAreGone(t *testing.T) {
	for name, indexed := range map[string]bool{"indexed before": true, "not indexed yet": false} {
		t.Run(name, func(t *testing.T) {
			db, err := Open(t.Context(), filepath.Join(t.TempDir(), "views.db"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			s, c := docket(t)
			foldAll(t, db, s.entries)
			list := comments(t, c, db.Position(), 1, 2, false)
			find := func(want int) {
				t.Helper()
				l, err := db.Search(t.Context(), policies.Operator, SearchFilter{Query: c.Text, Kinds: []SearchKind{InComments}}, Page{First: 10})
				if err != nil || len(l.Items) != want {
					t.Errorf("%d hits, want %d, %v", len(l.Items), want, err)
				}
			}
			fold := func(redact bool) {
				tx := begin(t, db)
				if !redact {
					for i := range list {
						foldOne(t, tx, &list[i])
					}
				}
				if redact || !indexed {
					e := list[0]
					e.Seq, e.Kind, e.Command, e.At = tx.Position(), "comment.redacted/1", "redact", e.At.Add(time.Hour)
					if err := tx.Fold(&e, &policies.CommentRedacted{ID: e.Subject, Reason: "a name"}); err != nil {
						t.Fatal(err)
					}
				}
				commit(t, tx)
			}
			fold(false)
			if indexed {
				find(2)
				fold(true)
			}
			find(1)
			found, err := db.Comments(context.Background(), policies.Operator, []string{list[0].Subject})
			if k := found[list[0].Subject]; err != nil || k.Text != "" || k.Redaction != "a name" || k.Number != 1 {
				t.Errorf("redacted: %+v, %v", k, err)
			}
		})
	}
}
