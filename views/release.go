package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

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

func (f facts) Release(ruleSetID string, number int) (standards.Release, error) {
	return decodeOne[standards.Release](f.run,
		`SELECT data FROM releases WHERE rule_set = ? AND number = ? ORDER BY n LIMIT 1`, ruleSetID, number)
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

// ReleaseList lists the releases of a rule set, or of all for "", newest first; with asOf those
// that were published by then.
func (db *DB) ReleaseList(ctx context.Context, ruleSetID string, asOf time.Time, p Page) (List[standards.Release], error) {
	s := table.Selection{From: "releases r"}
	o := table.Descending("releases", table.Number("r.n"))
	if ruleSetID != "" {
		s.And(`r.rule_set = ?`, ruleSetID)
		o = table.Descending("release", table.Number("r.number"), table.Number("r.n"))
	}
	if !asOf.IsZero() {
		s.And(`r.at <= ?`, table.Millis(asOf))
	}
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[standards.Release]("r.data"))
}

// InstrumentReleases lists the releases that carry instruments, newest first; with asOf those that
// were published by then: the same page of each, in one statement. Instruments that no release carries are absent.
func (db *DB) InstrumentReleases(ctx context.Context, instrumentIDs []string, asOf time.Time, p Page) (map[string]List[standards.Release], error) {
	o := table.Descending("carrying", table.Number("x.release"))
	var s table.Selection
	s.And(`x.instrument = j.value`)
	limit, direction, err := bound(o, &s, p)
	if err != nil {
		return nil, err
	}
	var id string
	var at int64
	var release standards.Release
	query := `SELECT j.value, r.n, r.data FROM json_each(?) j CROSS JOIN releases r ON r.n IN (
		SELECT x.release FROM release_instruments x CROSS JOIN releases y ON y.n = x.release AND y.at <= ? WHERE ` + s.Conditions() + ` ORDER BY x.release` + direction + ` LIMIT ?)
		ORDER BY j.key, r.n` + direction
	args := slices.Concat([]any{table.JSONList(instrumentIDs), table.MillisOrMax(asOf)}, s.Args, []any{limit})
	return table.PagesOf(db.file.Read(ctx), query, args, []any{&id, &at, table.JSON(&release)}, p,
		func() string { return id },
		func() (standards.Release, string, error) { return release, o.Cursor(at), nil })
}
