package views

import (
	"database/sql"
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// PutInstrument implements policies.Record.
func (tx *Tx) PutInstrument(in standards.Instrument) error {
	data, err := encode(in)
	if err != nil {
		return err
	}
	var superseded, repealed sql.NullInt64 // when it was recorded first
	err = one(tx.run, `SELECT superseded_at, repealed_at FROM instruments WHERE id = ?`, []any{in.ID}, &superseded, &repealed)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return err
	}
	now := sql.NullInt64{Int64: when(tx.stamp.At), Valid: true}
	if !superseded.Valid && !in.SupersededFrom.IsZero() {
		superseded = now
	}
	if !repealed.Valid && !in.RepealedFrom.IsZero() {
		repealed = now
	}
	err = tx.exec(`INSERT INTO instruments (id, kind, adopted_at, force_from, force_until, superseded_from,
			superseded_at, repealed_from, repealed_at, digest, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, adopted_at = excluded.adopted_at,
			force_from = excluded.force_from, force_until = excluded.force_until,
			superseded_from = excluded.superseded_from, superseded_at = excluded.superseded_at,
			repealed_from = excluded.repealed_from, repealed_at = excluded.repealed_at,
			digest = excluded.digest, data = excluded.data`,
		in.ID, string(in.Kind), when(in.AdoptedAt), when(in.From), maybe(in.Until), maybe(in.SupersededFrom),
		superseded, maybe(in.RepealedFrom), repealed, in.TextDigest[:], data)
	if err != nil {
		return err
	}
	return tx.remember(in.ID, data)
}

// PutRuleSet implements policies.Record.
func (tx *Tx) PutRuleSet(s standards.RuleSet) error {
	data, err := encode(s)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO rule_sets (id, slug, data) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, data = excluded.data`, s.ID, s.Slug, data)
}

// AddRelease implements policies.Record.
func (tx *Tx) AddRelease(r standards.Release) error {
	data, err := encode(r)
	if err != nil {
		return err
	}
	var n int64
	err = one(tx.run, `INSERT INTO releases (id, rule_set, number, at, data) VALUES (?, ?, ?, ?, ?) RETURNING n`,
		[]any{r.ID, r.RuleSetID, r.Number, when(tx.stamp.At), data}, &n)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT OR IGNORE INTO release_instruments (instrument, release)
		SELECT value, ? FROM json_each(?)`, n, jsonList(r.Instruments))
}
