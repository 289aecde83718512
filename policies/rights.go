package policies

import (
	"slices"

	"github.com/ewtp/entente/standards"
)

// An Action is something that somebody may or may not do.
type Action string

const (
	ReadingDocument Action = "readDocument"
	ReadingRevision Action = "readRevision"
	Registering     Action = "registerOrganisation"
	ManagingMembers Action = "manageMembers" // invite, give a role, remove; correct the organisation
	DeclaringSize   Action = "declareSize"
	ClosingDown     Action = "closeOrganisation" // and merge it into another, or that into it
	ReadingMembers  Action = "readMembers"       // names, issuers, subjects

	ReadingInvitations Action = "readInvitations"
	Revoking           Action = "revokeInvitation"
	Confirming         Action = "confirmInvitation"
	Accepting          Action = "acceptInvitation"
	Leaving            Action = "leaveOrganisation"
	EndingSessions     Action = "endSessions"

	Attending     Action = "keepOwnList" // save and delete filters, mark dispositions as seen: a member's own
	ReadingFilter Action = "readFilter"

	OpeningBallot   Action = "openBallot"   // and cancel it, and close it early
	Casting         Action = "castPosition" // and clear a blocking one
	ReadingPosition Action = "readPosition" // of an organisation, in a ballot

	Proposing      Action = "proposeDocument"
	Editing        Action = "editDocument"     // commit revisions, correct, propose terms, put forward, share, mark editorial, withdraw
	AnsweringOffer Action = "answerOffer"      // to sponsor a document: accept or decline
	Consulting     Action = "holdConsultation" // and cancel it
	Commenting     Action = "comment"
	Withdrawing    Action = "withdrawComment"
	Endorsing      Action = "endorseComment"
	Disposing      Action = "disposeComment"

	Reanchoring Action = "reanchorComment"
	Undoing     Action = "undo" // an editorial mark, a re-anchoring

	ReadingComment Action = "readComment" // all of it, where it is confidential too
	ReadingReceipt Action = "readReceipt" // a comment's salt, cause and payload
	Replying       Action = "replyToComment"
	Redacting      Action = "redactComment" // and a reply to it
	Disowning      Action = "disownComment"
	Disclosing     Action = "discloseComment" // a confidential one, to a sponsor that came later
	ReadingDraft   Action = "readCommentDraft"
	Drafting       Action = "draftComment" // and edit, submit, discard what colleagues drafted
	Attaching      Action = "attachFile"

	Adopting             Action = "adoptDocument"
	Repealing            Action = "repealInstrument"
	AgreeingToSuccession Action = "agreeToSuccession" // of a document to an instrument, and take that back
	Releasing            Action = "publishRelease"    // and create rule sets
	CorrectingRuleSet    Action = "correctRuleSet"
	Importing            Action = "import"
	Erasing              Action = "eraseEntry"
	Sweeping             Action = "clearUploads"
)

// Actions are all actions, in the order of docs/rights.md.
var Actions = []Action{
	ReadingDocument, ReadingRevision, Endorsing, Registering, ManagingMembers, DeclaringSize, ClosingDown, ReadingMembers, ReadingInvitations,
	Revoking, Confirming, Accepting, Leaving, EndingSessions, Attending, ReadingFilter, Proposing, Editing, AnsweringOffer, Consulting, Commenting, Withdrawing, Disposing, Reanchoring, Undoing,
	ReadingComment, ReadingReceipt, Replying, Redacting, Disowning, Disclosing, ReadingDraft, Drafting, Attaching,
	OpeningBallot, Casting, ReadingPosition, Adopting, Repealing, AgreeingToSuccession, Releasing, CorrectingRuleSet, Importing, Erasing, Sweeping,
}

// May is the only judge of rights: nil, or an *Error with code UNAUTHENTICATED,
// FORBIDDEN, or NOT_FOUND for what the actor may not even know of. It is pure and
// total, and what it does not allow is denied.
func May(a Actor, action Action, s Subject) error {
	if Allowed(a, action, s) {
		return nil
	}
	switch {
	case s.document != nil && action != ReadingDocument && action != ReadingRevision && !Allowed(a, ReadingDocument, s),
		action == ReadingDocument, action == ReadingRevision:
		return errHiddenDocument()
	case action == Accepting || action == Revoking || action == Confirming:
		return errNoInvitation(a)
	case a.Known() && s.filter != nil && (action == Attending || action == ReadingFilter):
		return &Error{Code: NotFound, Message: "there is no such filter, or none that is yours"}
	case !a.Known():
		return &Error{Code: Unauthenticated, Message: "sign in first"}
	}
	return errDenied(a, action, s)
}

// errHiddenDocument is the one refusal for a document that does not exist and for one that the
// actor may not know of.
func errHiddenDocument() error {
	return &Error{Code: NotFound, Message: "there is no such document, or none that you may see"}
}

