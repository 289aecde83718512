package policies

import (
	"slices"
	"strings"
)

// A Reason says why an actor may not do something: it is told beside [Forbidden], so that
// people learn whom to ask and programs needn't read the message.
type Reason string

// The reasons. A cell of docs/rights.md that says no names one.
const (
	NoMember            Reason = "NO_MEMBER"            // the person belongs to no organisation here
	OrganisationUnnamed Reason = "ORGANISATION_UNNAMED" // it belongs to several and named none, or one that it has lost
	MembershipEnded     Reason = "MEMBERSHIP_ENDED"     // it belongs to that organisation no more
	TakesNoPart         Reason = "ORGANISATION_CLOSED"  // the organisation was closed
	LentReading         Reason = "READ_ONLY"            // its token lends reading and no more
	WrongRole           Reason = "ROLE"                 // another role in the same organisation may
	NotSponsor          Reason = "SPONSORS"             // the document's sponsors may
	NotAsked            Reason = "AUDIENCE"             // the consultation takes comments of others only
	NoVoice             Reason = "ELECTORATE"           // the organisation has no voice in the ballot
	NotConfidant        Reason = "CONFIDENCE"           // the comment wasn't told to it
	OtherOrganisation   Reason = "OTHER_ORGANISATION"   // the organisation that it is about may
	OwnComment          Reason = "OWN_COMMENT"          // anybody may but who wrote it
	WrongKind           Reason = "ORGANISATION_KIND"    // organisations of another kind may
	SecondPerson        Reason = "SECOND_PERSON"        // it takes somebody else than who began it
	OperatorOnly        Reason = "OPERATOR"             // whoever operates the registry may
	Nobody              Reason = "NOBODY"               // the thing is none that anybody may do this with
)

// Reasons are all reasons.
var Reasons = []Reason{NoMember, OrganisationUnnamed, MembershipEnded, TakesNoPart, LentReading, WrongRole, NotSponsor, NotAsked, NoVoice, NotConfidant,
	OtherOrganisation, OwnComment, WrongKind, SecondPerson, OperatorOnly, Nobody}

// remedies say, to people, what whoever is refused for a reason can do about it; "" where the refusal itself names
// who may.
var remedies = map[Reason]string{
	NoMember:            "an admin of an organisation may invite you",
	OrganisationUnnamed: "",
	MembershipEnded:     "act for another organisation of yours, or have one of its admins invite you again",
	TakesNoPart:         "",
	LentReading:         "use one that lends writing (the scope entente:write)",
	WrongRole:           "",
	NotSponsor:          "",
	NotAsked:            "another organisation that it asks may say it",
	NoVoice:             "who has one was fixed when it opened",
	NotConfidant:        "whoever made it may disclose it to you",
	OtherOrganisation:   "",
	OwnComment:          "others may endorse it",
	WrongKind:           "",
	SecondPerson:        "another member may do that",
	OperatorOnly:        "",
	Nobody:              "",
}

// errForbidden is a refusal with a reason, and what to do about it.
func errForbidden(reason Reason, message string) *Error {
	if remedy := remedies[reason]; remedy != "" {
		message += ": " + remedy
	}
	return &Error{Code: Forbidden, Reason: reason, Message: message}
}

// errDenied explains why an actor may not. It asks the judge itself who may instead:
// whoever differs from the actor in one thing and is allowed says what the thing is.
// So no right has its reason written a second time.
func errDenied(a Actor, action Action, s Subject) *Error {
	lent := a
	lent.ReadOnly = false
	switch {
	case a.ReadOnly && Allowed(lent, action, s):
		return errForbidden(LentReading, "the token lends reading and no more")
	case !a.Operator && !a.isMember():
		return errForbidden(NoMember, "you belong to no organisation here that may do that")
	case action == Endorsing && s.comment != nil && s.comment.OrganisationID == a.OrganisationID:
		return errForbidden(OwnComment, "it is your own organisation's comment")
	case lent.mayAs(Delegate, action, s):
		return errForbidden(WrongRole, "an observer reads and no more: a delegate or an admin of your organisation may do that")
	case lent.mayAs(Admin, action, s):
		return errForbidden(WrongRole, "only an admin of your organisation may do that")
	}
	if e := errAside(lent, action, s); e != nil {
		return e
	}
	return errOfOthers(lent, action, s)
}

