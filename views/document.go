package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// Documents returns those of the IDs that exist and that the viewer may read.
func (db *DB) Documents(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Document, error) {
	may, args := readable(viewer)
	return table.ByID[policies.Document](db.file.Read(ctx),
		`SELECT d.id, d.data FROM json_each(?) j CROSS JOIN documents d ON d.id = j.value WHERE `+may, ids, args...)
}

// Document returns a document as it stands, or as it stood at asOf unless that is
// zero; policies.ErrNotFound where there is, or was, none that the viewer may read.
func (db *DB) Document(ctx context.Context, viewer policies.Actor, id string, asOf time.Time) (policies.Document, error) {
	d, _, err := document(db.file.Read(ctx), viewer, "d.id = ?", id, asOf)
	return d, err
}

// DocumentByNumber is Document by its number, "EWTP-R-2026-014".
func (db *DB) DocumentByNumber(ctx context.Context, viewer policies.Actor, number string, asOf time.Time) (policies.Document, error) {
	d, _, err := document(db.file.Read(ctx), viewer, "d.number = ?", number, asOf)
	return d, err
}

// document loads a document as it stood, and with the rights that hold on it.
func document(r table.Run, viewer policies.Actor, condition, arg string, asOf time.Time) (then, rights policies.Document, err error) {
	may, args := readable(viewer)
	args = append([]any{arg}, args...)
	if asOf.IsZero() {
		d, err := decodeOne[policies.Document](r, `SELECT d.data FROM documents d WHERE `+condition+` AND `+may+` ORDER BY d.n LIMIT 1`, args...)
		return d, d, err
	}
	var was *policies.Document
	var now policies.Document
	args = append([]any{table.Millis(asOf)}, args...)
	err = one(r, `SELECT (SELECT data FROM history h WHERE h.id = d.id AND h.at <= ? ORDER BY h.entry DESC LIMIT 1), d.data
		FROM documents d WHERE `+condition+` AND `+may+` ORDER BY d.n LIMIT 1`, args, table.JSON(&was), table.JSON(&now))
	if err == nil && was == nil {
		err = policies.ErrNotFound
	}
	if err != nil {
		return then, rights, err
	}
	rights, ok := asOfDocument(viewer, *was, now)
	if !ok {
		return policies.Document{}, policies.Document{}, policies.ErrNotFound
	}
	return *was, rights, nil
}

// A DocumentFilter narrows and orders a list of documents; what is empty doesn't.
type DocumentFilter struct {
	Kinds   []standards.Kind
	Phases  []policies.Phase
	Topics  []string  // any of these, in whatever case
	Parties []string  // any of these
	Sponsor string    // organisation ID
	Title   string    // words of title or number, as people type them
	At      time.Time // the moment of Phases; required with them
	Order   DocumentOrder
}

// A DocumentOrder is what a list of documents is sorted by.
type DocumentOrder string

const (
	ByUpdated  DocumentOrder = "updated"  // changed last first; the default
	ByNumber   DocumentOrder = "number"   // A to Z
	ByTitle    DocumentOrder = "title"    // A to Z
	ByClosesAt DocumentOrder = "closesAt" // of the latest consultation, soonest first, those without last
)

// documentOrders are the keys of each order; n makes them unique.
var documentOrders = map[DocumentOrder]table.Order{
	ByUpdated:  table.Descending("updated", table.Number("d.updated"), table.Number("d.n")),
	ByNumber:   table.Ascending("number", table.Text("d.number"), table.Number("d.n")),
	ByTitle:    table.Ascending("title", table.Text("d.title"), table.Number("d.n")),
	ByClosesAt: table.Ascending("closesAt", table.Number("iif(d.consulted, d.closes_at, 9223372036854775807)"), table.Number("d.n")),
}

