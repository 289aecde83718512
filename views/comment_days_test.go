package views

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// Every comment is counted on the day on which it came, and on no other.
func TestCommentDays(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		for _, id := range d.documents {
			want := map[string]int{}
			for l, err := range Pages(func(p Page) (List[policies.Comment], error) {
				return db.CommentList(ctx, policies.Operator, CommentFilter{DocumentID: id}, p)
			}) {
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range l.Items {
					want[c.SubmittedAt.UTC().Format(time.DateOnly)]++
				}
			}
			list, err := db.CommentDays(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for i, k := range list {
				got[k.Day.Format(time.DateOnly)] += k.Comments
				if i > 0 && !list[i-1].Day.Before(k.Day) {
					t.Errorf("%v after %v", k.Day, list[i-1].Day)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("comments by day (-listed +counted):\n%s", diff)
			}
		}
	})
}
