package registry

import (
	"context"
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
