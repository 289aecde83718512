package signin

import (
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Revocations are the sessions that ended before their time: a provider said so, or
// the person signed out. Issuer and one of subject and sid are given; with both, only
// that subject's session of that sid is meant. Times are by the provider's clock.
type Revocations interface {
	// Revoke ends the sessions whose ID tokens were issued until "before".
	Revoke(ctx context.Context, issuer, subject, sid string, before time.Time) error

	// Revoked says whether a Revoke with the same three names covers a session whose
	// ID token was issued then. It is asked several times a request and mustn't wait.
	Revoked(ctx context.Context, issuer, subject, sid string, issued time.Time) bool
}

// MaxRemembered is how many revocations RememberRevocations keeps.
const MaxRemembered = 100_000

type revocation struct{ issuer, subject, sid string }

type remembered struct {
	ended *lru.Cache[revocation, time.Time]
}

// RememberRevocations keeps the last [MaxRemembered] revocations in this process: other
// nodes don't know of them, and a restart forgets them.
func RememberRevocations() (Revocations, error) {
	ended, err := lru.New[revocation, time.Time](MaxRemembered)
	if err != nil {
		return nil, fmt.Errorf("couldn't make the list of revocations: %w", err)
	}
	return &remembered{ended}, nil
}

// Revoke implements Revocations.
func (m *remembered) Revoke(_ context.Context, issuer, subject, sid string, before time.Time) error {
	key := revocation{issuer, subject, sid}
	if earlier, ok := m.ended.Peek(key); !ok || before.After(earlier) {
		m.ended.Add(key, before)
	}
	return nil
}

// Revoked implements Revocations.
func (m *remembered) Revoked(_ context.Context, issuer, subject, sid string, issued time.Time) bool {
	before, ok := m.ended.Peek(revocation{issuer, subject, sid})
	return ok && !issued.After(before)
}
