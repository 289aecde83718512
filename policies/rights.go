package policies

import (
	"slices"
	"time"

	"github.com/ewtp/entente/standards"
)

// An Action is something that somebody may or may not do.
type Action string

const (
	ReadingDocument Action = "readDocument"
	ReadingRevision Action = "readRevision"
	Registering     Action = "registerOrganisation"
	ManagingMembers Action = "manageMembers" // admit, invite, give a role, remove
	ReadingMembers  Action = "readMembers"   // names, issuers, subjects

	ReadingInvitations Action = "readInvitations"
	Revoking           Action = "revokeInvitation"
	Accepting          Action = "acceptInvitation"
	Leaving            Action = "leaveOrganisation"
	EndingSessions     Action = "endSessions"

	Attending     Action = "keepOwnList" // save and delete filters, mark answers as seen: a member's own
	ReadingFilter Action = "readFilter"

	OpeningBallot   Action = "openBallot"
	Casting         Action = "castPosition"
	ReadingPosition Action = "readPosition" // where an organisation stands in a ballot

	Proposing   Action = "proposeDocument"
	Editing     Action = "editDocument" // commit revisions, share, mark editorial, withdraw
	Consulting  Action = "holdConsultation"
	Commenting  Action = "comment"
	Withdrawing Action = "withdrawComment"
	Endorsing   Action = "endorseComment"
	Disposing   Action = "disposeComment"

	Reanchoring Action = "reanchorComment"

	ReadingComment Action = "readComment" // all of it, where it is confidential too
	ReadingReceipt Action = "readReceipt" // a comment's salt and payload
	Replying       Action = "replyToComment"
	Redacting      Action = "redactComment"
	Disowning      Action = "disownComment"
	ReadingDraft   Action = "readCommentDraft"
	Drafting       Action = "draftComment" // and edit, submit, discard what colleagues drafted
	Attaching      Action = "attachFile"

	Adopting  Action = "adoptDocument"
	Repealing Action = "repealInstrument"
	Releasing Action = "publishRelease" // and create rule sets
	Importing Action = "import"
	Erasing   Action = "eraseEntry"
)

// Actions are all actions, in the order of docs/rights.md.
var Actions = []Action{
	ReadingDocument, ReadingRevision, Endorsing, Registering, ManagingMembers, ReadingMembers, ReadingInvitations,
	Revoking, Accepting, Leaving, EndingSessions, Attending, ReadingFilter, Proposing, Editing, Consulting, Commenting, Withdrawing, Disposing, Reanchoring,
	ReadingComment, ReadingReceipt, Replying, Redacting, Disowning, ReadingDraft, Drafting, Attaching,
	OpeningBallot, Casting, ReadingPosition, Adopting, Repealing, Releasing, Importing, Erasing,
}

// A Subject is what an action is about; only the fields that the action looks at are set.
type Subject struct {
	Document *Document
	Revision int // number of a revision of Document, for ReadingRevision
	Comment  *Comment
	Ballot   *Ballot        // one on Document, for Casting and ReadingPosition
	Now      time.Time      // for ReadingPosition: before the close it may be secret
	Kind     standards.Kind // for Proposing

	// Organisation is whose people, draft or position it is about, by ID, and Chamber what it is, also
	// of one to be registered. Where nothing is said of the chamber it is taken for
	// the secretariat's, which the fewest may touch.
	Organisation string
	Chamber      OrganisationKind
	Member       *Member     // whom ReadingMembers and EndingSessions are about, where it is one
	Invitation   *Invitation // for Revoking and Accepting; nil where there is none

	Consultation *Consultation // on Document, for Commenting in it
	Filter       *SavedFilter  // for ReadingFilter, and for Attending where it is about one
}

