package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// Consultation implements policies.Facts.
func (tx *Tx) Consultation(id string) (policies.Consultation, error) {
	return tx.db.cache.consultations.Load(id, tx.facts.Consultation)
}

// PutConsultation implements policies.Record.
func (tx *Tx) PutConsultation(c policies.Consultation) error {
	data, err := table.Encode(c)
	if err != nil {
		return err
	}
	document, err := tx.name(c.DocumentID)
	if err != nil {
		return err
	}
	tx.db.cache.consultations.Put(c.ID, c)
	audience, err := table.EncodeOrNull(c.Audience)
	if err != nil {
		return err
	}
	if err := tx.upsert("consultations", "id", table.Row{{"id", c.ID}, {"document", document}, {"opens_at", table.Millis(c.OpensAt)},
		{"closes_at", table.Millis(c.ClosesAt)}, {"cancelled_at", table.MillisOrNull(c.Cancelled.At)},
		{"asked", !c.CancelAsked.IsZero()}, {"audience", audience}, {"data", data}}); err != nil {
		return err
	}
	return tx.addHistory(c.ID, data)
}

func (f facts) Consultation(id string) (policies.Consultation, error) {
	return decodeOne[policies.Consultation](f.run, `SELECT data FROM consultations WHERE id = ?`, id)
}

// Consultations returns those of the IDs that exist.
func (db *DB) Consultations(ctx context.Context, ids []string) (map[string]policies.Consultation, error) {
	return table.ByID[policies.Consultation](db.file.Read(ctx),
		`SELECT c.id, c.data FROM json_each(?) j CROSS JOIN consultations c ON c.id = j.value`, ids)
}

// A ConsultationFilter narrows a list of consultations; what is empty doesn't.
type ConsultationFilter struct {
	DocumentID string
	OpenAt     time.Time // only those open for comment then
	Topics     []string  // of the document, any of these, compared by policies.NameKey
	Kinds      []standards.Kind
	AsOf       time.Time // only those announced by then, as they were then
}

// ConsultationList lists consultations on documents that the viewer may read: with
// OpenAt those that close soonest first, else the newest first.
func (db *DB) ConsultationList(ctx context.Context, viewer policies.Actor, f ConsultationFilter, p Page) (List[policies.Consultation], error) {
	s := table.Selection{From: "consultations c CROSS JOIN documents d ON d.name = c.document"}
	may, args := readable(viewer)
	s.And(may, args...)
	data := "c.data"
	if !f.AsOf.IsZero() {
		data = dataThen(&s, "c.id", f.AsOf)
	}
	o := table.Descending("consultation", table.Number("c.n"))
	if f.DocumentID != "" {
		s.And(`c.document = `+numberOf, f.DocumentID)
	}
	if !f.OpenAt.IsZero() {
		at := table.Millis(f.OpenAt)
		s.And(`c.opens_at <= ? AND c.closes_at > ? AND coalesce(c.cancelled_at > ?, 1) AND d.withdrawn_at IS NULL`, at, at, at)
		o = table.Ascending("open", table.Number("c.closes_at"), table.Number("c.n"))
	}
	if len(f.Topics) > 0 {
		s.And(sharesTopic, table.JSONList(nameKeys(f.Topics)))
	}
	if len(f.Kinds) > 0 {
		s.And(`d.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Consultation](data))
}

func (f facts) Commented(consultationID string) (yes bool, err error) {
	return yes, one(f.run, `SELECT EXISTS (SELECT 1 FROM comments c WHERE c.document = (SELECT k.document FROM consultations k WHERE k.id = ?)
		AND c.consultation = `+numberOf+`)`, []any{consultationID, consultationID}, &yes)
}
