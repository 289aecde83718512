package policiestest

import "github.com/ewtp/entente/policies"

// Admit makes a person a member as people become members: by invites it, by its issuer
// and subject, and it accepts. Do carries a command out and returns the ID of what it is
// about; so does Admit, which returns the member's.
func Admit(do func(policies.Actor, policies.Command) string, by policies.Actor, c policies.InviteMember) string {
	person := policies.Actor{SignedIn: true, Issuer: c.Issuer, Subject: c.Subject}
	return do(person, policies.AcceptInvitation{InvitationID: do(by, c)})
}
