package policies

import (
	"errors"
	"strings"
	"time"
	"unicode"
)

// How long an invitation can be accepted: where nothing else was said, and at most.
const (
	InvitationTerm = 14 * 24 * time.Hour
	MaxInvitation  = 90 * 24 * time.Hour
)

// MaxEmail is the longest e-mail address in bytes (RFC 5321, 4.5.3.1.3, less the
// angle brackets); maxLocalPart bounds what comes before its @.
const (
	MaxEmail     = 254
	maxLocalPart = 64
)

// An Invitation is an offer of membership to whoever an identity provider vouches
// to have an e-mail address. It holds personal data, and only those who manage the
// organisation's members and the person invited may know of it.
type Invitation struct {
	ID             string // TypeID "inv_…"
	OrganisationID string
	Email          string // as written, but for the domain's upper case
	Role           Role
	InvitedBy      string // member ID; "" for the operator
	InvitedAt      time.Time
	ExpiresAt      time.Time // the first moment at which it can't be accepted
	MemberID       string    // the member it made; "" until it is accepted
	AcceptedAt     time.Time // zero until then
	RevokedAt      time.Time // zero unless it was taken back
}

// InvitationState is whether an invitation can be accepted at a moment, or why not.
type InvitationState string

const (
	StateOpen     InvitationState = "open"
	StateAccepted InvitationState = "accepted"
	StateRevoked  InvitationState = "revoked"
	StateExpired  InvitationState = "expired"
)

// Pending says whether it was neither accepted nor revoked; it may have expired.
func (i Invitation) Pending() bool { return i.AcceptedAt.IsZero() && i.RevokedAt.IsZero() }

// State returns the invitation's state at now.
func (i Invitation) State(now time.Time) InvitationState {
	switch {
	case !i.AcceptedAt.IsZero():
		return StateAccepted
	case !i.RevokedAt.IsZero():
		return StateRevoked
	case !now.Before(i.ExpiresAt):
		return StateExpired
	}
	return StateOpen
}

// For says whether the invitation is to the actor: a person whose identity provider
// has verified the address.
func (i Invitation) For(a Actor) bool {
	return a.Issuer != "" && a.Subject != "" && a.Email != "" && EmailKey(a.Email) == EmailKey(i.Email)
}

// EmailKey is what two spellings of one e-mail address have in common: no blanks
// around it, and A to Z in lower case, before the @ too. Other letters are
// compared as they are: folding those would take two addresses for one (the Kelvin
// sign for a k), and one of them could be a stranger's.
func EmailKey(email string) string { return lowerASCII(strings.TrimSpace(email)) }

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// cleanEmail returns an e-mail address as it is kept, without blanks around it and
// with its domain in lower case, or refuses what can't be one.
func cleanEmail(field, s string) (string, error) {
	if err := checkLine(field, s, MaxName, true); err != nil {
		return "", err
	}
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	switch {
	case at < 1 || !isDomain(s[at+1:]):
		return "", errInvalid(field, "is no e-mail address such as name@example.org")
	case len(s) > MaxEmail || at > maxLocalPart:
		return "", errInvalid(field, "is longer than an e-mail address can be")
	case strings.ContainsFunc(s[:at], func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(" \"(),:;<>@[\\]", r) }):
		return "", errInvalid(field, "has a character that isn't taken before the @")
	}
	return s[:at+1] + lowerASCII(s[at+1:]), nil
}

// isDomain says whether s looks like a domain of two labels or more; letters of other
// scripts pass.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsFunc(l, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			return false
		}
	}
	return len(labels) > 1
}

// InviteMember invites whoever has an e-mail address to become a member.
type InviteMember struct {
	OrganisationID string
	Email          string
	Role           Role
	Expires        time.Time // zero: after InvitationTerm; at most MaxInvitation from now
}

// MemberInvited is what [InviteMember] yields. It holds personal data.
type MemberInvited struct {
	ID             string    `json:"id"`
	OrganisationID string    `json:"organisation"`
	Email          string    `json:"email"`
	Role           Role      `json:"role"`
	Expires        time.Time `json:"expires"`
	By             string    `json:"by,omitempty"`
}

