// Package oidctest is an OpenID Connect provider for tests: it signs everybody in at
// once, as Mina, and misbehaves as a test wants.
package oidctest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// A Provider is one, with its address in URL.
type Provider struct {
	*httptest.Server
	Clock    *Clock
	Audience string // of its tokens

	mu        sync.Mutex
	behaviour Behaviour
	broken    map[string]http.Handler // by path
	codes     map[string]url.Values   // authorization requests by code
	seen      map[string][]url.Values // queries and forms by path
}

// A Behaviour is how a provider answers. In what changes something, nil takes it away.
type Behaviour struct {
	Keys     []jose.JSONWebKey       // the first signs, all are published
	Metadata map[string]any          // changes those of the provider
	Claims   map[string]any          // changes those of ID tokens
	Answer   url.Values              // changes the authorization answer; an empty list takes one away
	IDToken  func(claims any) string // signs ID tokens, where set
}

// New starts a provider, with a key of its own, that ends with the test.
func New(t *testing.T, c *Clock, audience string) *Provider {
	t.Helper()
	p := &Provider{Clock: c, Audience: audience, behaviour: Behaviour{Keys: []jose.JSONWebKey{NewKey(t, rand.Text())}},
		broken: map[string]http.Handler{}, codes: map[string]url.Values{}, seen: map[string][]url.Values{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// Change changes how the provider behaves from now on.
func (p *Provider) Change(how func(*Behaviour)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	how(&p.behaviour)
}

// Publish replaces the provider's keys.
func (p *Provider) Publish(keys ...jose.JSONWebKey) {
	p.Change(func(b *Behaviour) { b.Keys = keys })
}

// Break has a handler answer at a path, or everywhere ("*"); nil mends it.
func (p *Provider) Break(path string, with http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delete(p.broken, path); with != nil {
		p.broken[path] = with
	}
}

// Asked are the queries and forms that came to a path.
func (p *Provider) Asked(path string) []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen[path])
}

// Requests is how many came, wherever to.
func (p *Provider) Requests() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, requests := range p.seen {
		n += len(requests)
	}
	return n
}

// Claims are those of a good token of an hour, with changes.
func (p *Provider) Claims(changes map[string]any) map[string]any {
	now := p.Clock.Now().Unix()
	return changed(map[string]any{
		"iss": p.URL, "sub": "mina", "aud": p.Audience, "exp": now + 3600, "iat": now, "nbf": now,
		"name": "Mina", "email": "mina@example.org", "email_verified": true,
	}, changes)
}

// changed puts changes into claims or metadata: nil takes one away.
func changed(said, changes map[string]any) map[string]any {
	maps.Copy(said, changes)
	maps.DeleteFunc(said, func(_ string, value any) bool { return value == nil })
	return said
}

// Sign signs claims with the provider's first key.
func (p *Provider) Sign(typ string, claims any) string {
	raw, err := sign(ES256(p.now().Keys[0]), typ, claims)
	if err != nil {
		panic(err)
	}
	return raw
}

// now is the present behaviour, which no later change reaches.
func (p *Provider) now() Behaviour {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.behaviour
	b.Metadata, b.Claims, b.Answer = maps.Clone(b.Metadata), maps.Clone(b.Claims), maps.Clone(b.Answer)
	return b
}

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	broken := p.broken[r.URL.Path]
	if broken == nil {
		broken = p.broken["*"]
	}
	p.seen[r.URL.Path] = append(p.seen[r.URL.Path], r.Form)
	p.mu.Unlock()
	switch {
	case broken != nil:
		broken.ServeHTTP(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		p.metadata(w)
	case r.URL.Path == "/keys":
		var set jose.JSONWebKeySet
		for _, key := range p.now().Keys {
			set.Keys = append(set.Keys, key.Public())
		}
		write(w, http.StatusOK, set)
	case r.URL.Path == "/authorize":
		p.authorize(w, r)
	case r.URL.Path == "/token":
		p.token(w, r)
	case r.URL.Path == "/userinfo":
		write(w, http.StatusOK, map[string]any{"sub": "mina", "name": "Mina from userinfo", "email": "mina@userinfo.example", "email_verified": true})
	default:
		http.NotFound(w, r)
	}
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (p *Provider) metadata(w http.ResponseWriter) {
	write(w, http.StatusOK, changed(map[string]any{"issuer": p.URL, "jwks_uri": p.URL + "/keys",
		"authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"userinfo_endpoint": p.URL + "/userinfo", "end_session_endpoint": p.URL + "/logout",
		"authorization_response_iss_parameter_supported": true,
		"id_token_signing_alg_values_supported":          []string{"ES256"}}, p.now().Metadata))
}

// authorize sends the browser back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = r.Form
	p.mu.Unlock()
	answer := url.Values{"code": {code}, "state": {r.Form.Get("state")}, "iss": {p.URL}}
	maps.Copy(answer, p.now().Answer)
	// #nosec G710 -- a provider for tests sends the browser wherever the test wants
	http.Redirect(w, r, r.Form.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

// token takes a code, once.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	code := r.Form.Get("code")
	p.mu.Lock()
	request, ok := p.codes[code]
	delete(p.codes, code)
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.Form.Get("code_verifier")))
	if !ok || request.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || request.Get("code_challenge_method") != "S256" {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "secret words"})
		return
	}
	b := p.now()
	claims := changed(p.Claims(map[string]any{"nonce": request.Get("nonce"), "sid": "s1"}), b.Claims)
	idToken := b.IDToken
	if idToken == nil {
		idToken = func(claims any) string { return p.Sign("JWT", claims) }
	}
	write(w, http.StatusOK, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": idToken(claims)})
}
