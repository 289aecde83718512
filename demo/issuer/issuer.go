// Package issuer is a small OpenID Connect issuer for the demonstration, and for
// nothing else: anybody who reads its page can be any of its personas.
//
// Only the demo command makes one. It is not in the server's own set of handlers,
// no flag or setting of the serve command adds it, and [New] refuses an issuer URL
// whose host is not this very machine, as does every request that names another
// host. Tokens it issues mean something only to a server that was configured with
// its URL as an issuer.
//
// It offers discovery, a JWK set, and two grants. For scripts, client credentials (RFC
// 6749, section 4.4), in which a persona's ID is the client_id and [Secret] the
// client_secret. For browsers, the authorization code (OpenID Connect Core 1.0, section
// 3.1) with PKCE: its page has a button for each persona, and no password, and a login_hint
// that is a persona's ID spares the page; the one
// client is Options.Client, which has no secret. The access tokens are JWTs (RFC 9068) that also carry the ID
// token's claims name, email and email_verified, signed with an ES256 key that is
// made at the start and never leaves memory.
package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Secret is every persona's client_secret. It is no secret.
const Secret = "demo"

// Options say what an issuer is.
type Options struct {
	// Issuer is the issuer URL, such as http://localhost:8080/demo/issuer: its host
	// must be loopback, and the handler must be mounted at its path.
	Issuer string

	// Audience is the "aud" of its tokens.
	Audience string

	// Client is the client_id at which browsers sign in, and Redirects are its redirect
	// URIs, compared whole; without a client there is no signing in. AfterLogout is
	// where signing out may lead.
	Client      string
	Redirects   []string
	AfterLogout string

	// Personas are those who can be.
	Personas []Persona

	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A Persona is somebody of the demonstration. ID is the client_id and the tokens'
// subject: lower-case letters, digits and hyphens.
type Persona struct {
	ID           string
	Name         string
	Email        string
	Organisation string
}

// An Issuer is the handler of everything under the issuer URL's path. Requests
// reach it with their whole path.
type Issuer struct {
	options  Options
	base     string // the issuer URL's path, without a slash at its end
	personas map[string]Persona
	signer   jose.Signer // of access tokens
	idSigner jose.Signer
	grants   grants
	public   jose.JSONWebKeySet
	mux      *http.ServeMux
}

var personaID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// New makes an issuer and its key.
func New(options Options) (*Issuer, error) {
	u, err := url.Parse(options.Issuer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("couldn't read the demo issuer's URL: %w", err)
	case u.Scheme != "http" && u.Scheme != "https", u.RawQuery != "", u.Fragment != "", u.User != nil, strings.HasSuffix(u.Path, "/"):
		return nil, fmt.Errorf("couldn't use %q as the demo issuer's URL: it must be an http URL without query and final slash", options.Issuer)
	case !isLoopback(u.Host):
		return nil, fmt.Errorf("couldn't use %q as the demo issuer's URL: its host must be localhost or a loopback address", options.Issuer)
	case options.Audience == "":
		return nil, fmt.Errorf("couldn't make the demo issuer: it needs an audience")
	}
	i := &Issuer{options: options, base: u.Path, personas: map[string]Persona{}, mux: http.NewServeMux()}
	if i.options.Now == nil {
		i.options.Now = time.Now
	}
	for _, persona := range options.Personas {
		if !personaID.MatchString(persona.ID) {
			return nil, fmt.Errorf("couldn't make the demo issuer: %q is no persona's ID", persona.ID)
		}
		if _, twice := i.personas[persona.ID]; twice {
			return nil, fmt.Errorf("couldn't make the demo issuer: the persona %q is there twice", persona.ID)
		}
		i.personas[persona.ID] = persona
	}
	if err := i.makeKey(); err != nil {
		return nil, fmt.Errorf("couldn't make the demo issuer's key: %w", err)
	}
	i.mux.HandleFunc("GET "+i.base+"/.well-known/openid-configuration", i.discovery)
	i.mux.HandleFunc("GET "+i.base+"/keys", i.keys)
	i.mux.HandleFunc(i.base+"/token", i.token)
	i.mux.HandleFunc("GET "+i.base+"/{$}", i.page)
	if options.Client != "" {
		i.mux.HandleFunc("GET "+i.base+"/authorize", i.authorize)
		i.mux.HandleFunc("POST "+i.base+"/authorize", i.choosePersona)
		i.mux.HandleFunc("GET "+i.base+"/logout", i.logout)
	}
	return i, nil
}

// makeKey makes the signature key. Its ID is its thumbprint (RFC 7638), so a new
// start is seen as a rotation by whoever kept the last one's key.
func (i *Issuer) makeKey() error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(jose.ES256), Use: "sig"}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return err
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	i.public = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}
	key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: public.KeyID}}
	if i.signer, err = jose.NewSigner(key, (&jose.SignerOptions{}).WithType("at+jwt")); err != nil {
		return err
	}
	i.idSigner, err = jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	return err
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isLoopback(r.Host) {
		http.Error(w, "the demo issuer answers on localhost only", http.StatusMisdirectedRequest)
		return
	}
	i.mux.ServeHTTP(w, r)
}

// discovery is OpenID Connect Discovery 1.0, section 4.
func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	metadata := map[string]any{
		"issuer":                                i.options.Issuer,
		"jwks_uri":                              i.options.Issuer + "/keys",
		"token_endpoint":                        i.options.Issuer + "/token",
		"grant_types_supported":                 []string{"client_credentials"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"response_types_supported":              []string{},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{string(jose.ES256)},
		"claims_supported":                      []string{"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "name", "email", "email_verified"},
	}
	if i.options.Client != "" {
		maps.Copy(metadata, map[string]any{
			"authorization_endpoint":                         i.options.Issuer + "/authorize",
			"end_session_endpoint":                           i.options.Issuer + "/logout",
			"grant_types_supported":                          []string{"client_credentials", "authorization_code"},
			"response_types_supported":                       []string{"code"},
			"code_challenge_methods_supported":               []string{"S256"},
			"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post", "none"},
			"authorization_response_iss_parameter_supported": true,
		})
	}
	writeJSON(w, http.StatusOK, metadata)
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, i.public)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the answer can't be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}

// isLoopback says whether a host, with or without a port, is this very machine. In a
// container that is the container, whose published ports are reached as localhost.
func isLoopback(hostport string) bool {
	host := hostport
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
