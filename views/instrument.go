package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/standards"
)

// Instruments returns those of the IDs that exist.
func (db *DB) Instruments(ctx context.Context, ids []string) (map[string]standards.Instrument, error) {
	return byID[standards.Instrument](db.run(ctx),
		`SELECT i.id, i.data FROM json_each(?) j CROSS JOIN instruments i ON i.id = j.value`, ids)
}

// InstrumentsAt returns those of the IDs that were known at a time, as they were
// known then, and of them, unless the other time is zero, those then in force.
func (db *DB) InstrumentsAt(ctx context.Context, ids []string, inForceAt, knownAt time.Time) (map[string]standards.Instrument, error) {
	known := knownAt.UnixMilli()
	if knownAt.IsZero() {
		known = 1<<63 - 1
	}
	found, err := byID[standards.Instrument](db.run(ctx), `SELECT i.id, (SELECT h.data FROM history h WHERE h.id = i.id
		AND h.at <= ?2 ORDER BY h.entry DESC LIMIT 1) FROM json_each(?1) j CROSS JOIN instruments i ON i.id = j.value
		WHERE i.adopted_at <= ?2`, ids, known)
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
	s := selection{columns: "i.data", from: "instruments i"}
	known := int64(1<<63 - 1)
	if !f.KnownAt.IsZero() {
		known = f.KnownAt.UnixMilli()
		s.columns = `(SELECT h.data FROM history h WHERE h.id = i.id AND h.at <= ? ORDER BY h.entry DESC LIMIT 1)`
		s.first = []any{known}
		s.and(`i.adopted_at <= ?`, known)
	}
	if !f.InForceAt.IsZero() {
		at := f.InForceAt.UnixMilli()
		s.and(`i.force_from <= ? AND coalesce(i.force_until > ?, 1)
			AND (i.superseded_from IS NULL OR i.superseded_from > ? OR i.superseded_at > ?)
			AND (i.repealed_from IS NULL OR i.repealed_from > ? OR i.repealed_at > ?)`, at, at, at, known, at, known)
	}
	if len(f.Kinds) > 0 {
		s.and(`i.kind IN (SELECT value FROM json_each(?))`, jsonList(f.Kinds))
	}
	if f.Party != "" {
		s.and(`EXISTS (SELECT 1 FROM json_each(i.data, '$.Parties') WHERE value = ?)`, f.Party)
	}
	o := order{tag: "instrument", desc: true, keys: []key{{"i.n", number}}}
	return pageOf(db.run(ctx), s, o, p, fromJSON[standards.Instrument])
}

// RuleSets returns those of the IDs that exist.
func (db *DB) RuleSets(ctx context.Context, ids []string) (map[string]standards.RuleSet, error) {
	return byID[standards.RuleSet](db.run(ctx),
		`SELECT s.id, s.data FROM json_each(?) j CROSS JOIN rule_sets s ON s.id = j.value`, ids)
}

// RuleSetBySlug finds a rule set by its name in URLs; policies.ErrNotFound where
// there is none.
func (db *DB) RuleSetBySlug(ctx context.Context, slug string) (standards.RuleSet, error) {
	return facts{run: db.run(ctx)}.RuleSetBySlug(slug)
}

// RuleSetList lists rule sets by slug.
func (db *DB) RuleSetList(ctx context.Context, p Page) (List[standards.RuleSet], error) {
	o := order{tag: "ruleset", keys: []key{{"s.slug", text}, {"s.n", number}}}
	return pageOf(db.run(ctx), selection{columns: "s.data", from: "rule_sets s"}, o, p, fromJSON[standards.RuleSet])
}

// Releases returns those of the IDs that exist.
func (db *DB) Releases(ctx context.Context, ids []string) (map[string]standards.Release, error) {
	return byID[standards.Release](db.run(ctx),
		`SELECT r.id, r.data FROM json_each(?) j CROSS JOIN releases r ON r.id = j.value`, ids)
}

// ReleaseByNumber returns a release of a rule set, the latest for number 0;
// policies.ErrNotFound where there is none.
func (db *DB) ReleaseByNumber(ctx context.Context, ruleSetID string, n int) (standards.Release, error) {
	if n == 0 {
		return decodeOne[standards.Release](db.run(ctx),
			`SELECT data FROM releases WHERE rule_set = ? ORDER BY number DESC, n LIMIT 1`, ruleSetID)
	}
	return facts{run: db.run(ctx)}.Release(ruleSetID, n)
}

// ReleaseList lists the releases of a rule set, newest first; with asOf those that
// were published by then.
func (db *DB) ReleaseList(ctx context.Context, ruleSetID string, asOf time.Time, p Page) (List[standards.Release], error) {
	s := selection{columns: "r.data", from: "releases r"}
	s.and(`r.rule_set = ?`, ruleSetID)
	if !asOf.IsZero() {
		s.and(`r.at <= ?`, asOf.UnixMilli())
	}
	o := order{tag: "release", desc: true, keys: []key{{"r.number", number}, {"r.n", number}}}
	return pageOf(db.run(ctx), s, o, p, fromJSON[standards.Release])
}

// ReleasesOf lists the releases that hold an instrument, oldest first.
func (db *DB) ReleasesOf(ctx context.Context, instrumentID string) ([]standards.Release, error) {
	return decodeAll[standards.Release](db.run(ctx), `SELECT r.data FROM release_instruments x
		CROSS JOIN releases r ON r.n = x.release WHERE x.instrument = ? ORDER BY r.n`, instrumentID)
}
