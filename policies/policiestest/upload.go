package policiestest

import (
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
)

// A Naming is that a comment, as it was submitted, or an open draft has a file.
type Naming struct{ By, OrganisationID, Digest string }

// name notes which files a comment or a draft has by now.
func (m *Memory) name(by, organisation string, files []policies.Attachment) {
	m.All.Named = slices.DeleteFunc(m.All.Named, func(n Naming) bool { return n.By == by })
	for _, a := range files {
		m.All.Named = append(m.All.Named, Naming{by, organisation, a.Digest})
	}
}

// Named says whether a comment, though it was redacted since, or an open draft has a file.
func (m *Memory) Named(digest string) bool {
	return slices.ContainsFunc(m.All.Named, func(n Naming) bool { return n.Digest == digest })
}

func (m *Memory) IdleUploads(until time.Time, limit int) ([]policies.Upload, error) {
	idle := filter(m.All.Uploads, func(u *policies.Upload) bool {
		return u.ClearedAt.IsZero() && !u.At.After(until) &&
			!slices.ContainsFunc(m.All.Named, func(n Naming) bool { return n.OrganisationID == u.OrganisationID && n.Digest == u.Digest })
	})
	return idle[:min(limit, len(idle))], nil
}

func (m *Memory) FileHolders(digest string) (n int, err error) {
	for _, u := range m.All.Uploads {
		if u.Digest == digest && u.ClearedAt.IsZero() {
			n++
		}
	}
	for _, by := range m.All.Named {
		if by.Digest == digest {
			n++
		}
	}
	return n, nil
}

func (m *Memory) StoredBytes(ownerID, besides string) (n int64, err error) {
	counted := map[string]bool{besides: true}
	for _, u := range m.All.Uploads {
		if (u.OrganisationID == ownerID || u.MemberID == ownerID) && u.ClearedAt.IsZero() && !counted[u.Digest] {
			counted[u.Digest] = true
			n += u.Size
		}
	}
	return n, nil
}

func (m *Memory) ClearUpload(id string, at time.Time) error {
	for i := range m.All.Uploads {
		if m.All.Uploads[i].ID == id {
			m.All.Uploads[i].ClearedAt = at
		}
	}
	return nil
}

func (m *Memory) FileGoing(digest string) (bool, error) {
	return slices.ContainsFunc(m.All.Clearings, func(c policies.Clearing) bool { return slices.Contains(c.Files, digest) }), nil
}

func (m *Memory) Clearing(id string) (policies.Clearing, error) {
	return find(m.All.Clearings, func(c *policies.Clearing) bool { return c.ID == id })
}

func (m *Memory) AddClearing(c policies.Clearing) error {
	m.All.Clearings = append(m.All.Clearings, c)
	return nil
}

func (m *Memory) EndClearing(id string) error {
	m.All.Clearings = slices.DeleteFunc(m.All.Clearings, func(c policies.Clearing) bool { return c.ID == id })
	return nil
}
