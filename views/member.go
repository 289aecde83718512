package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutMember implements policies.Record.
func (tx *Tx) PutMember(m policies.Member) error {
	data, err := table.Encode(m)
	if err != nil {
		return err
	}
	tx.people = true
	err = tx.upsert("members", "id", table.Row{{"id", m.ID}, {"organisation", m.OrganisationID}, {"issuer", m.Issuer},
		{"subject", m.Subject}, {"present", m.Present()}, {"speaks", m.Speaks()}, {"admin", m.Role == policies.Admin}, {"data", data}})
	if err != nil {
		return err
	}
	return tx.addHistory(m.ID, data)
}

func (f facts) Member(id string) (policies.Member, error) {
	return decodeOne[policies.Member](f.run, `SELECT data FROM members WHERE id = ?`, id)
}

func (f facts) Memberships(issuer, subject string) ([]policies.Member, error) {
	return table.DecodeAll[policies.Member](f.run,
		`SELECT data FROM members WHERE issuer = ? AND subject = ? AND present ORDER BY n`, issuer, subject)
}

func (f facts) MembersOf(organisationID string) ([]policies.Member, error) {
	return table.DecodeAll[policies.Member](f.run, `SELECT data FROM members WHERE organisation = ? AND present ORDER BY n`, organisationID)
}

func (f facts) MembershipEnded(organisationID, issuer, subject string) (last time.Time, err error) {
	had, err := table.DecodeAll[policies.Member](f.run,
		`SELECT data FROM members WHERE issuer = ? AND subject = ? AND organisation = ? AND NOT present`, issuer, subject, organisationID)
	for _, m := range had {
		if m.RemovedAt.After(last) {
			last = m.RemovedAt
		}
	}
	return last, err
}

func (f facts) LastSpoken(organisationID string) (last time.Time, err error) {
	gone, err := table.DecodeAll[policies.Member](f.run, `SELECT data FROM members WHERE organisation = ? AND NOT present`, organisationID)
	for _, m := range gone {
		if m.Spoke() && m.RemovedAt.After(last) {
			last = m.RemovedAt
		}
	}
	return last, err
}

func (f facts) Headcount(organisationID string) (admins, members int, err error) {
	return admins, members, one(f.run, `SELECT coalesce(sum(admin), 0), count(*) FROM members WHERE organisation = ? AND present`,
		[]any{organisationID}, &admins, &members)
}

// MembershipsEver lists the IDs of all memberships that a person has and had, oldest first.
func (tx *Tx) MembershipsEver(issuer, subject string) (ids []string, err error) {
	var id string
	err = table.Each(tx.run, `SELECT id FROM members WHERE issuer = ? AND subject = ? ORDER BY n`, []any{issuer, subject}, []any{&id}, func() error {
		ids = append(ids, id)
		return nil
	})
	return ids, err
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

// MembershipList is Memberships, page by page.
func (db *DB) MembershipList(ctx context.Context, issuer, subject string, p Page) (List[policies.Member], error) {
	s := table.Selection{From: "members m"}
	s.And(`m.issuer = ? AND m.subject = ? AND m.present`, issuer, subject)
	return pageOf(db.file.Read(ctx), s, table.Ascending("membership", table.Number("m.n")), p, table.FromJSON[policies.Member]("m.data"))
}

// Memberships lists the present memberships of a person, oldest first.
func (db *DB) Memberships(ctx context.Context, issuer, subject string) ([]policies.Member, error) {
	return facts{run: db.file.Read(ctx)}.Memberships(issuer, subject)
}
