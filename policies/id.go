package policies

import "strings"

// A Prefix is the type of a TypeID: what stands before its underscore.
type Prefix string

// The prefixes of all IDs.
const (
	PrefixOrganisation Prefix = "org"
	PrefixMember       Prefix = "mem"
	PrefixInvitation   Prefix = "inv"
	PrefixSession      Prefix = "ses"
	PrefixFilter       Prefix = "flt"
	PrefixSeen         Prefix = "see"
	PrefixDocument     Prefix = "doc"
	PrefixRevision     Prefix = "rev"
	PrefixConsultation Prefix = "csn"
	PrefixComment      Prefix = "cmt"
	PrefixCampaign     Prefix = "cpg"
	PrefixReply        Prefix = "rpl"
	PrefixCommentDraft Prefix = "dft"
	PrefixUpload       Prefix = "att"
	PrefixClearing     Prefix = "clr"
	PrefixCover        Prefix = "cov"
	PrefixBallot       Prefix = "bal"
	PrefixInstrument   Prefix = "ins"
	PrefixRuleSet      Prefix = "rst"
	PrefixRelease      Prefix = "rel"
	PrefixCommand      Prefix = "cmd"
)

// Prefixes says what the IDs of each prefix name.
var Prefixes = map[Prefix]string{
	PrefixOrganisation: "an organisation",
	PrefixMember:       "a member",
	PrefixInvitation:   "an invitation",
	PrefixSession:      "the end of sessions",
	PrefixFilter:       "a saved filter",
	PrefixSeen:         "up to when a member has read",
	PrefixDocument:     "a document",
	PrefixRevision:     "a revision",
	PrefixConsultation: "a consultation",
	PrefixComment:      "a comment",
	PrefixCampaign:     "a campaign of comments",
	PrefixReply:        "a reply to a comment",
	PrefixCommentDraft: "a comment in preparation",
	PrefixUpload:       "a file that was uploaded",
	PrefixClearing:     "the end of uploads that nothing named",
	PrefixCover:        "nothing: it stands in a statement for what that doesn't tell",
	PrefixBallot:       "a ballot",
	PrefixInstrument:   "an instrument",
	PrefixRuleSet:      "a rule set",
	PrefixRelease:      "a release of a rule set",
	PrefixCommand:      "a command that came without a key of its own",
}

// PrefixOf is the prefix of a TypeID, "" where it is none of ours.
func PrefixOf(id string) Prefix {
	p, _, _ := strings.Cut(id, "_")
	if _, ok := Prefixes[Prefix(p)]; !ok {
		return ""
	}
	return Prefix(p)
}