// May is the only judge of rights: nil, or an *Error with code UNAUTHENTICATED,
// FORBIDDEN, or NOT_FOUND for what the actor may not even know of. It is pure and
// total, and what it does not allow is denied.
func May(a Actor, action Action, s Subject) error {
	if allowed(a, action, s) {
		return nil
	}
	switch {
	case s.Document != nil && action != ReadingDocument && action != ReadingRevision && !allowed(a, ReadingDocument, s),
		action == ReadingDocument, action == ReadingRevision:
		return hidden()
	case action == Accepting || action == Revoking:
		return noInvitation(a)
	case a.Known() && s.Filter != nil && (action == Attending || action == ReadingFilter):
		return &Error{Code: NotFound, Message: "there is no such filter, or none that is yours"}
	case action == Commenting && s.Consultation != nil && !s.Consultation.Takes(a) && a.speaks():
		return &Error{Code: Forbidden, Message: "the consultation takes comments of those whom it asks only, and your organisation isn't among them"}
	case !a.Known():
		return &Error{Code: Unauthenticated, Message: "sign in first"}
	}
	return &Error{Code: Forbidden, Message: "your organisation or role doesn't allow " + string(action)}
}

// hidden is the one answer for a document that does not exist and for one that the
// actor may not know of.
func hidden() error {
	return &Error{Code: NotFound, Message: "there is no such document, or none that you may see"}
}

// noInvitation is the one answer for an invitation that does not exist and for one
// that is not the actor's to accept or to take back.
func noInvitation(a Actor) error {
	if !a.Known() {
		return &Error{Code: Unauthenticated, Message: "sign in first"}
	}
	return &Error{Code: NotFound, Message: "there is no such invitation, or none that is yours"}
}

func allowed(a Actor, action Action, s Subject) bool {
	if a.ReadOnly && !slices.Contains(reading, action) {
		return false
	}
	speaks := a.speaks()
	secretariat := a.Chamber == Secretariat && speaks || a.Operator
	sponsor := speaks && a.OrganisationID != "" && s.Document != nil && slices.Contains(s.Document.Sponsors, a.OrganisationID)
	switch action {
	case ReadingDocument:
		return s.Document != nil && (s.Document.Public() || insider(a, s.Document))
	case ReadingRevision:
		return s.Document != nil && (s.Document.PublicRevision(s.Revision) || insider(a, s.Document))
	case Releasing:
		return secretariat
	case Registering:
		return oversees(a, s.Chamber)
	case ManagingMembers:
		return oversees(a, s.Chamber) || ownAdmin(a, s.Organisation)
	case Revoking:
		return s.Invitation != nil && (oversees(a, s.Chamber) || ownAdmin(a, s.Invitation.OrganisationID))
	case ReadingMembers:
		return secretariat || a.member() && a.OrganisationID == s.Organisation || s.Member != nil && a.is(*s.Member)
	case ReadingInvitations:
		return secretariat || ownAdmin(a, s.Organisation)
	case Accepting:
		return s.Invitation != nil && s.Invitation.For(a)
	case Leaving:
		return a.member() && a.OrganisationID == s.Organisation
	case EndingSessions:
		return a.Operator || a.member() && a.Chamber == Secretariat && a.Role == Admin || s.Member != nil && a.is(*s.Member)
	case Attending:
		return a.member() && (s.Filter == nil || s.Filter.MemberID == a.MemberID)
	case ReadingFilter:
		return a.member() && s.Filter != nil && s.Filter.MemberID == a.MemberID
	case Proposing:
		return speaks && maySponsor(a.Chamber, s.Kind)
	case Editing, Disposing, Reanchoring:
		return sponsor
	case Consulting, OpeningBallot:
		return sponsor || secretariat && s.Document != nil
	case Commenting:
		return speaks && a.OrganisationID != "" && slices.Contains(commenters, a.Chamber) && s.Document != nil &&
			allowed(a, ReadingDocument, s) && (s.Consultation == nil || s.Consultation.Takes(a))
	case Withdrawing:
		return speaks && s.Comment != nil && a.OrganisationID != "" && s.Comment.OrganisationID == a.OrganisationID &&
			(s.Document == nil || allowed(a, ReadingDocument, s))
	case ReadingComment:
		return s.Comment != nil && allowed(a, ReadingDocument, s) && (!s.Comment.Confidential || confidant(a, s))
	case ReadingReceipt:
		return s.Comment != nil && allowed(a, ReadingComment, s) &&
			(own(a, s.Comment.OrganisationID) || !s.Comment.Confidential && s.Comment.RedactedAt.IsZero() && confidant(a, s))
	case Replying:
		return allowed(a, Commenting, s) && allowed(a, ReadingComment, s)
	case Redacting:
		return secretariat && s.Comment != nil && s.Document != nil
	case Disowning:
		return s.Comment != nil && ownAdmin(a, s.Comment.OrganisationID) && allowed(a, ReadingDocument, s)
	case ReadingDraft:
		return own(a, s.Organisation)
	case Drafting:
		return own(a, s.Organisation) && allowed(a, Commenting, s)
	case Attaching:
		return speaks && a.OrganisationID != "" && slices.Contains(commenters, a.Chamber)
	case Endorsing:
		return s.Comment != nil && s.Comment.OrganisationID != a.OrganisationID && allowed(a, Commenting, s) && allowed(a, ReadingComment, s)
	case Casting:
		return speaks && a.member() && has(s.Ballot, a) && s.Document != nil && allowed(a, ReadingDocument, s)
	case ReadingPosition:
		return s.Ballot != nil && s.Document != nil && allowed(a, ReadingDocument, s) &&
			(s.Ballot.Shows(s.Now) || a.member() && a.OrganisationID == s.Organisation && has(s.Ballot, a))
	case Adopting, Repealing:
		return sponsor && maySponsor(a.Chamber, s.Document.Kind)
	case Importing, Erasing:
		return a.Operator
	}
	return false
}

