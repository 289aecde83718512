package policies

import (
	"errors"
	"slices"
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

// speakingRoles are those that may do more for their organisation than read.
var speakingRoles = []Role{Admin, Delegate}

func (r Role) speaks() bool { return slices.Contains(speakingRoles, r) }

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

// Speaks says whether the member may speak for its organisation.
func (m Member) Speaks() bool { return m.Present() && m.Role.speaks() }

// Spoke says whether the member spoke for its organisation until it was removed.
func (m Member) Spoke() bool { return !m.Present() && m.Role.speaks() }

// checkManagesMembers refuses who may not manage an organisation's members, and an
// organisation that there isn't.
func checkManagesMembers(a Actor, f Facts, organisationID string) error {
	o, err := f.Organisation(organisationID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if refusal := May(a, ManagingMembers, OnMembersOf(organisationID, o.Kind)); refusal != nil {
		return refusal
	}
	if err != nil {
		return errUnknown(err, "organisationId", "organisation", organisationID)
	}
	return nil
}

// loadManagedMember returns a member whom the actor may manage.
func loadManagedMember(a Actor, f Facts, memberID string) (Member, error) {
	mem, err := f.Member(memberID)
	if err != nil {
		return mem, errUnknown(err, "memberId", "member", memberID)
	}
	chamber, err := organisationKindOf(f, mem.OrganisationID)
	if err != nil {
		return mem, err
	}
	return mem, May(a, ManagingMembers, OnMembersOf(mem.OrganisationID, chamber))
}

// organisationKindOf returns what an organisation is, "" where its entry was erased.
func organisationKindOf(f Facts, organisationID string) (OrganisationKind, error) {
	o, err := f.Organisation(organisationID)
	return o.Kind, errUnlessErased(err)
}

// isMemberOf says whether a person is a member of the organisation already.
func isMemberOf(f Facts, organisationID, issuer, subject string) (bool, error) {
	have, err := f.Memberships(issuer, subject)
	return slices.ContainsFunc(have, func(h Member) bool { return h.OrganisationID == organisationID }), err
}

// checkAdminLeft refuses to let an organisation's last admin go while it has other
// members: they would be left without one.
func checkAdminLeft(f Facts, mem Member, field string) error {
	if mem.Role != Admin {
		return nil
	}
	admins, all, err := f.Headcount(mem.OrganisationID)
	if err != nil {
		return err
	}
	if admins < 2 && all > 1 {
		return errConflict(field, "is the last admin of an organisation that has other members: make another an admin first")
	}
	return nil
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
func (c RemoveMember) Decide(env Env, f Facts) (Event, error) {
	mem, err := loadManagedMember(env.Actor, f, c.MemberID)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if !mem.Present() {
		return nil, errConflict("memberId", "has been removed already")
	}
	if isOutsider(env.Actor, mem) {
		err = checkVoiceKept(env, f, mem)
	} else {
		err = checkAdminLeft(f, mem, "memberId")
	}
	if err != nil {
		return nil, err
	}
	return &MemberRemoved{ID: mem.ID, Reason: c.Reason, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[MemberRemoved](func(subject string) Event { return &MemberRemoved{ID: subject} })

func (*MemberRemoved) Kind() string      { return "member.removed/1" }
func (e *MemberRemoved) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberRemoved) Fold(s Stamp, r Record) error { return endMembership(s, r, e.ID) }

// endMembership ends a membership and the invitations that the member stood for.
func endMembership(s Stamp, r Record, id string) error {
	if err := changeMember(r, id, func(m *Member) { m.RemovedAt = s.At }); err != nil {
		return err
	}
	return endInvitations(s, r, id)
}

// LeaveOrganisation ends the asking member's own membership.
type LeaveOrganisation struct {
	OrganisationID string // the one it acts for, lest it leaves another than it thinks
}

// MemberLeft is what [LeaveOrganisation] yields.
type MemberLeft struct {
	ID string `json:"id"`
}

// Decide implements [Command].
func (c LeaveOrganisation) Decide(env Env, f Facts) (Event, error) {
	if err := May(env.Actor, Leaving, OnOrganisation(c.OrganisationID)); err != nil {
		return nil, errAt(err, "organisationId")
	}
	mem, err := f.Member(env.Actor.MemberID)
	if err != nil {
		return nil, errUnknown(err, "organisationId", "member", env.Actor.MemberID)
	}
	if !mem.Present() {
		return nil, errConflict("organisationId", "is one that you have left already")
	}
	if err := checkAdminLeft(f, mem, "organisationId"); err != nil {
		return nil, err
	}
	return &MemberLeft{ID: mem.ID}, nil
}

var _ = registerEvent[MemberLeft](func(subject string) Event { return &MemberLeft{ID: subject} })

func (*MemberLeft) Kind() string      { return "member.left/1" }
func (e *MemberLeft) Subject() string { return e.ID }

// Fold implements [Event].
func (e *MemberLeft) Fold(s Stamp, r Record) error { return endMembership(s, r, e.ID) }

// ChangeRole gives a member another role.
type ChangeRole struct {
	MemberID string
	Role     Role
}

// RoleChanged is what [ChangeRole] yields.
type RoleChanged struct {
	ID   string `json:"id"`
	Role Role   `json:"role"`
	By   string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ChangeRole) Decide(env Env, f Facts) (Event, error) {
	mem, err := loadManagedMember(env.Actor, f, c.MemberID)
	if err != nil {
		return nil, err
	}
	if err := checkOneOf("role", c.Role, Roles); err != nil {
		return nil, err
	}
	switch {
	case !mem.Present():
		return nil, errConflict("memberId", "has been removed already")
	case mem.Role == c.Role:
		return nil, errConflict("role", "is the member's already")
	}
	if err := checkRoleFromOutside(env.Actor, f, mem, c.Role); err != nil {
		return nil, err
	}
	if mem.Role == Admin && !isOutsider(env.Actor, mem) {
		admins, _, err := f.Headcount(mem.OrganisationID)
		if err != nil {
			return nil, err
		}
		if admins < 2 {
			return nil, errConflict("role", "can't be taken from the organisation's last admin: make another an admin first")
		}
	}
	return &RoleChanged{ID: mem.ID, Role: c.Role, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[RoleChanged](func(subject string) Event { return &RoleChanged{ID: subject, Role: Observer} })

func (*RoleChanged) Kind() string      { return "member.roleChanged/1" }
func (e *RoleChanged) Subject() string { return e.ID }

// Fold implements [Event].
func (e *RoleChanged) Fold(s Stamp, r Record) error {
	if err := changeMember(r, e.ID, func(m *Member) { m.Role = e.Role }); err != nil {
		return err
	}
	return endInvitations(s, r, e.ID)
}

// changeMember changes a member in the record, unless its admission was erased.
func changeMember(r Record, id string, change func(*Member)) error {
	m, err := r.Member(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&m)
	return r.PutMember(m)
}

// MemberFacts are what decisions may ask of members.
type MemberFacts interface {
	Member(id string) (Member, error)
	// Memberships lists the present memberships of a person, oldest first.
	Memberships(issuer, subject string) ([]Member, error)
	// MembershipEnded is when the latest membership of a person in an organisation ended,
	// of those that have; zero where none has.
	MembershipEnded(organisationID, issuer, subject string) (time.Time, error)
	// LastSpoken is when the latest of those who spoke for an organisation to the end of
	// their membership ceased to be its member; zero where none has.
	LastSpoken(organisationID string) (time.Time, error)
	// MembersOf lists an organisation's present members, oldest first.
	MembersOf(organisationID string) ([]Member, error)
	// Headcount counts an organisation's present members and the admins among them.
	Headcount(organisationID string) (admins, members int, err error)
}

// MemberRecord is how events change members.
type MemberRecord interface {
	PutMember(Member) error
}
