package views

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddRevision implements policies.Record.
func (tx *Tx) AddRevision(r policies.Revision, t *clauses.Text) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	document, err := tx.name(r.DocumentID)
	if err != nil {
		return err
	}
	list := make([]string, len(t.Clauses))
	for i := range t.Clauses {
		list[i] = t.Clauses[i].ID
	}
	ids := strings.Join(list, "\n")
	err = tx.db.file.InsertNew("texts", table.Row{{"digest", r.TextDigest[:]}, {"packed", tx.db.packedText(r.TextDigest, t.Source)}})
	if err != nil {
		return err
	}
	err = tx.upsert("revisions", "id", table.Row{{"id", r.ID}, {"document", document}, {"number", r.Number},
		{"committed_at", table.Millis(r.CommittedAt)}, {"digest", r.TextDigest[:]},
		{"clauses", tx.db.packedText(sha256.Sum256([]byte(ids)), ids)}, {"data", data}})
	if err != nil {
		return err
	}
	tx.texts.Put(r.ID, t)
	return tx.spread(r.ID, document, r.Number, t)
}

func (f facts) Revision(id string) (policies.Revision, error) {
	return decodeOne[policies.Revision](f.run, `SELECT data FROM revisions WHERE id = ?`, id)
}

// RevisionAt implements policies.Facts.
func (f facts) RevisionAt(documentID string, number int) (policies.Revision, error) {
	return decodeOne[policies.Revision](f.run, `SELECT data FROM revisions WHERE document = `+numberOf+` AND number <= ?
		ORDER BY number DESC LIMIT 1`, documentID, number)
}

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
		_, d, err := loadDocument(db.file.Read(ctx), viewer, "d.id = ?", documentID, asOf)
		if errors.Is(err, policies.ErrNotFound) {
			return l, inPoliciesWords(p.Check())
		}
		if err != nil {
			return l, err
		}
		s.And(`r.committed_at <= ?`, table.Millis(asOf))
		inside, args := readsDraftsOf(viewer)
		s.And(`(? OR r.number BETWEEN ? AND ? AND ? > 0 OR `+inside+`)`,
			append([]any{d.OpenDrafts, d.PublicFrom, d.PublicTo, d.PublicFrom}, args...)...)
	}
	o := table.Descending("revision", table.Number("r.number"), table.Number("r.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Revision]("r.data"))
}
