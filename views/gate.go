package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Gate lists what the adoption of a revision still wants at a moment, as
// policies.Gate does; revisionID "" is the head. policies.ErrNotFound where there
// is no such document or revision. It asks no rights.
func (db *DB) Gate(ctx context.Context, documentID, revisionID string, now time.Time, rules policies.Rules) (gaps []policies.Gap, err error) {
	return db.gate(ctx, policies.Operator, documentID, revisionID, now, rules)
}

// gate is Gate as it is told to a viewer.
func (db *DB) gate(ctx context.Context, viewer policies.Actor, documentID, revisionID string, now time.Time, rules policies.Rules) (gaps []policies.Gap, err error) {
	err = db.file.Snapshot(ctx, func(r table.Run) error {
		f := facts{run: r, text: func(id string) (*clauses.Text, error) { return db.textBy(r, id) }}
		d, err := f.Document(documentID)
		if err != nil {
			return err
		}
		if revisionID == "" {
			revisionID = d.Head
		}
		var rev policies.Revision
		if revisionID != "" {
			if rev, err = f.Revision(revisionID); err != nil {
				return err
			}
			if rev.DocumentID != d.ID {
				return policies.ErrNotFound
			}
		}
		if gaps, err = policies.Gate(d, rev, now, rules, f); err != nil {
			return err
		}
		gaps, err = policies.ToldGaps(gaps, viewer, &d, f)
		return err
	})
	return gaps, err
}

// Unconsulted lists the changes of a revision that nothing explains and nobody was
// asked about, as policies.Unconsulted does for a viewer. policies.ErrNotFound where
// there is no such document or revision. Of these it asks no rights.
func (db *DB) Unconsulted(ctx context.Context, viewer policies.Actor, documentID, revisionID string) (gaps []policies.Gap, err error) {
	err = db.file.Snapshot(ctx, func(r table.Run) error {
		f := facts{run: r, text: func(id string) (*clauses.Text, error) { return db.textBy(r, id) }}
		d, err := f.Document(documentID)
		if err != nil {
			return err
		}
		rev, err := f.Revision(revisionID)
		if err == nil && rev.DocumentID != d.ID {
			err = policies.ErrNotFound
		}
		if err != nil {
			return err
		}
		gaps, err = policies.Unconsulted(d, rev, f, viewer)
		return err
	})
	return gaps, err
}
