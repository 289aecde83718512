package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	// fetchTimeout is how long discovery and keys together may take.
	fetchTimeout = 5 * time.Second

	// maxAnswer bounds what is read of a provider's answer, in bytes.
	maxAnswer = 1 << 20

	// freshFor is how long keys are used without asking for newer ones; after it
	// they are fetched again beside the requests that use them.
	freshFor = 5 * time.Minute

	// waitFrom is the age from which a request waits for newer keys first: after
	// a quiet night a withdrawn key must not be believed once more.
	waitFrom = time.Hour

	// pause is the least time from one successful fetch to one for an unknown key,
	// so that tokens with invented key IDs can't be turned into traffic.
	pause = 5 * time.Second

	// Back-off after failed fetches: doubled from the first to the last.
	backoffFirst = time.Second
	backoffLast  = 30 * time.Second
)

// A provider keeps what is known of one issuer. Its snapshot is only ever replaced
// by a newer one that was fetched whole; a provider that goes down keeps the last.
type provider struct {
	issuer Issuer
	client *http.Client
	now    func() time.Time
	log    *slog.Logger

	// mu guards what follows. It is never held during a fetch.
	mu       sync.Mutex
	known    *snapshot     // nil until discovered
	flight   chan struct{} // closed when the fetch under way ends; nil when there is none
	failures int           // fetches failed in a row
	resting  time.Time     // no fetch before this
	failure  error         // the last fetch's, nil after a success
}

// verify checks raw's signature and issuer.
func (p *provider) verify(ctx context.Context, raw string, head header) (*oidc.IDToken, error) {
	keys, err := p.current(ctx)
	if err != nil {
		return nil, err
	}
	token, err := keys.verify(ctx, p.issuer.URL, raw, head)
	if !errors.Is(err, errUnknownKey) {
		return token, err
	}
	// The issuer may have begun to sign with a new key:
	// https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
	newer, err := p.newer(ctx, keys)
	if err != nil {
		return nil, err
	}
	if newer != keys {
		token, err = newer.verify(ctx, p.issuer.URL, raw, head)
		if !errors.Is(err, errUnknownKey) {
			return token, err
		}
	}
	return nil, refuse(BadSignature, "the token isn't signed with a key of its issuer", nil)
}

// current returns the provider's keys, fetching them when there are none.
func (p *provider) current(ctx context.Context) (*snapshot, error) {
	p.mu.Lock()
	known, now := p.known, p.now()
	if known != nil && now.Sub(known.at) < freshFor {
		p.mu.Unlock()
		return known, nil
	}
	flight := p.fetchLocked(now)
	p.mu.Unlock()
	if known != nil && now.Sub(known.at) < waitFrom {
		return known, nil
	}
	if err := p.wait(ctx, flight); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		return nil, p.unavailableLocked()
	}
	return p.known, nil
}

// newer returns keys fetched after old, or old itself where it is too recent to ask again.
func (p *provider) newer(ctx context.Context, old *snapshot) (*snapshot, error) {
	p.mu.Lock()
	now := p.now()
	if p.known != old || now.Sub(old.at) < pause {
		defer p.mu.Unlock()
		return p.known, nil
	}
	flight := p.fetchLocked(now)
	p.mu.Unlock()
	if err := p.wait(ctx, flight); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == old {
		return nil, p.unavailableLocked()
	}
	return p.known, nil
}

// fetchLocked joins the fetch under way or starts one, unless the last failure is
// too recent: then it returns nil.
func (p *provider) fetchLocked(now time.Time) <-chan struct{} {
	if p.flight != nil {
		return p.flight
	}
	if now.Before(p.resting) {
		return nil
	}
	p.flight = make(chan struct{})
	go p.fetch()
	return p.flight
}

// fetch replaces the snapshot. It belongs to no request, so that a caller who
// leaves doesn't spoil it for the others.
func (p *provider) fetch() {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	found, err := discover(ctx, p.client, p.issuer)

	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.failure = err; err == nil {
		found.at = now
		p.known, p.failures, p.resting = found, 0, time.Time{}
	} else {
		rest := min(backoffFirst<<min(p.failures, 10), backoffLast)
		p.failures++
		p.resting = now.Add(rest)
		p.log.Warn("couldn't fetch the issuer's keys", "issuer", p.issuer.URL, "failures", p.failures,
			"retry_after", rest.String(), "have_keys", p.known != nil, "error", clip(err.Error(), 300))
	}
	close(p.flight)
	p.flight = nil
}

func (p *provider) wait(ctx context.Context, flight <-chan struct{}) error {
	if flight == nil {
		return nil
	}
	select {
	case <-flight:
		return nil
	case <-ctx.Done():
		e := refuse(Unavailable, "the token's issuer didn't answer in time", ctx.Err())
		e.RetryAfter = backoffFirst
		return e
	}
}

func (p *provider) unavailableLocked() *Error {
	e := refuse(Unavailable, "the token's issuer can't be reached now, so the token can't be verified", p.failure)
	e.RetryAfter = max(p.resting.Sub(p.now()), backoffFirst)
	return e
}

// boundedClient copies a client, bounding each answer's size and each request's time.
func boundedClient(client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	bounded := *client
	if bounded.Timeout == 0 {
		bounded.Timeout = fetchTimeout
	}
	bounded.Transport = boundedTransport{client.Transport}
	return &bounded
}

type boundedTransport struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	answer, err := next.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("couldn't reach the provider: %w", err)
	}
	answer.Body = http.MaxBytesReader(nil, answer.Body, maxAnswer)
	return answer, nil
}

func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "…"
}
