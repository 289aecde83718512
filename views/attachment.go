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
	return tx.insert("uploads", table.Row{{"organisation", u.OrganisationID}, {"digest", u.Digest}, {"data", data}})
}

func (f facts) Upload(organisationID, digest string) (policies.Upload, error) {
	return decodeOne[policies.Upload](f.run,
		`SELECT data FROM uploads WHERE digest = ? AND organisation = ? ORDER BY n DESC LIMIT 1`, digest, organisationID)
}
