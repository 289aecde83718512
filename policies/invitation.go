package policies

import (
	"errors"
	"strings"
	"time"
)

// How long an invitation can be accepted: where nothing else was said, and at most.
const (
	InvitationTerm = 14 * 24 * time.Hour
	MaxInvitation  = 90 * 24 * time.Hour
)

// An Invitation is an offer of membership, to whoever an identity provider vouches to
// have an e-mail address, or to whom it knows by a name of its own. Nobody becomes a
// member but by accepting one. It holds personal data, and only those who manage the
// organisation's members and the person invited may know of it.
type Invitation struct {
	ID             string // TypeID "inv_…"
	OrganisationID string
	Email          string // as written, but for the domain's upper case; "" where it is to Issuer's Subject
	Issuer         string
	Subject        string
	Name           string // of the person, as whoever invites it knows it; "" for none
	Role           Role
	InvitedBy      string // member ID; "" for the operator
	InvitedAt      time.Time
	ExpiresAt      time.Time // the first moment at which it can't be accepted
	MemberID       string    // the member it made; "" until it is accepted
	AcceptedAt     time.Time // zero until then
	RevokedAt      time.Time // zero unless it was taken back, or whoever stood for it does no longer

	// Second says that it takes a second member of the secretariat to stand for it, who
	// is ConfirmedBy once it has.
	Second      bool
	ConfirmedBy string
	ConfirmedAt time.Time
}

// InvitationState is whether an invitation can be accepted at a moment, or why not.
type InvitationState string

const (
	StateUnconfirmed InvitationState = "unconfirmed" // a second member of the secretariat hasn't confirmed it
	StateOpen        InvitationState = "open"
	StateAccepted    InvitationState = "accepted"
	StateRevoked     InvitationState = "revoked"
	StateExpired     InvitationState = "expired"
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
	case i.Second && i.ConfirmedAt.IsZero():
		return StateUnconfirmed
	}
	return StateOpen
}

// For says whether the invitation is to the actor: the very person, or one whose identity
// provider has verified the address.
func (i Invitation) For(a Actor) bool {
	switch {
	case a.Issuer == "" || a.Subject == "":
		return false
	case i.Email == "":
		return a.Issuer == i.Issuer && a.Subject == i.Subject
	}
	return a.Email != "" && EmailKey(a.Email) == EmailKey(i.Email)
}

// Key is by what the invitation is found: the [EmailKey] of its address, or the
// [PersonKey] of its person.
func (i Invitation) Key() string {
	if i.Email == "" {
		return PersonKey(i.Issuer, i.Subject)
	}
	return EmailKey(i.Email)
}

// PersonKey is a person's name among invitations. It has a line break, which no e-mail
// address has.
func PersonKey(issuer, subject string) string { return issuer + "\n" + subject }

// Keys are by what the invitations to an actor are found.
func (a Actor) Keys() (keys []string) {
	if a.Issuer != "" && a.Subject != "" {
		keys = append(keys, PersonKey(a.Issuer, a.Subject))
		if a.Email != "" {
			keys = append(keys, EmailKey(a.Email))
		}
	}
	return keys
}

// InviteMember invites somebody to become a member: whoever has an e-mail address, or
// whom an issuer knows as a subject.
type InviteMember struct {
	OrganisationID string
	Email          string // or Issuer and Subject
	Issuer         string
	Subject        string
	Name           string // may be ""
	Role           Role
	Expires        time.Time // zero: after InvitationTerm; at most MaxInvitation from now
}

// MemberInvited is what [InviteMember] yields. It holds personal data.
type MemberInvited struct {
	ID             string    `json:"id"`
	OrganisationID string    `json:"organisation"`
	Email          string    `json:"email,omitempty"`
	Issuer         string    `json:"issuer,omitempty"`
	Sub            string    `json:"subject,omitempty"`
	Name           string    `json:"name,omitempty"`
	Role           Role      `json:"role"`
	Second         bool      `json:"second,omitempty"` // it waits for a second member of the secretariat
	Expires        time.Time `json:"expires"`
	By             string    `json:"by,omitempty"`
}

