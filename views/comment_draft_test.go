package views

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

func (d *dialogue) checkDrafts(db *DB, a policies.Actor) {
	found, err := db.CommentDrafts(ctx, a, d.drafts)
	if err != nil {
		d.t.Fatal(err)
	}
	open := 0
	for _, id := range d.drafts {
		v, _ := d.memory.CommentDraft(id)
		want := policies.May(a, policies.ReadingDraft, policies.OnOrganisation(v.OrganisationID)) == nil
		if got, ok := found[id]; ok != want || ok && !cmp.Equal(v, got) {
			d.t.Errorf("%+v reads draft %+v as %v, %+v", a, v, ok, got)
		}
		if want && v.Open() {
			open++
		}
	}
	l, err := db.CommentDraftList(ctx, a, "", Page{First: 100})
	if err != nil || len(l.Items) != open {
		d.t.Errorf("%+v lists %d drafts, want %d, %v", a, len(l.Items), open, err)
	}
	if n, err := db.CommentDraftTotal(ctx, a); err != nil || n != open {
		d.t.Errorf("%+v counts %d drafts, want %d, %v", a, n, open, err)
	}
	for _, v := range l.Items {
		on, err := db.CommentDraftList(ctx, a, v.DocumentID, Page{First: 100})
		if err != nil || !slices.ContainsFunc(on.Items, func(o policies.CommentDraft) bool { return o.ID == v.ID }) {
			d.t.Errorf("draft %s isn't listed by its document, %v", v.ID, err)
		}
	}
}
