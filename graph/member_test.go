package graph

import (
	"fmt"
	"testing"
)

// From an invitation to a member who changes its role and leaves, all through GraphQL.
func TestPeopleComeAndGo(t *testing.T) {
	w := newWorld(t)
	w.visit("kim")
	invited := w.ok("loom", `mutation($o: ID!) { inviteMember(input: {organisationId: $o, email: "Kim@Loom.Example", role: DELEGATE}) {
		invitation { id email role state invitedBy { name } organisation { name } expiresAt acceptedAt revokedAt member { id } } repeated } }`, map[string]any{"o": w.orgs["loom"]})
	id := invited.id("inviteMember.invitation.id")
	invited.same(t, fmt.Sprintf(`{"inviteMember": {"repeated": false, "invitation": {"id": %q, "email": "Kim@loom.example", "role": "DELEGATE", "state": "OPEN",
		"invitedBy": {"name": "Person loom"}, "organisation": {"name": "The loom"}, "expiresAt": "2026-03-16T09:00:00.000Z", "acceptedAt": null, "revokedAt": null, "member": null}}}`, id))

	viewer := `{ viewer { role name email member { id } organisation { name } memberships { nodes { organisation { name } role name } } invitations { nodes { id role organisation { name } invitedBy { id name } } } } }`
	w.ok("kim", viewer, nil).same(t, fmt.Sprintf(`{"viewer": {"role": null, "name": "Person kim", "email": "kim@loom.example", "member": null, "organisation": null, "memberships": {"nodes": []},
		"invitations": {"nodes": [{"id": %q, "role": "DELEGATE", "organisation": {"name": "The loom"}, "invitedBy": {"id": %q, "name": null}}]}}}`, id, w.actor("loom").MemberID))

	accepted := w.ok("kim", `mutation($i: ID!) { acceptInvitation(input: {invitationId: $i, idempotencyKey: "k"}) { member { id role name subject organisation { name } } } }`, map[string]any{"i": id})
	kim := accepted.id("acceptInvitation.member.id")
	accepted.same(t, fmt.Sprintf(`{"acceptInvitation": {"member": {"id": %q, "role": "DELEGATE", "name": "Person kim", "subject": "kim", "organisation": {"name": "The loom"}}}}`, kim))
	w.again("kim")
	w.ok("kim", viewer, nil).same(t, fmt.Sprintf(`{"viewer": {"role": "DELEGATE", "name": "Person kim", "email": "kim@loom.example", "member": {"id": %q}, "organisation": {"name": "The loom"},
		"memberships": {"nodes": [{"organisation": {"name": "The loom"}, "role": "DELEGATE", "name": "Person kim"}]}, "invitations": {"nodes": []}}}`, kim))
	w.ask("kim", `mutation($i: ID!) { acceptInvitation(input: {invitationId: $i}) { ledgerPosition } }`, map[string]any{"i": id}).refused(t, "CONFLICT", pathOf("input invitationId"))
	w.ask("loom", `mutation($i: ID!) { revokeInvitation(input: {invitationId: $i}) { ledgerPosition } }`, map[string]any{"i": id}).refused(t, "CONFLICT", pathOf("input invitationId"))

	w.ok("loom", `mutation($m: ID!) { changeRole(input: {memberId: $m, role: ADMIN}) { member { role } } }`, map[string]any{"m": kim}).same(t, `{"changeRole": {"member": {"role": "ADMIN"}}}`)
	w.again("kim")
	left := w.ok("kim", `mutation($o: ID!) { leaveOrganisation(input: {organisationId: $o}) { member { id removedAt } } }`, map[string]any{"o": w.orgs["loom"]})
	if left.id("leaveOrganisation.member.id") != kim || left.at("leaveOrganisation.member.removedAt") == nil {
		t.Errorf("left: %v", left.Data)
	}
	w.again("kim")
	if a := w.actor("kim"); a.MemberID != "" {
		t.Errorf("after leaving: %+v", a)
	}
}
