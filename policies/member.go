package policies

import (
	"strings"
	"time"
)

// A Role is what a member may do for its organisation.
type Role string

const (
	Admin    Role = "admin"    // all that a delegate may, and admits and removes members
	Delegate Role = "delegate" // speaks for the organisation: drafts, comments, answers
	Observer Role = "observer" // reads what the organisation may read
)

// Roles are all roles in the order they are shown.
var Roles = []Role{Admin, Delegate, Observer}

// A Member is a person, or a machine, in an organisation. Who signs in is known
// by issuer and subject; one person may be a member of several organisations.
type Member struct {
	ID             string // TypeID "mem_…"
	OrganisationID string
	Issuer         string // OpenID Connect issuer URL
	Subject        string // the issuer's name for the person
	Name           string
	Role           Role
	AdmittedAt     time.Time
	RemovedAt      time.Time // zero while a member
}

// Present says whether the member has not been removed.
func (m Member) Present() bool { return m.RemovedAt.IsZero() }

// AdmitMember makes a person a member of an organisation.
type AdmitMember struct {
	OrganisationID string
	Issuer         string
	Subject        string
	Name           string
	Role           Role
}

// MemberAdmitted is what [AdmitMember] yields. It holds personal data.
type MemberAdmitted struct {
	ID             string `json:"id"`
	OrganisationID string `json:"organisation"`
	Issuer         string `json:"issuer"`
	Sub            string `json:"subject"`
	Name           string `json:"name,omitempty"`
	Role           Role   `json:"role"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AdmitMember) Decide(m Moment, f Facts) (Event, error) {
	if err := May(m.Actor, ManagingMembers, Subject{Organisation: c.OrganisationID}); err != nil {
		return nil, err
	}
	if err := first(
		checkLine("issuer", c.Issuer, MaxName, true),
		checkLine("subject", c.Subject, MaxName, true),
		checkLine("name", c.Name, MaxName, false),
		checkOneOf("role", c.Role, Roles),
	); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(c.Issuer, "https://") && !strings.HasPrefix(c.Issuer, "http://") {
		return nil, invalid("issuer", "is no http or https URL")
	}
	if _, err := f.Organisation(c.OrganisationID); err != nil {
		return nil, unknown(err, "organisationId", "organisation", c.OrganisationID)
	}
	have, err := f.Memberships(c.Issuer, c.Subject)
	if err != nil {
		return nil, err
	}
	for _, h := range have {
		if h.OrganisationID == c.OrganisationID {
			return nil, conflict("subject", "is a member of this organisation already")
		}
	}
	return &MemberAdmitted{ID: m.Fresh("mem"), OrganisationID: c.OrganisationID, Issuer: c.Issuer,
		Sub: c.Subject, Name: c.Name, Role: c.Role, By: m.Actor.MemberID}, nil
}

func (*MemberAdmitted) Kind() string      { return "member.admitted/1" }
func (e *MemberAdmitted) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberAdmitted) Fold(s Stamp, r Record) error {
	return r.PutMember(Member{ID: e.ID, OrganisationID: e.OrganisationID, Issuer: e.Issuer,
		Subject: e.Sub, Name: e.Name, Role: e.Role, AdmittedAt: s.At})
}

// RemoveMember ends a membership; it takes effect at the member's next request.
type RemoveMember struct {
	MemberID string
	Reason   string
}

// MemberRemoved is what [RemoveMember] yields.
type MemberRemoved struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c RemoveMember) Decide(m Moment, f Facts) (Event, error) {
	mem, err := f.Member(c.MemberID)
	if err != nil {
		return nil, unknown(err, "memberId", "member", c.MemberID)
	}
	if err := May(m.Actor, ManagingMembers, Subject{Organisation: mem.OrganisationID}); err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if !mem.Present() {
		return nil, conflict("memberId", "has been removed already")
	}
	return &MemberRemoved{ID: mem.ID, Reason: c.Reason, By: m.Actor.MemberID}, nil
}

func (*MemberRemoved) Kind() string      { return "member.removed/1" }
func (e *MemberRemoved) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberRemoved) Fold(s Stamp, r Record) error {
	m, err := r.Member(e.ID)
	if err != nil {
		return erased(err)
	}
	m.RemovedAt = s.At
	return r.PutMember(m)
}
