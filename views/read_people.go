package views

import (
	"context"
	"strings"

	"github.com/ewtp/entente/policies"
)

// Organisations returns those of the IDs that exist.
func (db *DB) Organisations(ctx context.Context, ids []string) (map[string]policies.Organisation, error) {
	return byID[policies.Organisation](db.run(ctx),
		`SELECT o.id, o.data FROM json_each(?) j CROSS JOIN organisations o ON o.id = j.value`, ids)
}

// An OrganisationFilter narrows a list of organisations; what is empty doesn't.
type OrganisationFilter struct {
	Kinds []policies.OrganisationKind // any of these
	Name  string                      // how the name begins, in whatever case
}

// OrganisationList lists organisations by name.
func (db *DB) OrganisationList(ctx context.Context, f OrganisationFilter, p Page) (List[policies.Organisation], error) {
	s := selection{columns: "o.data", from: "organisations o"}
	if len(f.Kinds) > 0 {
		s.and(`o.kind IN (SELECT value FROM json_each(?))`, jsonList(f.Kinds))
	}
	if f.Name != "" {
		prefix := strings.ToLower(f.Name)
		s.and(`o.folded >= ? AND o.folded < ?`, prefix, prefix+"\U0010FFFF")
	}
	o := order{tag: "organisation", keys: []key{{"o.folded", text}, {"o.n", number}}}
	return pageOf(db.run(ctx), s, o, p, fromJSON[policies.Organisation])
}

// OrganisationByName finds an organisation by its exact name; policies.ErrNotFound
// where there is none.
func (db *DB) OrganisationByName(ctx context.Context, name string) (policies.Organisation, error) {
	return facts{run: db.run(ctx)}.OrganisationByName(name)
}

// Members returns those of the IDs that exist, removed ones too.
func (db *DB) Members(ctx context.Context, ids []string) (map[string]policies.Member, error) {
	return byID[policies.Member](db.run(ctx),
		`SELECT m.id, m.data FROM json_each(?) j CROSS JOIN members m ON m.id = j.value`, ids)
}

// MemberList lists the present members of an organisation, oldest first.
func (db *DB) MemberList(ctx context.Context, organisationID string, p Page) (List[policies.Member], error) {
	s := selection{columns: "m.data", from: "members m"}
	s.and(`m.organisation = ? AND m.present`, organisationID)
	return pageOf(db.run(ctx), s, order{tag: "member", keys: []key{{"m.n", number}}}, p, fromJSON[policies.Member])
}

// Memberships lists the present memberships of a person, oldest first.
func (db *DB) Memberships(ctx context.Context, issuer, subject string) ([]policies.Member, error) {
	return facts{run: db.run(ctx)}.Memberships(issuer, subject)
}
