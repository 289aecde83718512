package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A Provider is one at which people sign in. It is discovered when it is first
// needed; its keys are fetched again as a Verifier's are, and a provider that goes
// down keeps the last. It is safe for concurrent use.
type Provider struct {
	p *provider
}

// Metadata is what a provider says of itself, as far as signing in needs it
// (OpenID Connect Discovery 1.0, section 3; RFC 9207; RP-Initiated Logout 1.0). A URL
// that isn't as safe as the issuer's own is "".
type Metadata struct {
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	IssParameter  bool     `json:"authorization_response_iss_parameter_supported"`
}

// A Person is whom an ID token speaks of.
type Person struct {
	Issuer        string
	Subject       string
	Name          string
	Email         string
	EmailVerified bool
	SID           string    // the provider's name for its session, or ""
	IssuedAt      time.Time // by the provider's clock
}

// A Logout is what a logout token says: the sessions of the subject, or the one that
// SID names, that the provider began until IssuedAt, are over. Subject or SID is "",
// not both.
type Logout struct {
	Issuer   string
	Subject  string
	SID      string
	IssuedAt time.Time
}

// The JOSE "typ" values of the tokens about people, in lower case. One that is
// something else, such as an access token, will not do.
var (
	idTypes     = []string{"", "jwt"}
	logoutTypes = []string{"", "jwt", "logout+jwt", "application/logout+jwt"}
)

// logoutEvent is the member of "events" that makes a logout token one.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// NewProvider makes a provider; the issuer's Audience is our client ID there. It
// talks to nobody.
func NewProvider(issuer Issuer, client *http.Client, options ...Option) (*Provider, error) {
	if err := issuer.check(); err != nil {
		return nil, fmt.Errorf("couldn't configure the provider %q: %w", issuer.URL, err)
	}
	v := &Verifier{now: time.Now, log: slog.New(slog.DiscardHandler)}
	for _, option := range options {
		option(v)
	}
	return &Provider{&provider{issuer: issuer, client: boundedClient(client), now: v.now, log: v.log}}, nil
}

// Issuer is the provider's issuer identifier.
func (p *Provider) Issuer() string { return p.p.issuer.URL }

// ClientID is what we are called there.
func (p *Provider) ClientID() string { return p.p.issuer.Audience }

// Client is the bounded HTTP client that the provider is asked with.
func (p *Provider) Client() *http.Client { return p.p.client }

// Metadata returns what the provider said last. An error is an [*Error] with the
// reason Unavailable.
func (p *Provider) Metadata(ctx context.Context) (Metadata, error) {
	found, err := p.p.current(ctx)
	if err != nil {
		return Metadata{}, err
	}
	m := found.metadata
	for _, endpoint := range []*string{&m.Authorization, &m.Token, &m.UserInfo, &m.EndSession} {
		if !asSafe(*endpoint, p.p.issuer) {
			*endpoint = ""
		}
	}
	return m, nil
}

// VerifyIDToken says whom an ID token speaks of that came from the token endpoint for
// the sign-in with that nonce (OpenID Connect Core 1.0, section 3.1.3.7). Every error
// is an [*Error].
func (p *Provider) VerifyIDToken(ctx context.Context, raw, nonce string) (Person, error) {
	token, err := p.verify(ctx, raw, idTypes)
	if err != nil {
		return Person{}, err
	}
	var claims struct {
		Nonce  string          `json:"nonce"`
		Party  string          `json:"azp"`
		SID    string          `json:"sid"`
		Issued *float64        `json:"iat"`
		Events json.RawMessage `json:"events"`
	}
	if err := token.Claims(&claims); err != nil {
		return Person{}, refuse(Malformed, "the token's claims can't be read", err)
	}
	identity, err := identify(token, p.p.issuer, p.p.now())
	if err != nil {
		return Person{}, err
	}
	switch {
	case claims.Party != "" && claims.Party != p.ClientID(), claims.Party == "" && len(token.Audience) > 1:
		return Person{}, refuse(WrongAudience, "the token was issued to another party", nil)
	case claims.Issued == nil:
		return Person{}, refuse(Malformed, "the token doesn't say when it was issued", nil)
	case nonce == "" || subtle.ConstantTimeCompare([]byte(claims.Nonce), []byte(nonce)) != 1:
		return Person{}, refuse(WrongNonce, "the token belongs to another sign-in", nil)
	}
	return Person{
		Issuer: identity.Issuer, Subject: identity.Subject, Name: identity.Name, Email: identity.Email,
		EmailVerified: identity.EmailVerified, SID: claims.SID, IssuedAt: token.IssuedAt,
	}, nil
}

