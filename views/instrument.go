package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// PutInstrument implements policies.Record.
func (tx *Tx) PutInstrument(in standards.Instrument) error {
	data, err := table.Encode(in)
	if err != nil {
		return err
	}
	if err := tx.upsert("instruments", "id", table.Row{{"id", in.ID}, {"kind", string(in.Kind)}, {"adopted_at", table.Millis(in.AdoptedAt)},
		{"digest", in.TextDigest[:]}, {"data", data}}); err != nil {
		return err
	}
	if err := tx.putSpans(in); err != nil {
		return err
	}
	return tx.addHistory(in.ID, data)
}

func (f facts) Instrument(id string) (standards.Instrument, error) {
	return decodeOne[standards.Instrument](f.run, `SELECT data FROM instruments WHERE id = ?`, id)
}

// Instruments returns those of the IDs that exist.
func (db *DB) Instruments(ctx context.Context, ids []string) (map[string]standards.Instrument, error) {
	return table.ByID[standards.Instrument](db.file.Read(ctx),
		`SELECT i.id, i.data FROM json_each(?) j CROSS JOIN instruments i ON i.id = j.value`, ids)
}

// InstrumentByNumber returns the instrument that the document of a number became; policies.ErrNotFound where there is none.
func (db *DB) InstrumentByNumber(ctx context.Context, number string) (standards.Instrument, error) {
	return decodeOne[standards.Instrument](db.file.Read(ctx), `SELECT i.data FROM documents d
		CROSS JOIN instruments i ON i.id = json_extract(d.data, '$.InstrumentID') WHERE d.number = ? ORDER BY d.n LIMIT 1`, number)
}

// InstrumentsAt returns those of the IDs that were known at a time, as they were
// known then, and of them, unless the other time is zero, those then in force.
func (db *DB) InstrumentsAt(ctx context.Context, ids []string, inForceAt, knownAt time.Time) (map[string]standards.Instrument, error) {
	found, err := table.ByID[standards.Instrument](db.file.Read(ctx), `SELECT i.id, (SELECT h.data FROM history h WHERE h.id = i.id
		AND h.at <= ?2 ORDER BY h.entry DESC LIMIT 1) FROM json_each(?1) j CROSS JOIN instruments i ON i.id = j.value
		WHERE i.adopted_at <= ?2`, ids, table.MillisOrMax(knownAt))
	for id, in := range found {
		if !inForceAt.IsZero() && in.At(inForceAt) != standards.InForce {
			delete(found, id)
		}
	}
	return found, err
}

// An InstrumentFilter narrows a list of instruments; what is empty doesn't. With
// KnownAt, instruments are as they were known then: one that gained a successor
// or was repealed since is without that.
type InstrumentFilter struct {
	InForceAt time.Time
	KnownAt   time.Time
	Kinds     []standards.Kind
	Party     string // ISO 3166 code of a jurisdiction that it is to bind, or of one within
}

// InstrumentList lists instruments, adopted last first.
func (db *DB) InstrumentList(ctx context.Context, f InstrumentFilter, p Page) (List[standards.Instrument], error) {
	s := table.Selection{From: "instruments i"}
	known, data := table.MillisOrMax(f.KnownAt), "i.data"
	if !f.KnownAt.IsZero() {
		data = `(SELECT h.data FROM history h WHERE h.id = i.id AND h.at <= ? ORDER BY h.entry DESC LIMIT 1)`
		s.First = []any{known}
		s.And(`i.adopted_at <= ?`, known)
	}
	if !f.InForceAt.IsZero() || f.Party != "" {
		f.bound(&s, min(known, int64(ever)-1))
	}
	if len(f.Kinds) > 0 {
		s.And(`i.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	o := table.Descending("instrument", table.Number("i.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[standards.Instrument](data))
}

// bound narrows a list to what is to bind a jurisdiction, or anybody, and does so at
// InForceAt, as was known at a time.
func (f InstrumentFilter) bound(s *table.Selection, known int64) {
	condition, args := `SELECT 1 FROM spans x WHERE x.instrument = i.id AND x.known_from <= ? AND x.known_until > ?`, []any{known, known}
	if !f.InForceAt.IsZero() {
		condition += ` AND x.begins <= ? AND x.ends > ?`
		at := table.Millis(f.InForceAt)
		args = append(args, at, at)
	}
	if f.Party != "" {
		condition += ` AND x.party IN (SELECT value FROM json_each(?))`
		args = append(args, table.JSONList(append(standards.Covering(f.Party), "")))
	}
	s.And(`EXISTS (`+condition+`)`, args...)
}
