package policies

import (
	"time"

	"github.com/ewtp/entente/standards"
)

// A Subject is what an action is about. It is made by one of the functions below, which
// take all that the action looks at, so that nothing that was forgotten denies without
// a word. These are about what:
//
//	OnDocument: readDocument, editDocument, answerOffer, holdConsultation, comment, disposeComment, openBallot, adoptDocument, repealInstrument, agreeToSuccession
//	OnRevision: readRevision
//	OnComment: readComment, readReceipt, replyToComment, endorseComment, withdrawComment, disownComment, discloseComment, redactComment, disposeComment, reanchorComment
//	OnMark: undo
//	OnAnchor: undo
//	OnConsultation: comment
//	OnBallot: castPosition
//	OnPosition: readPosition
//	OnDraft: draftComment, readCommentDraft
//	OnOrganisation: readMembers, readInvitations, leaveOrganisation, readCommentDraft, declareSize
//	OnMembersOf: manageMembers, closeOrganisation
//	OnMember: readMembers, endSessions
//	OnInvitation: acceptInvitation
//	OnInvitationOf: revokeInvitation, confirmInvitation, acceptInvitation
//	OnFilter: keepOwnList, readFilter
//	OnRuleSet: correctRuleSet
//	NewOrganisation: registerOrganisation
//	NewDocument: proposeDocument
//	Nothing: keepOwnList, attachFile, publishRelease, import, eraseEntry, clearUploads
type Subject struct {
	document     *Document
	revision     int // number
	consultation *Consultation
	comment      *Comment
	ballot       *Ballot
	now          time.Time
	kind         standards.Kind // of a document to be proposed

	organisation string           // whose people, draft or position it is about, by ID
	chamber      OrganisationKind // of that organisation; "" is taken for the secretariat, which the fewest may touch
	member       *Member
	invitation   *Invitation
	filter       *SavedFilter
	ruleSet      *standards.RuleSet
}

// Nothing is the subject of actions that are about nothing but the registry, or the
// actor itself.
var Nothing Subject

// OnDocument is about a document.
func OnDocument(d *Document) Subject { return Subject{document: d} }

// OnRevision is about the revision of a document that has a number.
func OnRevision(d *Document, number int) Subject { return Subject{document: d, revision: number} }

// OnComment is about a comment on a document.
func OnComment(d *Document, c *Comment) Subject { return Subject{document: d, comment: c} }

// OnMark is about an editorial mark on a change of a document.
func OnMark(d *Document, m *EditorialMark) Subject {
	return Subject{document: d, organisation: m.OrganisationID}
}

// OnAnchor is about where a comment on a document was put.
func OnAnchor(d *Document, c *Comment, a *Anchor) Subject {
	return Subject{document: d, comment: c, organisation: a.OrganisationID}
}

// OnConsultation is about a comment to be made in a consultation on a document, which
// may take comments of some only.
func OnConsultation(d *Document, k *Consultation) Subject {
	return Subject{document: d, consultation: k}
}

// OnBallot is about a position to be taken in a ballot on a document.
func OnBallot(d *Document, b *Ballot) Subject { return Subject{document: d, ballot: b} }

// OnPosition is about an organisation's position in a ballot on a document, which may
// be secret before the ballot has closed.
func OnPosition(d *Document, b *Ballot, organisationID string, now time.Time) Subject {
	return Subject{document: d, ballot: b, organisation: organisationID, now: now}
}

// OnDraft is about a comment on a document that an organisation prepares.
func OnDraft(d *Document, organisationID string) Subject {
	return Subject{document: d, organisation: organisationID}
}

// OnOrganisation is about what is an organisation's own: its people, the invitations to
// it, and the comments it prepares.
func OnOrganisation(id string) Subject { return Subject{organisation: id} }

// OnMembersOf is about the members of an organisation of a kind. Where the kind isn't
// known, it is taken for the secretariat.
func OnMembersOf(organisationID string, kind OrganisationKind) Subject {
	return Subject{organisation: organisationID, chamber: kind}
}

// OnMember is about one member; nil where there is none.
func OnMember(m *Member) Subject {
	if m == nil {
		return Nothing
	}
	return Subject{organisation: m.OrganisationID, member: m}
}

// OnInvitation is about an invitation for whom it is to; nil where there is none.
func OnInvitation(i *Invitation) Subject { return Subject{invitation: i} }

// OnInvitationOf is about an invitation to an organisation of a kind; nil where there is
// none. Where the kind isn't known, it is taken for the secretariat.
func OnInvitationOf(i *Invitation, kind OrganisationKind) Subject {
	return Subject{invitation: i, chamber: kind}
}

// OnFilter is about a saved filter.
func OnFilter(f *SavedFilter) Subject { return Subject{filter: f} }

// OnRuleSet is about a rule set.
func OnRuleSet(s *standards.RuleSet) Subject { return Subject{ruleSet: s} }

// NewOrganisation is about an organisation of a kind that is to be registered.
func NewOrganisation(kind OrganisationKind) Subject { return Subject{chamber: kind} }

// NewDocument is about a document of a kind that is to be proposed.
func NewDocument(kind standards.Kind) Subject { return Subject{kind: kind} }
