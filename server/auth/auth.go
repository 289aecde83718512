// Package auth says who is asking: it verifies the OpenID Connect bearer tokens
// that machines, and people's own tools, send with a request, and the ID and logout
// tokens that a [Provider] gives of people who sign in with a browser.
//
// A token is a JWS in compact form (RFC 7519), at most [MaxToken] bytes, signed by
// a configured issuer with an asymmetric algorithm that the issuer's discovery
// document lists. It must name the configured audience, an expiry in the future
// and a subject. What the caller may then do is not decided here: the registry
// knows which organisation a (issuer, subject) pair belongs to.
//
// The Authorization header, and package signin's sealed cookie where there is no such
// header, are the only things that name a caller. There is no other header, no query
// parameter and no flag that does.
//
// An access token (RFC 9068) may say by its scopes how much of its subject's rights it
// lends; see [Identity.Allows]. A token without a scope of ours lends all of them.
package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ewtp/entente/internal/lru"
)

const (
	// MaxToken is the largest token looked at, in bytes.
	MaxToken = 8 << 10

	// maxCached bounds the verified tokens kept. An identity is usually some 200
	// bytes, and never larger than its token.
	maxCached = 4096

	// cacheFor is how long a verified token is believed without checking its
	// signature again. A key that its issuer withdraws is honoured no longer than
	// this after the withdrawal is seen. Expiry is checked every time.
	cacheFor = time.Minute

	// leeway is how far an issuer's clock may be ahead of ours for "not before".
	// Expiry gets none.
	leeway = time.Minute
)

// An Issuer is a provider whose tokens are accepted.
type Issuer struct {
	// URL is the issuer identifier, compared byte for byte with a token's "iss";
	// discovery is at URL + "/.well-known/openid-configuration". It is https,
	// or http on a loopback host.
	URL string

	// Audience must be among a token's "aud".
	Audience string

	// AllowHTTP accepts an http URL on any host, for a provider inside a closed
	// network: whoever can change that network's traffic can then be anyone.
	AllowHTTP bool

	// EmailDomains are those in which the issuer is believed when it says that somebody's
	// e-mail address is verified, compared whole and without regard to case; AnyDomain
	// is all. Nil means that it isn't believed: with several issuers side by side, one
	// could else claim the addresses of another's people.
	EmailDomains []string
}

// AnyDomain stands for every domain in Issuer.EmailDomains.
const AnyDomain = "*"

// vouches says whether the issuer is believed about an address.
func (i Issuer) vouches(email string) bool {
	at := strings.LastIndexByte(email, '@')
	return at > 0 && slices.ContainsFunc(i.EmailDomains, func(domain string) bool {
		return domain == AnyDomain || strings.EqualFold(domain, email[at+1:])
	})
}

// An Identity is who a verified token speaks of. (Issuer, Subject) identifies the
// caller; the rest is what the issuer says of them and may be empty.
type Identity struct {
	Issuer        string
	Subject       string
	Name          string
	Email         string
	EmailVerified bool // the issuer says so, and is believed: see Issuer.EmailDomains
	Expiry        time.Time

	// ClientID is the client that an access token was issued to, "" where it doesn't say.
	ClientID string

	// Scopes are the token's scopes that begin with "entente:". Nil means that it has
	// none, or that there is no token but a session: then everything is allowed.
	Scopes []string

	// Session says that a cookie names the caller, not a token.
	Session bool

	// Organisation is the ID of the organisation chosen in the session, "" where none is.
	Organisation string

	// Over says whether the session has ended before Expiry since it named the caller;
	// nil where nothing can end it. It is for answers that last.
	Over func(context.Context) (bool, error) `json:"-"`
}

// The scopes. Write includes read.
const (
	ScopeRead  = "entente:read"  // ask what the caller may see
	ScopeWrite = "entente:write" // and do what the caller may do

	scopePrefix = "entente:"
)

// Allows says whether the caller's token lends a scope.
func (i Identity) Allows(scope string) bool {
	return i.Scopes == nil || slices.Contains(i.Scopes, scope) ||
		scope == ScopeRead && slices.Contains(i.Scopes, ScopeWrite)
}

// An Option changes a Verifier that New makes.
type Option func(*Verifier)

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(v *Verifier) { v.now = now } }

// WithLogger says where a provider's failures are reported; by default nowhere.
func WithLogger(log *slog.Logger) Option { return func(v *Verifier) { v.log = log } }

// A Verifier verifies tokens of the issuers it was made with. It is safe for
// concurrent use.
type Verifier struct {
	providers map[string]*provider // by issuer URL; never changed after New
	now       func() time.Time
	log       *slog.Logger
	verified  *lru.Cache[[sha256.Size]byte, verifiedToken]
}

