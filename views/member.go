package views

import (
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Organisation implements policies.Facts.
func (tx *Tx) Organisation(id string) (policies.Organisation, error) {
	return tx.db.cache.organisations.Load(id, tx.facts.Organisation)
}

// PutOrganisation implements policies.Record.
func (tx *Tx) PutOrganisation(o policies.Organisation) error {
	data, err := table.Encode(o)
	if err != nil {
		return err
	}
	tx.db.cache.organisations.Put(o.ID, o)
	return tx.upsert("organisations", "id", table.Row{{"id", o.ID}, {"kind", string(o.Kind)}, {"name", o.Name},
		{"folded", strings.ToLower(o.Name)}, {"data", data}})
}

// PutMember implements policies.Record.
func (tx *Tx) PutMember(m policies.Member) error {
	data, err := table.Encode(m)
	if err != nil {
		return err
	}
	return tx.upsert("members", "id", table.Row{{"id", m.ID}, {"organisation", m.OrganisationID}, {"issuer", m.Issuer},
		{"subject", m.Subject}, {"present", m.Present()}, {"admin", m.Role == policies.Admin}, {"data", data}})
}

// PutInvitation implements policies.Record.
func (tx *Tx) PutInvitation(i policies.Invitation) error {
	data, err := table.Encode(i)
	if err != nil {
		return err
	}
	return tx.upsert("invitations", "id", table.Row{{"id", i.ID}, {"organisation", i.OrganisationID},
		{"address", policies.EmailKey(i.Email)}, {"pending", i.Pending()}, {"data", data}})
}

// EndSessions implements policies.Record.
func (tx *Tx) EndSessions(key string, before, at time.Time) error {
	if err := tx.exec(`DELETE FROM sessions_ended WHERE expires <= ?`, table.Millis(at)); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO sessions_ended (key, before, expires) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET before = max(before, excluded.before), expires = max(expires, excluded.expires)`,
		key, table.Millis(before), table.Millis(policies.SessionsForgottenAt(before, at)))
}
