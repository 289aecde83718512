package views

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

func (d *dialogue) checkReplies(db *DB, a policies.Actor) {
	found, err := db.Replies(ctx, a, d.replies)
	if err != nil {
		d.t.Fatal(err)
	}
	want := map[string][]string{}
	for _, id := range d.replies {
		r, _ := d.memory.Reply(id)
		c := d.seen(a, r.CommentID)
		if _, ok := found[id]; ok != (c != nil && !c.Masked) {
			d.t.Errorf("%+v reads a reply to %+v: %v", a, c, ok)
		}
		if c != nil && !c.Masked {
			want[c.ID] = append(want[c.ID], id)
		}
	}
	pages, err := db.ReplyPages(ctx, a, d.comments, time.Time{}, Page{First: 2})
	if err != nil || len(pages) != len(want) {
		d.t.Errorf("%+v reads replies to %d comments, want %d, %v", a, len(pages), len(want), err)
	}
	for id, l := range pages {
		var got []string
		for {
			for _, r := range l.Items {
				got = append(got, r.ID)
			}
			if !l.HasNext {
				break
			}
			more, err := db.ReplyPages(ctx, a, []string{id}, time.Time{}, Page{First: 1, After: l.Cursors[len(l.Cursors)-1]})
			if err != nil {
				d.t.Fatal(err)
			}
			l = more[id]
		}
		back, err := db.ReplyPages(ctx, a, []string{id}, time.Time{}, Page{Last: 100})
		if diff := cmp.Diff(want[id], got); diff != "" || err != nil || len(back[id].Items) != len(got) {
			d.t.Errorf("%+v reads the replies, %d from the end, %v (-May +SQL):\n%s", a, len(back[id].Items), err, diff)
		}
	}
}
