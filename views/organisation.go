package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Organisation implements policies.Facts.
func (tx *Tx) Organisation(id string) (policies.Organisation, error) {
	return tx.db.cache.organisations.Load(id, tx.facts.Organisation)
}

// PutOrganisation implements policies.Record.
func (tx *Tx) PutOrganisation(o policies.Organisation) error {
	tx.noteChangeOfAll()
	data, err := table.Encode(o)
	if err != nil {
		return err
	}
	tx.people = true
	tx.db.cache.organisations.Put(o.ID, o)
	name, err := tx.name(o.ID)
	if err != nil {
		return err
	}
	err = tx.upsert("organisations", "id", table.Row{{"id", o.ID}, {"name", name}, {"kind", string(o.Kind)}, {"key", policies.NameKey(o.Name)},
		{"jurisdiction", o.Jurisdiction}, {"sector", o.Sector}, {"sector_key", policies.NameKey(o.Sector)}, {"size", string(o.Size.Class)}, {"closed", !o.ClosedAt.IsZero()}, {"data", data}})
	if err != nil {
		return err
	}
	if err := tx.putShapes(o.ID, o.Name); err != nil {
		return err
	}
	return tx.addHistory(o.ID, data)
}

func (f facts) Organisation(id string) (policies.Organisation, error) {
	return decodeOne[policies.Organisation](f.run, `SELECT data FROM organisations WHERE id = ?`, id)
}

func (f facts) OrganisationByName(name string) (policies.Organisation, error) {
	return decodeOne[policies.Organisation](f.run, `SELECT data FROM organisations WHERE key = ? ORDER BY n LIMIT 1`, policies.NameKey(name))
}

// represented is whether o, a row of organisations, has a member who speaks for it.
const represented = `EXISTS (SELECT 1 FROM members m WHERE m.organisation = o.id AND m.present AND m.speaks)`

func (f facts) VoicesIn(kind policies.OrganisationKind, jurisdictions []string) ([]policies.Organisation, error) {
	return table.DecodeAll[policies.Organisation](f.run, `SELECT o.data FROM organisations o WHERE o.kind = ? AND `+represented+` AND (? = 0
		OR EXISTS (SELECT 1 FROM json_each(?) j WHERE o.jurisdiction = j.value
			OR o.jurisdiction GLOB j.value || '-*')) ORDER BY o.n`,
		string(kind), len(jurisdictions), table.JSONList(jurisdictions))
}

// Represented says which of some jurisdictions have a government with a member who speaks
// for it.
func (db *DB) Represented(ctx context.Context, codes []string) (map[string]bool, error) {
	found, code := make(map[string]bool, len(codes)), ""
	return found, table.Each(db.file.Read(ctx), `SELECT DISTINCT o.jurisdiction FROM organisations o
		WHERE o.kind = ? AND o.jurisdiction IN (SELECT value FROM json_each(?)) AND `+represented,
		[]any{string(policies.Government), table.JSONList(codes)}, []any{&code}, func() error {
			found[code] = true
			return nil
		})
}

// Organisation returns an organisation as it stands, or as it was said to be at asOf
// unless that is zero; policies.ErrNotFound where there is, or was, none.
func (db *DB) Organisation(ctx context.Context, id string, asOf time.Time) (policies.Organisation, error) {
	r := db.file.Read(ctx)
	if asOf.IsZero() {
		return facts{run: r}.Organisation(id)
	}
	return decodeOne[policies.Organisation](r, `SELECT h.data FROM organisations o CROSS JOIN history h ON h.id = o.id
		WHERE o.id = ? AND h.at <= ? ORDER BY h.entry DESC LIMIT 1`, id, table.Millis(asOf))
}

// readOrganisations reads what Organisations keeps.
func (db *DB) readOrganisations(ctx context.Context, ids []string) (map[string]policies.Organisation, error) {
	return table.ByID[policies.Organisation](db.file.Read(ctx),
		`SELECT o.id, o.data FROM json_each(?) j CROSS JOIN organisations o ON o.id = j.value`, ids)
}

// An OrganisationFilter narrows a list of organisations; what is empty doesn't.
type OrganisationFilter struct {
	Kinds    []policies.OrganisationKind // any of these
	Name     string                      // how the name begins, compared by policies.NameKey
	Imported *bool                       // whether an import registered it
	Sizes    []policies.SizeClass        // any of these, as they say
	Alike    bool                        // only those that look like another: see LookAlikes
	Sized    *bool                       // whether it has said its size, of those that have any
	Closed   *bool                       // whether it was closed
	In       []string                    // of any of these jurisdictions, or of a part of one
	Sectors  []string                    // in any of these, compared by policies.NameKey
}

// narrowByWhat narrows a selection of organisations o by what they are.
func (f OrganisationFilter) narrowByWhat(s *table.Selection) {
	if len(f.Kinds) > 0 {
		s.And(`o.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	if len(f.In) > 0 {
		s.And(`EXISTS (SELECT 1 FROM json_each(?) WHERE o.jurisdiction = value OR substr(o.jurisdiction, 1, length(value) + 1) = value || '-')`, table.JSONList(f.In))
	}
	if len(f.Sectors) > 0 {
		s.And(`o.sector_key IN (SELECT value FROM json_each(?))`, table.JSONList(nameKeys(f.Sectors)))
	}
}

// OrganisationList lists organisations by name.
func (db *DB) OrganisationList(ctx context.Context, f OrganisationFilter, p Page) (List[policies.Organisation], error) {
	s := table.Selection{From: "organisations o"}
	f.narrowByWhat(&s)
	if f.Imported != nil {
		s.And(`coalesce(json_extract(o.data, '$.Imported'), 0) = ?`, *f.Imported)
	}
	if f.Alike {
		s.And(`EXISTS (` + looksLike + `)`)
	}
	f.narrowBySize(&s)
	if f.Closed != nil {
		s.And(`o.closed = ?`, *f.Closed)
	}
	if f.Name != "" {
		prefix := policies.NameKey(f.Name)
		s.And(`o.key >= ? AND o.key < ?`, prefix, prefix+"\U0010FFFF")
	}
	o := table.Ascending("organisation", table.Text("o.key"), table.Number("o.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Organisation]("o.data"))
}

// OrganisationByName finds an organisation by its name, compared by policies.NameKey; policies.ErrNotFound
// where there is none.
func (db *DB) OrganisationByName(ctx context.Context, name string) (policies.Organisation, error) {
	return facts{run: db.file.Read(ctx)}.OrganisationByName(name)
}