// Decide implements [Command].
func (c InviteMember) Decide(env Env, f Facts) (Event, error) {
	if err := checkManagesMembers(env.Actor, f, c.OrganisationID); err != nil {
		return nil, err
	}
	email, err := cleanEmail("email", c.Email)
	if err != nil {
		return nil, err
	}
	expires := Millis(c.Expires)
	if c.Expires.IsZero() {
		expires = env.Now.Add(InvitationTerm)
	}
	switch {
	case !expires.After(env.Now):
		return nil, errInvalid("expires", "is not in the future")
	case expires.After(env.Now.Add(MaxInvitation)):
		return nil, errInvalid("expires", "is more than %d days away", MaxInvitation/(24*time.Hour))
	}
	if err := checkOneOf("role", c.Role, Roles); err != nil {
		return nil, err
	}
	sent, err := f.InvitationsTo(EmailKey(email))
	if err != nil {
		return nil, err
	}
	for _, i := range sent {
		if i.OrganisationID == c.OrganisationID && i.State(env.Now) == StateOpen {
			return nil, errConflict("email", "has an open invitation to this organisation already")
		}
	}
	return &MemberInvited{ID: env.Fresh(PrefixInvitation), OrganisationID: c.OrganisationID, Email: email, Role: c.Role,
		Expires: expires, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[MemberInvited](nil)

func (*MemberInvited) Kind() string      { return "member.invited/1" }
func (e *MemberInvited) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberInvited) Fold(s Stamp, r Record) error {
	return r.PutInvitation(Invitation{ID: e.ID, OrganisationID: e.OrganisationID, Email: e.Email, Role: e.Role,
		InvitedBy: e.By, InvitedAt: s.At, ExpiresAt: e.Expires})
}

// AcceptInvitation makes the person who asks a member, by an invitation to the
// e-mail address that its identity provider has verified.
type AcceptInvitation struct {
	InvitationID string
}

// InvitationAccepted is what [AcceptInvitation] yields. It is about the new member
// and says all of it, so that it holds where the invitation was erased. It holds
// personal data.
type InvitationAccepted struct {
	ID             string `json:"id"` // of the member
	InvitationID   string `json:"invitation"`
	OrganisationID string `json:"organisation"`
	Issuer         string `json:"issuer"`
	Sub            string `json:"subject"`
	Name           string `json:"name,omitempty"`
	Role           Role   `json:"role"`
}

// Decide implements [Command].
func (c AcceptInvitation) Decide(env Env, f Facts) (Event, error) {
	inv, err := loadInvitation(env.Actor, Accepting, f, c.InvitationID)
	if err != nil {
		return nil, err
	}
	if s := inv.State(env.Now); s != StateOpen {
		return nil, errConflict("invitationId", "has been %s already", s)
	}
	a := env.Actor
	if err := firstError(checkLine("issuer", a.Issuer, MaxName, true), checkLine("subject", a.Subject, MaxName, true)); err != nil {
		return nil, err
	}
	if in, err := isMemberOf(f, inv.OrganisationID, a.Issuer, a.Subject); err != nil {
		return nil, err
	} else if in {
		return nil, errConflict("invitationId", "is to an organisation that you are a member of already")
	}
	name := a.Name
	if checkLine("name", name, MaxName, false) != nil {
		name = "" // the provider's business, and no reason to keep the person out
	}
	return &InvitationAccepted{ID: env.Fresh(PrefixMember), InvitationID: inv.ID, OrganisationID: inv.OrganisationID,
		Issuer: a.Issuer, Sub: a.Subject, Name: name, Role: inv.Role}, nil
}

var _ = registerEvent[InvitationAccepted](nil)

func (*InvitationAccepted) Kind() string      { return "invitation.accepted/1" }
func (e *InvitationAccepted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *InvitationAccepted) Fold(s Stamp, r Record) error {
	if err := r.PutMember(Member{ID: e.ID, OrganisationID: e.OrganisationID, Issuer: e.Issuer, Subject: e.Sub,
		Name: e.Name, Role: e.Role, AdmittedAt: s.At}); err != nil {
		return err
	}
	i, err := r.Invitation(e.InvitationID)
	if err != nil {
		return errUnlessErased(err)
	}
	i.MemberID, i.AcceptedAt = e.ID, s.At
	return r.PutInvitation(i)
}

// RevokeInvitation takes an invitation back.
type RevokeInvitation struct {
	InvitationID string
}

// InvitationRevoked is what [RevokeInvitation] yields.
type InvitationRevoked struct {
	ID string `json:"id"`
	By string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c RevokeInvitation) Decide(env Env, f Facts) (Event, error) {
	inv, err := loadInvitation(env.Actor, Revoking, f, c.InvitationID)
	if err != nil {
		return nil, err
	}
	if !inv.Pending() {
		return nil, errConflict("invitationId", "has been %s already", inv.State(env.Now))
	}
	return &InvitationRevoked{ID: inv.ID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[InvitationRevoked](func(subject string) Event { return &InvitationRevoked{ID: subject} })

func (*InvitationRevoked) Kind() string      { return "invitation.revoked/1" }
func (e *InvitationRevoked) Subject() string { return e.ID }

// Fold implements [Event].
func (e *InvitationRevoked) Fold(s Stamp, r Record) error {
	i, err := r.Invitation(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	i.RevokedAt = s.At
	return r.PutInvitation(i)
}

// loadInvitation returns an invitation that the actor may act on; the refusal doesn't tell
// one that is somebody else's from one that there isn't, and takes the same steps.
func loadInvitation(a Actor, action Action, f Facts, id string) (inv Invitation, err error) {
	var found *Invitation
	if inv, err = f.Invitation(id); err == nil {
		found = &inv
	} else if !errors.Is(err, ErrNotFound) {
		return inv, err
	}
	kind, err := organisationKindOf(f, inv.OrganisationID)
	if err != nil {
		return inv, err
	}
	return inv, errAt(May(a, action, OnInvitationOf(found, kind)), "invitationId")
}

// InvitationFacts are what decisions may ask of invitations.
type InvitationFacts interface {
	Invitation(id string) (Invitation, error)
	// InvitationsTo lists the pending invitations to an address by its EmailKey,
	// those that expired too, oldest first.
	InvitationsTo(emailKey string) ([]Invitation, error)
}

// InvitationRecord is how events change invitations.
type InvitationRecord interface {
	PutInvitation(Invitation) error
}
