package policies

import (
	"strings"

	"github.com/ewtp/entente/policies/campaign"
)

// A Campaign is a group of two or more comments on a document that say the same: see
// package campaign for what that means and how they are found. It is no entry in the ledger
// but a way to read the comments there: each of them counts, and gets its disposition
// alone or with the others, by [DisposeComments].
type Campaign struct {
	ID         string // TypeID "cpg_…": see [CampaignID]
	DocumentID string
	SampleID   string // the first comment of its kind, with which the others are compared
	Size       int    // comments in it, the sample and those withdrawn since included
	Adding     int    // of these, those that add words to the sample's
}

// CampaignID is the ID of the group of which a comment is the sample.
func CampaignID(sampleID string) string {
	return string(PrefixCampaign) + "_" + strings.TrimPrefix(sampleID, string(PrefixComment)+"_")
}

// CampaignSample is the ID of the comment that stands for a group, "" for what is no
// group's ID.
func CampaignSample(id string) string {
	rest, ok := strings.CutPrefix(id, string(PrefixCampaign)+"_")
	if !ok {
		return ""
	}
	return string(PrefixComment) + "_" + rest
}

// CampaignWords are the words by which a comment is found to repeat others. A
// confidential comment is in no group: to say that it is like another would say what it says.
func CampaignWords(c *Comment) []campaign.Word { return campaign.Words(c.Text, c.Replacement) }

// CampaignFacts are what decisions may ask of campaigns.
type CampaignFacts interface {
	// Campaign returns a group of two comments or more.
	Campaign(id string) (Campaign, error)
}
