package views

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutInvitation implements policies.Record.
func (tx *Tx) PutInvitation(i policies.Invitation) error {
	data, err := table.Encode(i)
	if err != nil {
		return err
	}
	return tx.upsert("invitations", "id", table.Row{{"id", i.ID}, {"organisation", i.OrganisationID},
		{"key", i.Key()}, {"inviter", i.InvitedBy}, {"confirmer", i.ConfirmedBy}, {"pending", i.Pending()},
		{"unconfirmed", i.Pending() && i.Second && i.ConfirmedAt.IsZero()}, {"data", data}})
}

func (f facts) Invitation(id string) (policies.Invitation, error) {
	return decodeOne[policies.Invitation](f.run, `SELECT data FROM invitations WHERE id = ?`, id)
}

func (f facts) InvitationsTo(key string) ([]policies.Invitation, error) {
	return table.DecodeAll[policies.Invitation](f.run, `SELECT data FROM invitations WHERE key = ? AND pending ORDER BY n`, key)
}

func (f facts) InvitationsInto(organisationID string) ([]policies.Invitation, error) {
	return table.DecodeAll[policies.Invitation](f.run, `SELECT data FROM invitations WHERE organisation = ? AND pending ORDER BY n`, organisationID)
}

func (f facts) InvitationsBy(memberID string) ([]policies.Invitation, error) {
	if memberID == "" {
		return nil, nil
	}
	return table.DecodeAll[policies.Invitation](f.run, `SELECT data FROM invitations WHERE n IN (
		SELECT n FROM invitations WHERE inviter = ?1 AND pending UNION SELECT n FROM invitations WHERE confirmer = ?1 AND pending) ORDER BY n`, memberID)
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
		if !policies.Allowed(a, policies.Accepting, policies.OnInvitation(&i)) {
			delete(all, id)
		}
	}
	return all, err
}

func seesInvitations(a policies.Actor, organisationID string) bool {
	return policies.Allowed(a, policies.ReadingInvitations, policies.OnOrganisation(organisationID))
}

// InvitationList lists the invitations to an organisation, newest first, whatever
// became of them; none to an actor who may not see them.
func (db *DB) InvitationList(ctx context.Context, a policies.Actor, organisationID string, p Page) (List[policies.Invitation], error) {
	s := table.Selection{From: "invitations i"}
	s.And(`i.organisation = ? AND ?`, organisationID, seesInvitations(a, organisationID))
	return pageOf(db.file.Read(ctx), s, table.Descending("invitation", table.Number("i.n")), p, table.FromJSON[policies.Invitation]("i.data"))
}

// InvitationsFor lists the invitations that the actor itself could accept at now, by who it
// is and by its verified e-mail address, oldest first.
func (db *DB) InvitationsFor(ctx context.Context, a policies.Actor, now time.Time) ([]policies.Invitation, error) {
	return All(func(p Page) (List[policies.Invitation], error) { return db.OfferList(ctx, a, now, p) })
}

// OfferList is InvitationsFor, page by page.
func (db *DB) OfferList(ctx context.Context, a policies.Actor, now time.Time, p Page) (List[policies.Invitation], error) {
	f := facts{run: db.file.Read(ctx)}
	s := table.Selection{From: "invitations i"}
	s.And(`i.key IN (SELECT value FROM json_each(?)) AND i.pending`, table.JSONList(a.Keys()))
	var failed error
	l, err := pageWhere(f.run, s, table.Ascending("offer", table.Number("i.n")), p, table.FromJSON[policies.Invitation]("i.data"),
		func(i policies.Invitation) (policies.Invitation, bool) {
			err := i.Acceptable(a, now, f)
			var refused *policies.Error
			if err != nil && !errors.As(err, &refused) {
				failed = errors.Join(failed, err)
			}
			return i, err == nil && policies.Allowed(a, policies.Accepting, policies.OnInvitation(&i))
		})
	return l, errors.Join(err, failed)
}