// errNoInvitation is the one refusal for an invitation that does not exist and for one
// that is not the actor's to accept or to take back.
func errNoInvitation(a Actor) error {
	if !a.Known() {
		return &Error{Code: Unauthenticated, Message: "sign in first"}
	}
	return &Error{Code: NotFound, Message: "there is no such invitation, or none that is yours"}
}

// Allowed is [May] for whoever needs no refusal to show: it doesn't look for the reason. Each action is known to one of the three.
func Allowed(a Actor, action Action, s Subject) bool {
	if a.ReadOnly && !slices.Contains(readingActions, action) {
		return false
	}
	return isAllowedOnPeople(a, action, s) || isAllowedOnDocument(a, action, s) || isAllowedOnComment(a, action, s)
}

// isAllowedOnPeople decides on organisations, members and what is a member's own.
func isAllowedOnPeople(a Actor, action Action, s Subject) bool {
	switch action {
	case Registering:
		return overseesChamber(a, s.chamber)
	case ManagingMembers:
		return overseesChamber(a, s.chamber) || isAdminOf(a, s.organisation)
	case DeclaringSize:
		return isAdminOf(a, s.organisation)
	case ClosingDown:
		return s.chamber != Secretariat && s.chamber != "" && (isSecretariat(a) || isAdminOf(a, s.organisation))
	case Revoking:
		return s.invitation != nil && (overseesChamber(a, s.chamber) || isAdminOf(a, s.invitation.OrganisationID))
	case Confirming:
		return s.invitation != nil && overseesChamber(a, s.chamber)
	case ReadingMembers:
		return isSecretariat(a) || a.isMember() && a.OrganisationID == s.organisation || s.member != nil && a.isPerson(*s.member)
	case ReadingInvitations:
		return isSecretariat(a) || isAdminOf(a, s.organisation)
	case Accepting:
		return s.invitation != nil && s.invitation.For(a)
	case Leaving:
		return a.isMember() && a.OrganisationID == s.organisation
	case EndingSessions:
		return a.Operator || a.isMember() && a.Chamber == Secretariat && a.Role == Admin || s.member != nil && a.isPerson(*s.member)
	case Attending:
		return a.isMember() && (s.filter == nil || s.filter.MemberID == a.MemberID)
	case ReadingFilter:
		return a.isMember() && s.filter != nil && s.filter.MemberID == a.MemberID
	}
	return false
}

// isAllowedOnDocument decides on documents, ballots and what is adopted, released or kept.
func isAllowedOnDocument(a Actor, action Action, s Subject) bool {
	switch action {
	case ReadingDocument:
		return s.document != nil && (s.document.Public() || isInsider(a, s.document))
	case ReadingRevision:
		return s.document != nil && (s.document.PublicRevision(s.revision) || isInsider(a, s.document))
	case Proposing:
		return a.maySpeak() && maySponsor(a.Chamber, s.kind)
	case Editing:
		return isSponsor(a, s.document)
	case Disposing, Reanchoring:
		return isSponsor(a, s.document) && (s.comment == nil || Allowed(a, ReadingComment, s)) ||
			action == Disposing && isSecretariat(a) && s.document != nil && s.comment != nil && s.comment.isToldNobody(s.document)
	case Undoing:
		return isSponsor(a, s.document) && s.organisation != "" && (s.comment == nil || Allowed(a, ReadingComment, s)) &&
			(s.organisation == a.OrganisationID || !slices.Contains(s.document.Sponsors, s.organisation))
	case Consulting, OpeningBallot:
		return isSponsor(a, s.document) || isSecretariat(a) && s.document != nil
	case Casting:
		return a.maySpeak() && a.isMember() && isElector(s.ballot, a) && s.document != nil && Allowed(a, ReadingDocument, s)
	case ReadingPosition:
		return s.ballot != nil && s.document != nil && Allowed(a, ReadingDocument, s) &&
			(s.ballot.Shows(s.now) || a.isMember() && a.OrganisationID == s.organisation && isElector(s.ballot, a))
	case AnsweringOffer:
		return a.maySpeak() && a.OrganisationID != "" && s.document != nil && slices.Contains(s.document.Offered, a.OrganisationID) &&
			maySponsor(a.Chamber, s.document.Kind)
	case Adopting, Repealing, AgreeingToSuccession:
		return isSponsor(a, s.document) && maySponsor(a.Chamber, s.document.Kind)
	case Releasing:
		return isSecretariat(a)
	case CorrectingRuleSet:
		return isSecretariat(a) && s.ruleSet != nil && (a.Operator || s.ruleSet.OrganisationID == "" || s.ruleSet.OrganisationID == a.OrganisationID)
	case Importing, Erasing, Sweeping:
		return a.Operator
	}
	return false
}

