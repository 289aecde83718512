package views

import (
	"context"

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
	return tx.upsert("rule_sets", "id", table.Row{{"id", s.ID}, {"slug", s.Slug}, {"key", policies.NameKey(s.Title)}, {"data", data}})
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
