package policies

import "fmt"

// How many bytes of files may be kept where nothing is configured.
const (
	DefaultMemberBytes       = 1 << 30
	DefaultOrganisationBytes = 10 << 30
)

// checkRoom refuses a file for which whoever uploads it, or its organisation, has no room
// left. Every file that wasn't cleared counts, once, those that comments name too.
func (r Rules) checkRoom(a Actor, f Facts, c AttachFile) error {
	for _, q := range []struct {
		owner, who string
		most       int64
	}{
		{a.MemberID, "you", configured(r.MemberBytes, DefaultMemberBytes)},
		{a.OrganisationID, "your organisation", configured(r.OrganisationBytes, DefaultOrganisationBytes)},
	} {
		if q.owner == "" {
			continue
		}
		used, err := f.StoredBytes(q.owner, c.Digest)
		if err != nil {
			return fmt.Errorf("couldn't count the bytes that are kept: %w", err)
		}
		if c.Size > q.most-used {
			return errConflict("file", "is %d bytes long, for which there is no room: %s may have %d bytes of files here, and %d are used", c.Size, q.who, q.most, used)
		}
	}
	return nil
}
