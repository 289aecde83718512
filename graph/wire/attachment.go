package wire

import (
	"net/url"

	"github.com/ewtp/entente/policies"
)

// An Attachment is a file of a comment or of a draft.
type Attachment struct {
	policies.Attachment
	Of string // ID of the comment or draft
}

// MediaType returns its media type, by its content.
func (a *Attachment) MediaType() string { return a.Type }

// Path returns the path on this server.
func (a *Attachment) Path() string { return "/attachments/" + url.PathEscape(a.Of) + "/" + a.Digest }
