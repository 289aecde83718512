package views

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

func (d *dialogue) checkRevisions(db *DB, a policies.Actor) {
	found, err := db.Revisions(ctx, a, d.revisions)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, id := range d.revisions {
		r, _ := d.memory.Revision(id)
		want := d.may(a, policies.ReadingRevision, r.DocumentID, r.Number)
		if _, ok := found[id]; ok != want {
			d.t.Errorf("%+v reads revision %s: %v, May says %v", a, id, ok, want)
		}
		if _, err := db.RevisionByNumber(ctx, a, r.DocumentID, r.Number); (err == nil) != want {
			d.t.Errorf("%+v reads revision %d: %v, May says %v", a, r.Number, err, want)
		}
	}
	for _, id := range d.documents {
		l, err := db.RevisionList(ctx, a, id, time.Time{}, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		now, err := db.RevisionList(ctx, a, id, d.now, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		if diff := cmp.Diff(l, now); diff != "" {
			d.t.Errorf("revisions now and as of now:\n%s", diff)
		}
		d.checkWords(db, a, id)
	}
}
