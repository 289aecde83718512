package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/policies"
)

// Actor returns who a signed-in person is here: a member of the organisation
// asked for, or, with "", of the one that admitted them first; where there are several,
// it is Unchosen, and may write for none of them. Somebody who is a member of none is the public, known to have signed in. Name and e-mail address are
// for the caller to add: the registry knows the name that a member was admitted by,
// the identity provider the one it goes by now.
func (r *Registry) Actor(ctx context.Context, issuer, subject, organisationID string) (policies.Actor, error) {
	all, err := r.views.Belongings(ctx, issuer, subject)
	if err != nil {
		return policies.Actor{}, fmt.Errorf("couldn't load the memberships: %w", err)
	}
	for _, b := range all {
		if organisationID == "" || b.Organisation.ID == organisationID {
			a := policies.ActorFor(b.Member, b.Organisation)
			a.Unchosen = organisationID == "" && len(all) > 1
			return a, nil
		}
	}
	if organisationID != "" {
		return policies.Actor{}, r.notOf(ctx, organisationID)
	}
	return policies.Actor{SignedIn: true, Issuer: issuer, Subject: subject}, nil
}

// notOf refuses to act for an organisation, and says so where it was closed.
func (r *Registry) notOf(ctx context.Context, organisationID string) error {
	o, err := r.views.Organisation(ctx, organisationID, time.Time{})
	switch {
	case err != nil && !errors.Is(err, policies.ErrNotFound):
		return fmt.Errorf("couldn't load the organisation: %w", err)
	case err == nil && !o.ClosedAt.IsZero():
		return o.ActsNoMore()
	}
	return &policies.Error{Code: policies.Forbidden, Reason: policies.NoMember, Message: "you aren't a member of that organisation"}
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

type sessionKey struct{}

// WithSession returns a context whose commands are refused once the session has ended,
// though it had not yet when the request came.
func WithSession(ctx context.Context, s policies.Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
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