// isAllowedOnComment decides on comments, and on drafts and files that become part of them.
func isAllowedOnComment(a Actor, action Action, s Subject) bool {
	commenter := a.maySpeak() && a.OrganisationID != "" && slices.Contains(commenterKinds, a.Chamber)
	switch action {
	case Commenting:
		return commenter && s.document != nil && Allowed(a, ReadingDocument, s) && (s.consultation == nil || s.consultation.Takes(a))
	case Attaching:
		return commenter
	case Withdrawing, Disclosing:
		return a.maySpeak() && s.comment != nil && a.OrganisationID != "" && s.comment.OrganisationID == a.OrganisationID &&
			(s.document == nil || Allowed(a, ReadingDocument, s))
	case ReadingComment:
		return s.comment != nil && Allowed(a, ReadingDocument, s) && (!s.comment.Confidential || isConfidant(a, s))
	case ReadingReceipt:
		return s.comment != nil && Allowed(a, ReadingComment, s) && (isOwnOrganisation(a, s.comment.OrganisationID) ||
			!s.comment.Confidential && s.comment.RedactedAt.IsZero() && isConfidant(a, s))
	case Replying:
		return Allowed(a, Commenting, s) && Allowed(a, ReadingComment, s)
	case Redacting:
		return isSecretariat(a) && s.comment != nil && s.document != nil
	case Disowning:
		return s.comment != nil && isAdminOf(a, s.comment.OrganisationID) && Allowed(a, ReadingDocument, s)
	case ReadingDraft:
		return isOwnOrganisation(a, s.organisation)
	case Drafting:
		return isOwnOrganisation(a, s.organisation) && Allowed(a, Commenting, s)
	case Endorsing:
		return s.comment != nil && s.comment.OrganisationID != a.OrganisationID && Allowed(a, Commenting, s) && Allowed(a, ReadingComment, s)
	}
	return false
}

// isSecretariat says whether the actor speaks for the secretariat, or operates the registry.
func isSecretariat(a Actor) bool { return a.Chamber == Secretariat && a.maySpeak() || a.Operator }

// isSponsor says whether the actor speaks for a sponsor of a document.
func isSponsor(a Actor, d *Document) bool {
	return a.maySpeak() && a.OrganisationID != "" && d != nil && slices.Contains(d.Sponsors, a.OrganisationID)
}

// readingActions are the actions that change nothing.
var readingActions = []Action{ReadingDocument, ReadingRevision, ReadingMembers, ReadingInvitations, ReadingComment, ReadingReceipt, ReadingDraft,
	ReadingFilter, ReadingPosition}

// isOwnOrganisation says whether the actor belongs to that organisation, or acts for it.
func isOwnOrganisation(a Actor, organisationID string) bool {
	return organisationID != "" && a.OrganisationID == organisationID && (a.isMember() || a.Operator)
}

// isConfidant says whether a is told a confidential comment: its organisation is, the
// secretariat, and those of the document's sponsors that it was told to. A comment that
// isn't confidential was told to all of them.
func isConfidant(a Actor, s Subject) bool {
	return a.Operator || a.isMember() && (a.Chamber == Secretariat || a.OrganisationID == s.comment.OrganisationID ||
		slices.Contains(s.document.Sponsors, a.OrganisationID) && (!s.comment.Confidential || slices.Contains(s.comment.Confidants, a.OrganisationID)))
}

// isElector says whether the actor's organisation has a voice in a ballot.
func isElector(b *Ballot, a Actor) bool {
	if b == nil {
		return false
	}
	_, ok := b.Elector(a.OrganisationID)
	return ok || len(b.inherited(a.OrganisationID)) > 0
}

// overseesChamber says whether the actor brings organisations of a chamber in and answers
// for their people. The secretariat's delegates do that for everybody but the
// secretariat itself: else any of them could make an admin of the secretariat, of
// itself too, or found a second secretariat for it.
func overseesChamber(a Actor, chamber OrganisationKind) bool {
	switch {
	case a.Operator:
		return true
	case a.Chamber != Secretariat || !a.maySpeak():
		return false
	}
	return a.Role == Admin || chamber == Government || chamber == Business || chamber == HubOperator
}

// isAdminOf says whether the actor is an admin of that organisation.
func isAdminOf(a Actor, organisationID string) bool {
	return a.isMember() && a.Role == Admin && a.OrganisationID == organisationID
}

// commenterKinds take part in the argument; the secretariat keeps its record and stays out.
var commenterKinds = []OrganisationKind{Government, Business, HubOperator}

// maySponsor says whether an organisation may sponsor a document by their kinds: a
// regulation is sponsored by governments, a standard or best practice by governments
// and businesses alike.
func maySponsor(chamber OrganisationKind, kind standards.Kind) bool {
	switch chamber {
	case Government:
		return kind.Letter() != ""
	case Business:
		return kind == standards.Standard || kind == standards.BestPractice
	}
	return false
}

// isInsider says whether a reads a document's drafts: its sponsors, those that are
// offered to sponsor it, those they invite, and the secretariat.
func isInsider(a Actor, d *Document) bool {
	if a.Operator || a.isMember() && a.Chamber == Secretariat {
		return true
	}
	return a.isMember() && slices.ContainsFunc([][]string{d.Sponsors, d.Offered, d.Readers},
		func(list []string) bool { return slices.Contains(list, a.OrganisationID) })
}
