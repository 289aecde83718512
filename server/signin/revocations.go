package signin

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/server/auth"
)

// Revocations are the sessions that ended before their time: the person signed out, a
// provider said so, or an admin of the secretariat.
type Revocations interface {
	// Revoke ends sessions everywhere. What has ended already is no error.
	Revoke(ctx context.Context, by policies.Actor, which policies.EndSessions) error

	// Revoked is until when the sessions of each policies.SessionKey have ended; those
	// of which nothing is known are left out. It is asked at each request.
	Revoked(ctx context.Context, keys []string) (map[string]time.Time, error)
}

// revokeFor is how long a sign-out waits for the ledger, whether or not its browser does.
const revokeFor = 10 * time.Second

// OnLedger keeps revocations on the registry's ledger, where every node learns of them.
func OnLedger(r *registry.Registry) Revocations { return onLedger{r} }

type onLedger struct{ r *registry.Registry }

// Revoke implements Revocations.
func (l onLedger) Revoke(ctx context.Context, by policies.Actor, which policies.EndSessions) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeFor)
	defer cancel()
	ctx = registry.WithSession(ctx, policies.Session{}) // one that has ended may end others
	if by.Operator {                                    // a provider that signs everybody out at once mustn't be cut short, and tells it once
		ctx = registry.WithGate(ctx, func(context.Context) error { return nil })
	}
	_, err := l.r.Do(ctx, by, "", which)
	var refused *policies.Error
	var unread *registry.Unread
	if errors.As(err, &refused) && refused.Code == policies.Conflict || errors.As(err, &unread) {
		return nil
	}
	return err
}

// Revoked implements Revocations.
func (l onLedger) Revoked(ctx context.Context, keys []string) (map[string]time.Time, error) {
	return l.r.Views().SessionsEnded(ctx, keys)
}

// known is what the registry knows a session by.
func (s session) known() policies.Session {
	return policies.Session{Issuer: s.Issuer, Subject: s.Subject, SID: s.SID, Own: s.ledgerSID(),
		IssuedAt: time.Unix(s.IssuedAt, 0), Began: time.UnixMilli(s.Began)}
}

// ledgerSID is the name by which the ledger knows a session of ours rather than a provider's.
func (s session) ledgerSID() string { return "entente:" + s.ID }

// revokeOwn ends a session and with it every copy of its cookie.
func (h *Handler) revokeOwn(ctx context.Context, s session) error {
	began := time.UnixMilli(s.Began)
	if issued := time.Unix(s.IssuedAt, 0); issued.After(began) {
		began = issued
	}
	return h.revoke(ctx, s, policies.EndSessions{Issuer: s.Issuer, Subject: s.Subject, SID: s.ledgerSID(), Before: began})
}

// revokeAll ends all sessions that the session's person began until now.
func (h *Handler) revokeAll(ctx context.Context, s session) error {
	return h.revoke(ctx, s, policies.EndSessions{Issuer: s.Issuer, Subject: s.Subject})
}

func (h *Handler) revoke(ctx context.Context, s session, which policies.EndSessions) error {
	err := h.revocations.Revoke(ctx, policies.Actor{SignedIn: true, Issuer: s.Issuer, Subject: s.Subject}, which)
	if err != nil {
		h.log.ErrorContext(ctx, "couldn't end a session", "provider", s.Provider, "error", err)
	}
	return err
}

// revokeTold ends the sessions that a provider, in a token that was verified, says are
// over. It acts in the operator's name: the registry knows providers by the operator's
// configuration only.
func (h *Handler) revokeTold(ctx context.Context, told auth.Logout) error {
	return h.revocations.Revoke(ctx, policies.Operator,
		policies.EndSessions{Issuer: told.Issuer, Subject: told.Subject, SID: told.SID, Before: told.IssuedAt})
}

// revoked says whether the session ended before its time.
func (h *Handler) revoked(ctx context.Context, s session) (bool, error) {
	session := s.known()
	ended, err := h.revocations.Revoked(ctx, session.Keys())
	return err != nil || session.Ended(ended), err
}