// Decide implements [Command].
func (c InviteMember) Decide(env Env, f Facts) (Event, error) {
	if err := checkManagesMembers(env.Actor, f, c.OrganisationID); err != nil {
		return nil, err
	}
	if err := checkInvites(f, "organisationId", c.OrganisationID); err != nil {
		return nil, err
	}
	e := &MemberInvited{OrganisationID: c.OrganisationID, Email: c.Email, Issuer: c.Issuer, Sub: c.Subject, Name: c.Name, Role: c.Role,
		Expires: Millis(c.Expires), By: env.Actor.MemberID}
	if err := e.check(env.Now); err != nil {
		return nil, err
	}
	if err := e.checkFresh(env.Now, f); err != nil {
		return nil, err
	}
	second, err := c.needsSecond(env.Actor, f)
	if err != nil {
		return nil, err
	}
	e.Second, e.ID = second, env.Fresh(PrefixInvitation)
	return e, nil
}

// check refuses what is no invitation, and completes it.
func (e *MemberInvited) check(now time.Time) (err error) {
	if e.Issuer != "" || e.Sub != "" {
		if e.Email != "" {
			return errInvalid("email", "is there beside an issuer and a subject: name one or the other")
		}
		err = joinFaults(checkIssuer(e.Issuer), checkLine("subject", e.Sub, MaxName, true))
	} else {
		e.Email, err = cleanEmail("email", e.Email)
	}
	if e.Expires.IsZero() {
		e.Expires = now.Add(InvitationTerm)
	}
	return joinFaults(err, checkLine("name", e.Name, MaxName, false), checkOneOf("role", e.Role, Roles),
		checkThat(e.Expires.After(now), "expires", "is not in the future"),
		checkThat(!e.Expires.After(now.Add(MaxInvitation)), "expires", "is more than %d days away", MaxInvitation/(24*time.Hour)))
}

func checkIssuer(issuer string) error {
	if err := checkLine("issuer", issuer, MaxName, true); err != nil {
		return err
	}
	if !strings.HasPrefix(issuer, "https://") && !strings.HasPrefix(issuer, "http://") {
		return errInvalid("issuer", "is no http or https URL")
	}
	return nil
}

// checkFresh refuses an invitation to whom there is one to this organisation already, or
// who is known to be a member.
func (e *MemberInvited) checkFresh(now time.Time, f Facts) error {
	to, field := e.invitation(Stamp{At: now}), "email"
	if to.Email == "" {
		field = "subject"
		if in, err := isMemberOf(f, e.OrganisationID, e.Issuer, e.Sub); err != nil || in {
			return joinFaults(err, errConflict(field, "is a member of this organisation already"))
		}
	}
	sent, err := f.InvitationsTo(to.Key())
	if err != nil {
		return err
	}
	for _, i := range sent {
		if s := i.State(now); i.OrganisationID == e.OrganisationID && (s == StateOpen || s == StateUnconfirmed) {
			return errConflict(field, "has an open invitation to this organisation already")
		}
	}
	return nil
}

var _ = registerEvent[MemberInvited](nil)

func (*MemberInvited) Kind() string      { return "member.invited/1" }
func (e *MemberInvited) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberInvited) Fold(s Stamp, r Record) error {
	i := e.invitation(s)
	stands, err := standsFor(r, e.By, i)
	if err != nil {
		return err
	}
	if !stands { // the entry by which that was a member is erased
		i.RevokedAt = s.At
	}
	return r.PutInvitation(i)
}

func (e *MemberInvited) invitation(s Stamp) Invitation {
	return Invitation{ID: e.ID, OrganisationID: e.OrganisationID, Email: e.Email, Issuer: e.Issuer, Subject: e.Sub, Name: e.Name,
		Role: e.Role, InvitedBy: e.By, InvitedAt: s.At, ExpiresAt: e.Expires, Second: e.Second}
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
	// InvitationsTo lists the pending invitations to an EmailKey or a PersonKey, those that
	// expired too, oldest first.
	InvitationsTo(key string) ([]Invitation, error)
	// InvitationsInto lists the pending invitations to an organisation, oldest first.
	InvitationsInto(organisationID string) ([]Invitation, error)
	// InvitationsBy lists the pending invitations that a member made or confirmed, oldest first.
	InvitationsBy(memberID string) ([]Invitation, error)
}

// InvitationRecord is how events change invitations.
type InvitationRecord interface {
	PutInvitation(Invitation) error
}
