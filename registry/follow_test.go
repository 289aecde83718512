package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/store/mem"
)

// TestFollow: a follower sees each entry once and in order, whoever wrote it and
// from wherever it begins.
func TestFollow(t *testing.T) {
	s := mem.Open()
	here, there := openOn(t, Options{Store: s}), openOn(t, Options{Store: s})
	c := settle(t, here, 3)
	const more = 300 // more than Follow reads at a time
	begun := here.Views().Position()
	waitFor(t, there, begun)
	end := begun + 2*more
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running sync.WaitGroup
	for i, from := range []int64{-3, 0, 5, begun, end - 1} {
		r := []*Registry{here, there}[i%2]
		running.Go(func() {
			next := max(from, 0)
			for e := range r.Follow(ctx, from) {
				if e.Seq != next {
					t.Errorf("from %d: got entry %d, want %d", from, e.Seq, next)
				}
				if next++; next == end {
					return
				}
			}
			t.Errorf("from %d: it ended at %d, want %d", from, next, end)
		})
	}
	for node, r := range []*Registry{here, there} {
		for w := range 10 {
			running.Go(func() {
				for i := range more / 10 {
					if _, err := insist(t, r, c.carrier, fmt.Sprintf("%d-%d-%d", node, w, i), c.says(i, "Words.")); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	running.Wait()
	cancel()
	for range here.Follow(ctx, end) { // ends, for ctx is done
		t.Error("an entry that isn't there was followed")
	}
}

func TestWaitFor(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	at := r.Views().Position()
	if err := r.WaitFor(t.Context(), at); err != nil {
		t.Errorf("WaitFor what is there: %v", err)
	}
	waited := make(chan error)
	go func() { waited <- r.WaitFor(t.Context(), at+1) }()
	do(t, r, c.carrier, "", c.says(0, "Words."))
	if err := <-waited; err != nil || r.Views().Position() != at+1 {
		t.Errorf("WaitFor: %v at position %d", err, r.Views().Position())
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { waited <- r.WaitFor(ctx, at+2) }()
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("WaitFor what never comes: %v", err)
	}
}

func TestActor(t *testing.T) {
	r := openOn(t, Options{})
	c := settle(t, r, 3)
	ask := func(subject, organisation string) (policies.Actor, error) {
		return r.Actor(t.Context(), idp, subject, organisation)
	}
	foreign := func(subject, organisation string) {
		t.Helper()
		_, err := ask(subject, organisation)
		wantRefusal(t, err, policies.Forbidden, "")
	}
	if a, err := ask("stranger", ""); err != nil || a != (policies.Actor{SignedIn: true, Issuer: idp, Subject: "stranger"}) {
		t.Errorf("a stranger is %+v, %v", a, err)
	}
	if a, err := r.Actor(t.Context(), "https://another.example", "carrier", ""); err != nil || a != (policies.Actor{SignedIn: true, Issuer: "https://another.example", Subject: "carrier"}) {
		t.Errorf("another issuer's carrier is %+v, %v", a, err)
	}
	foreign("stranger", c.carrier.OrganisationID)
	foreign("carrier", c.ministry.OrganisationID)
	foreign("carrier", "org_none")

	// A person of two organisations: the first one unless another is chosen.
	admit(t, r, policies.InviteMember{OrganisationID: c.ministry.OrganisationID, Issuer: idp, Subject: "carrier",
		Name: "Person carrier", Role: policies.Observer})
	unchosen := c.carrier
	unchosen.Unchosen = true
	if a, err := ask("carrier", ""); err != nil || a != unchosen {
		t.Errorf("without a choice: %+v, %v, want %+v", a, err, unchosen)
	}
	_, err := r.Do(t.Context(), unchosen, "", c.says(0, "For which of them?"))
	wantRefusal(t, err, policies.Forbidden, "")
	a, err := ask("carrier", c.ministry.OrganisationID)
	if err != nil || a.OrganisationID != c.ministry.OrganisationID || a.Role != policies.Observer || a.Chamber != policies.Government {
		t.Errorf("as one of the ministry: %+v, %v", a, err)
	}

	// A removal holds from the next request on, and for who asks with what it was.
	do(t, r, policies.Operator, "", policies.RemoveMember{MemberID: c.carrier.MemberID, Reason: "Left."})
	foreign("carrier", c.carrier.OrganisationID)
	if a, err := ask("carrier", ""); err != nil || a.OrganisationID != c.ministry.OrganisationID {
		t.Errorf("after the removal: %+v, %v", a, err)
	}
}

func TestActorInContext(t *testing.T) {
	if a := ActorFrom(t.Context()); a != (policies.Actor{}) {
		t.Errorf("nobody said who asks, but it is %+v", a)
	}
	want := policies.Actor{MemberID: "mem_1", OrganisationID: "org_1"}
	if a := ActorFrom(NewContext(t.Context(), want)); a != want {
		t.Errorf("got %+v, want %+v", a, want)
	}
}
