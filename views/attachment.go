package views

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddUpload implements policies.Record.
func (tx *Tx) AddUpload(u policies.Upload) error {
	data, err := table.Encode(u)
	if err != nil {
		return err
	}
	if err := tx.countStored(&u, u.Size); err != nil {
		return err
	}
	err = tx.insert("uploads", table.Row{{"id", u.ID}, {"organisation", u.OrganisationID}, {"member", u.MemberID}, {"digest", u.Digest},
		{"size", u.Size}, {"at", table.Millis(u.At)}, {"kept", true}, {"idle", false}, {"data", data}})
	if err != nil {
		return err
	}
	return tx.weighIdle(u.OrganisationID, u.Digest)
}

func (f facts) Upload(organisationID, digest string) (policies.Upload, error) {
	return decodeOne[policies.Upload](f.run,
		`SELECT data FROM uploads WHERE digest = ? AND organisation = ? ORDER BY n DESC LIMIT 1`, digest, organisationID)
}

// nameFiles notes which files a comment or a draft of an organisation has by now. What
// a comment had when it was submitted it keeps.
func (tx *Tx) nameFiles(by, organisation string, files []policies.Attachment) error {
	var had []string
	digest := ""
	err := table.Each(tx.run, `SELECT digest FROM named_files WHERE named_by = ?`, []any{by}, []any{&digest}, func() error {
		had = append(had, digest)
		return nil
	})
	if err != nil || len(had)+len(files) == 0 {
		return err
	}
	if err := tx.exec(`DELETE FROM named_files WHERE named_by = ?`, by); err != nil {
		return err
	}
	for _, a := range files {
		if err := tx.insert("named_files", table.Row{{"digest", a.Digest}, {"organisation", organisation}, {"named_by", by}}); err != nil {
			return err
		}
		had = append(had, a.Digest)
	}
	for _, digest := range had {
		if err := tx.weighIdle(organisation, digest); err != nil {
			return err
		}
	}
	return nil
}

// weighIdle says anew of an organisation's uploads of a file whether nothing names it.
func (tx *Tx) weighIdle(organisation, digest string) error {
	return tx.exec(`UPDATE uploads SET idle = kept AND NOT EXISTS (SELECT 1 FROM named_files f WHERE f.digest = uploads.digest AND f.organisation = uploads.organisation)
		WHERE digest = ? AND organisation = ?`, digest, organisation)
}

// countStored adds a file's bytes to those of an upload's member and organisation, unless
// another upload of theirs has it.
func (tx *Tx) countStored(u *policies.Upload, bytes int64) error {
	for column, owner := range map[string]string{"organisation": u.OrganisationID, "member": u.MemberID} {
		if owner == "" {
			continue
		}
		err := tx.exec(`INSERT INTO stored_bytes (owner, bytes) SELECT ?1, ?2
			WHERE NOT EXISTS (SELECT 1 FROM uploads WHERE digest = ?3 AND kept AND `+column+` = ?1)
			ON CONFLICT (owner) DO UPDATE SET bytes = bytes + excluded.bytes`, owner, bytes, u.Digest)
		if err != nil {
			return err
		}
	}
	return nil
}

func (f facts) StoredBytes(ownerID, besides string) (n int64, err error) {
	err = one(f.run, `SELECT coalesce((SELECT bytes FROM stored_bytes WHERE owner = ?1), 0) - coalesce((SELECT size FROM uploads
		WHERE digest = ?2 AND kept AND (organisation = ?1 OR member = ?1) ORDER BY n LIMIT 1), 0)`, []any{ownerID, besides}, &n)
	return n, err
}