// mayAs says whether the actor would be allowed in another role.
func (a Actor) mayAs(r Role, action Action, s Subject) bool {
	a.Role = r
	return Allowed(a, action, s)
}

// errAside explains what keeps an organisation out of a single consultation, ballot or
// comment, that may do the like elsewhere.
func errAside(a Actor, action Action, s Subject) *Error {
	without := s
	switch {
	case action == Commenting && s.consultation != nil && !s.consultation.Takes(a):
		if without.consultation = nil; a.mayAs(Delegate, action, without) {
			return errForbidden(NotAsked, "the consultation takes comments of those whom it asks only, and your organisation isn't among them")
		}
	case action == Casting && s.ballot != nil && !isElector(s.ballot, a):
		return errForbidden(NoVoice, "your organisation has no voice in this ballot")
	case s.comment != nil && s.comment.Confidential:
		open := *s.comment
		open.Confidential = false
		if without.comment = &open; a.mayAs(Delegate, action, without) {
			return errForbidden(NotConfidant, "the comment was made in confidence, and not told to your organisation")
		}
	}
	return nil
}

// errOfOthers names the others who may.
func errOfOthers(a Actor, action Action, s Subject) *Error {
	var who []string
	var reason Reason
	add := func(r Reason, words ...string) {
		if reason == "" {
			reason = r
		}
		who = append(who, words...)
	}
	// Whoever sponsors it isn't told that sponsors may: it is another one of them.
	if s.document != nil && !slices.Contains(s.document.Sponsors, a.OrganisationID) && slices.ContainsFunc(s.document.Sponsors, func(id string) bool { return kindsAllowed(a, id, action, s) != nil }) {
		add(NotSponsor, "the document's sponsors")
	}
	if slices.ContainsFunc(s.about(), func(id string) bool { return id != a.OrganisationID && kindsAllowed(a, id, action, s) != nil }) {
		add(OtherOrganisation, "the organisation that it is about")
	}
	for _, k := range kindsAllowed(a, a.OrganisationID, action, s) {
		add(WrongKind, kindsInWords[k])
	}
	switch {
	case len(who) > 0:
	case Allowed(Operator, action, s):
		add(OperatorOnly, "whoever operates the registry")
	case a.Operator:
		add(NoMember, "members of an organisation")
	default:
		return errForbidden(Nobody, "nobody may do that with it")
	}
	return errForbidden(reason, "only "+joinOr(who)+" may do that")
}

// kindsAllowed returns the kinds of which an organisation with that ID would be allowed.
func kindsAllowed(a Actor, organisationID string, action Action, s Subject) (kinds []OrganisationKind) {
	a.OrganisationID = organisationID
	for _, a.Chamber = range OrganisationKinds {
		if a.mayAs(Admin, action, s) {
			kinds = append(kinds, a.Chamber)
		}
	}
	return kinds
}

// about are the organisations whose own the subject is: those in question.
func (s Subject) about() (ids []string) {
	if s.organisation != "" {
		ids = append(ids, s.organisation)
	}
	if s.comment != nil {
		ids = append(ids, s.comment.OrganisationID)
	}
	if s.ruleSet != nil {
		ids = append(ids, s.ruleSet.OrganisationID)
	}
	if s.document != nil {
		ids = append(ids, s.document.Offered...)
	}
	return ids
}

// kindsInWords are the kinds as people call them.
var kindsInWords = map[OrganisationKind]string{Government: "a government", Business: "a business", HubOperator: "a hub operator", Secretariat: "the secretariat"}

// joinOr joins a list as a sentence does.
func joinOr(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}