// UserInfo asks the provider for what the ID token left out: name and e-mail address.
// Many providers put them there only. An answer about somebody else is refused.
func (p *Provider) UserInfo(ctx context.Context, person Person, accessToken string) (Person, error) {
	m, err := p.Metadata(ctx)
	if err != nil || m.UserInfo == "" || accessToken == "" || person.Name != "" && person.Email != "" {
		return person, err
	}
	ctx = oidc.ClientContext(ctx, p.p.client)
	// Without keys: an answer that is signed rather than plain JSON is refused.
	asked := (&oidc.ProviderConfig{IssuerURL: p.Issuer(), UserInfoURL: m.UserInfo}).NewProvider(ctx)
	info, err := asked.UserInfo(ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: accessToken}))
	if err != nil {
		return person, refuse(Unavailable, "the provider doesn't say who you are now", err)
	}
	if info.Subject != person.Subject { // Core 1.0, section 5.3.2
		return person, refuse(Malformed, "the provider spoke of somebody else", nil)
	}
	var claims struct {
		Name string `json:"name"`
	}
	if err := info.Claims(&claims); err != nil {
		return person, refuse(Malformed, "the provider's answer can't be read", err)
	}
	if person.Name == "" {
		person.Name = claims.Name
	}
	if person.Email == "" {
		person.Email, person.EmailVerified = info.Email, info.EmailVerified && p.p.issuer.vouches(info.Email)
	}
	return person, nil
}

// VerifyLogoutToken reads a logout token (OpenID Connect Back-Channel Logout 1.0,
// section 2.6). Every error is an [*Error].
func (p *Provider) VerifyLogoutToken(ctx context.Context, raw string) (Logout, error) {
	token, err := p.verify(ctx, raw, logoutTypes)
	if err != nil {
		return Logout{}, err
	}
	var claims struct {
		ID     string                     `json:"jti"`
		SID    string                     `json:"sid"`
		Issued *float64                   `json:"iat"`
		Events map[string]json.RawMessage `json:"events"`
		Nonce  json.RawMessage            `json:"nonce"`
	}
	if err := token.Claims(&claims); err != nil {
		return Logout{}, refuse(Malformed, "the token's claims can't be read", err)
	}
	now := p.p.now()
	var event map[string]json.RawMessage
	switch {
	case json.Unmarshal(claims.Events[logoutEvent], &event) != nil || event == nil:
		return Logout{}, refuse(Malformed, "the token is no logout token", nil)
	case claims.Nonce != nil: // an ID token passed off as a logout token
		return Logout{}, refuse(Malformed, "a logout token has no nonce", nil)
	case claims.ID == "" || claims.Issued == nil || token.Subject == "" && claims.SID == "":
		return Logout{}, refuse(Malformed, "a logout token needs jti, iat, and sub or sid", nil)
	case !slices.Contains(token.Audience, p.ClientID()):
		return Logout{}, refuse(WrongAudience, "the token is meant for another audience", nil)
	case token.Expiry.IsZero() || token.Expiry.Unix() == 0:
		return Logout{}, refuse(Malformed, "the token has no expiry", nil)
	case !now.Before(token.Expiry):
		return Logout{}, refuse(Expired, "the token has expired", nil)
	case token.IssuedAt.After(now.Add(leeway)):
		return Logout{}, refuse(NotYetValid, "the token was issued in the future", nil)
	}
	return Logout{Issuer: p.Issuer(), Subject: token.Subject, SID: claims.SID, IssuedAt: token.IssuedAt}, nil
}

// verify checks size, type, signature and issuer.
func (p *Provider) verify(ctx context.Context, raw string, types []string) (*oidc.IDToken, error) {
	if len(raw) > MaxToken {
		return nil, refuse(Malformed, fmt.Sprintf("the token is larger than %d bytes", MaxToken), nil)
	}
	head, err := peekHeader(raw, types)
	if err != nil {
		return nil, err
	}
	if head.issuer != p.Issuer() {
		return nil, refuse(UnknownIssuer, "the token is another issuer's", nil)
	}
	return p.p.verify(ctx, raw, head)
}
