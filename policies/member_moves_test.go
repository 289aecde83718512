package policies_test

import (
	"slices"

	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// addresses are those that people are invited at, and sign in with.
var addresses = []string{"mari@example.org", "jaan@example.org"}

func (p *player) invite() Command {
	return InviteMember{OrganisationID: pick(p, "org", p.m.All.Organisations), Role: rapid.SampledFrom(Roles).Draw(p.t, "role"),
		Email: rapid.SampledFrom(append(slices.Clone(addresses), "MARI@Example.ORG", "nobody")).Draw(p.t, "email")}
}

// people draws a move by which members come, change and go.
func (p *player) people() Command {
	invitations, members := map[string]bool{}, map[string]bool{}
	for _, i := range p.m.All.Invitations {
		invitations[i.ID] = true
	}
	for _, m := range p.m.All.Members {
		members[m.ID] = true
	}
	switch rapid.IntRange(0, 8).Draw(p.t, "people") {
	case 0:
		return RevokeInvitation{InvitationID: pick(p, "inv", invitations)}
	case 1:
		return ChangeRole{MemberID: pick(p, "mem", members), Role: rapid.SampledFrom(append(slices.Clone(Roles), "king")).Draw(p.t, "role")}
	case 2:
		return RemoveMember{MemberID: pick(p, "mem", members)}
	case 3:
		return LeaveOrganisation{OrganisationID: pick(p, "org", p.m.All.Organisations)}
	case 4:
		return EndSessions{MemberID: pick(p, "mem", members)}
	}
	for _, i := range p.m.All.Invitations {
		if i.State(p.now) != StateOpen && rapid.IntRange(0, 3).Draw(p.t, "pass over what is closed") > 0 {
			delete(invitations, i.ID)
		}
	}
	return AcceptInvitation{InvitationID: pick(p, "inv", invitations)}
}

// leaver is the actor that a member of an organisation is, an admin if there is one.
func (p *player) leaver(organisation string, other Actor) Actor {
	for _, role := range []Role{Admin, Delegate, Observer} {
		m, err := find(p.m.All.Members, func(m *Member) bool {
			return m.OrganisationID == organisation && m.Present() && m.Role == role
		})
		if err == nil {
			return p.actor(m.ID)
		}
	}
	return other
}

// checkPeople: nobody is in an organisation twice, and what was accepted made a
// member of the role that was offered, in time.
func (p *player) checkPeople() {
	in := map[string]bool{}
	for _, m := range p.m.All.Members {
		key := m.OrganisationID + " " + m.Subject
		if m.Present() && in[key] {
			p.t.Fatalf("%s twice", key)
		}
		in[key] = in[key] || m.Present()
	}
	for _, i := range p.m.All.Invitations {
		if i.AcceptedAt.IsZero() {
			continue
		}
		m, err := p.m.Member(i.MemberID)
		if err != nil || m.OrganisationID != i.OrganisationID || !m.AdmittedAt.Equal(i.AcceptedAt) || !i.AcceptedAt.Before(i.ExpiresAt) || !i.RevokedAt.IsZero() {
			p.t.Fatalf("%+v made %+v", i, m)
		}
	}
}

// checkAdmins: what a member does to its own organisation leaves it an admin, if it
// had one and others are there.
func (p *player) checkAdmins(who Actor, before map[string]int) {
	if who.Operator {
		return
	}
	if admins, all, _ := p.m.Headcount(who.OrganisationID); before[who.OrganisationID] > 0 && admins == 0 && all > 0 {
		p.t.Fatalf("%+v left %d members without an admin", who, all)
	}
}

func (p *player) admins() map[string]int {
	n := map[string]int{}
	for id := range p.m.All.Organisations {
		n[id], _, _ = p.m.Headcount(id)
	}
	return n
}
