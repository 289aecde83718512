package standards

import "time"

// A RuleSet is a named collection of instruments for hubs.
type RuleSet struct {
	ID             string // TypeID "rst_…"
	Slug           string // its name in URLs: lower-case letters, digits and hyphens
	Title          string
	Description    string
	OrganisationID string // who keeps it
	CreatedAt      time.Time
	Releases       int    // how many were published; the latest release's number
	LatestDigest   string // digest of the latest release's manifest, "" before the first

	CorrectedAt time.Time // when its title or description was put right last, zero if never
	Correction  string    // why
}

// A Release is an immutable, numbered, signed state of a rule set.
type Release struct {
	ID          string // TypeID "rel_…"
	RuleSetID   string
	Number      int // from 1, without gaps
	PublishedAt time.Time
	ValidUntil  time.Time
	Note        string
	Digest      string   // SHA-256 of Manifest, "sha256:" and lower-case hexadecimal
	Manifest    []byte   // canonical bytes
	Signature   string   // compact JWS with detached payload over Manifest, ES256
	Instruments []string // instrument IDs, in manifest order
	Seq         int64    // its entry in the ledger
}
