package views

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Revisions returns those of the IDs that exist and that the viewer may read.
func (db *DB) Revisions(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Revision, error) {
	may, args := revisionReadable(viewer)
	return table.ByID[policies.Revision](db.file.Read(ctx), `SELECT r.id, r.data FROM json_each(?) j
		CROSS JOIN revisions r ON r.id = j.value CROSS JOIN documents d ON d.name = r.document WHERE `+may, ids, args...)
}

// RevisionByNumber returns a document's revision of a number; policies.ErrNotFound
// where there is none that the viewer may read.
func (db *DB) RevisionByNumber(ctx context.Context, viewer policies.Actor, documentID string, n int) (policies.Revision, error) {
	may, args := revisionReadable(viewer)
	return decodeOne[policies.Revision](db.file.Read(ctx), `SELECT r.data FROM documents d
		CROSS JOIN revisions r ON r.document = d.name WHERE d.id = ? AND r.number = ? AND `+may+` ORDER BY r.n LIMIT 1`,
		append([]any{documentID, n}, args...)...)
}

// RevisionList lists the revisions of a document that the viewer may read, newest
// first; with asOf those that it could have read then.
func (db *DB) RevisionList(ctx context.Context, viewer policies.Actor, documentID string, asOf time.Time, p Page) (l List[policies.Revision], err error) {
	s := table.Selection{From: "documents d CROSS JOIN revisions r ON r.document = d.name"}
	s.And(`d.id = ?`, documentID)
	if asOf.IsZero() {
		may, args := revisionReadable(viewer)
		s.And(may, args...)
	} else {
		_, d, err := document(db.file.Read(ctx), viewer, "d.id = ?", documentID, asOf)
		if errors.Is(err, policies.ErrNotFound) {
			return l, told(p.Check())
		}
		if err != nil {
			return l, err
		}
		s.And(`r.committed_at <= ?`, table.Millis(asOf))
		inside, args := insider(viewer)
		s.And(`(? OR r.number BETWEEN ? AND ? AND ? > 0 OR `+inside+`)`,
			append([]any{d.OpenDrafts, d.PublicFrom, d.PublicTo, d.PublicFrom}, args...)...)
	}
	o := table.Descending("revision", table.Number("r.number"), table.Number("r.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Revision]("r.data"))
}

// Text returns the text of a revision with the identities recorded for its
// clauses. It asks no rights: the caller has loaded the revision. Callers don't
// change it; it is shared.
func (db *DB) Text(ctx context.Context, revisionID string) (*clauses.Text, error) {
	return db.textBy(db.file.Read(ctx), revisionID)
}

// textBy loads a text unless it is kept, once for all who want it at the moment.
func (db *DB) textBy(r table.Run, id string) (*clauses.Text, error) {
	if t, ok := db.texts.Get(id); ok {
		return t, nil
	}
	for {
		var mine bool
		v, err, _ := db.loading.Do(id, func() (any, error) {
			mine = true
			t, err := loadText(r, id)
			if err == nil {
				db.texts.Put(id, t)
			}
			return t, err
		})
		if err == nil {
			return v.(*clauses.Text), nil
		}
		// Somebody else's load ended with their request, not with ours.
		if mine || !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
	}
}

// TextByDigest returns the source of an adopted or public revision by the digest
// of its bytes, "sha256:" and 64 hexadecimal digits; policies.ErrNotFound where
// there is none.
func (db *DB) TextByDigest(ctx context.Context, digest string) (source string, err error) {
	var h clauses.Hash
	digits, ok := strings.CutPrefix(digest, "sha256:")
	if !ok || h.UnmarshalText([]byte(digits)) != nil {
		return "", policies.ErrNotFound
	}
	may, args := revisionReadable(policies.Actor{})
	var packed []byte
	err = one(db.file.Read(ctx), `SELECT packed FROM texts t WHERE t.digest = ? AND (
		EXISTS (SELECT 1 FROM instruments i WHERE i.digest = t.digest) OR
		EXISTS (SELECT 1 FROM revisions r JOIN documents d ON d.name = r.document WHERE r.digest = t.digest AND `+may+`))`,
		append([]any{h[:]}, args...), &packed)
	if err != nil {
		return "", err
	}
	return table.Unpack(packed)
}

// Gate lists what the adoption of a revision still wants at a moment, as
// policies.Gate does; revisionID "" is the head. policies.ErrNotFound where there
// is no such document or revision. It asks no rights.
func (db *DB) Gate(ctx context.Context, documentID, revisionID string, now time.Time, rules policies.Rules) (gaps []policies.Gap, err error) {
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
		gaps, err = policies.Gate(d, rev, now, rules, f)
		return err
	})
	return gaps, err
}
