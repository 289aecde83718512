package views

import (
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// PutInstrument implements policies.Record.
func (tx *Tx) PutInstrument(in standards.Instrument) error {
	data, err := table.Encode(in)
	if err != nil {
		return err
	}
	var superseded, repealed time.Time // when it was recorded first
	err = one(tx.run, `SELECT superseded_at, repealed_at FROM instruments WHERE id = ?`, []any{in.ID}, table.Time(&superseded), table.Time(&repealed))
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return err
	}
	if superseded.IsZero() && !in.SupersededFrom.IsZero() {
		superseded = tx.stamp.At
	}
	if repealed.IsZero() && !in.RepealedFrom.IsZero() {
		repealed = tx.stamp.At
	}
	err = tx.upsert("instruments", "id", table.Row{{"id", in.ID}, {"kind", string(in.Kind)}, {"adopted_at", table.Millis(in.AdoptedAt)},
		{"force_from", table.Millis(in.From)}, {"force_until", table.MillisOrNull(in.Until)},
		{"superseded_from", table.MillisOrNull(in.SupersededFrom)}, {"superseded_at", table.MillisOrNull(superseded)},
		{"repealed_from", table.MillisOrNull(in.RepealedFrom)}, {"repealed_at", table.MillisOrNull(repealed)},
		{"digest", in.TextDigest[:]}, {"data", data}})
	if err != nil {
		return err
	}
	return tx.remember(in.ID, data)
}

// PutRuleSet implements policies.Record.
func (tx *Tx) PutRuleSet(s standards.RuleSet) error {
	data, err := table.Encode(s)
	if err != nil {
		return err
	}
	return tx.upsert("rule_sets", "id", table.Row{{"id", s.ID}, {"slug", s.Slug}, {"data", data}})
}

// AddRelease implements policies.Record.
func (tx *Tx) AddRelease(r standards.Release) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	n, err := tx.db.file.Insert("releases", table.Row{{"id", r.ID}, {"rule_set", r.RuleSetID}, {"number", r.Number},
		{"at", table.Millis(tx.stamp.At)}, {"data", data}})
	if err != nil {
		return err
	}
	return tx.exec(`INSERT OR IGNORE INTO release_instruments (instrument, release)
		SELECT value, ? FROM json_each(?)`, n, table.JSONList(r.Instruments))
}
