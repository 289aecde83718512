package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// Instruments returns those of the IDs that exist.
func (db *DB) Instruments(ctx context.Context, ids []string) (map[string]standards.Instrument, error) {
	return table.ByID[standards.Instrument](db.file.Read(ctx),
		`SELECT i.id, i.data FROM json_each(?) j CROSS JOIN instruments i ON i.id = j.value`, ids)
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
	Party     string // ISO 3166 code
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
	if !f.InForceAt.IsZero() {
		at := table.Millis(f.InForceAt)
		s.And(`i.force_from <= ? AND coalesce(i.force_until > ?, 1)
			AND (i.superseded_from IS NULL OR i.superseded_from > ? OR i.superseded_at > ?)
			AND (i.repealed_from IS NULL OR i.repealed_from > ? OR i.repealed_at > ?)`, at, at, at, known, at, known)
	}
	if len(f.Kinds) > 0 {
		s.And(`i.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	if f.Party != "" {
		s.And(`EXISTS (SELECT 1 FROM json_each(i.data, '$.Parties') WHERE value = ?)`, f.Party)
	}
	o := table.Descending("instrument", table.Number("i.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[standards.Instrument](data))
}

// RuleSets returns those of the IDs that exist.
func (db *DB) RuleSets(ctx context.Context, ids []string) (map[string]standards.RuleSet, error) {
	return table.ByID[standards.RuleSet](db.file.Read(ctx),
		`SELECT s.id, s.data FROM json_each(?) j CROSS JOIN rule_sets s ON s.id = j.value`, ids)
}

// RuleSetBySlug finds a rule set by its name in URLs; policies.ErrNotFound where
// there is none.
func (db *DB) RuleSetBySlug(ctx context.Context, slug string) (standards.RuleSet, error) {
	return facts{run: db.file.Read(ctx)}.RuleSetBySlug(slug)
}

// RuleSetList lists rule sets by slug.
func (db *DB) RuleSetList(ctx context.Context, p Page) (List[standards.RuleSet], error) {
	o := table.Ascending("ruleset", table.Text("s.slug"), table.Number("s.n"))
	return pageOf(db.file.Read(ctx), table.Selection{From: "rule_sets s"}, o, p, table.FromJSON[standards.RuleSet]("s.data"))
}

// Releases returns those of the IDs that exist.
func (db *DB) Releases(ctx context.Context, ids []string) (map[string]standards.Release, error) {
	return table.ByID[standards.Release](db.file.Read(ctx),
		`SELECT r.id, r.data FROM json_each(?) j CROSS JOIN releases r ON r.id = j.value`, ids)
}

// ReleaseByNumber returns a release of a rule set, the latest for number 0;
// policies.ErrNotFound where there is none.
func (db *DB) ReleaseByNumber(ctx context.Context, ruleSetID string, n int) (standards.Release, error) {
	if n == 0 {
		return decodeOne[standards.Release](db.file.Read(ctx),
			`SELECT data FROM releases WHERE rule_set = ? ORDER BY number DESC, n LIMIT 1`, ruleSetID)
	}
	return facts{run: db.file.Read(ctx)}.Release(ruleSetID, n)
}

// ReleaseList lists the releases of a rule set, newest first; with asOf those that
// were published by then.
func (db *DB) ReleaseList(ctx context.Context, ruleSetID string, asOf time.Time, p Page) (List[standards.Release], error) {
	s := table.Selection{From: "releases r"}
	s.And(`r.rule_set = ?`, ruleSetID)
	if !asOf.IsZero() {
		s.And(`r.at <= ?`, table.Millis(asOf))
	}
	o := table.Descending("release", table.Number("r.number"), table.Number("r.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[standards.Release]("r.data"))
}

// ReleasesOf lists the releases that hold an instrument, oldest first.
func (db *DB) ReleasesOf(ctx context.Context, instrumentID string) ([]standards.Release, error) {
	return table.DecodeAll[standards.Release](db.file.Read(ctx), `SELECT r.data FROM release_instruments x
		CROSS JOIN releases r ON r.n = x.release WHERE x.instrument = ? ORDER BY r.n`, instrumentID)
}
