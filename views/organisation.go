package views

import (
	"context"
	"slices"
	"strings"
	"time"

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

// SessionsEnded is until when the sessions of each policies.SessionKey have ended;
// those of which nothing is known are left out. It is one look-up by primary key each.
func (db *DB) SessionsEnded(ctx context.Context, keys []string) (map[string]time.Time, error) {
	return facts{run: db.run(ctx)}.sessionsEnded(keys)
}

// Invitations returns those of the IDs that exist and whose content the actor may
// see: those to an organisation whose invitations it sees.
func (db *DB) Invitations(ctx context.Context, a policies.Actor, ids []string) (map[string]policies.Invitation, error) {
	all, err := byID[policies.Invitation](db.run(ctx),
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
	all, err := byID[policies.Invitation](db.run(ctx),
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
	s := selection{columns: "i.data", from: "invitations i"}
	s.and(`i.organisation = ? AND ?`, organisationID, seesInvitations(a, organisationID))
	return pageOf(db.run(ctx), s, order{tag: "invitation", keys: []key{{"i.n", number}}, desc: true}, p, fromJSON[policies.Invitation])
}

// InvitationsFor lists the invitations that the actor itself could accept at now by
// its verified e-mail address, oldest first.
func (db *DB) InvitationsFor(ctx context.Context, a policies.Actor, now time.Time) ([]policies.Invitation, error) {
	list, err := facts{run: db.run(ctx)}.InvitationsTo(policies.EmailKey(a.Email))
	return slices.DeleteFunc(list, func(i policies.Invitation) bool {
		return i.State(now) != policies.StateOpen ||
			policies.May(a, policies.Accepting, policies.OnInvitation(&i)) != nil
	}), err
}
