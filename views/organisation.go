package views

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Organisations returns those of the IDs that exist.
func (db *DB) Organisations(ctx context.Context, ids []string) (map[string]policies.Organisation, error) {
	return table.ByID[policies.Organisation](db.file.Read(ctx),
		`SELECT o.id, o.data FROM json_each(?) j CROSS JOIN organisations o ON o.id = j.value`, ids)
}

// An OrganisationFilter narrows a list of organisations; what is empty doesn't.
type OrganisationFilter struct {
	Kinds []policies.OrganisationKind // any of these
	Name  string                      // how the name begins, in whatever case
}

// OrganisationList lists organisations by name.
func (db *DB) OrganisationList(ctx context.Context, f OrganisationFilter, p Page) (List[policies.Organisation], error) {
	s := table.Selection{From: "organisations o"}
	if len(f.Kinds) > 0 {
		s.And(`o.kind IN (SELECT value FROM json_each(?))`, table.JSONList(f.Kinds))
	}
	if f.Name != "" {
		prefix := strings.ToLower(f.Name)
		s.And(`o.folded >= ? AND o.folded < ?`, prefix, prefix+"\U0010FFFF")
	}
	o := table.Ascending("organisation", table.Text("o.folded"), table.Number("o.n"))
	return pageOf(db.file.Read(ctx), s, o, p, table.FromJSON[policies.Organisation]("o.data"))
}

// OrganisationByName finds an organisation by its exact name; policies.ErrNotFound
// where there is none.
func (db *DB) OrganisationByName(ctx context.Context, name string) (policies.Organisation, error) {
	return facts{run: db.file.Read(ctx)}.OrganisationByName(name)
}

// Members returns those of the IDs that exist, removed ones too.
func (db *DB) Members(ctx context.Context, ids []string) (map[string]policies.Member, error) {
	return table.ByID[policies.Member](db.file.Read(ctx),
		`SELECT m.id, m.data FROM json_each(?) j CROSS JOIN members m ON m.id = j.value`, ids)
}

// MemberList lists the present members of an organisation, oldest first.
func (db *DB) MemberList(ctx context.Context, organisationID string, p Page) (List[policies.Member], error) {
	s := table.Selection{From: "members m"}
	s.And(`m.organisation = ? AND m.present`, organisationID)
	return pageOf(db.file.Read(ctx), s, table.Ascending("member", table.Number("m.n")), p, table.FromJSON[policies.Member]("m.data"))
}

// Memberships lists the present memberships of a person, oldest first.
func (db *DB) Memberships(ctx context.Context, issuer, subject string) ([]policies.Member, error) {
	return facts{run: db.file.Read(ctx)}.Memberships(issuer, subject)
}

// SessionsEnded is until when the sessions of each policies.SessionKey have ended;
// those of which nothing is known are left out. It is one look-up by primary key each.
func (db *DB) SessionsEnded(ctx context.Context, keys []string) (map[string]time.Time, error) {
	return facts{run: db.file.Read(ctx)}.sessionsEnded(keys)
}

// Invitations returns those of the IDs that exist and whose content the actor may
// see: those to an organisation whose invitations it sees.
func (db *DB) Invitations(ctx context.Context, a policies.Actor, ids []string) (map[string]policies.Invitation, error) {
	all, err := table.ByID[policies.Invitation](db.file.Read(ctx),
		`SELECT i.id, i.data FROM json_each(?) j CROSS JOIN invitations i ON i.id = j.value`, ids)
	for id, i := range all {
		if !seesInvitations(a, i.OrganisationID) {
			delete(all, id)
		}
	}
	return all, err
}

// Offers returns those of the IDs that are to the actor itself, who could accept them.
func (db *DB) Offers(ctx context.Context, a policies.Actor, ids []string) (map[string]policies.Invitation, error) {
	all, err := table.ByID[policies.Invitation](db.file.Read(ctx),
		`SELECT i.id, i.data FROM json_each(?) j CROSS JOIN invitations i ON i.id = j.value`, ids)
	for id, i := range all {
		if policies.May(a, policies.Accepting, policies.OnInvitation(&i)) != nil {
			delete(all, id)
		}
	}
	return all, err
}

func seesInvitations(a policies.Actor, organisationID string) bool {
	return policies.May(a, policies.ReadingInvitations, policies.OnOrganisation(organisationID)) == nil
}

// InvitationList lists the invitations to an organisation, newest first, whatever
// became of them; none to an actor who may not see them.
func (db *DB) InvitationList(ctx context.Context, a policies.Actor, organisationID string, p Page) (List[policies.Invitation], error) {
	s := table.Selection{From: "invitations i"}
	s.And(`i.organisation = ? AND ?`, organisationID, seesInvitations(a, organisationID))
	return pageOf(db.file.Read(ctx), s, table.Descending("invitation", table.Number("i.n")), p, table.FromJSON[policies.Invitation]("i.data"))
}

// InvitationsFor lists the invitations that the actor itself could accept at now by
// its verified e-mail address, oldest first.
func (db *DB) InvitationsFor(ctx context.Context, a policies.Actor, now time.Time) ([]policies.Invitation, error) {
	list, err := facts{run: db.file.Read(ctx)}.InvitationsTo(policies.EmailKey(a.Email))
	return slices.DeleteFunc(list, func(i policies.Invitation) bool {
		return i.State(now) != policies.StateOpen ||
			policies.May(a, policies.Accepting, policies.OnInvitation(&i)) != nil
	}), err
}