// A verifiedToken is a token whose signature was found good at "at".
type verifiedToken struct {
	identity Identity
	at       time.Time
}

// New makes a Verifier. It talks to nobody: an issuer is discovered when its first
// token comes, so a provider that is down doesn't hinder the start. With no issuers
// every token is refused. The client (nil: http.DefaultClient) is copied; its
// answers are bounded in size, and in time unless it has its own time-out.
func New(issuers []Issuer, client *http.Client, options ...Option) (*Verifier, error) {
	v := &Verifier{
		providers: make(map[string]*provider, len(issuers)),
		now:       time.Now,
		log:       slog.New(slog.DiscardHandler),
		verified:  lru.New[[sha256.Size]byte, verifiedToken](maxCached, nil),
	}
	for _, option := range options {
		option(v)
	}
	bounded := boundedClient(client)
	for _, issuer := range issuers {
		if err := issuer.check(); err != nil {
			return nil, fmt.Errorf("couldn't configure the issuer %q: %w", issuer.URL, err)
		}
		if v.providers[issuer.URL] != nil {
			return nil, fmt.Errorf("couldn't configure the issuer %q: it is configured twice", issuer.URL)
		}
		v.providers[issuer.URL] = &provider{issuer: issuer, client: bounded, now: v.now, log: v.log}
	}
	return v, nil
}

func (i Issuer) check() error {
	u, err := url.Parse(i.URL)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("it must be an absolute URL without user, query or fragment")
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("it must be an https URL")
	case u.Scheme == "http" && !i.AllowHTTP && !loopback(u.Hostname()):
		return fmt.Errorf("it must be an https URL, since its host isn't this machine")
	case i.Audience == "":
		return fmt.Errorf("it needs an audience")
	}
	return nil
}

// Discover asks every issuer for its keys before the first token comes, so that the log says early
// which of them don't answer. It returns when all have, or ctx is done.
func (v *Verifier) Discover(ctx context.Context) {
	var all sync.WaitGroup
	for _, p := range v.providers {
		all.Go(func() { _, _ = p.current(ctx) }) // fetch logs what fails
	}
	all.Wait()
}

// Verify says whom a raw token speaks of. Every error is an [*Error].
func (v *Verifier) Verify(ctx context.Context, raw string) (Identity, error) {
	if raw == "" {
		return Identity{}, refuse(Missing, "there is no token", nil)
	}
	if len(raw) > MaxToken {
		return Identity{}, refuse(Malformed, fmt.Sprintf("the token is larger than %d bytes", MaxToken), nil)
	}
	sum := sha256.Sum256([]byte(raw))
	if identity, ok := v.cached(sum); ok {
		return identity, nil
	}
	// Nothing in head is verified: it picks the provider whose keys are to verify
	// it, and go-oidc compares the issuer again once the signature is good.
	head, err := peekHeader(raw, types)
	if err != nil {
		return Identity{}, err
	}
	identity, err := v.verifyNow(ctx, raw, head)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Issuer = clip(head.issuer, 200)
		}
		return Identity{}, err
	}
	v.verified.Put(sum, verifiedToken{identity, v.now()})
	return identity, nil
}

// verifyNow verifies a token that wasn't seen lately.
func (v *Verifier) verifyNow(ctx context.Context, raw string, head header) (Identity, error) {
	p := v.providers[head.issuer]
	if p == nil {
		return Identity{}, refuse(UnknownIssuer, "the token's issuer isn't one that is accepted here", nil)
	}
	token, err := p.verify(ctx, raw, head)
	if err != nil {
		return Identity{}, err
	}
	return identify(token, p.issuer, v.now())
}

// cached returns the identity of a token verified at most cacheFor ago and not yet
// expired. A clock that was set back empties nothing but believes nothing either.
func (v *Verifier) cached(sum [sha256.Size]byte) (Identity, bool) {
	token, ok := v.verified.Get(sum)
	if !ok {
		return Identity{}, false
	}
	now := v.now()
	if age := now.Sub(token.at); age < 0 || age >= cacheFor || !now.Before(token.identity.Expiry) {
		v.verified.Remove(sum)
		return Identity{}, false
	}
	return token.identity, true
}

type identityKey struct{}

// NewContext returns a context that carries who is asking.
func NewContext(ctx context.Context, identity Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, identity)
}

// From returns who is asking, and false for an anonymous request.
func From(ctx context.Context) (Identity, bool) {
	identity, ok := ctx.Value(identityKey{}).(Identity)
	return identity, ok
}

// loopback says whether a host name means this very machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