// reading are the actions that change nothing.
var reading = []Action{ReadingDocument, ReadingRevision, ReadingMembers, ReadingInvitations, ReadingComment, ReadingReceipt, ReadingDraft,
	ReadingFilter, ReadingPosition}

// own says whether the actor belongs to that organisation, or acts for it.
func own(a Actor, organisationID string) bool {
	return organisationID != "" && a.OrganisationID == organisationID && (a.member() || a.Operator)
}

// confidant says whether a is told a confidential comment: its organisation, the
// document's sponsors and the secretariat are.
func confidant(a Actor, s Subject) bool {
	return a.Operator || a.member() && (a.Chamber == Secretariat || a.OrganisationID == s.Comment.OrganisationID ||
		slices.Contains(s.Document.Sponsors, a.OrganisationID))
}

// has says whether the actor's organisation has a voice in a ballot.
func has(b *Ballot, a Actor) bool {
	if b == nil {
		return false
	}
	_, ok := b.Elector(a.OrganisationID)
	return ok
}

// oversees says whether the actor brings organisations of a chamber in and answers
// for their people. The secretariat's delegates do that for everybody but the
// secretariat itself: else any of them could make an admin of the secretariat, of
// itself too, or found a second secretariat for it.
func oversees(a Actor, chamber OrganisationKind) bool {
	switch {
	case a.Operator:
		return true
	case a.Chamber != Secretariat || !a.speaks():
		return false
	}
	return a.Role == Admin || chamber == Government || chamber == Business || chamber == HubOperator
}

// ownAdmin says whether the actor is an admin of that organisation.
func ownAdmin(a Actor, organisationID string) bool {
	return a.member() && a.Role == Admin && a.OrganisationID == organisationID
}

// commenters take part in the argument; the secretariat keeps its record and stays out.
var commenters = []OrganisationKind{Government, Business, HubOperator}

// maySponsor: a regulation is sponsored by a government; a standard or best
// practice by governments and businesses alike.
func maySponsor(chamber OrganisationKind, kind standards.Kind) bool {
	switch chamber {
	case Government:
		return kind.Letter() != ""
	case Business:
		return kind == standards.Standard || kind == standards.BestPractice
	}
	return false
}

// insider says whether a reads a document's drafts: its sponsors, those they
// invite, and the secretariat.
func insider(a Actor, d *Document) bool {
	if a.Operator || a.member() && a.Chamber == Secretariat {
		return true
	}
	return a.member() &&
		(slices.Contains(d.Sponsors, a.OrganisationID) || slices.Contains(d.Readers, a.OrganisationID))
}
