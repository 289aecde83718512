package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutSavedFilter implements policies.Record.
func (tx *Tx) PutSavedFilter(f policies.SavedFilter) error {
	data, err := table.Encode(f)
	if err != nil {
		return err
	}
	return tx.upsert("filters", "id", table.Row{{"id", f.ID}, {"member", f.MemberID}, {"standing", f.DeletedAt.IsZero()}, {"data", data}})
}

func (f facts) SavedFilter(id string) (policies.SavedFilter, error) {
	return decodeOne[policies.SavedFilter](f.run, `SELECT data FROM filters WHERE id = ?`, id)
}

func (f facts) SavedFilters(memberID string) ([]policies.SavedFilter, error) {
	return table.DecodeAll[policies.SavedFilter](f.run, `SELECT data FROM filters WHERE member = ? AND standing ORDER BY n`, memberID)
}

// SavedFilters lists the filters that an actor keeps, oldest first: its own, since
// nobody reads another's.
func (db *DB) SavedFilters(ctx context.Context, a policies.Actor) ([]policies.SavedFilter, error) {
	if !policies.Allowed(a, policies.ReadingFilter, policies.OnFilter(&policies.SavedFilter{MemberID: a.MemberID})) {
		return nil, nil
	}
	return facts{run: db.file.Read(ctx)}.SavedFilters(a.MemberID)
}

// SavedFilterList is SavedFilters, page by page.
func (db *DB) SavedFilterList(ctx context.Context, a policies.Actor, p Page) (List[policies.SavedFilter], error) {
	s := table.Selection{From: "filters f"}
	s.And(`f.member = ? AND f.standing AND ?`, a.MemberID, policies.Allowed(a, policies.ReadingFilter, policies.OnFilter(&policies.SavedFilter{MemberID: a.MemberID})))
	return pageOf(db.file.Read(ctx), s, table.Ascending("filter", table.Number("f.n")), p, table.FromJSON[policies.SavedFilter]("f.data"))
}

// Filters returns those of the IDs that exist and that the actor may read.
func (db *DB) Filters(ctx context.Context, a policies.Actor, ids []string) (map[string]policies.SavedFilter, error) {
	all, err := table.ByID[policies.SavedFilter](db.file.Read(ctx),
		`SELECT f.id, f.data FROM json_each(?) j CROSS JOIN filters f ON f.id = j.value`, ids)
	for id, f := range all {
		if !policies.Allowed(a, policies.ReadingFilter, policies.OnFilter(&f)) {
			delete(all, id)
		}
	}
	return all, err
}

// FilterMatches lists the consultations open at now that have what is wanted, soonest
// close first.
func (db *DB) FilterMatches(ctx context.Context, viewer policies.Actor, wants policies.Interests, now time.Time, p Page) (l List[policies.Consultation], err error) {
	w := &watch{db: db, run: db.file.Read(ctx), ctx: ctx, viewer: viewer}
	look, err := w.consultationMatcher(wants)
	if err != nil {
		return l, err
	}
	s, o := openConsultations(viewer, now, time.Time{}, "match")
	ids, err := pageWhere(w.run, s, o, p, openConsultationShape, func(a openConsultation) (string, bool) {
		d, k := a.read()
		return a.id, look(&d, &k, a.n)
	})
	if err != nil {
		return l, err
	}
	found, err := db.Consultations(ctx, ids.Items)
	l = List[policies.Consultation]{Cursors: ids.Cursors, HasNext: ids.HasNext, HasPrevious: ids.HasPrevious}
	for _, id := range ids.Items {
		l.Items = append(l.Items, found[id])
	}
	return l, err
}
