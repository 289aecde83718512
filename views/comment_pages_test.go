package views

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// Many pages at once are the pages one by one.
func TestCommentPages(t *testing.T) {
	db, _, c := manyComments(t, 60)
	places := []CommentPlace{{c.DocumentID, c.ClauseID}, {c.DocumentID, c.ClauseID + "-7"}, {"doc_none", "x"}}
	for _, p := range []Page{{First: 2}, {Last: 3}, {First: 50}} {
		got, err := db.CommentPages(ctx, policies.Actor{}, places, CommentFilter{}, p)
		if err != nil {
			t.Fatal(err)
		}
		want := map[CommentPlace]List[policies.Comment]{}
		for _, x := range places {
			l, err := db.CommentList(ctx, policies.Actor{}, CommentFilter{DocumentID: x.DocumentID, ClauseID: &x.ClauseID}, p)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Items) > 0 {
				want[x] = l
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-one by one +at once):\n%s", p, diff)
		}
	}
}
