package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ewtp/entente/policies"
)

// Actor returns who a signed-in person is here: a member of the organisation
// asked for, or, with "", of the one that admitted them first. Somebody who is a
// member of none is the public, known to have signed in. Name and e-mail address are
// for the caller to add: the registry knows the name that a member was admitted by,
// the identity provider the one it goes by now.
func (r *Registry) Actor(ctx context.Context, issuer, subject, organisationID string) (policies.Actor, error) {
	memberships, err := r.views.Memberships(ctx, issuer, subject)
	if err != nil {
		return policies.Actor{}, fmt.Errorf("couldn't load the memberships: %w", err)
	}
	for _, m := range memberships {
		if organisationID != "" && m.OrganisationID != organisationID {
			continue
		}
		found, err := r.views.Organisations(ctx, []string{m.OrganisationID})
		if err != nil {
			return policies.Actor{}, fmt.Errorf("couldn't load the member's organisation: %w", err)
		}
		if o, ok := found[m.OrganisationID]; ok {
			return policies.ActorFor(m, o), nil
		}
	}
	if organisationID != "" {
		return policies.Actor{}, &policies.Error{Code: policies.Forbidden, Message: "you are no member of that organisation"}
	}
	return policies.Actor{SignedIn: true, Issuer: issuer, Subject: subject}, nil
}

// Still returns who an actor is by now, where it has been one for a while: an open
// subscription. Whatever made it a member may have ended, or its role have changed;
// false says that it is no member any more. Whoever never was one still is none.
func (r *Registry) Still(ctx context.Context, a policies.Actor) (policies.Actor, bool, error) {
	if a.MemberID == "" {
		return a, true, nil
	}
	found, err := r.views.Members(ctx, []string{a.MemberID})
	if err != nil {
		return policies.Actor{}, false, fmt.Errorf("couldn't load the membership: %w", err)
	}
	m, ok := found[a.MemberID]
	if !ok || !m.Present() || m.OrganisationID != a.OrganisationID {
		return policies.Actor{}, false, nil
	}
	if !a.ReadOnly { // else it was lent no more than an observer's
		a.Role = m.Role
	}
	return a, true, nil
}

// asPerson says whether a command is a person's own, whatever it is a member of:
// what it does changes that, and the same key must still find it.
func asPerson(c policies.Command) bool {
	switch c.(type) {
	case policies.AcceptInvitation, policies.LeaveOrganisation:
		return true
	}
	return false
}

// personKey makes a key a person's own. The ledger keeps it when the person's
// entries are erased, so it tells nothing of who that is.
func personKey(a policies.Actor, key string) string {
	sum := sha256.Sum256([]byte(a.Issuer + "\x00" + a.Subject + "\x00" + key))
	return "person/" + hex.EncodeToString(sum[:])
}

// memberKey makes a key a member's own. Members word their keys as they like, names
// included, and the ledger keeps a key when the entry is erased: so only its hash
// goes in. Half of SHA-256 will do, where a collision costs none but its maker.
func memberKey(a policies.Actor, key string) string {
	sum := sha256.Sum256([]byte(a.MemberID + "\x00" + key))
	return a.MemberID + "/" + hex.EncodeToString(sum[:16])
}

type actorKey struct{}

// NewContext returns a context that carries who asks.
func NewContext(ctx context.Context, a policies.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who asks; the public, when nobody said.
func ActorFrom(ctx context.Context) policies.Actor {
	a, _ := ctx.Value(actorKey{}).(policies.Actor)
	return a
}
