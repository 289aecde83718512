package signin

import (
	"context"
	"errors"
	"net/http"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// An Invitation is one that somebody may accept.
type Invitation struct {
	ID           string
	Organisation string // its name
	Role         string
}

// Invitations are those that people find at /me, and accept there.
type Invitations interface {
	// To lists those that the person can accept now.
	To(ctx context.Context, person policies.Actor) ([]Invitation, error)

	// Accept accepts one of them. A refusal is a *policies.Error.
	Accept(ctx context.Context, person policies.Actor, id string) error
}

// InvitationsOf are the registry's.
func InvitationsOf(r *registry.Registry) Invitations { return registryInvitations{r} }

type registryInvitations struct{ r *registry.Registry }

// To implements Invitations.
func (i registryInvitations) To(ctx context.Context, person policies.Actor) (list []Invitation, err error) {
	found, err := i.r.Views().InvitationsFor(ctx, person, i.r.Now())
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, v := range found {
		ids = append(ids, v.OrganisationID)
	}
	names, err := i.r.Views().Organisations(ctx, ids)
	for _, v := range found {
		list = append(list, Invitation{ID: v.ID, Organisation: names[v.OrganisationID].Name, Role: string(v.Role)})
	}
	return list, err
}

// Accept implements Invitations.
func (i registryInvitations) Accept(ctx context.Context, person policies.Actor, id string) error {
	_, err := i.r.Do(ctx, person, "", policies.AcceptInvitation{InvitationID: id})
	return err
}

// person is who the session is of, whatever it is a member of.
func (s session) person() policies.Actor {
	a := policies.Actor{SignedIn: true, Issuer: s.Issuer, Subject: s.Subject, Name: s.Name}
	if s.EmailVerified {
		a.Email = s.Email
	}
	return a
}

// acceptInvitation makes the person a member, who goes on at /me.
func (h *Handler) acceptInvitation(w http.ResponseWriter, r *http.Request) {
	s, _, ok := h.person(w, r)
	if !ok {
		return
	}
	err := h.invitations.Accept(registry.WithSession(r.Context(), s.known()), s.person(), r.PostFormValue("invitation"))
	var refused *policies.Error
	var unknown *registry.UnknownOutcome
	var unread *registry.Unread
	switch {
	case errors.As(err, &refused):
		h.fail(w, r, http.StatusForbidden, "Not accepted", "The invitation can't be accepted: %s.", "/me", refused.Message)
	case errors.As(err, &unread):
		h.redirect(w, "/me")
	case errors.As(err, &unknown):
		h.log.WarnContext(r.Context(), "whether an invitation was accepted is unknown", "error", err)
		h.fail(w, r, http.StatusGatewayTimeout, "Perhaps accepted", "Whether the invitation was accepted isn't known. If it is still shown, accept it again: that does no harm.", "/me")
	case err != nil:
		h.log.ErrorContext(r.Context(), "couldn't accept an invitation", "error", err)
		h.fail(w, r, http.StatusServiceUnavailable, "Not now", "The invitation can't be accepted now. It stands.", "/me")
	default:
		h.redirect(w, "/me")
	}
}
