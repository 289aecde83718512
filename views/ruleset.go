package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// PutRuleSet implements policies.Record.
func (tx *Tx) PutRuleSet(s standards.RuleSet) error {
	data, err := table.Encode(s)
	if err != nil {
		return err
	}
	if err := tx.upsert("rule_sets", "id", table.Row{{"id", s.ID}, {"slug", s.Slug}, {"key", policies.NameKey(s.Title)}, {"data", data}}); err != nil {
		return err
	}
	return tx.addHistory(s.ID, data)
}

func (f facts) RuleSet(id string) (standards.RuleSet, error) {
	return decodeOne[standards.RuleSet](f.run, `SELECT data FROM rule_sets WHERE id = ?`, id)
}

func (f facts) RuleSetBySlug(slug string) (standards.RuleSet, error) {
	return decodeOne[standards.RuleSet](f.run, `SELECT data FROM rule_sets WHERE slug = ? ORDER BY n LIMIT 1`, slug)
}

func (f facts) RuleSetByTitle(title string) (standards.RuleSet, error) {
	return decodeOne[standards.RuleSet](f.run, `SELECT data FROM rule_sets WHERE key = ? ORDER BY n LIMIT 1`, policies.NameKey(title))
}

// RuleSets returns those of the IDs that exist.
func (db *DB) RuleSets(ctx context.Context, ids []string) (map[string]standards.RuleSet, error) {
	return table.ByID[standards.RuleSet](db.file.Read(ctx),
		`SELECT s.id, s.data FROM json_each(?) j CROSS JOIN rule_sets s ON s.id = j.value`, ids)
}

// RuleSet finds a rule set as it was known at asOf, as it is known now for a zero asOf;
// policies.ErrNotFound where there is, or was, none.
func (db *DB) RuleSet(ctx context.Context, id string, asOf time.Time) (standards.RuleSet, error) {
	if asOf.IsZero() {
		return facts{run: db.file.Read(ctx)}.RuleSet(id)
	}
	return decodeOne[standards.RuleSet](db.file.Read(ctx), `SELECT h.data FROM rule_sets s CROSS JOIN history h ON h.id = s.id
		WHERE s.id = ? AND h.at <= ? ORDER BY h.entry DESC LIMIT 1`, id, table.Millis(asOf))
}

// RuleSetBySlug finds one likewise by its name in URLs.
func (db *DB) RuleSetBySlug(ctx context.Context, slug string, asOf time.Time) (standards.RuleSet, error) {
	set, err := facts{run: db.file.Read(ctx)}.RuleSetBySlug(slug)
	if err != nil || asOf.IsZero() {
		return set, err
	}
	return db.RuleSet(ctx, set.ID, asOf)
}

// RuleSetList lists rule sets by slug.
func (db *DB) RuleSetList(ctx context.Context, p Page) (List[standards.RuleSet], error) {
	o := table.Ascending("ruleset", table.Text("s.slug"), table.Number("s.n"))
	return pageOf(db.file.Read(ctx), table.Selection{From: "rule_sets s"}, o, p, table.FromJSON[standards.RuleSet]("s.data"))
}
