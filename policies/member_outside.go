package policies

import (
	"fmt"
	"slices"
)

// The secretariat keeps the record, and would make it if it chose who speaks for others: by
// whom it brings in, or by whom it takes away. What it does to the members of other
// organisations is bounded here. The operator, who puts right what nobody else can, isn't.

// isOutsider says whether the actor manages a member from outside its organisation:
// only then may it be left without an admin, since who did it is there to help.
func isOutsider(a Actor, mem Member) bool {
	return a.Operator || a.OrganisationID != mem.OrganisationID
}

// needsSecond says whether an invitation takes a second member of the secretariat. An
// organisation that has an admin invites itself who speaks for it. A government's first come
// by an address that it gives them, or on the word of two, and a business's on the word of
// one; but on that of two wherever they come after others, whom one may have removed for it.
func (c InviteMember) needsSecond(a Actor, f Facts) (bool, error) {
	if a.Operator || a.OrganisationID == c.OrganisationID || !c.Role.speaks() {
		return false, nil
	}
	kind, err := organisationKindOf(f, c.OrganisationID)
	if err != nil {
		return false, err
	}
	if err := checkOwnToGive(f, c.OrganisationID); err != nil {
		return false, err
	}
	gone, err := f.LastSpoken(c.OrganisationID)
	return kind == Government && c.Email == "" || !gone.IsZero(), err
}

// checkFromOutside refuses, of an invitation by others than the organisation itself, what
// wouldn't be one any more: to be another admin where there is one by now, and to speak in
// the place of somebody who went meanwhile, on the word of one.
func (i Invitation) checkFromOutside(f Facts) error {
	if !i.Role.speaks() {
		return nil
	}
	admins, _, err := f.Headcount(i.OrganisationID)
	if err == nil && admins > 0 && i.Role == Admin {
		err = errConflict("", "is to an organisation that has an admin by now, who invites others")
	}
	if err != nil || i.Second {
		return err
	}
	gone, err := f.LastSpoken(i.OrganisationID)
	if err == nil && !gone.Before(i.InvitedAt) {
		err = errConflict("", "was made before somebody who spoke for the organisation ceased to: it takes a new one, on the word of two")
	}
	return err
}

// checkRoleFromOutside refuses that others make a member one who speaks for a government, or
// for whatever has an admin to do so; and that they take a role from an admin or from the
// last who speaks: removing these is on record as what it is.
func checkRoleFromOutside(a Actor, f Facts, mem Member, role Role) error {
	if a.Operator || !isOutsider(a, mem) {
		return nil
	}
	if slices.Index(Roles, role) > slices.Index(Roles, mem.Role) {
		alone, err := speaksAlone(f, mem)
		if err == nil && (mem.Role == Admin || alone) {
			err = errConflict("role", "isn't lowered by others, of an admin or of the last who speaks for the organisation: remove the member")
		}
		return err
	}
	kind, err := organisationKindOf(f, mem.OrganisationID)
	if err != nil {
		return err
	}
	if kind == Government {
		return errConflict("role", "is a government's own to give: its first admin is invited, and gives it")
	}
	return checkOwnToGive(f, mem.OrganisationID)
}

// checkOwnToGive refuses that others give a role in an organisation that has an admin.
func checkOwnToGive(f Facts, organisationID string) error {
	admins, _, err := f.Headcount(organisationID)
	if err == nil && admins > 0 {
		err = errConflict("role", "is its own to give, in an organisation that has an admin")
	}
	return err
}

// speaksAlone says whether a member is the only one who speaks for its organisation.
func speaksAlone(f Facts, mem Member) (bool, error) {
	members, err := f.MembersOf(mem.OrganisationID)
	if err != nil {
		return false, fmt.Errorf("couldn't list the organisation's members: %w", err)
	}
	return mem.Speaks() && !slices.ContainsFunc(members, func(m Member) bool { return m.ID != mem.ID && m.Speaks() }), nil
}

// checkVoiceKept refuses that others remove the last who speaks for an organisation while
// that has a voice in an open ballot or a block of its own stands: it would be silenced, and
// could then be closed.
func checkVoiceKept(env Env, f Facts, mem Member) error {
	if env.Actor.Operator {
		return nil
	}
	alone, err := speaksAlone(f, mem)
	if err != nil || !alone {
		return err
	}
	return errMovedTo(checkNotSilenced(env, f, mem.OrganisationID), "memberId")
}