// DocumentList lists documents that the viewer may read.
func (db *DB) DocumentList(ctx context.Context, viewer policies.Actor, f DocumentFilter, p Page) (l List[policies.Document], err error) {
	if f.Order == "" {
		f.Order = ByUpdated
	}
	o, ok := documentOrders[f.Order]
	if !ok {
		return l, invalid("order", "%q is no order of documents", string(f.Order))
	}
	s := table.Selection{From: "documents d"}
	may, args := readable(viewer)
	s.And(may, args...)
	if err := f.conditions(&s); err != nil {
		return l, err
	}
	if f.Title != "" {
		q := words.Parse(f.Title)
		if len(q) == 0 {
			return l, nil
		}
		if err := db.catchUp(ctx); err != nil {
			return l, err
		}
		s.And(`d.n IN (SELECT rowid >> 2 FROM search WHERE search MATCH ? AND rowid & 3 = 0)`, q.Match())
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Document]("d.data"))
}

func (f DocumentFilter) conditions(s *table.Selection) error {
	if len(f.Kinds) > 0 {
		s.And(`d.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	if len(f.Phases) > 0 {
		if f.At.IsZero() {
			return invalid("at", "is missing: phases are those at a moment")
		}
		args := make([]any, 0, phaseTimes+1)
		for range phaseTimes {
			args = append(args, table.Millis(f.At))
		}
		s.And(`(`+phase+`) IN (SELECT value FROM json_each(?))`, append(args, table.JSONList(f.Phases))...)
	}
	if len(f.Topics) > 0 {
		s.And(sharesTopic, table.JSONList(f.Topics))
	}
	if len(f.Parties) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Parties') x JOIN json_each(?) y ON x.value = y.value)`, table.JSONList(f.Parties))
	}
	if f.Sponsor != "" {
		s.And(`EXISTS (SELECT 1 FROM json_each(d.data, '$.Sponsors') WHERE value = ?)`, f.Sponsor)
	}
	return nil
}

// sharesTopic says whether d has one of some topics.
const sharesTopic = `EXISTS (SELECT 1 FROM json_each(d.data, '$.Topics') x JOIN json_each(?) y ON x.value = y.value COLLATE NOCASE)`

// Consultations returns those of the IDs that exist.
func (db *DB) Consultations(ctx context.Context, ids []string) (map[string]policies.Consultation, error) {
	return table.ByID[policies.Consultation](db.file.Read(ctx),
		`SELECT c.id, c.data FROM json_each(?) j CROSS JOIN consultations c ON c.id = j.value`, ids)
}

// A ConsultationFilter narrows a list of consultations; what is empty doesn't.
type ConsultationFilter struct {
	DocumentID string
	OpenAt     time.Time // only those open for comment then
	Topics     []string  // of the document, any of these
	Kinds      []standards.Kind
}

// ConsultationList lists consultations on documents that the viewer may read: with
// OpenAt those that close soonest first, else the newest first.
func (db *DB) ConsultationList(ctx context.Context, viewer policies.Actor, f ConsultationFilter, p Page) (List[policies.Consultation], error) {
	s := table.Selection{From: "consultations c CROSS JOIN documents d ON d.name = c.document"}
	may, args := readable(viewer)
	s.And(may, args...)
	o := table.Descending("consultation", table.Number("c.n"))
	if f.DocumentID != "" {
		s.And(`c.document = (SELECT id FROM names WHERE name = ?)`, f.DocumentID)
	}
	if !f.OpenAt.IsZero() {
		at := table.Millis(f.OpenAt)
		s.And(`c.opens_at <= ? AND c.closes_at > ? AND d.withdrawn_at IS NULL`, at, at)
		o = table.Ascending("open", table.Number("c.closes_at"), table.Number("c.n"))
	}
	if len(f.Topics) > 0 {
		s.And(sharesTopic, table.JSONList(f.Topics))
	}
	if len(f.Kinds) > 0 {
		s.And(`d.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Consultation]("c.data"))
}

// EditorialMarks lists the changes of a document marked editorial, oldest first.
func (db *DB) EditorialMarks(ctx context.Context, documentID string) ([]policies.EditorialMark, error) {
	return facts{run: db.file.Read(ctx)}.Editorial(documentID)
}
