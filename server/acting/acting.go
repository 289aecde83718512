// Package acting says as whom a caller acts: it turns who is asking, which package auth
// found, into an actor of the registry, for as long as that lasts.
package acting

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/ewtp/entente/graph"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/answer"
	"github.com/ewtp/entente/server/auth"
)

// The headers by which a caller chooses and waits, and by which it learns how far
// the node has come.
const (
	// OrganisationHeader names the organisation a caller acts for, by ID. It only
	// chooses among the caller's own memberships. Without it, and without a choice in the
	// session, whoever has several reads as a member of the first and writes for none.
	OrganisationHeader = "Entente-Organisation"

	// AtLeastHeader is the ledger position that the answer must have seen: what was
	// written on one node is read on another that way.
	AtLeastHeader = "Entente-At-Least"

	// PositionHeader says how many ledger entries the answering node had folded when
	// the answer began. Hubs' answers go without it: caches on the way may keep them
	// and would hand out the position of an earlier one, and what a hub waits for is
	// the number of a release.
	PositionHeader = "Entente-Position"
)

// patience is how long a request waits for the position it asked for.
const patience = 5 * time.Second

// acting asks the registry, on behalf of the middleware.
type acting struct {
	actor    func(ctx context.Context, issuer, subject, organisationID string) (policies.Actor, error)
	waitFor  func(ctx context.Context, position int64) error
	position func() int64
	leases   *leases
	log      *slog.Logger
}

// Middleware puts the actor that the caller is into the request's context, where
// registry.ActorFrom finds it. It comes after the authentication, whose identity it
// looks up: one without a membership is signed in and no more. A token whose scopes
// lend less than its subject may do is held to them here, once for every face: without
// entente:read it gets a 403, and without entente:write its subject is an observer,
// who may change nothing. A stream's context is cancelled, with a graph.Ending as its
// cause, when the token or session is over or the membership ends. It also serves
// [AtLeastHeader] and [PositionHeader]. The logger may be nil.
func Middleware(r *registry.Registry, log *slog.Logger) func(http.Handler) http.Handler {
	if log == nil {
		log = slog.Default()
	}
	a := &acting{actor: r.Actor, waitFor: r.WaitFor, position: r.Views().Position,
		leases: newLeases(r, log), log: log}
	return a.wrap
}

func (a *acting) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// After what the handler wrote to the ledger, so that the position covers it.
		p := answer.Before(w, func() { w.Header().Set(PositionHeader, strconv.FormatInt(a.position(), 10)) })
		if !a.awaitPosition(p, r) {
			return
		}
		actor, ok := a.findActor(p, r)
		if !ok {
			return
		}
		ctx := registry.NewContext(r.Context(), actor)
		if identity, signedIn := auth.From(ctx); signedIn && answer.MayStream(r) {
			leased, giveBack := a.leases.take(ctx, identity, actor)
			defer graph.Finally(ctx, giveBack)
			ctx = leased
		}
		next.ServeHTTP(p, r.WithContext(ctx))
		p.Begin()
	})
}

// awaitPosition waits for the position the request asks for; false says that it was answered.
func (a *acting) awaitPosition(w http.ResponseWriter, r *http.Request) bool {
	values := r.Header.Values(AtLeastHeader)
	if len(values) == 0 {
		return true
	}
	position, err := strconv.ParseUint(values[0], 10, 63)
	if err != nil || len(values) > 1 {
		answer.WriteError(w, policies.Invalid, AtLeastHeader+" is one whole number from 0 on", answer.Field(AtLeastHeader))
		return false
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if err := a.waitFor(ctx, int64(position)); err != nil {
		w.Header().Set("Retry-After", "1")
		answer.WriteError(w, policies.Unavailable, "this node hasn't come to that position yet", answer.Field(AtLeastHeader))
		return false
	}
	return true
}

// findActor returns the actor; false says that the request was answered.
func (a *acting) findActor(w http.ResponseWriter, r *http.Request) (policies.Actor, bool) {
	organisation := r.Header.Get(OrganisationHeader)
	identity, signedIn := auth.From(r.Context())
	if !signedIn {
		if organisation != "" {
			answer.WriteError(w, policies.Unauthenticated, "sign in first", answer.Field(OrganisationHeader))
			return policies.Actor{}, false
		}
		return policies.Actor{}, true
	}
	if !identity.Allows(auth.ScopeRead) {
		auth.InsufficientScope(w.Header(), auth.ScopeRead)
		answer.WriteError(w, policies.Forbidden, "the token's scopes don't allow that", answer.Reason("insufficient_scope"))
		return policies.Actor{}, false
	}
	actor, err := a.actor(r.Context(), identity.Issuer, identity.Subject, organisation)
	if chosen := identity.Organisation; err == nil && organisation == "" && chosen != "" {
		actor, err = a.actorOfSession(r, identity, actor)
	}
	var refused *policies.Error
	switch {
	case errors.As(err, &refused):
		answer.WriteError(w, policies.Forbidden, refused.Message, answer.Field(OrganisationHeader), answer.Reason(string(refused.Reason)))
		return policies.Actor{}, false
	case err == nil && organisation != "" && actor.OrganisationID != organisation:
		answer.WriteError(w, policies.Forbidden, "you aren't a member of that organisation", answer.Field(OrganisationHeader), answer.Reason(string(policies.NoMember)))
		return policies.Actor{}, false
	case err != nil:
		a.log.ErrorContext(r.Context(), "couldn't look up the caller", "error", err, "request", answer.RequestID(w))
		answer.WriteError(w, policies.Unavailable, "who you are can't be looked up now")
		return policies.Actor{}, false
	}
	actor.SignedIn = true
	actor.ReadOnly = !identity.Allows(auth.ScopeWrite)
	if actor.ReadOnly && actor.MemberID != "" {
		actor.Role = policies.Observer
	}
	if identity.Name != "" {
		actor.Name = identity.Name
	}
	if identity.EmailVerified {
		actor.Email = identity.Email // an invitation is accepted by it
	}
	return actor, true
}

// actorOfSession is who the caller is for the organisation that its session chose. One that it
// has lost since doesn't lock it out: it reads as otherwise, and writes for none until
// it has chosen anew, lest what was meant for one is done for another.
func (a *acting) actorOfSession(r *http.Request, identity auth.Identity, otherwise policies.Actor) (policies.Actor, error) {
	actor, err := a.actor(r.Context(), identity.Issuer, identity.Subject, identity.Organisation)
	var refused *policies.Error
	if errors.As(err, &refused) || err == nil && actor.OrganisationID != identity.Organisation {
		otherwise.Unchosen = otherwise.MemberID != ""
		return otherwise, nil
	}
	return actor, err
}
