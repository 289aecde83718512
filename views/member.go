package views

import (
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
)

// Organisation implements policies.Facts.
func (tx *Tx) Organisation(id string) (policies.Organisation, error) {
	return cached(&tx.db.cache.organisations, id, tx.facts.Organisation)
}

// cached asks the cache, then load, and keeps what that found.
func cached[V any](o *overlay[string, V], id string, load func(string) (V, error)) (V, error) {
	if v, ok := o.get(id); ok {
		return v, nil
	}
	v, err := load(id)
	if err == nil {
		o.put(id, v)
	}
	return v, err
}

// PutOrganisation implements policies.Record.
func (tx *Tx) PutOrganisation(o policies.Organisation) error {
	data, err := encode(o)
	if err != nil {
		return err
	}
	tx.db.cache.organisations.put(o.ID, o)
	return tx.exec(`INSERT INTO organisations (id, kind, name, folded, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, folded = excluded.folded,
		data = excluded.data`, o.ID, string(o.Kind), o.Name, strings.ToLower(o.Name), data)
}

// PutMember implements policies.Record.
func (tx *Tx) PutMember(m policies.Member) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO members (id, organisation, issuer, subject, present, admin, data) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, issuer = excluded.issuer,
		subject = excluded.subject, present = excluded.present, admin = excluded.admin, data = excluded.data`,
		m.ID, m.OrganisationID, m.Issuer, m.Subject, m.Present(), m.Role == policies.Admin, data)
}

// PutInvitation implements policies.Record.
func (tx *Tx) PutInvitation(i policies.Invitation) error {
	data, err := encode(i)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO invitations (id, organisation, address, pending, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, address = excluded.address,
		pending = excluded.pending, data = excluded.data`,
		i.ID, i.OrganisationID, policies.EmailKey(i.Email), i.Pending(), data)
}

// EndSessions implements policies.Record.
func (tx *Tx) EndSessions(key string, before, at time.Time) error {
	if err := tx.exec(`DELETE FROM sessions_ended WHERE expires <= ?`, at.UnixMilli()); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO sessions_ended (key, before, expires) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET before = max(before, excluded.before), expires = max(expires, excluded.expires)`,
		key, before.UnixMilli(), policies.SessionsForgottenAt(before, at).UnixMilli())
}
