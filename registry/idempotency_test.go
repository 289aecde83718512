package registry

import (
	"errors"
	"runtime"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/mem"
)

// What a key was used for is known as long as the entry's words are, and no longer: of
// an entry that was erased, nobody can find out what it said by trying.
func TestKeysOutliveWordsAsConflicts(t *testing.T) {
	s := mem.Open()
	r := openOn(t, Options{Store: s})
	c := settle(t, r, 3)
	says := c.says(0, "Yes.")
	first := do(t, r, c.carrier, "key", says)
	kept := entriesOf(t, s)[first.Seq]
	if len(kept.Words) != wordsSize || string(kept.Words) != string(saltedHash(kept.Salt, hashOf(c.carrier, says))) {
		t.Fatalf("the entry's fingerprint is %x", kept.Words)
	}
	if err := r.Erase(t.Context(), []int64{first.Seq}, "a court's order", nil); err != nil {
		t.Fatal(err)
	}
	_, err := r.Do(t.Context(), c.carrier, "key", says)
	wantRefusal(t, err, policies.KeyReused, "idempotencyKey")
	kept = entriesOf(t, s)[first.Seq]
	if kept.Salt != nil || string(kept.Words) == string(saltedHash(nil, hashOf(c.carrier, says))) {
		t.Error("the fingerprint can be tried without the salt")
	}
	if err := r.Erase(t.Context(), []int64{first.Seq}, "the same again, in other words", nil); err != nil {
		t.Errorf("erasing again: %v", err)
	}
	if all := entriesOf(t, s); all[len(all)-1].Seq != first.Seq+1 {
		t.Errorf("the erasure is on record %d times", all[len(all)-1].Seq-first.Seq)
	}
}

// Every command is told from others by all that it says.
func TestWordsAreTheWholeCommand(t *testing.T) {
	a, b := policies.Actor{OrganisationID: "org_1"}, policies.Actor{OrganisationID: "org_2"}
	leave := policies.LeaveOrganisation{OrganisationID: "org_1"}
	comment := policies.WithdrawComment{CommentID: "cmt_1", Reason: "x"}
	if hashOf(a, comment) == hashOf(b, comment) || hashOf(a, comment) == hashOf(a, policies.WithdrawComment{CommentID: "cmt_1", Reason: "y"}) ||
		hashOf(a, policies.RevokeInvitation{InvitationID: "x"}) == hashOf(a, policies.AcceptInvitation{InvitationID: "x"}) {
		t.Error("two commands are taken for one")
	}
	again := policies.WithdrawComment{CommentID: "cmt_1", Reason: "x"}
	if hashOf(a, comment) != hashOf(a, again) || hashOf(a, leave) != hashOf(b, leave) {
		t.Error("one command is taken for two")
	}
}

// Who acts is read again where it is decided: what was decided before, in the same
// batch, counts, and what was kept open by the same key doesn't.
func TestWhoActsIsReadAgain(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	for _, x := range []struct {
		name   string
		before policies.Command
		then   policies.Command
		code   policies.Code
	}{
		{"a delegate who becomes an observer", policies.ChangeRole{MemberID: c.second.MemberID, Role: policies.Observer}, c.says(0, "Late."), policies.Forbidden},
		{"a member who is removed", policies.RemoveMember{MemberID: c.second.MemberID}, c.says(0, "Later."), policies.Forbidden},
		{"who was removed before", policies.RemoveMember{MemberID: "mem_none"}, c.says(0, "Last."), policies.Forbidden},
		{"what is a person's own", policies.RemoveMember{MemberID: "mem_none"}, policies.LeaveOrganisation{OrganisationID: c.second.OrganisationID}, policies.Forbidden},
	} {
		inOneBatch(t, r, 2, func(i int) {
			if i == 0 {
				_, _ = r.Do(t.Context(), policies.Operator, "", x.before)
				return
			}
			for len(r.queue) == 0 { // after the other
				runtime.Gosched()
			}
			_, err := r.Do(t.Context(), c.second, "", x.then)
			var no *policies.Error
			if !errors.As(err, &no) || no.Code != x.code {
				t.Errorf("%s: %v", x.name, err)
			}
		})
	}
}
